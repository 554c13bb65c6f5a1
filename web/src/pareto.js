/** Which of several points no other one beats, where less is better on both axes. */

/** @typedef {{x: number, y: number}} Point */

/** Places of the points of the front, from left to right: no other point is at most as far on both axes
 *  and less far on one. Of equal points all are on it. @param {readonly Point[]} points @returns {number[]} */
export function front(points) {
  const order = points.map((_, place) => place);
  order.sort((a, b) => points[a].x - points[b].x || points[a].y - points[b].y);
  /** @type {number[]} */
  const found = [];
  let best = Infinity;
  for (const place of order) {
    const point = points[place];
    const last = found.length ? points[found[found.length - 1]] : null;
    const is_equal = last && last.x === point.x && last.y === point.y;
    if (point.y < best || is_equal) found.push(place);
    best = Math.min(best, point.y);
  }
  return found;
}
