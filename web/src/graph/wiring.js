/** Who reads whom on each level of the tree: an edge between two layers is one of the level that both stand
 *  in, and goes in or out of every group around either of them. */

/** @typedef {import("../model.js").Model} Model */
/** @typedef {import("../model.js").TreeNode} TreeNode */

/** An edge of a level. `from` null: it comes from outside; `to` null: it goes outside.
 * @typedef {object} Wire
 * @property {string|null} from
 * @property {string|null} to
 * @property {string} source the layer or input whose tensor goes along it */

/** What stands at the head and at the end of the whole graph: no layers, and not in the tree.
 * @param {string} name */
export const input_key = (name) => `\0in ${name}`;
/** @param {string} name */
export const output_key = (name) => `\0out ${name}`;

/** @type {WeakMap<Model, Map<TreeNode, Wire[]>>} */
const known = new WeakMap();

/** @param {Model} model @returns {Map<TreeNode, Wire[]>} by the node whose children they join */
export function wires_of(model) {
  const made = known.get(model);
  if (made) return made;
  const found = wire(model);
  known.set(model, found);
  return found;
}

/** @param {Model} model */
function wire(model) {
  /** @type {Map<TreeNode, Map<string, Wire>>} */
  const levels = new Map();
  /** @param {TreeNode} level @param {string|null} from @param {string|null} to @param {string} source */
  const add = (level, from, to, source) => {
    let wires = levels.get(level);
    if (!wires) levels.set(level, (wires = new Map()));
    const name = `${from ?? ""}\0${to ?? ""}\0${source}`;
    if (!wires.has(name)) wires.set(name, { from, to, source });
  };

  /** An edge from what stands at the root, or from a layer. @param {string} source @param {TreeNode} reader */
  const join = (source, reader) => {
    const place = model.index(source);
    let from = place < 0 ? null : model.leaves[place];
    /** @type {TreeNode} */
    let to = reader;
    if (from === null) {
      while (to.parent && to.parent !== model.root) {
        add(to.parent, null, to.key, source);
        to = to.parent;
      }
      add(model.root, input_key(source), to.key, source);
      return;
    }
    while (from.parent !== to.parent) {
      if (from.depth > to.depth) {
        from = climb_out(from, source);
      } else if (to.depth > from.depth) {
        to = climb_in(to, source);
      } else {
        from = climb_out(from, source);
        to = climb_in(to, source);
      }
    }
    if (from !== to) add(/** @type {TreeNode} */ (from.parent), from.key, to.key, source);
  };
  /** @param {TreeNode} node @param {string} source */
  const climb_out = (node, source) => {
    const parent = /** @type {TreeNode} */ (node.parent);
    add(parent, node.key, null, source);
    return parent;
  };
  /** @param {TreeNode} node @param {string} source */
  const climb_in = (node, source) => {
    const parent = /** @type {TreeNode} */ (node.parent);
    add(parent, null, node.key, source);
    return parent;
  };

  for (const leaf of model.leaves) {
    for (const source of new Set(model.network.layers[leaf.index].inputs)) join(source, leaf);
  }
  for (const [name, output] of Object.entries(model.network.outputs)) {
    const place = model.index(output.layer);
    if (place < 0) {
      if (model.inputs.includes(output.layer)) {
        add(model.root, input_key(output.layer), output_key(name), output.layer);
      }
      continue;
    }
    let from = model.leaves[place];
    while (from.parent && from.parent !== model.root) from = climb_out(from, output.layer);
    add(model.root, from.key, output_key(name), output.layer);
  }
  return new Map([...levels].map(([level, wires]) => [level, [...wires.values()]]));
}
