/** How the numbers of a layer come about. */

import { h } from "../dom.js";
import { bytes, whole } from "../format.js";
import { is_number } from "../exact.js";

/** @typedef {import("../types").Formula} Formula */

/** Each formula: what it comes to, the words of it, and its values; words that stand above are not said
 *  again. @param {Formula[]} formulas */
export function explain_view(formulas) {
  let before = "";
  return h(
    "dl",
    { class: "formulas" },
    formulas.map((formula) => {
      const { quantity, words, values, result, note } = formula;
      const has_words = words !== before && words !== "";
      before = words;
      const is_bytes = quantity.endsWith("bytes") && is_number(result);
      return h(
        "div",
        null,
        h("dt", null, quantity, note && ` (${note})`),
        h(
          "dd",
          { class: "result", title: is_bytes ? bytes(result) : null },
          is_number(result) ? whole(result) : result,
        ),
        has_words && h("dd", { class: "steps" }, words),
        values !== String(result) && h("dd", { class: "steps values" }, `= ${values}`),
      );
    }),
  );
}

/** What is said of an op's arguments. @param {Record<string, unknown>} attributes */
export function attributes_view(attributes) {
  const entries = Object.entries(attributes);
  return entries.length === 0
    ? null
    : h(
        "dl",
        { class: "pairs" },
        entries.map(([name, value]) =>
          h("div", null, h("dt", null, name), h("dd", null, told(value))),
        ),
      );
}

/** A value as a spec would have it: `3x3`; pairs of before and after along each axis as `1,1 x 1,1`.
 * @param {unknown} value @returns {string} */
export function told(value) {
  if (!Array.isArray(value))
    return typeof value === "object" && value ? JSON.stringify(value) : String(value);
  if (value.some(Array.isArray))
    return value.map((one) => (Array.isArray(one) ? one.join(",") : one)).join(" x ");
  return value.every((one) => Number.isInteger(one) && one >= 0)
    ? value.join("x")
    : value.join(", ");
}
