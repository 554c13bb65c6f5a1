/** Lines through points: straight down, and round where they change their column. */

/** @typedef {[number, number]} Point */

/** Points that say something: none twice, none between two in the same column. @param {Point[]} points */
export function simplified(points) {
  /** @type {Point[]} */
  const kept = [];
  for (const point of points) {
    const last = kept[kept.length - 1];
    if (last && Math.abs(last[0] - point[0]) < 0.5 && Math.abs(last[1] - point[1]) < 0.5) continue;
    const before = kept[kept.length - 2];
    if (before && before[0] === last[0] && last[0] === point[0]) kept.pop();
    kept.push(point);
  }
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
