/** A level of very many children is shown in slices: its first and last ones, and whatever was asked for. */

/** @typedef {import("./model.js").TreeNode} TreeNode */

/** Levels up to so many children are shown whole. */
const WHOLE = 80;
const FIRST = 20;
const LAST = 4;
const SLICE = 50;

/** The key by which a slice is open. @param {TreeNode} level @param {number} slice */
function slice_key(level, slice) {
  return `${level.key}…${slice}`;
}

/** Keys that must be open for a child to be seen in its level. @param {TreeNode} node @returns {string[]} */
export function slices_to(node) {
  const level = node.parent;
  if (!level || level.children.length <= WHOLE) return [];
  const place = level.children.indexOf(node);
  if (place < FIRST || place >= level.children.length - LAST) return [];
  return [slice_key(level, Math.floor((place - FIRST) / SLICE))];
}

/** Children that are not shown, and the key that opens the first slice of them.
 * @typedef {{first: number, count: number, opens: string}} Hidden */

/** @param {TreeNode} level @param {ReadonlySet<string>} open @returns {(TreeNode|Hidden)[]} */
export function shown_children(level, open) {
  const { children } = level;
  if (children.length <= WHOLE) return children;
  /** @type {(TreeNode|Hidden)[]} */
  const shown = children.slice(0, FIRST);
  const end = children.length - LAST;
  /** @type {Hidden|null} */
  let hidden = null;
  for (let slice = 0; FIRST + slice * SLICE < end; slice += 1) {
    const first = FIRST + slice * SLICE;
    const next = Math.min(first + SLICE, end);
    const key = slice_key(level, slice);
    if (open.has(key)) {
      hidden = null;
      shown.push(...children.slice(first, next));
    } else if (hidden) {
      hidden.count += next - first;
    } else {
      hidden = { first, count: next - first, opens: key };
      shown.push(hidden);
    }
  }
  shown.push(...children.slice(end));
  return shown;
}
