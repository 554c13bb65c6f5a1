/** The graph as a picture of its own: every style becomes an attribute, nothing else is needed. */

import { save, svg } from "../dom.js";

/** @typedef {{x: number, y: number, width: number, height: number}} Area */

const MARGIN = 20;
const STYLES = [
  "fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin",
  "font-size", "font-weight", "text-anchor", "paint-order",
]; // prettier-ignore
/** What need not be said. @type {Record<string, string>} */
const USUAL = {
  "fill-opacity": "1", stroke: "none", "stroke-dasharray": "none", "stroke-linecap": "butt",
  "stroke-linejoin": "miter", "text-anchor": "start", "paint-order": "normal", "font-weight": "400",
}; // prettier-ignore
/** Of use to who presses boxes alone. */
const UNSEEN = ".g-ring, .g-hit";
const DROPPED = /^(?:class|role|tabindex|aria-|data-)/;
/** Characters that no XML file may hold, not even as numbers. Source: XML 1.0 (5th ed.), 2.2. */
const NOT_XML = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g;
/** Canvases have a greatest side and a greatest area. */
const LONGEST_SIDE = 16_000;
const LARGEST_AREA = 120e6;

/** @param {string} name @param {SVGElement} root @param {Area} area */
export function save_svg(name, root, area) {
  save(`${name}.svg`, new Blob([picture(root, area)], { type: "image/svg+xml" }));
}

/** @param {string} name @param {SVGElement} root @param {Area} area */
export async function save_png(name, root, area) {
  const address = URL.createObjectURL(new Blob([picture(root, area)], { type: "image/svg+xml" }));
  const image = new Image();
  image.src = address;
  await image.decode();
  URL.revokeObjectURL(address);
  const [width, height] = [area.width + 2 * MARGIN, area.height + 2 * MARGIN];
  const scale = Math.min(
    2,
    LONGEST_SIDE / Math.max(width, height),
    Math.sqrt(LARGEST_AREA / (width * height)),
  );
  const canvas = new OffscreenCanvas(Math.round(width * scale), Math.round(height * scale));
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  save(`${name}.png`, await canvas.convertToBlob({ type: "image/png" }));
}

/** @param {SVGElement} root @param {Area} area @returns {string} the text of an SVG file */
export function picture(root, { x, y, width, height }) {
  const canvas = /** @type {SVGSVGElement} */ (root.ownerSVGElement);
  const box = [x - MARGIN, y - MARGIN, width + 2 * MARGIN, height + 2 * MARGIN];
  const whole = svg(
    "svg",
    {
      viewBox: box.join(" "),
      width: box[2],
      height: box[3],
      "font-family": "system-ui, sans-serif",
    },
    svg("rect", {
      x: box[0], y: box[1], width: box[2], height: box[3],
 fill: getComputedStyle(document.body).backgroundColor,
    }), // prettier-ignore
    [canvas.querySelector("defs"), root].map((part) => part && styled(part)),
  );
  return new XMLSerializer().serializeToString(whole).replace(NOT_XML, "\ufffd");
}

/** A copy whose looks are attributes. @param {Element} element */
function styled(element) {
  /** @type {Map<string, [string, string][]>} looks by the classes that make them */
  const known = new Map();
  const copy = /** @type {Element} */ (element.cloneNode(true));
  const [theirs, ours] = [element, copy].map((one) => [one, ...one.querySelectorAll("*")]);
  theirs.forEach((one, place) => {
    const mine = ours[place];
    if (one.matches(UNSEEN)) return mine.remove();
    for (const name of mine.getAttributeNames()) if (DROPPED.test(name)) mine.removeAttribute(name);
    if (!one.hasAttribute("class")) return undefined;
    // What stands within a box looks as the box has it, so that counts too.
    const classes = `${one.parentElement?.getAttribute("class")} ${one.getAttribute("class")}`;
    let looks = known.get(classes);
    if (!looks) known.set(classes, (looks = looks_of(one)));
    for (const [name, value] of looks) if (!mine.hasAttribute(name)) mine.setAttribute(name, value);
    return undefined;
  });
  return copy;
}

/** @param {Element} element @returns {[string, string][]} */
function looks_of(element) {
  const style = getComputedStyle(element);
  return STYLES.map(
    (name) => /** @type {[string, string]} */ ([name, style.getPropertyValue(name)]),
  ).filter(([name, value]) => value !== "" && value !== USUAL[name]);
}
