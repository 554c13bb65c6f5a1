/**
 * The rows of the table: the tree with some groups open, what a filter leaves of it, or a flat list
 * of layers by a column. Nothing is added up here: sums are the document's.
 */

/** @typedef {import("./types").Layer} Layer */
/** @typedef {import("./types").Shape} Shape */
/** @typedef {import("./types").Totals} Totals */
/** @typedef {import("./model.js").Model} Model */
/** @typedef {import("./model.js").TreeNode} TreeNode */

/** One row; of the sum of all layers and of an input, `node` is null.
 * @typedef {object} Row
 * @property {"input" | "layer" | "group" | "repeat" | "total"} type
 * @property {string} key what the page's state calls it
 * @property {TreeNode | null} node
 * @property {string} label
 * @property {number} level from 1
 * @property {number} place among its siblings, from 1
 * @property {number} siblings
 * @property {boolean | null} is_open null where there is nothing to open
 * @property {number} times how many equal rounds it sums up
 * @property {string} op what the layer does, or the block that made the group
 * @property {Layer | null} layer
 * @property {Layer | null} last the layer whose output is the row's
 * @property {Shape | null} shape
 * @property {Totals} figures
 */

/** A filter that leaves all: it need not be asked. */
const EVERY = () => true;

/** @type {Totals} */
const NOTHING = Object.freeze({});

/** The inputs, then every layer and group that is in sight when these are open.
 * @param {Model} model @param {ReadonlySet<string>} open @returns {Row[]} */
export function tree_rows(model, open) {
  const { network } = model;
  const inputs = Object.entries(network.input).map(([name, shape]) => ({
    ...blank(name),
    type: /** @type {const} */ ("input"),
    key: `>${name}`,
    shape,
  }));
  return numbered([...inputs, ...walked(model, (node) => open.has(node.key), null)]);
}

/** The layers of which the filter's words are all in their name, op, kind or the blocks around them,
 * under their groups, which do not fold then. An empty filter leaves all.
 * @param {Model} model @param {string} filter @returns {Row[]} */
export function found_rows(model, filter) {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const found = (/** @type {string} */ text) => words.every((word) => text.includes(word));
  return numbered(walked(model, () => true, words.length ? found : EVERY));
}

/** The layers alone, by a value of each; those without one come last, equal ones in their order.
 * @param {Model} model @param {(row: Row) => string | number | null} value @param {boolean} descending
 * @param {string} filter @returns {Row[]} */
export function sorted_rows(model, value, descending, filter) {
  const keyed = found_rows(model, filter)
    .filter((row) => row.type === "layer")
    .map((row, order) => {
      const own = value(row);
      return { row, order, value: typeof own === "string" ? ordered(own) : own };
    });
  const sign = descending ? -1 : 1;
  keyed.sort((one, other) => {
    const order = one.order - other.order;
    if (one.value === null || other.value === null) {
      return Number(one.value === null) - Number(other.value === null) || order;
    }
    return sign * compared(one.value, other.value) || order;
  });
  // The rows were made here, and nobody else has them.
  for (const { row } of keyed) Object.assign(row, { label: row.key, level: 1 });
  return numbered(keyed.map(({ row }) => row));
}

/** The row of all layers together. @param {Model} model @returns {Row} */
export function total_row(model) {
  const { network } = model;
  const outputs = Object.values(network.outputs);
  const shape = outputs.length === 1 ? outputs[0].shape : null;
  return { ...blank("total"), type: "total", shape, figures: network.tree.totals };
}

/** The row in which a node is seen: its own, or that of the innermost group around it; -1 for none.
 * @param {readonly Row[]} rows @param {Model} model @param {string | null} key */
export function place_of(rows, model, key) {
  let node = key === null ? undefined : model.node(key);
  // A unit is no row: the layer that ends it stands for it.
  if (node?.type === "unit") node = model.node(node.output);
  /** @type {Map<string, number>} how far out each of them stands */
  const around = new Map();
  for (let at = node ?? null; at; at = at.parent) around.set(at.key, around.size);
  let found = -1;
  let least = around.size;
  for (let place = 0; place < rows.length && least; place += 1) {
    const far = around.get(rows[place].key) ?? least;
    if (far < least) [found, least] = [place, far];
  }
  return found;
}

/** The row of the group around a row; -1 at the top.
 * @param {readonly Row[]} rows @param {number} place */
export function row_around(rows, place) {
  for (let above = place - 1; above >= 0; above -= 1) {
    if (rows[above].level < rows[place].level) return above;
  }
  return -1;
}

/** @param {string} label @returns {Row} */
function blank(label) {
  return {
    type: "layer",
    key: label,
    node: null,
    label,
    level: 1,
    place: 1,
    siblings: 1,
    is_open: null,
    times: 1,
    op: "",
    layer: null,
    last: null,
    shape: null,
    figures: NOTHING,
  };
}

/** Each row by its number among those of its group. @param {Row[]} rows */
function numbered(rows) {
  /** @type {Row[][]} */
  const levels = [];
  const ended = (/** @type {number} */ level) => {
    while (levels.length > level) {
      const row_of_level = levels.pop() ?? [];
      for (const row of row_of_level) row.siblings = row_of_level.length;
    }
  };
  for (const row of rows) {
    ended(row.level);
    while (levels.length < row.level) levels.push([]);
    levels[row.level - 1].push(row);
    row.place = levels[row.level - 1].length;
  }
  ended(0);
  return rows;
}

/** @param {Model} model @param {(node: TreeNode) => boolean} is_open
 * @param {((text: string) => boolean) | null} is_found by the text of a layer, in lower case
 * @returns {Row[]} */
function walked(model, is_open, is_found) {
  /** @type {Row[]} */
  const rows = [];

  /** @param {TreeNode} node @param {number} level @param {string} about blocks around it */
  function add(node, level, about) {
    if (node.type === "unit") {
      for (const child of node.children) add(child, level, about);
      return;
    }
    const is_layer = node.type === "layer";
    const last = model.layer(node.output) ?? null;
    const op = is_layer && last ? model.kind(last).line : (node.block ?? op_of(model, node));
    if (is_layer && is_found && is_found !== EVERY && last) {
      const { op: name, category } = model.kind(last);
      if (!is_found(`${last.name} ${op} ${name} ${category} ${about}`.toLowerCase())) return;
    }
    const from = rows.length;
    const open = is_layer || is_found ? null : is_open(node);
    rows.push({
      type: /** @type {Row["type"]} */ (node.type),
      key: node.key,
      node,
      label: node.label,
      level,
      place: 1,
      siblings: 1,
      is_open: open,
      times: node.count,
      op,
      layer: is_layer ? last : null,
      last,
      shape: last && model.kind(last).output_shape,
      figures: node.totals,
    });
    if (is_layer || open === false) return;
    const within = node.type === "group" && node.block ? `${about} ${node.block}` : about;
    for (const child of node.children) add(child, level + 1, within);
    if (is_found && rows.length === from + 1) rows.pop();
  }

  for (const child of model.root.children) add(child, 1, "");
  return rows;
}

/** What equal layers that follow each other do. @param {Model} model @param {TreeNode} node */
function op_of(model, node) {
  const [first] = node.children;
  if (node.type !== "repeat" || first?.type !== "layer") return "";
  const layer = model.layer(first.output);
  return layer ? model.kind(layer).line : "";
}

/** What texts are compared by: small letters, and numbers by their size. @param {string} text */
function ordered(text) {
  return text.toLowerCase().replace(/\d+/g, (digits) => digits.padStart(12, "0"));
}

/** @param {string | number} one @param {string | number} other */
function compared(one, other) {
  return one < other ? -1 : Number(one > other);
}
