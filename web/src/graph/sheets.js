/** Where a graph that is longer than a sheet of paper is cut: between boxes, not through them. Pure. */

import { HEADER } from "./scene.js";

/** @typedef {import("./scene.js").Box} Box */
/** @typedef {{top: number, height: number}} Sheet */

/** Room above a box that a cut leaves: for the head of the arrow that comes in. */
const ABOVE = 12;

/** Sheets that show all of a graph, each at most so high. Where every cut would go through a box, that is cut.
 * @param {readonly Box[]} boxes @param {number} height of the graph @param {number} most @returns {Sheet[]} */
export function sheets(boxes, height, most) {
  const parts = boxes.map((box) => [box.y, box.y + (box.type === "frame" ? HEADER : box.height)]);
  const places = [...new Set(parts.map(([top]) => top - ABOVE))].sort((one, other) => other - one);
  const is_free = (/** @type {number} */ at) => parts.every(([top, end]) => at <= top || at >= end);
  const found = [];
  for (let top = -ABOVE; top < height;) {
    const [start, end] = [top, top + most];
    const between = (/** @type {number} */ at) => at > start && at <= end && is_free(at);
    top = end >= height ? height : (places.find(between) ?? end);
    found.push({ top: start, height: top - start });
  }
  return found;
}
