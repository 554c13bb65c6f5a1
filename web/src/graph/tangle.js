/** A part that cannot be taken apart: by dagre, or, where that would take long, as one column whose longer
 *  edges run in lanes beside it. */

import { Graph, layout } from "@dagrejs/dagre";

/** @typedef {import("./curves.js").Point} Point */
/** @typedef {import("./series.js").Edge} Edge */

/** @typedef {object} Sized what a node takes on either side of its axis
 * @property {number} left
 * @property {number} right
 * @property {number} height */

/** Where nodes and edges go, from the axis at 0 and the top at 0. Edges that come from outside start at the
 *  axis on top; those that go outside end at the axis below.
 * @typedef {object} Laid
 * @property {Map<number, Point>} places axis and top of each node
 * @property {Map<number, Point[]>} routes points between the ends of each edge, by its number
 * @property {number} left
 * @property {number} right
 * @property {number} height */

/** Beyond so many nodes and bends dagre takes longer than a reader waits. */
const MOST_FOR_DAGRE = 260;
const RANK_GAP = 44;
const NODE_GAP = 24;
const LANE = 9;

/** @param {number[]} nodes in order @param {Edge[]} edges all of the level
 * @param {(node: number) => Sized} sized @returns {Laid} */
export function lay_tangle(nodes, edges, sized) {
  const inside = new Set(nodes);
  /** @type {number[]} */
  const touching = [];
  edges.forEach((edge, number) => {
    if (inside.has(edge.from) || inside.has(edge.to)) touching.push(number);
  });
  return bends(nodes, edges, touching) > MOST_FOR_DAGRE
    ? column(nodes, edges, touching, sized)
    : ranked(nodes, edges, touching, sized);
}

/** Nodes, and the ranks that edges pass. @param {number[]} nodes @param {Edge[]} edges
 * @param {number[]} touching */
function bends(nodes, edges, touching) {
  const ranks = new Map(nodes.map((node) => [node, 1]));
  /** @type {Map<number, number[]>} */
  const out = new Map(nodes.map((node) => [node, []]));
  for (const number of touching) out.get(edges[number].from)?.push(edges[number].to);
  for (const node of nodes) {
    for (const to of out.get(node) ?? []) {
      const known = ranks.get(to);
      if (known !== undefined) ranks.set(to, Math.max(known, (ranks.get(node) ?? 0) + 1));
    }
  }
  const deepest = Math.max(...ranks.values()) + 1;
  return touching.reduce((sum, number) => {
    const { from, to } = edges[number];
    return sum + (ranks.get(to) ?? deepest) - (ranks.get(from) ?? 0) - 1;
  }, nodes.length);
}

/** @param {number[]} nodes @param {Edge[]} edges @param {number[]} touching
 * @param {(node: number) => Sized} sized @returns {Laid} */
function ranked(nodes, edges, touching, sized) {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: "TB", ranksep: RANK_GAP, nodesep: NODE_GAP, edgesep: 14 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const node of nodes) {
    const { left, right, height } = sized(node);
    graph.setNode(String(node), { width: 2 * Math.max(left, right), height });
  }
  const known = new Set(nodes);
  for (const number of touching) {
    const { from, to } = edges[number];
    const ends = [known.has(from) ? String(from) : "head", known.has(to) ? String(to) : "foot"];
    for (const end of ends) if (!graph.hasNode(end)) graph.setNode(end, { width: 1, height: 0 });
    graph.setEdge(ends[0], ends[1], { weight: 1 }, String(number));
  }
  layout(graph);
  const head = graph.hasNode("head") ? graph.node("head") : null;
  const axis = head ? head.x : graph.node(String(nodes[0])).x;
  const top = head ? head.y : 0;
  /** @type {Map<number, Point>} */
  const places = new Map();
  let [left, right, height] = [0, 0, 0];
  for (const node of nodes) {
    const { x, y } = graph.node(String(node));
    const size = sized(node);
    places.set(node, [x - axis, y - size.height / 2 - top]);
    left = Math.max(left, axis - x + size.left);
    right = Math.max(right, x - axis + size.right);
    height = Math.max(height, y + size.height / 2 - top);
  }
  if (graph.hasNode("foot")) height = Math.max(height, graph.node("foot").y - top);
  /** @type {Map<number, Point[]>} */
  const routes = new Map();
  for (const name of graph.edges()) {
    const points = graph.edge(name).points ?? [];
    // The first and the last lie on the boxes' borders: ports say where an edge really starts.
    const inner = points
      .slice(1, -1)
      .map(
        (/** @type {{x: number, y: number}} */ { x, y }) =>
          /** @type {Point} */ ([x - axis, y - top]),
      );
    for (const [x] of inner) {
      left = Math.max(left, -x + 6);
      right = Math.max(right, x + 6);
    }
    routes.set(Number(name.name), inner);
  }
  return { places, routes, left, right, height };
}

/** All in one column; an edge that passes others runs in a lane on the right, one lane for what a node gives.
 * @param {number[]} nodes @param {Edge[]} edges @param {number[]} touching
 * @param {(node: number) => Sized} sized @returns {Laid} */
function column(nodes, edges, touching, sized) {
  /** @type {Map<number, Point>} */
  const places = new Map();
  const order = new Map(nodes.map((node, place) => [node, place]));
  let [left, right, y] = [0, 0, RANK_GAP];
  for (const node of nodes) {
    const size = sized(node);
    places.set(node, [0, y]);
    left = Math.max(left, size.left);
    right = Math.max(right, size.right);
    y += size.height + RANK_GAP;
  }
  /** @param {number} node */
  const bottom = (node) => /** @type {Point} */ (places.get(node))[1] + sized(node).height;
  /** @type {Map<number, number>} the last place that a lane's edges reach, by where they start */
  const reach = new Map();
  for (const number of touching) {
    const { from, to } = edges[number];
    const start = order.get(from) ?? -1;
    const end = order.get(to) ?? nodes.length;
    if (end - start > 1) reach.set(start, Math.max(reach.get(start) ?? 0, end));
  }
  /** @type {Map<number, number>} */
  const lanes = new Map();
  /** @type {number[]} where each lane is free again */
  const free = [];
  for (const [start, end] of [...reach].sort((one, other) => one[0] - other[0])) {
    let lane = free.findIndex((place) => place <= start);
    if (lane < 0) lane = free.length;
    free[lane] = end;
    lanes.set(start, right + 18 + lane * LANE);
  }
  const bend = RANK_GAP / 2;
  /** @type {Map<number, Point[]>} */
  const routes = new Map();
  for (const number of touching) {
    const { from, to } = edges[number];
    const start = order.get(from) ?? -1;
    const end = order.get(to) ?? nodes.length;
    const x = lanes.get(start);
    if (end - start < 2 || x === undefined) {
      routes.set(number, []);
      continue;
    }
    const above = start < 0 ? bend : bottom(from) + bend;
    const below = end === nodes.length ? y - bend : /** @type {Point} */ (places.get(to))[1] - bend;
    routes.set(number, [
      [x, above],
      [x, Math.max(above, below)],
    ]);
  }
  return { places, routes, left, right: right + 18 + free.length * LANE, height: y };
}
