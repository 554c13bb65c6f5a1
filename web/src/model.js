/** A network's tree with names to find it by: made once of the document, never changed. */

import { slices_to } from "./slices.js";

/** @typedef {import("./types").Network} Network */
/** @typedef {import("./types").Layer} Layer */
/** @typedef {import("./types").Kind} Kind */
/** @typedef {import("./types").Group} Group */
/** @typedef {import("./types").Child} Child */
/** @typedef {import("./types").Totals} Totals */
/** @typedef {import("./types").Change} Change */

/** One node of the tree. `key` is what the page's state and address call it:
 *  a layer's name, a group's path, `~` and the layer that ends a unit, `PATH*FIRST` of a repeat.
 * @typedef {object} TreeNode
 * @property {string} key
 * @property {"layer"|"group"|"unit"|"repeat"} type
 * @property {string} label
 * @property {number} depth
 * @property {TreeNode|null} parent
 * @property {TreeNode[]} children
 * @property {number} index of a layer in the network's list; -1
 * @property {number} count rounds of a repeat; 1
 * @property {string|null} block
 * @property {Totals} totals of a layer: its kind's figures
 * @property {string} output the layer that gives its result
 * @property {boolean} joined of a group: it holds one unit alone, and is drawn as one
 * @property {Change|undefined} change
 */

/** @typedef {object} Model
 * @property {Network} network
 * @property {TreeNode} root
 * @property {TreeNode[]} leaves by the layer's index
 * @property {string[]} inputs names of the network's inputs
 * @property {(name: string) => Layer|undefined} layer
 * @property {(name: string) => number} index -1 where there is none
 * @property {(layer: Layer) => Kind} kind
 * @property {(key: string) => TreeNode|undefined} node
 * @property {(key: string) => string[]} parents keys of what must be open to see it, outermost first
 * @property {(name: string) => string[]} readers names of the layers that read it
 */

/** @type {WeakMap<Network, Model>} */
const made = new WeakMap();

/** @param {Network} network @returns {Model} */
export function model_of(network) {
  const known = made.get(network);
  if (known) return known;
  const model = index(network);
  made.set(network, model);
  return model;
}

/** @param {Network} network @returns {Model} */
function index(network) {
  const { layers, kinds } = network;
  /** @type {Map<string, number>} */
  const places = new Map(layers.map((layer, place) => [layer.name, place]));
  /** @type {Map<string, string[]>} */
  const readers = new Map();
  for (const layer of layers) {
    for (const input of new Set(layer.inputs)) {
      const known = readers.get(input);
      if (known) known.push(layer.name);
      else readers.set(input, [layer.name]);
    }
  }
  const { root, leaves, nodes } = plant(network);
  return {
    network,
    root,
    leaves,
    inputs: Object.keys(network.input),
    layer: (name) => layers[places.get(name) ?? -1],
    index: (name) => places.get(name) ?? -1,
    kind: (layer) => kinds[layer.kind],
    node: (key) => nodes.get(key),
    parents: (key) => ancestors(nodes.get(key)),
    readers: (name) => readers.get(name) ?? [],
  };
}

/** @param {TreeNode|undefined} node @returns {string[]} */
function ancestors(node) {
  const keys = [];
  for (let at = node; at?.parent; at = at.parent) keys.push(...slices_to(at), at.parent.key);
  return keys.reverse();
}

/** @param {Network} network */
function plant(network) {
  /** @type {TreeNode[]} */
  const leaves = new Array(network.layers.length);
  /** @type {Map<string, TreeNode>} */
  const nodes = new Map();

  /** Every node is made here, so that all have one shape, which engines are quick with.
   * @param {TreeNode["type"]} type @param {string} key @param {string} label @param {TreeNode|null} parent
   * @param {Totals} totals @param {string} output @returns {TreeNode} */
  function keep(type, key, label, parent, totals, output) {
    /** @type {TreeNode} */
    const kept = {
      key,
      type,
      label,
      depth: parent ? parent.depth + 1 : 0,
      parent,
      children: [],
      index: -1,
      count: 1,
      block: null,
      totals,
      output,
      joined: false,
      change: undefined,
    };
    // A layer may be called as a group is: the layer keeps the name.
    while (nodes.has(kept.key)) kept.key += "/";
    nodes.set(kept.key, kept);
    return kept;
  }

  /** @param {Child} child @param {TreeNode} parent @returns {TreeNode} */
  function grow(child, parent) {
    if (typeof child === "number") {
      const layer = network.layers[child];
      const { name, label, kind, change } = layer;
      const leaf = keep("layer", name, label, parent, network.kinds[kind].figures, name);
      leaf.index = child;
      leaf.change = change;
      leaves[child] = leaf;
      return leaf;
    }
    if ("unit" in child) {
      const { label, totals, output } = child;
      const unit = keep("unit", `~${output}`, label, parent, totals, output);
      unit.change = child.change;
      unit.children = child.unit.map((member) => grow(member, unit));
      return unit;
    }
    return grow_group(child, parent);
  }

  /** @param {Group} group @param {TreeNode|null} parent @returns {TreeNode} */
  function grow_group(group, parent) {
    const { path, label, totals, output } = group;
    const node = keep("group", path, label, parent, totals, output);
    node.block = group.block;
    node.change = group.change;
    node.joined = group.joined === true;
    const repeats = new Map((group.repeats ?? []).map((repeat) => [repeat.first, repeat]));
    for (let place = 0; place < group.children.length;) {
      const repeat = repeats.get(place);
      if (!repeat) {
        node.children.push(grow(group.children[place], node));
        place += 1;
        continue;
      }
      const rounds = keep("repeat", `${path}*${place}`, "", node, repeat.totals, "");
      rounds.count = repeat.count / (repeat.size ?? 1);
      rounds.children = group.children
        .slice(place, place + repeat.count)
        .map((one) => grow(one, rounds));
      const [first] = rounds.children;
      // Of rounds of several, the first stands for all.
      rounds.label = (repeat.size ?? 1) > 1 ? `${first.label} …` : first.label;
      rounds.block = first.block;
      rounds.output = rounds.children[rounds.children.length - 1].output;
      rounds.change = repeat.change ?? changed_alike(rounds.children);
      node.children.push(rounds);
      place += repeat.count;
    }
    return node;
  }

  const root = grow_group(network.tree, null);
  return { root, leaves, nodes };
}

/** What is said of a repeat whose rounds changed, where no sum is known. @param {TreeNode[]} rounds
 * @returns {Change|undefined} */
function changed_alike(rounds) {
  const statuses = new Set(rounds.map((round) => round.change?.status ?? "same"));
  if (statuses.size === 1 && statuses.has("same")) return undefined;
  return { status: statuses.size === 1 ? [...statuses][0] : "changed" };
}

/** The layers below a node, in the order of the tree. @param {TreeNode} node @returns {number[]} */
export function layers_below(node) {
  /** @type {number[]} */
  const found = [];
  const left = [node];
  while (left.length) {
    const at = /** @type {TreeNode} */ (left.pop());
    if (at.index >= 0) found.push(at.index);
    for (let place = at.children.length - 1; place >= 0; place -= 1) left.push(at.children[place]);
  }
  return found;
}

/** Every node below the root, parents first. @param {TreeNode} root @returns {Generator<TreeNode>} */
export function* walk(root) {
  const left = [root];
  while (left.length) {
    const at = /** @type {TreeNode} */ (left.pop());
    yield at;
    for (let place = at.children.length - 1; place >= 0; place -= 1) left.push(at.children[place]);
  }
}
