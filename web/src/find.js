/** Finding nodes of the tree by what is written. */

import { walk } from "./model.js";

/** @typedef {import("./model.js").Model} Model */
/** @typedef {import("./model.js").TreeNode} TreeNode */

/** @typedef {object} Found
 * @property {TreeNode} node
 * @property {string} name full name
 * @property {string} detail its op's line, or its block */

/** Nodes whose name, op or block holds each of the written words; best first.
 * @param {Model} model @param {string} written @param {number} most @returns {{found: Found[], all: number}} */
export function find(model, written, most) {
  const words = written.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return { found: [], all: 0 };
  /** @type {{rank: number, place: number, found: Found}[]} */
  const hits = [];
  let place = 0;
  for (const node of walk(model.root)) {
    place += 1;
    if (node.parent === null || node.type === "unit" || node.type === "repeat") continue;
    const { name, detail } = described(model, node);
    const text = `${name} ${detail}`.toLowerCase();
    if (!words.every((word) => text.includes(word))) continue;
    hits.push({
      rank: rank(words[0], name.toLowerCase(), node.label.toLowerCase()),
      place,
      found: { node, name, detail },
    });
  }
  hits.sort((one, other) => one.rank - other.rank || one.place - other.place);
  return { found: hits.slice(0, most).map((hit) => hit.found), all: hits.length };
}

/** @param {Model} model @param {TreeNode} node */
function described(model, node) {
  if (node.type !== "layer") return { name: node.key, detail: node.block ?? "" };
  const layer = model.network.layers[node.index];
  return { name: layer.name, detail: model.kind(layer).line };
}

/** @param {string} word @param {string} name @param {string} label */
function rank(word, name, label) {
  if (name === word) return 0;
  if (label === word) return 1;
  if (name.startsWith(word) || label.startsWith(word)) return 2;
  return name.includes(word) ? 3 : 4;
}
