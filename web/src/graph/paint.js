/** Boxes and edges of a scene on the canvas; what stays is moved, not made again. Of a scene of very many
 *  boxes only those near to what is seen are made. */

import { set_attributes, svg } from "../dom.js";
import { curve, loop } from "./curves.js";
import { box_of, far_box_of, far_head_of, frame_of, head_of, shape_of, told_of } from "./marks.js";

/** @typedef {import("../model.js").Model} Model */
/** @typedef {import("../model.js").TreeNode} TreeNode */
/** @typedef {import("../state.js").State} State */
/** @typedef {import("./scene.js").Box} Box */
/** @typedef {import("./scene.js").Line} Line */
/** @typedef {import("./scene.js").Scene} Scene */
/** @typedef {{element: SVGElement, says: string}} Drawn */

/** What is looked at, in the scene's measures; from farther away words cannot be read, and are left out.
 * @typedef {{left: number, top: number, right: number, bottom: number, is_far: boolean}} Sight */

/** @type {Sight} */
export const EVERYTHING = {
  left: -Infinity,
  top: -Infinity,
  right: Infinity,
  bottom: Infinity,
  is_far: false,
};

/** What draws scenes, one after the other: what a box tells may change between two, or its network. */
export function painter() {
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

  /** @param {Model} model @param {Scene} scene @param {Sight} sight */
  const paint_lines = (model, scene, sight) => {
    const kept = new Set();
    for (const line of scene.lines) {
      if (!line.back && !is_passed(line, sight)) continue;
      const ends = line.points[line.points.length - 1];
      const edge = keep(lines, line.key, String(sight.is_far), edges, () => {
        const has_arrow = line.ends && !sight.is_far;
        return svg("path", { class: "g-edge", "marker-end": has_arrow ? "url(#arrow)" : null });
      });
      const d = line.back ? loop(line.points[0], ends, scene.width) : curve(line.points);
      set_attributes(edge, { d });
      kept.add(line.key);
      const label = `s${line.from}\0${line.source}`;
      if (!line.starts || sight.is_far || kept.has(label)) continue;
      const [x, y] = line.points[0];
      const given = shape_of(model, line.source);
      const text = keep(lines, label, given, shapes, () =>
        svg("text", { class: "g-shape" }, given),
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
    /** @param {Model} model @param {Scene} scene @param {State} state
     * @param {(box: Box) => number} heat 0 to 1; -1 for none @param {Sight} sight */
    paint(model, scene, state, heat, sight) {
      const { is_far } = sight;
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
        if (!is_seen(box, sight)) continue;
        const told = told_of(model, box, state);
        if (box.type === "frame") {
          const says = `${told} ${state.metric}`;
          const make = is_far ? far_head_of : head_of;
          put(`f${box.key}`, says, frames, box, () => frame_of(box));
          put(`h${box.key}`, `${says} ${is_far}`, boxes, box, () => make(model, box, state));
        } else {
          const warm = heat(box);
          const says = `${told} ${state.metric} ${warm.toFixed(3)} ${is_far}`;
          const make = is_far ? far_box_of : box_of;
          put(`b${box.key}`, says, boxes, box, () => make(model, box, state, warm));
        }
      }
      drop(drawn, kept);
      for (const layer of [frames, boxes]) {
        in_order(
          layer,
          row.filter((one) => one.layer === layer).map((one) => one.element),
        );
      }
      paint_lines(model, scene, sight);
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

/** @param {Box} box @param {Sight} sight */
function is_seen({ x, y, width, height }, { left, top, right, bottom }) {
  return x < right && x + width > left && y < bottom && y + height > top;
}

/** @param {Line} line @param {Sight} sight */
function is_passed({ points }, { left, top, right, bottom }) {
  if (points[0][1] > bottom || points[points.length - 1][1] < top) return false;
  return points.some(([x]) => x > left) && points.some(([x]) => x < right);
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
