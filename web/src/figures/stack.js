/** Layers behind each other along one axis: what an output sees at each of them. Values in, values out. */
import { outputs, range } from "./sliding.js";

/** @typedef {{kernel: number, stride: number, dilation: number}} Level */
/** @typedef {[number, number]} Span the first place and the last */

/** Places of the input, then of each level's output, without padding.
 * @param {number} length @param {Level[]} levels @returns {number[]} */
export function lengths(length, levels) {
  const all = [length];
  for (const { kernel, stride, dilation } of levels) {
    all.push(outputs(all[all.length - 1], dilation * (kernel - 1) + 1, stride, 0));
  }
  return all;
}

/** The places that one level reads for one of its outputs. @param {Level} level @param {number} at */
export const reads = ({ kernel, stride, dilation }, at) =>
  range(kernel).map((tap) => at * stride + tap * dilation);

/** What an output of the last level sees, from the input up to itself: the places at each height.
 * @param {Level[]} levels @param {number} at @returns {number[][]} */
export function seen(levels, at) {
  let places = [at];
  const all = [places];
  for (const level of [...levels].reverse()) {
    places = [...new Set(places.flatMap((place) => reads(level, place)))].sort((a, b) => a - b);
    all.unshift(places);
  }
  return all;
}

/** The size of the receptive field: r + (f - 1)*d*j at every level, j the product of strides before.
 * @param {Level[]} levels */
export function field(levels) {
  let size = 1;
  let step = 1;
  for (const { kernel, stride, dilation } of levels) {
    size += (kernel - 1) * dilation * step;
    step *= stride;
  }
  return size;
}
