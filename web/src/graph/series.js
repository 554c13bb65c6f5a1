/** What stands one after another and what side by side: a level's graph taken apart into series and
 *  parallel parts. Nodes are numbers in an order in which every edge goes from a smaller to a larger place.
 *
 *  A node that no edge passes over is one that all goes through: between two of them lie parts that
 *  have nothing to do with each other, which stand side by side, each taken apart in the same way. What
 *  cannot be taken apart is a tangle. (Valdes, Tarjan, Lawler, "The recognition of series parallel
 *  digraphs", 1982, for the idea; here cut points alone are needed.) */

/** @typedef {object} Edge
 * @property {number} from
 * @property {number} to */

/** @typedef {{type: "node", node: number}} NodePart */
/** @typedef {{type: "series", parts: Part[]}} SeriesPart */
/** @typedef {{type: "parallel", branches: Part[], skips: number[]}} ParallelPart skips: numbers of edges
 *  that go past the branches */
/** @typedef {{type: "tangle", nodes: number[]}} TanglePart */
/** @typedef {NodePart|SeriesPart|ParallelPart|TanglePart} Part */

/** Deeper nesting is drawn as a tangle: no person follows it, and no stack holds it. */
const DEEPEST = 40;

/** @param {number[]} order all nodes, in order @param {Edge[]} edges @returns {Part} */
export function take_apart(order, edges) {
  /** @type {number[][]} */
  const out = [];
  /** @type {number[][]} */
  const into = [];
  for (const node of order) {
    out[node] = [];
    into[node] = [];
  }
  edges.forEach((edge, number) => {
    out[edge.from].push(number);
    into[edge.to].push(number);
  });
  const places = new Int32Array(Math.max(0, ...order) + 1).fill(-1);
  return solve(order, { edges, out, into, places }, 0);
}

/** @typedef {{edges: Edge[], out: number[][], into: number[][], places: Int32Array}} Graph */

/** @param {number[]} order @param {Graph} graph @param {number} depth @returns {Part} */
function solve(order, graph, depth) {
  if (order.length === 1) return { type: "node", node: order[0] };
  if (depth > DEEPEST) return { type: "tangle", nodes: order };
  const cuts = cut_points(order, graph);
  /** @type {Part[]} */
  const parts = [];
  let before = -1;
  for (const cut of [...cuts, order.length]) {
    const between = order.slice(before + 1, cut);
    const skips = before >= 0 && cut < order.length ? direct(order[before], order[cut], graph) : [];
    if (between.length) {
      const branches = components(between, graph);
      if (branches.length === 1 && branches[0].length === order.length) {
        return { type: "tangle", nodes: order };
      }
      const solved = branches.map((branch) => solve(branch, graph, depth + 1));
      if (solved.length === 1 && !skips.length) parts.push(solved[0]);
      else parts.push({ type: "parallel", branches: solved, skips });
    }
    if (cut < order.length) parts.push({ type: "node", node: order[cut] });
    before = cut;
  }
  return parts.length === 1 ? parts[0] : { type: "series", parts };
}

/** Places of the nodes that no edge passes over; what comes from or goes outside counts as edges, too.
 * @param {number[]} order @param {Graph} graph */
function cut_points(order, { edges, out, into, places }) {
  order.forEach((node, place) => void (places[node] = place));
  const rises = new Int32Array(order.length + 1);
  /** @param {number} from @param {number} to places between which an edge passes over others */
  const pass = (from, to) => {
    if (to - from < 2) return;
    rises[from + 1] += 1;
    rises[to] -= 1;
  };
  order.forEach((node, place) => {
    let comes = !into[node].length;
    for (const number of into[node]) {
      const from = places[edges[number].from];
      if (from < 0) comes = true;
      else pass(from, place);
    }
    if (comes) pass(-1, place);
    // What ends here goes on as far as all else does: so it stands beside it, not before it.
    const ends = !out[node].length || out[node].some((number) => places[edges[number].to] < 0);
    if (ends) pass(place, order.length);
  });
  const cuts = [];
  let over = 0;
  for (let place = 0; place < order.length; place += 1) {
    over += rises[place];
    if (over === 0) cuts.push(place);
  }
  for (const node of order) places[node] = -1;
  return cuts;
}

/** @param {number} from @param {number} to @param {Graph} graph @returns {number[]} numbers of edges */
function direct(from, to, { edges, out }) {
  return out[from].filter((number) => edges[number].to === to);
}

/** Nodes that hang together, each set in order. @param {number[]} order @param {Graph} graph */
function components(order, { edges, out, places }) {
  order.forEach((node, place) => void (places[node] = place));
  const heads = order.map((_, place) => place);
  /** @param {number} place */
  const head = (place) => {
    while (heads[place] !== place) {
      heads[place] = heads[heads[place]];
      place = heads[place];
    }
    return place;
  };
  order.forEach((node, place) => {
    for (const number of out[node]) {
      const to = places[edges[number].to];
      if (to < 0) continue;
      const [one, other] = [head(place), head(to)];
      if (one !== other) heads[Math.max(one, other)] = Math.min(one, other);
    }
  });
  /** @type {Map<number, number[]>} */
  const sets = new Map();
  order.forEach((node, place) => {
    const first = head(place);
    const known = sets.get(first);
    if (known) known.push(node);
    else sets.set(first, [node]);
  });
  for (const node of order) places[node] = -1;
  return [...sets.values()];
}

/** An order in which every edge goes forwards; where edges go round, those that go back are told apart.
 * @param {number} count @param {Edge[]} edges @returns {{order: number[], back: Set<number>}} */
export function in_order(count, edges) {
  const waiting = new Int32Array(count);
  /** @type {number[][]} */
  const out = Array.from({ length: count }, () => []);
  edges.forEach((edge, number) => {
    waiting[edge.to] += 1;
    out[edge.from].push(number);
  });
  const placed = new Uint8Array(count);
  const back = new Set();
  /** @type {number[]} */
  const order = [];
  /** @type {number[]} */
  const ready = [];
  for (let node = count - 1; node >= 0; node -= 1) if (!waiting[node]) ready.push(node);
  let first = 0;
  while (order.length < count) {
    let node = ready.pop();
    if (node === undefined) {
      while (placed[first]) first += 1;
      node = first;
    }
    if (placed[node]) continue;
    placed[node] = 1;
    order.push(node);
    for (const number of [...out[node]].reverse()) {
      const { to } = edges[number];
      if (placed[to]) back.add(number);
      else if ((waiting[to] -= 1) === 0) ready.push(to);
    }
  }
  return { order, back };
}
