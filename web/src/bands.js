/** What is alive while each layer runs, as bands that lie on each other: numbers in, numbers out. */

/** @typedef {import("./types").Memory} Memory */

/** @typedef {object} Step
 * @property {number} step the layer's number
 * @property {number} first the first step that it stands for: of very many layers one column is several
 * @property {number} last
 * @property {number} held bytes */

/** One column for each layer; of more than `most` layers each column is that of its stretch in which
 *  most is held. @param {readonly number[]} held @param {number} most @returns {Step[]} */
export function columns_of(held, most) {
  const count = Math.min(held.length, most);
  /** @type {Step[]} */
  const columns = [];
  for (let at = 0; at < count; at += 1) {
    const first = Math.floor((at * held.length) / count);
    const last = Math.floor(((at + 1) * held.length) / count) - 1;
    let step = first;
    for (let other = first; other <= last; other += 1) if (held[other] > held[step]) step = other;
    columns.push({ step, first, last, held: held[step] });
  }
  return columns;
}

/** Places of the memory's tensors that are alive at a step, in the order in which they were made.
 * @param {Memory["tensors"]} tensors @param {number} step @returns {number[]} */
export function alive_at(tensors, step) {
  /** @type {number[]} */
  const found = [];
  tensors.forEach((one, place) => {
    if (one.from <= step && step <= one.to) found.push(place);
  });
  return found;
}

/** @typedef {object} Band
 * @property {number} tensor its place in the memory's list
 * @property {{column: number, low: number, high: number}[]} spans where it lies, column by column */

/** Every tensor as a band; one lies on those that were made before it. @param {Memory["tensors"]} tensors
 * @param {readonly Step[]} columns @returns {Band[]} */
export function bands_of(tensors, columns) {
  const heights = new Array(columns.length).fill(0);
  const starts = columns.map((column) => column.step);
  /** @type {Band[]} */
  const bands = [];
  tensors.forEach((one, place) => {
    const spans = [];
    for (let column = at_or_after(starts, one.from); column < columns.length; column += 1) {
      if (columns[column].step > one.to) break;
      const low = heights[column];
      heights[column] = low + one.bytes;
      spans.push({ column, low, high: heights[column] });
    }
    if (spans.length) bands.push({ tensor: place, spans });
  });
  return bands;
}

/** The first place in a sorted list whose number is no less. @param {readonly number[]} sorted @param {number} number */
function at_or_after(sorted, number) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < number) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The outline of a band as an SVG path: steps, as memory is taken and given back at once.
 * @param {Band} band @param {(column: number) => number} x left edge of a column, in pixels
 * @param {(bytes: number) => number} y */
export function outline({ spans }, x, y) {
  const round = (/** @type {number} */ value) => Math.round(value * 100) / 100;
  let path = "";
  for (const { column, high } of spans) {
    path += `${path ? "L" : "M"}${round(x(column))} ${round(y(high))}H${round(x(column + 1))}`;
  }
  for (const { column, low } of [...spans].reverse()) {
    path += `L${round(x(column + 1))} ${round(y(low))}H${round(x(column))}`;
  }
  return `${path}Z`;
}

/** Round numbers from 0 up for an axis, of bytes or of values.
 * @param {number} most @param {number} wanted about so many @param {boolean} binary */
export function ticks(most, wanted, binary) {
  if (!(most > 0)) return [0];
  const rough = most / wanted;
  const unit = binary ? 1024 ** Math.max(0, Math.floor(Math.log2(rough) / 10)) : 1;
  const power = 10 ** Math.floor(Math.log10(rough / unit));
  const step = ([1, 2, 2.5, 5, 10].find((one) => one * power * unit >= rough) ?? 10) * power * unit;
  const found = [];
  for (let at = 0; at <= most * 1.0001; at += step) found.push(at);
  return found;
}
