/** Which part of the input one output value sees: whole numbers in, whole numbers and words out.
 *
 *  Source: Araujo, Norris & Sim 2019, "Computing Receptive Fields of Convolutional Neural Networks",
 *  Distill: output `q` sees `size` inputs from `start + q*stride` on. */

import { number_of } from "./columns.js";

/** @typedef {import("./types").Field} Field */
/** @typedef {import("./types").Shape} Shape */
/** Inputs along one axis, both ends among them; what lies outside the input is padding.
 * @typedef {{first: number, last: number}} Span */

/** How much of an input's length is drawn of the padding on each side, at most. */
const MARGIN = 0.75;

/** What an output sees along an axis; null where it sees nothing.
 * @param {Field} field @param {number} axis @param {number} output @returns {Span | null} */
export function span(field, axis, output) {
  const phases = field.phases?.[axis];
  if (phases) {
    const phase = output % phases.spans.length;
    const seen = phases.spans[phase];
    const moved = ((output - phase) / phases.spans.length) * phases.advance;
    return seen && { first: seen[0] + moved, last: seen[1] + moved };
  }
  const start = field.start[axis];
  if (start === null) return null;
  const first = start + Math.floor(output * number_of(field.stride[axis]));
  return { first, last: first + field.size[axis] - 1 };
}

/** The part of a span that lies on the input; null where all of it is padding.
 * @param {Span | null} seen @param {number} length @returns {Span | null} */
export function inside(seen, length) {
  if (!seen) return null;
  const part = { first: Math.max(0, seen.first), last: Math.min(length - 1, seen.last) };
  return part.first <= part.last ? part : null;
}

/** How many outputs there are along each axis of the field that see different places.
 * @param {Field} field @param {Shape | null} output */
export function places(field, output) {
  const sizes = output?.length === field.size.length + 1 ? output.slice(1) : null;
  return field.size.map((_, axis) => (sizes && number_of(field.stride[axis]) ? sizes[axis] : 1));
}

/** The output along an axis whose field lies around a place of the input.
 * @param {Field} field @param {number} axis @param {number} place @param {number} count of outputs */
export function nearest(field, axis, place, count) {
  const step = number_of(field.stride[axis]);
  const start = field.start[axis];
  if (!step || start === null) return 0;
  const first = place - (field.size[axis] - 1) / 2;
  return Math.min(count - 1, Math.max(0, Math.round((first - start) / step)));
}

/** What is drawn of an axis: the input and the padding that any output sees, so that nothing moves but
 * the field; padding beyond a measure is cut off.
 * @param {Field} field @param {number} axis @param {number} length @param {number} count @returns {Span} */
export function drawn(field, axis, length, count) {
  const ends = [span(field, axis, 0), span(field, axis, count - 1)];
  const most = Math.ceil(length * MARGIN);
  const low = Math.min(0, ...ends.map((end) => end?.first ?? 0));
  const high = Math.max(length - 1, ...ends.map((end) => end?.last ?? 0));
  return { first: Math.max(low, -most), last: Math.min(high, length - 1 + most) };
}

/** The middle output. @param {number[]} counts */
export function middle(counts) {
  return counts.map((count) => Math.floor((count - 1) / 2));
}

/** The axis, counted from the last, and the direction in which a key moves.
 * @type {Record<string, [number, number]>} */
const STEPS = {
  ArrowLeft: [1, -1],
  ArrowRight: [1, 1],
  ArrowUp: [2, -1],
  ArrowDown: [2, 1],
  PageUp: [3, -1],
  PageDown: [3, 1],
};

/** Where a key leads; null for one that leads nowhere.
 * @param {number[]} position @param {number[]} counts @param {string} key
 * @param {boolean} is_far whether by a tenth of the way at a time */
export function moved(position, counts, key, is_far) {
  if (key === "Home") return counts.map(() => 0);
  if (key === "End") return counts.map((count) => count - 1);
  const [from_last, direction] = STEPS[key] ?? [0, 0];
  const axis = counts.length - from_last;
  if (!direction || axis < 0) return null;
  const step = is_far ? Math.max(1, Math.round(counts[axis] / 10)) : 1;
  const next = Math.min(counts[axis] - 1, Math.max(0, position[axis] + direction * step));
  return position.map((old, place) => (place === axis ? next : old));
}

const AXES = [
  ["plane", "planes"],
  ["row", "rows"],
  ["column", "columns"],
];

/** What an output sees, in words: `rows 0 to 29 of 224 (5 more on padding), columns ...`.
 * @param {Field} field @param {number[]} position @param {Shape} input */
export function seen_text(field, position, input) {
  return position
    .map((output, axis) => {
      const words =
        position.length > 3 || position.length === 1
          ? ["value", "values"]
          : AXES[axis + 3 - position.length];
      return axis_text(span(field, axis, output), input[axis + 1], words);
    })
    .join(", ");
}

/** @param {Span | null} seen @param {number} length @param {string[]} words */
function axis_text(seen, length, [one, many]) {
  if (!seen) return `no ${many}`;
  const size = seen.last - seen.first + 1;
  const part = inside(seen, length);
  if (!part) return `no ${many}, padding alone`;
  const outside = size - (part.last - part.first + 1);
  const which =
    part.first === part.last ? `${one} ${part.first}` : `${many} ${part.first} to ${part.last}`;
  return `${which} of ${length}${outside ? ` (${outside} more on padding)` : ""}`;
}
