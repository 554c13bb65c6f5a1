/** A kernel that slides over a map: where its windows lie, and what they give. Values in, values out. */

/** @typedef {{input: number[][], kernel: number[][], stride: number, padding: number}} Sliding */
/** @typedef {{row: number, column: number, value: number, weight: number, is_padded: boolean}} Term */

/** Outputs along one axis: floor((n + 2p - f)/s) + 1; none where the kernel does not fit.
 * @param {number} length @param {number} kernel @param {number} stride @param {number} padding */
export function outputs(length, kernel, stride, padding) {
  const room = length + 2 * padding - kernel;
  return room < 0 ? 0 : Math.floor(room / stride) + 1;
}

/** Rows and columns of the output. @param {Sliding} sliding @returns {[number, number]} */
export function output_size({ input, kernel, stride, padding }) {
  return [
    outputs(input.length, kernel.length, stride, padding),
    outputs(input[0].length, kernel[0].length, stride, padding),
  ];
}

/** What is multiplied for one output, in the kernel's order. A place in the padding is a zero.
 * @param {Sliding} sliding @param {number} row @param {number} column @returns {Term[]} */
export function terms({ input, kernel, stride, padding }, row, column) {
  return kernel.flatMap((weights, down) =>
    weights.map((weight, along) => {
      const at = { row: row * stride - padding + down, column: column * stride - padding + along };
      const value = input[at.row]?.[at.column];
      return { ...at, weight, value: value ?? 0, is_padded: value === undefined };
    }),
  );
}

/** @param {Sliding} sliding @param {number} row @param {number} column */
export function value_at(sliding, row, column) {
  const sum = terms(sliding, row, column).reduce(
    (sum, { value, weight }) => sum + value * weight,
    0,
  );
  return rounded(sum);
}

/** All outputs, row by row. @param {Sliding} sliding @returns {number[][]} */
export function output(sliding) {
  const [rows, columns] = output_size(sliding);
  return range(rows).map((row) => range(columns).map((column) => value_at(sliding, row, column)));
}

/** Rows or columns that no window reaches: what is left over where sizes do not divide.
 * @param {number} length @param {number} kernel @param {number} stride @param {number} padding */
export function left_over(length, kernel, stride, padding) {
  const count = outputs(length, kernel, stride, padding);
  return count === 0 ? 0 : length + 2 * padding - kernel - (count - 1) * stride;
}

/** Without the last digits of a sum of fractions, which say nothing. @param {number} value */
export const rounded = (value) => Math.round(value * 1e6) / 1e6;

/** @param {number} count */
export const range = (count) => Array.from({ length: count }, (_, index) => index);
