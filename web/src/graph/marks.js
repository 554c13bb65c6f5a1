/** The elements of a box, a frame, an edge. */

import { measure, svg } from "../dom.js";
import { shape, whole } from "../format.js";
import { STATUS_SIGNS, fitted, words_of } from "./boxes.js";
import { BEHIND, BOX_WIDTH, HEADER } from "./scene.js";

/** @typedef {import("../model.js").Model} Model */
/** @typedef {import("../model.js").TreeNode} TreeNode */
/** @typedef {import("../state.js").State} State */
/** @typedef {import("./scene.js").Box} Box */

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

/** @param {Model} model @param {string} source */
export function shape_of(model, source) {
  const layer = model.layer(source);
  return shape(layer ? model.kind(layer).output_shape : model.network.input[source]);
}

/** @param {Box} box */
function status_of({ node }) {
  const status = node?.change?.status;
  return status && status !== "same" ? status : "";
}

/** All that an element tells of its box, as one text: boxes of which it is the same look the same.
 * @param {Model} model @param {Box} box @param {State} state */
export function told_of(model, box, state) {
  const { type, node, hidden, width, height } = box;
  const size = `${type} ${width} ${height}`;
  if (!node) return [size, hidden ? hidden.count : pill_words(model, box).join("\n")].join("\n");
  const words = Object.values(words_of(model, node, state.metric));
  return [size, node.type, node.children.length > 0, status_of(box), ...words].join("\n");
}

/** @param {Box} box */
export function frame_of(box) {
  const status = status_of(box);
  const repeat = box.node?.type === "repeat" ? " repeat" : "";
  return svg("rect", {
    class: `g-frame${repeat}${status && ` g-${status}`}`, width: box.width, height: box.height, rx: 10,
  }); // prettier-ignore
}

/** @param {Model} model @param {Box} box @param {State} state */
export function head_of(model, box, state) {
  const node = /** @type {TreeNode} */ (box.node);
  const { title, count, figure, more } = words_of(model, node, state.metric);
  const room = box.width / 2 - TITLE_ROOM;
  return svg(
    "g",
    {
    class: "g-head", role: "button", tabindex: -1, "aria-expanded": "true",
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
export function box_of(model, box, state, warm) {
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
    "aria-expanded": folds ? "false" : null,
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
        "fill-opacity": heat_share(warm),
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

/** A box that is seen from so far that its words would be dust. @param {Model} model @param {Box} box
 * @param {State} state @param {number} warm */
export function far_box_of(model, box, state, warm) {
  const { key, width, height, node } = box;
  if (!node) return box_of(model, box, state, warm);
  const { more, category } = words_of(model, node, state.metric);
  const status = status_of(box);
  const looks = warm >= 0 ? "g-heat" : status ? `g-mark g-${status}` : `g-kind-${category}`;
  return svg(
    "rect",
    {
      class: `g-box g-far ${looks}`,
      width,
      height,
      rx: 6,
      role: "button",
      tabindex: -1,
      "data-key": key,
      "aria-expanded": node.children.length ? "false" : null,
      "fill-opacity": warm >= 0 ? heat_share(warm) : 0.7,
    },
    svg("title", null, more),
  );
}

/** @param {Model} model @param {Box} box @param {State} state */
export function far_head_of(model, box, state) {
  const node = /** @type {TreeNode} */ (box.node);
  return svg(
    "rect",
    {
      class: "g-head g-hit",
      width: box.width,
      height: HEADER,
      role: "button",
      tabindex: -1,
      "aria-expanded": "true",
      "data-key": box.key,
    },
    svg("title", null, words_of(model, node, state.metric).more),
  );
}

/** Not all of the colour, so that words on it can be read. @param {number} warm */
function heat_share(warm) {
  return (warm * 0.62).toFixed(3);
}

/** @param {string} title @param {string} count @param {number} room */
function titled(title, count, room) {
  return fitted(title, room - TITLE(count), TITLE) + count;
}

/** What is told on pointing at an input or output, and its label. @param {Model} model @param {Box} box
 * @returns {[string, string]} */
function pill_words(model, { type, name }) {
  const given = type === "input" ? model.network.input[name] : model.network.outputs[name].shape;
  const words = `${type === "input" ? "Input" : "Output"} ${name}: ${shape(given)}`;
  const alone = Object.keys(model.network.outputs).length < 2;
  return [words, type === "output" && alone ? "output" : name];
}

/** @param {Model} model @param {Box} box */
function pill_of(model, box) {
  const { type, key, width, height } = box;
  const [words, label] = pill_words(model, box);
  return svg(
    "g",
    { class: `g-${type}`, role: "img", "data-key": key },
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
      "data-key": key,
    },
    svg("title", null, `${count} more: shows the next of them`),
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
