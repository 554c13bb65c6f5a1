/** How warm a box is, by a metric: the share of the most, or its place on a scale of powers. */

/** Metrics that span powers of ten and do not add up. */
const BY_POWERS = new Set(["receptive_field", "bytes_per_mac"]);

/** @param {(number|null)[]} values of what is seen @param {string} metric
 * @returns {{most: number, heat: (value: number|null) => number}} */
export function scale_of(values, metric) {
  const known = /** @type {number[]} */ (values.filter((value) => value !== null && value > 0));
  const most = known.reduce((one, other) => Math.max(one, other), 0);
  const least = known.reduce((one, other) => Math.min(one, other), most);
  if (BY_POWERS.has(metric) && least < most) {
    const [low, high] = [Math.log(least), Math.log(most)];
    return {
      most,
      heat: (value) =>
        value && value > 0 ? 0.06 + 0.94 * ((Math.log(value) - low) / (high - low)) : 0,
    };
  }
  // By the root: the eye sees areas, and small shares should not all look like nothing.
  return { most, heat: (value) => (value && value > 0 ? Math.sqrt(value / most) : 0) };
}
