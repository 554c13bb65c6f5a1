/** Which box the arrows lead to. */

/** @typedef {import("./scene.js").Box} Box */

/** The nearest box in a direction: straight ahead counts more than near by. @param {Box[]} boxes
 * @param {Box} from @param {string} key an arrow's @returns {Box|null} */
export function toward(boxes, from, key) {
  const down = key === "ArrowDown" ? 1 : key === "ArrowUp" ? -1 : 0;
  const right = key === "ArrowRight" ? 1 : key === "ArrowLeft" ? -1 : 0;
  if (!down && !right) return null;
  const [x, y] = middle(from);
  let best = null;
  let least = Infinity;
  for (const box of boxes) {
    if (box.key === from.key || box.type === "input" || box.type === "output") continue;
    const [bx, by] = middle(box);
    const along = down ? (by - y) * down : (bx - x) * right;
    const aside = Math.abs(down ? bx - x : by - y);
    // Sideways is to what stands beside, not to what happens to be wider.
    if (along <= 2 || (right && aside > Math.min(90, along * 0.6))) continue;
    const far = along + 2.5 * aside;
    if (far < least) [best, least] = [box, far];
  }
  return best;
}

/** Of a frame: of its head, where it is pressed. @param {Box} box @returns {[number, number]} */
function middle({ type, x, y, width, height }) {
  return [x + width / 2, y + (type === "frame" ? 14 : height / 2)];
}
