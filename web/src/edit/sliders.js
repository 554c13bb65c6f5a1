/** How far a slider goes. */

/** From nothing, or 1 of a whole number, to four times what is written.
 * @param {number} written @returns {{min: number, max: number, step: number}} */
export function range_of_slider(written) {
  if (!Number.isInteger(written)) {
    const most = Math.max(Math.abs(written) * 4, 0.01);
    return { min: written < 0 ? -most : 0, max: most, step: most / 400 };
  }
  const most = Math.max(8, Math.abs(written) * 4);
  return { min: written < 1 ? Math.min(0, written * 4) : 1, max: most, step: 1 };
}
