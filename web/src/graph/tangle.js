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
/** A chain is one of whose members at least this share follow each other. */
const LADDER = 0.75;
const RANK_GAP = 44;
const COLUMN_GAP = 56;
/** The height in which a line goes over into its lane. */
const BEND = 34;
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
  return is_ladder(nodes, edges, touching) || bends(nodes, edges, touching) > MOST_FOR_DAGRE
    ? column(nodes, edges, touching, sized)
    : ranked(nodes, edges, touching, sized);
}

/** Whether it is a chain whose members also read what stands farther up, as cells of NASNet do.
 * @param {number[]} nodes @param {Edge[]} edges @param {number[]} touching */
function is_ladder(nodes, edges, touching) {
  const order = new Map(nodes.map((node, place) => [node, place]));
  const steps = new Set();
  const ends = new Set(nodes);
  for (const number of touching) {
    const { from, to } = edges[number];
    const [start, end] = [order.get(from), order.get(to)];
    ends.delete(from);
    if (start !== undefined && end === start + 1) steps.add(start);
  }
  return ends.size < 2 && steps.size >= LADDER * (nodes.length - 1);
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
  const order = new Map(nodes.map((node, place) => [node, place]));
  for (const number of touching) {
    const { from, to } = edges[number];
    const ends = [known.has(from) ? String(from) : "head", known.has(to) ? String(to) : "foot"];
    for (const end of ends) if (!graph.hasNode(end)) graph.setNode(end, { width: 1, height: 0 });
    // What follows at once is the main road, and goes straight on.
    const follows = (order.get(to) ?? nodes.length) - (order.get(from) ?? -1) === 1;
    graph.setEdge(ends[0], ends[1], { weight: follows ? 6 : 1 }, String(number));
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
  /** @type {Map<number, number>} the height of each rank, by its middle */
  const ranks = new Map();
  for (const node of nodes) {
    const { y } = graph.node(String(node));
    ranks.set(y, Math.max(ranks.get(y) ?? 0, sized(node).height));
  }
  /** Bends lie between ranks: an edge goes straight past what stands in one. @param {number} x
   * @param {number} y @returns {Point[]} */
  const past = (x, y) => {
    const half = (ranks.get(y) ?? 0) / 2;
    return [
      [x - axis, y - half - top],
      [x - axis, y + half - top],
    ];
  };
  /** @type {Map<number, Point[]>} */
  const routes = new Map();
  for (const name of graph.edges()) {
    const { from, to } = edges[Number(name.name)];
    /** @type {{x: number, y: number}[]} */
    const points = graph.edge(name).points ?? [];
    // The first and the last lie on the boxes' borders: ports say where an edge really starts.
    const inner = points.slice(1, -1).flatMap(({ x, y }) => past(x, y));
    if (known.has(from)) {
      const { x, y } = graph.node(String(from));
      inner.unshift(past(x, y)[1]);
    }
    if (known.has(to)) {
      const { x, y } = graph.node(String(to));
      inner.push(past(x, y)[0]);
    }
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
  /** @param {number} number */
  const ends = (number) => {
    const { from, to } = edges[number];
    return { start: order.get(from) ?? -1, end: order.get(to) ?? nodes.length };
  };
  const long = touching.map(ends).filter(({ start, end }) => end - start > 1);
  // What comes from outside, or goes there, past some of it needs room to part and to meet.
  const parts = long.some(({ start }) => start < 0);
  const meets = long.some(({ end }) => end === nodes.length);
  let [left, right, y] = [0, 0, parts ? COLUMN_GAP : 0];
  for (const node of nodes) {
    const size = sized(node);
    places.set(node, [0, y]);
    left = Math.max(left, size.left);
    right = Math.max(right, size.right);
    y += size.height + COLUMN_GAP;
  }
  /** @param {number} node */
  const bottom = (node) => /** @type {Point} */ (places.get(node))[1] + sized(node).height;
  /** @type {Map<number, number>} the last place that a lane's edges reach, by where they start */
  const reach = new Map();
  for (const { start, end } of long) reach.set(start, Math.max(reach.get(start) ?? 0, end));
  if (!meets) y -= COLUMN_GAP;
  /** @type {{start: number, end: number, x: number}[]} */
  const lanes = [];
  // The shortest lie nearest. A lane runs past what stands between its ends, and not on another.
  for (const [start, end] of [...reach].sort(
    (one, other) => one[1] - one[0] - other[1] + other[0],
  )) {
    const between = nodes.slice(start + 1, end).map((node) => sized(node).right);
    let x = Math.max(...between) + 18;
    const beside = lanes.filter((lane) => lane.start < end && start < lane.end);
    for (const lane of beside.sort((one, other) => one.x - other.x)) {
      if (Math.abs(lane.x - x) < LANE) x = lane.x + LANE;
    }
    lanes.push({ start, end, x });
    right = Math.max(right, x + LANE);
  }
  const columns = new Map(lanes.map(({ start, x }) => [start, x]));
  /** @type {Map<number, Point[]>} */
  const routes = new Map();
  for (const number of touching) {
    const { from, to } = edges[number];
    const { start, end } = ends(number);
    const x = columns.get(start);
    if (end - start < 2 || x === undefined) {
      routes.set(number, []);
      continue;
    }
    const above = (start < 0 ? 0 : bottom(from)) + BEND;
    const below = (places.get(to)?.[1] ?? y) - BEND;
    routes.set(number, [
      [x, above],
      [x, Math.max(above, below)],
    ]);
  }
  return { places, routes, left, right, height: y };
}
