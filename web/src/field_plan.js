/** Where the input and a field stand in a drawing of a certain size: numbers in, coordinates out. */

import { drawn, span } from "./field.js";

/** @typedef {import("./types").Field} Field */
/** @typedef {import("./field.js").Span} Span */
/** @typedef {{x: number, y: number, width: number, height: number}} Box */

/** The largest drawing; the length and height of one with a single axis; the most pixels of one value. */
const WIDE = 232;
const HIGH = 260;
const LONG = 340;
const STRIP = 48;
const LARGEST = 16;
/** Centres of outputs are marked where they lie so many pixels apart. */
const APART = 4;

/** @typedef {object} Plan
 * @property {number} width
 * @property {number} height
 * @property {Box} input
 * @property {(spans: (Span | null)[]) => Box | null} box of what is seen
 * @property {(x: number, y: number) => (number | null)[]} place of the input under a point, along each axis
 * @property {string} centres a path of the lines on which the centres of outputs lie
 */

/** The last two axes are drawn; of more, the others are only said.
 * @param {Field} field @param {number[]} lengths of the input @param {number[]} counts of the outputs
 * @returns {Plan} */
export function field_plan(field, lengths, counts) {
  const across = lengths.length - 1;
  const down = across - 1;
  const wide = drawn(field, across, lengths[across], counts[across]);
  const high = down >= 0 ? drawn(field, down, lengths[down], counts[down]) : { first: 0, last: 0 };
  const columns = wide.last - wide.first + 1;
  const rows = high.last - high.first + 1;
  const scale = Math.min(
    LARGEST,
    (down >= 0 ? WIDE : LONG) / columns,
    down >= 0 ? HIGH / rows : LONG,
  );
  const tall = down >= 0 ? scale : STRIP;

  /** @param {Span} one @param {Span} other @returns {Box | null} */
  function box(one, other) {
    const left = Math.max(one.first, wide.first);
    const top = Math.max(other.first, high.first);
    const right = Math.min(one.last, wide.last) + 1;
    const bottom = Math.min(other.last, high.last) + 1;
    if (right <= left || bottom <= top) return null;
    return {
      x: (left - wide.first) * scale,
      y: (top - high.first) * tall,
      width: (right - left) * scale,
      height: (bottom - top) * tall,
    };
  }

  const all = (/** @type {number} */ axis) => ({
    first: 0,
    last: axis >= 0 ? lengths[axis] - 1 : 0,
  });
  const plan = { width: columns * scale, height: rows * tall };
  return {
    ...plan,
    input: /** @type {Box} */ (box(all(across), all(down))),
    box: (spans) => {
      const one = spans[across];
      const other = down >= 0 ? spans[down] : all(down);
      return one && other && box(one, other);
    },
    place: (x, y) =>
      lengths.map((_, axis) => {
        if (axis === across) return x / scale + wide.first;
        return axis === down ? y / tall + high.first : null;
      }),
    centres:
      centres(field, across, counts, scale, wide, (at) => `M${at} 0V${plan.height}`) +
      (down >= 0
        ? centres(field, down, counts, scale, high, (at) => `M0 ${at}H${plan.width}`)
        : ""),
  };
}

/** @param {Field} field @param {number} axis @param {number[]} counts @param {number} scale @param {Span} range
 * @param {(at: number) => string} line */
function centres(field, axis, counts, scale, range, line) {
  const count = counts[axis];
  const one = span(field, axis, 0);
  const other = span(field, axis, count - 1);
  if (!one || !other || count < 2 || ((other.first - one.first) / (count - 1)) * scale < APART)
    return "";
  let path = "";
  for (let output = 0; output < count; output += 1) {
    const seen = span(field, axis, output);
    if (seen)
      path += line(Number((((seen.first + seen.last + 1) / 2 - range.first) * scale).toFixed(2)));
  }
  return path;
}

/** The part of a picture that fills an input of another form: its middle, nothing squeezed.
 * @param {{width: number, height: number}} picture @param {number[]} lengths height and width
 * @returns {[number, number, number, number]} left, top, width, height */
export function covering(picture, [high, wide]) {
  const scale = Math.min(picture.width / wide, picture.height / high);
  const width = wide * scale;
  const height = high * scale;
  return [(picture.width - width) / 2, (picture.height - height) / 2, width, height];
}
