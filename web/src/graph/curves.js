/** Lines through points: straight down, and round where they change their column. */

/** @typedef {[number, number]} Point */

/** A bend needs so much height. */
const ROOM = 10;

/** Points that say something: none twice, none between two in the same column, none that would make a line
 *  turn without room to. @param {Point[]} points */
export function simplified(points) {
  /** @type {Point[]} */
  const kept = [];
  points.forEach((point, place) => {
    const last = kept[kept.length - 1];
    if (last) {
      const [aside, down] = [Math.abs(last[0] - point[0]), Math.abs(last[1] - point[1])];
      if (aside < 0.5 && down < 0.5) return;
      if (aside >= 0.5 && down < ROOM) {
        if (place < points.length - 1) return;
        if (kept.length > 1) kept.pop();
      }
    }
    const [before, middle] = kept.slice(-2);
    if (middle && before[0] === middle[0] && middle[0] === point[0]) kept.pop();
    kept.push(point);
  });
  return kept;
}

/** A path as SVG writes it. Every bend leaves and arrives upright. @param {Point[]} points */
export function curve(points) {
  const [[x, y], ...rest] = points;
  let text = `M${at(x)} ${at(y)}`;
  let [fx, fy] = [x, y];
  for (const [tx, ty] of rest) {
    if (Math.abs(tx - fx) < 0.5) {
      text += `L${at(tx)} ${at(ty)}`;
    } else {
      // Gentle, but no longer than the bend has room for.
      const reach = (ty - fy) * 0.55;
      text += `C${at(fx)} ${at(fy + reach)} ${at(tx)} ${at(ty - reach)} ${at(tx)} ${at(ty)}`;
    }
    [fx, fy] = [tx, ty];
  }
  return text;
}

/** A line that goes back up, around on the right. @param {Point} from @param {Point} to @param {number} right */
export function loop([fx, fy], [tx, ty], right) {
  const x = right + 24;
  return (
    `M${at(fx)} ${at(fy)}C${at(fx)} ${at(fy + 30)} ${at(x)} ${at(fy + 30)} ${at(x)} ${at(fy)}` +
    `L${at(x)} ${at(ty)}C${at(x)} ${at(ty - 30)} ${at(tx)} ${at(ty - 30)} ${at(tx)} ${at(ty)}`
  );
}

/** @param {number} value */
function at(value) {
  return Math.round(value * 10) / 10;
}
