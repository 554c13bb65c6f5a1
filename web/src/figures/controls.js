/** What a figure is set with: whole numbers between two limits, and one of several words. */
import { h } from "../dom.js";

/** @param {string} label @param {number} value @param {[number, number]} limits
 * @param {(value: number) => void} hear */
export function whole_number(label, value, [low, high], hear) {
  let last = value;
  const field = h("input", {
    type: "number",
    min: low,
    max: high,
    value,
    oninput: () => {
      const typed = Number(field.value);
      // Half a number while it is typed changes nothing.
      if (field.value === "" || !Number.isInteger(typed) || typed < low || typed > high) return;
      last = typed;
      hear(typed);
    },
    onblur: () => {
      field.value = String(last);
    },
  });
  return h("label", null, label, " ", field);
}

/** @template {string} T
 * @param {string} label @param {Record<T, string>} choices value -> word @param {T} chosen
 * @param {(value: T) => void} hear */
export function choice(label, choices, chosen, hear) {
  const field = h("select", { onchange: () => hear(/** @type {T} */ (field.value)) });
  for (const [value, word] of Object.entries(choices)) {
    field.append(h("option", { value, selected: value === chosen }, String(word)));
  }
  return h("label", null, label, " ", field);
}

/** Where an arrow key leads in a grid, or null. @param {string} key
 * @param {[number, number]} at row and column @param {[number, number]} size @returns {[number, number]|null} */
export function moved(key, [row, column], [rows, columns]) {
  /** @type {Record<string, [number, number]>} */
  const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  if (key === "Home") return [row, 0];
  if (key === "End") return [row, columns - 1];
  const step = steps[key];
  if (!step) return null;
  const clamped = (/** @type {number} */ value, /** @type {number} */ count) =>
    Math.max(0, Math.min(count - 1, value));
  return [clamped(row + step[0], rows), clamped(column + step[1], columns)];
}
