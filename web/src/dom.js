/** Elements are made here and nowhere else, and text is only ever text. */

const SVG = "http://www.w3.org/2000/svg";

/** @typedef {string|number|Node|null|undefined|false} Piece */
/** @typedef {Piece|Piece[]} Pieces */
/** @typedef {Record<string, any>} Attributes an attribute's value; `onclick` and the like: a listener;
 *  `style`: properties set one by one, as the page's policy asks; null, undefined, false: none */

/** @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag @param {Attributes|null} [attributes] @param {...Pieces} children
 * @returns {HTMLElementTagNameMap[T]} */
export function h(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** @template {keyof SVGElementTagNameMap} T
 * @param {T} tag @param {Attributes|null} [attributes] @param {...Pieces} children
 * @returns {SVGElementTagNameMap[T]} */
export function svg(tag, attributes, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

/** A table with a row of heads above its rows. @param {Pieces[]} heads @param {...Pieces} rows */
export function headed(heads, ...rows) {
  return h("table", null, h("thead", null, h("tr", null, ...heads)), h("tbody", null, ...rows));
}

/** @template {Element & ElementCSSInlineStyle} E
 * @param {E} element @param {Attributes|null|undefined} attributes @param {Pieces[]} children */
function fill(element, attributes, children) {
  if (attributes) set_attributes(element, attributes);
  for (const child of children.flat()) {
    if (child !== null && child !== undefined && child !== false) {
      element.append(child instanceof Node ? child : document.createTextNode(String(child)));
    }
  }
  return element;
}

/** @param {Element & ElementCSSInlineStyle} element @param {Attributes} attributes */
export function set_attributes(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on") && typeof value === "function") {
      element.addEventListener(name.slice(2), value);
    } else if (name === "style" && value) {
      for (const [property, text] of Object.entries(value)) {
        element.style.setProperty(property, String(text));
      }
    } else if (value === null || value === undefined || value === false) {
      element.removeAttribute(name);
    } else {
      const text = value === true ? "" : String(value);
      if (element.getAttribute(name) !== text) element.setAttribute(name, text);
    }
  }
}

/** @param {Node} node @param {string} text */
export function set_text(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Calls whenever an element that is seen has another width than the one it was shown at.
 * @param {Element} element @param {() => number} shown @param {() => void} show */
export function on_width(element, shown, show) {
  new ResizeObserver(() => {
    if (element.clientWidth && element.clientWidth !== shown()) show();
  }).observe(element);
}

/** Takes an element's children out and puts others in. @param {Element} element @param {...Pieces} children */
export function replace(element, ...children) {
  const given = children
    .flat()
    .filter((child) => child !== null && child !== undefined && child !== false);
  element.replaceChildren(
    .../** @type {(Node|string)[]} */ (
      given.map((child) => (child instanceof Node ? child : String(child)))
    ),
  );
}

/** @param {EventTarget} target @param {string} event @param {(event: any) => void} hear
 * @param {AddEventListenerOptions} [options] @returns {() => void} what ends it */
export function on(target, event, hear, options) {
  target.addEventListener(event, hear, options);
  return () => target.removeEventListener(event, hear, options);
}

/** Gives a text or a blob to the reader as a file. @param {string} name @param {Blob} blob */
export function save(name, blob) {
  const address = URL.createObjectURL(blob);
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** Widths of texts in a font, each asked for once. @param {string} font as CSS writes it
 * @returns {(text: string) => number} */
export function measure(font) {
  /** @type {Map<string, number>} */
  const known = new Map();
  /** @type {CanvasRenderingContext2D|null} */
  let context = null;
  return (text) => {
    let width = known.get(text);
    if (width === undefined) {
      if (!context) {
        context = h("canvas").getContext("2d");
        if (context) context.font = font;
      }
      width = context ? context.measureText(text).width : text.length * 7;
      known.set(text, width);
    }
    return width;
  };
}
