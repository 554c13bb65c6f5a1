/** What the colours of the graph say. */

import { h } from "../dom.js";
import { STATUS_SIGNS } from "./boxes.js";

/** @param {import("./colours.js").Colours} colours */
export function legend_of({ kinds, ramp, statuses }) {
  const named = ramp
    ? [h("li", null, ramp.title), h("li", null, "0", h("span", { class: "g-ramp" }), ramp.most)]
    : kinds.map(({ words, kind }) => entry("g-swatch", kind, "", words));
  return [
    ...named,
    ...statuses.map((status) => entry("g-status", status, STATUS_SIGNS[status], status)),
  ];
}

/** @param {string} looks @param {string} colour @param {string} sign @param {string} words */
function entry(looks, colour, sign, words) {
  const style = { background: `var(--${colour})` };
  return h("li", null, h("span", { class: looks, style, "aria-hidden": "true" }, sign), words);
}
