/** Coordinates of one level: boxes of known sizes and the edges between them in, places out. */

import { simplified } from "./curves.js";
import { in_order, take_apart } from "./series.js";
import { lay_tangle } from "./tangle.js";

/** @typedef {import("./curves.js").Point} Point */
/** @typedef {import("./series.js").Part} Part */
/** @typedef {import("./series.js").Edge} Edge */
/** @typedef {import("./tangle.js").Laid} Laid */

/** What is placed. `ins` and `outs` say where an edge enters and leaves, from the left side, by what goes
 *  along it; `axis` where it does otherwise. What marks where the level is entered or left is a port.
 * @typedef {object} Item
 * @property {number} width
 * @property {number} height
 * @property {number} axis
 * @property {boolean} [port]
 * @property {Map<string, number>} [ins]
 * @property {Map<string, number>} [outs] */

/** @typedef {Edge & {source: string}} Link */

/** @typedef {object} Placed
 * @property {Point[]} corners left and top of each item
 * @property {Point[][]} routes points of each edge
 * @property {boolean[]} back whether an edge goes back up
 * @property {number} width
 * @property {number} height */

/** Below a port where edges come in, and above one where they leave: a frame has room of its own. */
export const PORT_GAPS = [12, 26];
const GAP = 34;
/** Under a box the shape is written before lines part. */
const LABEL_ROOM = 14;
const BRANCH_GAP = 26;
const SKIP_WIDTH = 5;

/** A part with its measures: to the left and right of its axis, and down.
 * @typedef {object} Block
 * @property {Part["type"]|"skip"} type
 * @property {number} left
 * @property {number} right
 * @property {number} height
 * @property {number} weight how many boxes it holds
 * @property {number} port the first port in it, by its number
 * @property {number} node of a node
 * @property {{block: Block, x: number, y: number}[]} inner
 * @property {number} bend of branches: the height in which lines part and meet
 * @property {Laid|null} laid of a tangle */

/** The way from a level's own top down to a node: each step is a branch or a tangle that holds it.
 * @typedef {{kind: "branch", axis: number, from: number, top: number, bottom: number, to: number}
 *   | {kind: "tangle", x: number, y: number, laid: Laid}} Step */

/** @param {Item[]} items @param {Link[]} links @returns {Placed} */
export function lay_out(items, links) {
  const { order, back } = in_order(items.length, links);
  /** @type {number[]} */
  const numbers = [];
  links.forEach((_, number) => void (back.has(number) || numbers.push(number)));
  const edges = numbers.map((number) => links[number]);
  const whole = measure(take_apart(order, edges), items, edges, { is_first: true, is_last: true });
  const placing = new Placing(items);
  placing.place(whole, whole.left, 0, []);
  const { corners, ways, skips } = placing;
  /** @type {Point[][]} */
  const routes = new Array(links.length);
  numbers.forEach((number, place) => {
    const skip = skips.get(place);
    routes[number] = route(items, links[number], place, { corners, ways, skip });
  });
  for (const number of back) routes[number] = ends(items, links[number], corners);
  return {
    corners,
    routes,
    back: links.map((_, number) => back.has(number)),
    width: whole.left + whole.right,
    height: whole.height,
  };
}

/** @param {Part} part @param {Item[]} items @param {Edge[]} edges
 * @param {{is_first: boolean, is_last: boolean}} end whether nothing stands above it, or below
 * @returns {Block} */
function measure(part, items, edges, { is_first, is_last }) {
  const block = empty(part.type);
  if (part.type === "node") {
    const { width, height, axis, port } = items[part.node];
    return {
      ...block,
      node: part.node,
      left: axis,
      right: width - axis,
      height,
      weight: port ? 0 : 1,
      port: port ? part.node : Infinity,
    };
  }
  if (part.type === "tangle") {
    const laid = lay_tangle(part.nodes, edges, (node) => {
      const { width, height, axis } = items[node];
      return { left: axis, right: width - axis, height };
    });
    const { left, right, height } = laid;
    return { ...block, laid, left, right, height, weight: part.nodes.length };
  }
  if (part.type === "series") {
    let y = 0;
    /** @type {Block|null} */
    let before = null;
    for (const one of part.parts) {
      const inner = measure(one, items, edges, {
        is_first: is_first && !before,
        is_last: is_last && one === part.parts[part.parts.length - 1],
      });
      if (before) y += gap(before, inner);
      block.inner.push({ block: inner, x: 0, y });
      y += inner.height;
      before = inner;
    }
    block.height = y;
  } else {
    const branches = part.branches.map((one) => measure(one, items, edges, { is_first, is_last }));
    side_by_side(block, branches, part.skips, { is_first, is_last });
  }
  for (const { block: inner, x } of block.inner) {
    block.left = Math.max(block.left, inner.left - x);
    block.right = Math.max(block.right, inner.right + x);
    block.weight += inner.weight;
    block.port = Math.min(block.port, inner.port);
  }
  return block;
}

/** @param {Block} above @param {Block} below */
function gap(above, below) {
  // Branches bring the room in which their lines part.
  const parts = below.type === "parallel";
  const meets = above.type === "parallel";
  if (above.type === "node" && !above.weight) return parts ? 0 : PORT_GAPS[0];
  if (below.type === "node" && !below.weight) return meets ? 0 : PORT_GAPS[1];
  if (parts) return LABEL_ROOM;
  return meets ? 4 : GAP;
}

/** @param {Block} block @param {Block[]} branches @param {number[]} passing edges that go past them
 * @param {{is_first: boolean, is_last: boolean}} end */
function side_by_side(block, branches, passing, { is_first, is_last }) {
  const heavy = branches.filter((one) => one.weight > 0);
  const light = branches.filter((one) => one.weight === 0);
  // The longer of two is the main road, and so is the one that something skips: it goes straight on. At the
  // head of a level it is what comes in first, and not what is learned there.
  const entered = is_first && heavy.some((one) => one.port < Infinity);
  const enters = is_first && light.length === 1 && !entered;
  if (entered) heavy.sort((one, other) => one.port - other.port);
  else if (heavy.length === 2 && heavy[1].weight > heavy[0].weight) heavy.reverse();
  const unequal = heavy.length === 2 && heavy[0].weight !== heavy[1].weight;
  const main = enters || entered || heavy.length === 1 || unequal;
  const skips = passing.map((number) => ({
    ...empty("skip"),
    node: number,
    left: SKIP_WIDTH,
    right: SKIP_WIDTH,
  }));
  const row = enters ? [...light, ...heavy, ...skips] : [...heavy, ...light, ...skips];
  let x = 0;
  /** @type {number[]} */
  const axes = [];
  row.forEach((one, place) => {
    const before = row[place - 1];
    if (before)
      x += before.right + BRANCH_GAP - (before.type === "skip" ? BRANCH_GAP / 2 : 0) + one.left;
    axes.push(x);
  });
  const axis = main || !heavy.length ? 0 : (axes[0] + axes[heavy.length - 1]) / 2;
  const farthest = Math.max(...axes.map((one) => Math.abs(one - axis)));
  block.bend = Math.round(Math.min(76, 24 + farthest * 0.11));
  const tallest = Math.max(...row.map((one) => one.height));
  row.forEach((one, place) => {
    // Two look best with their middles level, more with their heads.
    const y = block.bend + (row.length > 2 || is_last ? 0 : Math.round((tallest - one.height) / 2));
    block.inner.push({ block: one, x: axes[place] - axis, y });
  });
  block.height = tallest + 2 * block.bend;
}

/** @param {Block["type"]} type @returns {Block} */
function empty(type) {
  const nothing = { left: 0, right: 0, height: 0, weight: 0, node: -1, bend: 0 };
  return { ...nothing, type, port: Infinity, inner: [], laid: null };
}

/** Puts blocks where they belong, and keeps the way to each node. */
class Placing {
  /** @param {Item[]} items */
  constructor(items) {
    this.items = items;
    /** @type {Point[]} */
    this.corners = new Array(items.length);
    /** @type {Step[][]} */
    this.ways = new Array(items.length);
    /** @type {Map<number, Point[]>} */
    this.skips = new Map();
  }

  /** @param {Block} block @param {number} x of its axis @param {number} y of its top @param {Step[]} way */
  place(block, x, y, way) {
    if (block.type === "node") {
      this.corners[block.node] = [x - this.items[block.node].axis, y];
      this.ways[block.node] = way;
    } else if (block.laid) {
      const { laid } = block;
      /** @type {Step[]} */
      const longer = [...way, { kind: "tangle", x, y, laid }];
      for (const [node, [axis, top]] of laid.places) {
        this.corners[node] = [x + axis - this.items[node].axis, y + top];
        this.ways[node] = longer;
      }
    } else {
      for (const inner of block.inner) this.#inner(block, inner, x, y, way);
    }
  }

  /** @param {Block} block @param {Block["inner"][0]} inner @param {number} x @param {number} y
   * @param {Step[]} way */
  #inner(block, inner, x, y, way) {
    const axis = x + inner.x;
    const top = y + inner.y;
    if (block.type === "series") return this.place(inner.block, axis, top, way);
    const from = y + block.bend;
    const to = y + block.height - block.bend;
    if (inner.block.type === "skip") {
      this.skips.set(inner.block.node, [
        [axis, from],
        [axis, to],
      ]);
      return undefined;
    }
    /** @type {Step} */
    const step = { kind: "branch", axis, from, top, bottom: top + inner.block.height, to };
    return this.place(inner.block, axis, top, [...way, step]);
  }
}

/** @param {Item[]} items @param {Link} link @param {Point[]} corners @returns {Point[]} */
function ends(items, { from, to, source }, corners) {
  const [above, below] = [items[from], items[to]];
  return [
    [corners[from][0] + (above.outs?.get(source) ?? above.axis), corners[from][1] + above.height],
    [corners[to][0] + (below.ins?.get(source) ?? below.axis), corners[to][1]],
  ];
}

/** @param {Item[]} items @param {Link} link @param {number} number of the edge among those that go down
 * @param {{corners: Point[], ways: Step[][], skip: Point[]|undefined}} placed */
function route(items, link, number, { corners, ways, skip }) {
  const [start, end] = ends(items, link, corners);
  /** @type {Point[]} */
  const points = [start];
  const [one, other] = [ways[link.from], ways[link.to]];
  let shared = 0;
  while (shared < one.length && one[shared] === other[shared]) shared += 1;
  const last = one[shared - 1];
  if (skip) points.push(...skip);
  if (shared === one.length && shared === other.length && last?.kind === "tangle") {
    points.push(...through(last, number));
  }
  for (const step of one.slice(shared).reverse()) {
    if (step.kind === "branch") points.push([step.axis, step.bottom], [step.axis, step.to]);
    else points.push(...through(step, number), [step.x, step.y + step.laid.height]);
  }
  for (const step of other.slice(shared)) {
    if (step.kind === "branch") points.push([step.axis, step.from], [step.axis, step.top]);
    else points.push([step.x, step.y], ...through(step, number));
  }
  points.push(end);
  return simplified(points);
}

/** @param {Extract<Step, {kind: "tangle"}>} step @param {number} number @returns {Point[]} */
function through({ x, y, laid }, number) {
  return (laid.routes.get(number) ?? []).map(([px, py]) => [x + px, y + py]);
}
