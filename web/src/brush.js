/** Points of a plot by their places on it, in pixels. */

/** @typedef {import("./pareto.js").Point} Point */

/** How far from a point the pointer may be to mean it, in pixels. */
const REACH = 14;

/** The place of the point next to a spot; -1 where none is near. @param {readonly (Point|null)[]} points
 * @param {Point} at @returns {number} */
export function nearest(points, at) {
  let found = -1;
  let least = REACH * REACH;
  points.forEach((point, place) => {
    if (!point) return;
    const distance = (point.x - at.x) ** 2 + (point.y - at.y) ** 2;
    if (distance < least) [found, least] = [place, distance];
  });
  return found;
}

/** The places of the points between two corners. @param {readonly (Point|null)[]} points @param {Point} one
 * @param {Point} other @returns {number[]} */
export function between(points, one, other) {
  const [left, right] = [Math.min(one.x, other.x), Math.max(one.x, other.x)];
  const [top, bottom] = [Math.min(one.y, other.y), Math.max(one.y, other.y)];
  /** @type {number[]} */
  const found = [];
  points.forEach((point, place) => {
    if (!point || point.x < left || point.x > right) return;
    if (point.y >= top && point.y <= bottom) found.push(place);
  });
  return found;
}

/** Points as one outline, drawn with round ends: thousands of them are one element.
 * @param {readonly (Point|null)[]} points @param {Iterable<number>} places */
export function dots(points, places) {
  let path = "";
  for (const place of places) {
    const point = points[place];
    if (point) path += `M${point.x.toFixed(1)} ${point.y.toFixed(1)}h0`;
  }
  return path;
}
