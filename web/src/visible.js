/** What is seen of the tree when some of its nodes are open. */

/** @typedef {import("./model.js").Model} Model */
/** @typedef {import("./model.js").TreeNode} TreeNode */

/** About a screenful of boxes. */
const SCREENFUL = 36;

/** What is open to begin with: level by level, as long as all of it fits a screen. Repeats stay folded:
 *  that is what they are for. @param {Model} model @returns {ReadonlySet<string>} */
export function usual_open(model) {
  const open = new Set([model.root.key]);
  let boxes = model.root.children.length;
  let level = model.root.children.filter(opens);
  while (level.length) {
    const more = level.reduce((sum, node) => sum + node.children.length, 0);
    if (boxes + more > SCREENFUL) break;
    boxes += more;
    for (const node of level) open.add(node.key);
    level = level.flatMap((node) => node.children.filter(opens));
  }
  return open;
}

/** @param {TreeNode} node */
function opens(node) {
  return node.type === "group" && !node.joined;
}
