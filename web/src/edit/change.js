/** What the costs are against those of the file on the disk. */

import { h } from "../dom.js";
import { bytes, signed, short, whole } from "../format.js";

const COMPARED = /** @type {const} */ ([
  ["parameters", "parameters", short],
  ["macs", "MACs", short],
  ["weight_bytes", "weights", bytes],
  ["peak_activation_bytes", "peak memory", bytes],
]);

/** @param {any} change totals as saved and as they stand @returns {(Node|string)[]} */
export function change_words(change) {
  if (!change) return [];
  const parts = COMPARED.filter(([name]) => change[name]?.change).map(([name, title, words]) => {
    const { old, new: now, change: by, percent } = change[name];
    const share = percent === null ? "" : ` (${signed(percent, (one) => one.toFixed(1))} %)`;
    const exact = `${whole(old)} → ${whole(now)}`;
    return h("span", { title: exact }, h("b", null, signed(by, words)), ` ${title}${share}`);
  });
  if (!parts.length) return ["Costs are those of the file as it is saved."];
  return [
    "Against the file as it is saved: ",
    ...parts.flatMap((one, at) => (at ? [", ", one] : [one])),
  ];
}
