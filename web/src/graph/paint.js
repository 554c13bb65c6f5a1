/** Boxes and edges of a scene as SVG elements; what stays is moved, not made again. */

import { measure, set_attributes, svg } from "../dom.js";
import { shape, whole } from "../format.js";
import { fitted, words_of } from "./boxes.js";
import { curve, loop } from "./curves.js";
import { BEHIND, BOX_WIDTH, HEADER } from "./scene.js";

/** @typedef {import("../model.js").Model} Model */
/** @typedef {import("../state.js").State} State */
/** @typedef {import("../model.js").TreeNode} TreeNode */
/** @typedef {import("./scene.js").Box} Box */
/** @typedef {import("./scene.js").Line} Line */
/** @typedef {import("./scene.js").Scene} Scene */
/** @typedef {{element: SVGElement, says: string}} Drawn */

const STATUS_SIGNS = /** @type {Record<string, string>} */ ({
  added: "+",
  removed: "−",
  changed: "≠",
});
/** Widths of the letters that boxes use. */
const TITLE = measure("600 13px system-ui, sans-serif");
const LINE = measure("11.5px system-ui, sans-serif");
/** Before the title of a frame, and between it and the line that comes in. */
const TITLE_ROOM = 36;
const UNFOLD = "M-3.5 -1.5L0 2L3.5 -1.5";
const FOLD = "M-3.5 1.5L0 -2L3.5 1.5";
/** Letters above the line that they stand on, so that they look centred. */
const DROP = 4;

/** Room that the head of a frame takes on either side of the line that comes in.
 * @param {TreeNode} node */
export function head_width({ label, count, type }) {
  return Math.min(220, TITLE(type === "repeat" ? `${label} × ${count}` : label) + TITLE_ROOM);
}

/** @param {Model} model */
export function painter(model) {
  const frames = svg("g");
  const edges = svg("g");
  const shapes = svg("g", { "aria-hidden": "true" });
  const boxes = svg("g");
  const root = svg("g", null, frames, edges, shapes, boxes);
  /** @type {Map<string, Drawn>} */
  const drawn = new Map();
  /** @type {Map<string, Drawn>} */
  const lines = new Map();
  let is_first = true;

  /** @param {Map<string, Drawn>} known @param {Set<string>} kept */
  const drop = (known, kept) => {
    for (const [key, { element }] of known) {
      if (kept.has(key)) continue;
      element.remove();
      known.delete(key);
    }
  };

  /** @param {Map<string, Drawn>} known @param {string} key @param {string} says what the element tells
   * @param {SVGElement} layer @param {() => SVGElement} make */
  const keep = (known, key, says, layer, make) => {
    const one = known.get(key);
    if (one?.says === says) return one.element;
    const element = make();
    if (one) one.element.replaceWith(element);
    else {
      if (!is_first) element.classList.add("g-new");
      layer.append(element);
    }
    known.set(key, { element, says });
    return element;
  };

  /** @param {Scene} scene */
  const paint_lines = (scene) => {
    const kept = new Set();
    for (const line of scene.lines) {
      const ends = line.points[line.points.length - 1];
      const edge = keep(lines, line.key, "", edges, () =>
        svg("path", { class: "g-edge", "marker-end": line.ends ? "url(#arrow)" : null }),
      );
      const d = line.back ? loop(line.points[0], ends, scene.width) : curve(line.points);
      set_attributes(edge, { d });
      kept.add(line.key);
      const label = `s${line.from}\0${line.source}`;
      if (!line.starts || kept.has(label)) continue;
      const [x, y] = line.points[0];
      const text = keep(lines, label, "", shapes, () =>
        svg("text", { class: "g-shape" }, shape_of(model, line.source)),
      );
      // Beside the line, on the side to which it does not bend.
      const side = (line.points.find((point) => point[0] !== x)?.[0] ?? x) < x ? 1 : -1;
      set_attributes(text, {
        x: Math.round(x) + 7 * side,
        y: Math.round(y) + 13,
        "text-anchor": side < 0 ? "end" : "start",
      });
      kept.add(label);
    }
    drop(lines, kept);
  };

  return {
    root,
    /** @param {Scene} scene @param {State} state @param {(box: Box) => number} heat 0 to 1; -1 for none */
    paint(scene, state, heat) {
      const kept = new Set();
      /** @type {{layer: SVGElement, element: SVGElement}[]} */
      const row = [];
      /** @param {string} key @param {string} says @param {SVGElement} layer @param {Box} box
       * @param {() => SVGElement} make */
      const put = (key, says, layer, box, make) => {
        const element = keep(drawn, key, says, layer, make);
        move(element, box);
        kept.add(key);
        row.push({ layer, element });
      };
      for (const box of scene.boxes) {
        if (box.type === "frame") {
          const says = `${box.width} ${box.height} ${state.metric}`;
          put(`f${box.key}`, says, frames, box, () => frame_of(box));
          put(`h${box.key}`, says, boxes, box, () => head_of(model, box, state));
        } else {
          const warm = heat(box);
          const says = `${box.type} ${box.hidden?.count} ${state.metric} ${warm.toFixed(3)}`;
          put(`b${box.key}`, says, boxes, box, () => box_of(model, box, state, warm));
        }
      }
      drop(drawn, kept);
      for (const layer of [frames, boxes]) {
        in_order(
          layer,
          row.filter((one) => one.layer === layer).map((one) => one.element),
        );
      }
      paint_lines(scene);
      is_first = false;
    },
    /** The element that is pressed to choose a box. @param {string} key */
    element: (key) => drawn.get(`b${key}`)?.element ?? drawn.get(`h${key}`)?.element,
    /** @param {ReadonlySet<string>} near keys of lines */
    mark_edges(near) {
      for (const [key, { element }] of lines) element.classList.toggle("near", near.has(key));
    },
  };
}

/** Elements stand in the order in which they are read; one that is in its place is left alone, so that it
 *  keeps the focus. @param {SVGElement} layer @param {SVGElement[]} elements */
function in_order(layer, elements) {
  let at = layer.firstChild;
  for (const element of elements) {
    if (element === at) at = at.nextSibling;
    else layer.insertBefore(element, at);
  }
}

/** @param {SVGElement} element @param {Box} box */
function move(element, { x, y }) {
  set_attributes(element, {
    transform: `translate(${Math.round(x * 10) / 10} ${Math.round(y * 10) / 10})`,
  });
}

/** @param {Model} model @param {string} source */
function shape_of(model, source) {
  const layer = model.layer(source);
  return shape(layer ? model.kind(layer).output_shape : model.network.input[source]);
}

/** @param {Box} box */
function status_of({ node }) {
  const status = node?.change?.status;
  return status && status !== "same" ? status : "";
}

/** @param {Box} box */
function frame_of(box) {
  const status = status_of(box);
  const repeat = box.node?.type === "repeat" ? " repeat" : "";
  return svg("rect", {
    class: `g-frame${repeat}${status && ` g-${status}`}`, width: box.width, height: box.height, rx: 10,
  }); // prettier-ignore
}

/** @param {Model} model @param {Box} box @param {State} state */
function head_of(model, box, state) {
  const node = /** @type {TreeNode} */ (box.node);
  const { title, count, figure, more } = words_of(model, node, state.metric);
  const room = box.width / 2 - TITLE_ROOM;
  return svg(
    "g",
    {
    class: "g-head", role: "button", tabindex: -1, "aria-expanded": "true", "aria-label": more,
"data-key": box.key,
  }, // prettier-ignore
    svg("title", null, `${more}\nfolds`),
    svg("rect", { class: "g-hit", width: box.width, height: HEADER, rx: 10 }),
    svg("rect", { class: "g-ring", x: 2, y: 2, width: box.width - 4, height: HEADER - 4, rx: 7 }),
    svg("path", { class: "g-chevron", d: FOLD, transform: `translate(16 ${HEADER / 2 + 1})` }),
    svg("text", { class: "g-title", x: 27, y: HEADER / 2 + DROP + 1 }, titled(title, count, room)),
    svg("text", { class: "g-figure", x: box.width - 14, y: HEADER / 2 + DROP + 1 }, figure),
  );
}

/** @param {Model} model @param {Box} box @param {State} state @param {number} warm */
function box_of(model, box, state, warm) {
  if (box.type === "input" || box.type === "output") return pill_of(model, box);
  if (box.hidden) return more_of(box);
  const node = /** @type {TreeNode} */ (box.node);
  const words = words_of(model, node, state.metric);
  const { width } = box;
  const height = box.height - (node.type === "repeat" ? BEHIND : 0);
  const status = status_of(box);
  const classes = ["g-box", status && `g-${status}`, warm > 0 && "g-warm"]
    .filter(Boolean)
    .join(" ");
  const folds = node.children.length > 0;
  const low = !words.line;
  const y = low ? height / 2 + DROP : 19;
  const end = width - (folds ? 26 : 10);
  const room = end - 14 - (words.figure ? LINE(words.figure) + 8 : 0);
  return svg(
    "g",
    {
    class: classes, role: "button", tabindex: -1, "data-key": box.key,
    "aria-expanded": folds ? "false" : null, "aria-label": words.more.replaceAll("\n", ", "),
  }, // prettier-ignore
    svg("title", null, folds ? `${words.more}\nunfolds` : words.more),
    node.type === "repeat" &&
      [BEHIND, BEHIND / 2].map((step) =>
        svg("rect", { class: "g-behind", x: step, y: step, width, height, rx: 6 }),
      ),
    svg("rect", { class: "g-body", width, height, rx: 6 }),
    warm > 0 &&
      svg("rect", {
        class: "g-heat",
        width,
        height,
        rx: 6,
        "fill-opacity": (warm * 0.62).toFixed(3),
      }),
    warm < 0 && svg("path", {
      class: `g-kind-${words.category}`,
 d: `M4 .5H6A5.5 5.5 0 0 0 .5 6V${height - 6}A5.5 5.5 0 0 0 6 ${height - 0.5}H4Z`,
    }), // prettier-ignore
    svg("text", { class: "g-title", x: 14, y }, titled(words.title, words.count, room)),
    words.line &&
      svg(
        "text",
        { class: "g-line", x: 14, y: 36 },
        fitted(words.line, width - 14 - (folds ? 26 : 8), LINE),
      ),
    words.figure && svg("text", { class: "g-figure", x: end, y }, words.figure),
    folds &&
      svg("path", {
        class: "g-chevron",
        d: UNFOLD,
        transform: `translate(${width - 14} ${low ? height / 2 : 15})`,
      }),
    node.type === "repeat" && svg("text", { class: "g-sign", x: width - 14, y: 37 }, "↻"),
    status && [
      svg("circle", { class: "g-mark", r: 9 }),
      svg("text", { class: "g-badge", y: 4.5 }, STATUS_SIGNS[status]),
    ],
    svg("rect", { class: "g-ring", x: -3, y: -3, width: width + 6, height: height + 6, rx: 9 }),
  );
}

/** @param {string} title @param {string} count @param {number} room */
function titled(title, count, room) {
  return fitted(title, room - TITLE(count), TITLE) + count;
}

/** @param {Model} model @param {Box} box */
function pill_of(model, { type, name, key, width, height }) {
  const given = type === "input" ? model.network.input[name] : model.network.outputs[name].shape;
  const words = `${type === "input" ? "Input" : "Output"} ${name}: ${shape(given)}`;
  const alone = Object.keys(model.network.outputs).length < 2;
  const label = type === "output" && alone ? "output" : name;
  return svg(
    "g",
    { class: `g-${type}`, role: "img", "aria-label": words, "data-key": key },
    svg("title", null, words),
    svg("rect", { class: "g-pill", width, height, rx: height / 2 }),
    svg(
      "text",
      { class: "g-pill-words", x: width / 2, y: height / 2 + DROP },
      fitted(label, width - 20, LINE),
    ),
  );
}

/** @param {Box} box */
function more_of({ hidden, key, width, height }) {
  const count = whole(hidden?.count);
  return svg(
    "g",
    {
      class: "g-box",
      role: "button",
      tabindex: -1,
      "aria-label": `${count} more: shows the next`,
      "data-key": key,
    },
    svg("title", null, `shows the next of ${count}`),
    svg("rect", { class: "g-ring", x: -3, y: -3, width: width + 6, height: height + 6, rx: 9 }),
    svg("rect", { class: "g-more", width, height, rx: height / 2, "pointer-events": "all" }),
    svg(
      "text",
      { class: "g-pill-words", x: BOX_WIDTH / 2, y: height / 2 + DROP },
      `⋯ ${count} more`,
    ),
  );
}

/** The head of an arrow, which edges name. */
export function arrow() {
  return svg(
    "defs",
    null,
    svg(
      "marker",
      {
        id: "arrow",
        viewBox: "0 0 8 8",
        refX: 7,
        refY: 4,
        markerWidth: 6.5,
        markerHeight: 6.5,
        orient: "auto",
        markerUnits: "userSpaceOnUse",
      },
      svg("path", { class: "g-arrow", d: "M0 .8L7.5 4L0 7.2Z" }),
    ),
  );
}
