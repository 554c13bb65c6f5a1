/** The places of a layer's output, of which one is chosen. */

import { h, on, set_attributes, svg } from "../dom.js";
import { shape } from "../format.js";

/** @typedef {import("../types").Shape} Shape */

/** The largest drawing in pixels; lines between places are drawn where they lie so far apart. */
const WIDE = 100;
const APART = 4;
const STRIP = 20;
/** What the words below a small one take. */
const LEAST = 84;

/** Null where every output sees the same. @param {Shape | null} output @param {number[]} counts
 * @param {(position: number[]) => void} choose */
export function output_map(output, counts, choose) {
  if (counts.every((count) => count === 1)) return null;
  const [down, across] = counts.length > 1 ? counts.slice(-2) : [1, counts[0]];
  const scale = Math.min(12, WIDE / Math.max(down, across));
  const width = across * scale;
  const tall = counts.length > 1 ? scale : STRIP;
  const height = down * tall;
  const cell = svg("rect", { class: "cell", width: Math.max(2, scale), height: Math.max(2, tall) });
  let lines = "";
  if (scale >= APART) {
    for (let place = 1; place < across; place += 1) lines += `M${place * scale} 0V${height}`;
    for (let place = 1; place < down; place += 1) lines += `M0 ${place * tall}H${width}`;
  }
  const map = svg(
    "svg",
    { class: "map", viewBox: `0 0 ${width} ${height}`, width, height, "aria-hidden": "true" },
    svg("rect", { class: "input", width, height }),
    svg("path", { class: "centres", d: lines }),
    cell,
  );
  /** @type {number[]} */
  let position = [];

  /** @param {PointerEvent} event */
  function follow(event) {
    const edge = map.getBoundingClientRect();
    const column = clamped((event.clientX - edge.left) / edge.width, across);
    const row = clamped((event.clientY - edge.top) / edge.height, down);
    choose([...position.slice(0, -2), ...(counts.length > 1 ? [row, column] : [column])]);
  }
  on(map, "pointerdown", follow);
  on(map, "pointermove", (event) => {
    if (event.pointerType === "mouse" || event.buttons) follow(event);
  });
  return {
    element: h(
      "figure",
      { style: { width: `${Math.max(width, LEAST)}px` } },
      map,
      h("figcaption", null, `output ${shape(output)}`),
    ),
    /** @param {number[]} next */
    update(next) {
      position = next;
      const column = next[next.length - 1];
      const row = next.length > 1 ? next[next.length - 2] : 0;
      set_attributes(cell, { x: column * scale, y: row * tall });
    },
  };
}

/** @param {number} part @param {number} count */
function clamped(part, count) {
  return Math.min(count - 1, Math.max(0, Math.floor(part * count)));
}
