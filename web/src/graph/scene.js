/** The graph as it is drawn: every box, frame and edge with its place, for what is open. Pure. */

import { output_key, input_key, wires_of } from "./wiring.js";
import { PORT_GAPS, lay_out } from "./layout.js";
import { shown_children } from "../slices.js";

/** @typedef {import("../model.js").Model} Model */
/** @typedef {import("../model.js").TreeNode} TreeNode */
/** @typedef {import("./curves.js").Point} Point */
/** @typedef {import("./layout.js").Item} Item */
/** @typedef {import("./layout.js").Link} Link */
/** @typedef {import("./layout.js").Placed} Placed */
/** @typedef {import("../slices.js").Hidden} Hidden */

/** @typedef {object} Box
 * @property {string} key
 * @property {"box"|"frame"|"more"|"input"|"output"} type
 * @property {number} x
 * @property {number} y
 * @property {number} width
 * @property {number} height
 * @property {TreeNode|null} node
 * @property {string} name of an input or an output
 * @property {Hidden|null} hidden
 * @property {number} depth */

/** @typedef {object} Line
 * @property {string} key
 * @property {Point[]} points
 * @property {boolean} back
 * @property {boolean} ends whether it ends at a box, not at the border of a frame
 * @property {boolean} starts whether it starts at a box
 * @property {string} from key of the box, frame or port
 * @property {string} to
 * @property {string} source */

/** @typedef {{boxes: Box[], lines: Line[], width: number, height: number}} Scene */

export const BOX_WIDTH = 200;
export const TALL = 46;
export const LOW = 28;
export const HEADER = 30;
/** How far the rounds of a repeat are seen behind its box. */
export const BEHIND = 6;
const SIDE = 18;
/** What an edge only passes. */
const PASSED = new Set(["port", "frame", "bare"]);
/** How keys of ports begin. */
const IN = "\0>";
const OUT = "\0<";
const PORT_ROOM = 20;
const PILL = 120;

/** What a level looks like by itself. @typedef {object} Level
 * @property {string} signature of the sizes it was made of
 * @property {Entry[]} entries
 * @property {Link[]} links
 * @property {Placed} placed
 * @property {Item[]} items
 * @property {number} width
 * @property {number} height
 * @property {Map<string, number>} ins
 * @property {Map<string, number>} outs */

/** What stands in a unit is drawn as if it stood there without its group: "bare" is such a group.
 *  @typedef {{key: string, type: Box["type"]|"port"|"bare", node: TreeNode|null, name: string,
 *  hidden: Hidden|null, level: Level|null}} Entry */

/** What the words of a node take.
 * @typedef {object} Sizes
 * @property {(node: TreeNode) => boolean} is_low whether a node's box has one line alone
 * @property {(node: TreeNode) => number} head_width of a frame, from its side to the line that comes in */

/** Makes scenes of one network, and keeps the levels that are as they were.
 * @param {Model} model @param {Sizes} sizes
 * @param {Map<string, Level>} [kept] levels by the keys of their nodes, perhaps of the same network before
 * it was changed */
export function scenes(model, { is_low, head_width }, kept = new Map()) {
  const wires = wires_of(model);
  for (const key of kept.keys()) if (!model.node(key)) kept.delete(key);

  /** @param {TreeNode} node @param {ReadonlySet<string>} open @returns {Level} */
  function level_of(node, open) {
    const { entries, at } = entries_of(node, open);
    const frame = frame_of(node);
    const { items, links, signature } = sized(node, entries, at, frame);
    const known = kept.get(node.key);
    if (known?.signature === signature) {
      known.entries = entries;
      known.links = links;
      return known;
    }
    const placed = lay_out(items, links);
    const level = framed(frame, {
      signature,
      entries,
      links,
      placed,
      items,
    });
    kept.set(node.key, level);
    return level;
  }

  /** @param {TreeNode} node @returns {Frame} */
  function frame_of(node) {
    if (node === model.root) return NO_FRAME;
    if (node.parent?.type === "unit") {
      return { ...NO_FRAME, top: -PORT_GAPS[0], foot: -PORT_GAPS[1] };
    }
    return { head: head_width(node), top: HEADER, side: SIDE, foot: PORT_ROOM / 2 };
  }

  /** @param {TreeNode} node @param {ReadonlySet<string>} open */
  function entries_of(node, open) {
    /** @type {Entry[]} */
    const entries = [];
    /** @type {Map<string, number>} the entry that shows each child */
    const at = new Map();
    /** @type {Entry} */
    const plain = { key: "", type: "box", node: null, name: "", hidden: null, level: null };
    if (node === model.root) {
      for (const name of model.inputs) {
        at.set(input_key(name), entries.length);
        entries.push({ ...plain, key: input_key(name), type: "input", name });
      }
    }
    for (const child of shown_children(node, open)) {
      if ("opens" in child) {
        for (const one of node.children.slice(child.first, child.first + child.count)) {
          at.set(one.key, entries.length);
        }
        entries.push({ ...plain, key: child.opens, type: "more", hidden: child });
        continue;
      }
      at.set(child.key, entries.length);
      const bare = node.type === "unit" && child.children.length > 0;
      const opened = bare || (child.children.length > 0 && open.has(child.key));
      const level = opened ? level_of(child, open) : null;
      const type = bare ? "bare" : opened ? "frame" : "box";
      entries.push({ ...plain, key: child.key, type, node: child, level });
    }
    if (node === model.root) {
      for (const name of Object.keys(model.network.outputs)) {
        at.set(output_key(name), entries.length);
        entries.push({ ...plain, key: output_key(name), type: "output", name });
      }
    }
    return { entries, at };
  }

  /** Sizes and links of a level, with ports for what comes in and goes out. @param {TreeNode} node
   * @param {Entry[]} entries @param {Map<string, number>} at @param {Frame} frame */
  function sized(node, entries, at, frame) {
    const items = entries.map(item_of);
    /** @type {Map<string, number>} */
    const ports = new Map();
    /** @param {string} side @param {string} source */
    const port = (side, source) => {
      const key = side + source;
      let place = ports.get(key);
      if (place === undefined) {
        place = items.length;
        ports.set(key, place);
        items.push({ width: 0, height: 0, axis: 0, port: true });
        entries.push({ key, type: "port", node: null, name: source, hidden: null, level: null });
      }
      return place;
    };
    /** @type {Map<string, Link>} */
    const links = new Map();
    const joined = wires.get(node) ?? [];
    // What was made last is the main road; what comes from farther up skipped something.
    const given = new Set(joined.filter(({ from }) => from === null).map(({ source }) => source));
    const latest = [...given].sort((one, other) => model.index(other) - model.index(one));
    for (const source of latest) port(IN, source);
    for (const { from, to, source } of joined) {
      const start = from === null ? port(IN, source) : at.get(from);
      const end = to === null ? port(OUT, source) : at.get(to);
      if (start === undefined || end === undefined || start === end) continue;
      // What a folded run of layers reads or gives is one edge, whatever goes along it.
      const folded = entries[start].type === "more" || entries[end].type === "more";
      const name = `${start} ${end} ${folded ? "" : source}`;
      if (!links.has(name)) links.set(name, { from: start, to: end, source });
    }
    const boxes = entries.map((entry, place) => entry.key + size_told(items[place]));
    const signature = [Object.values(frame).join(" "), ...boxes, ...links.keys()].join("\n");
    return { items, links: [...links.values()], signature };
  }

  /** @param {Entry} entry @returns {Item} */
  function item_of({ type, node, level }) {
    if (level) {
      const { width, height, ins, outs } = level;
      const axis = ins.values().next().value ?? outs.values().next().value ?? width / 2;
      return { width, height, axis, ins, outs };
    }
    if (type === "input" || type === "output") return { width: PILL, height: LOW, axis: PILL / 2 };
    const low = type === "more" || (node !== null && is_low(node));
    const behind = node?.type === "repeat" ? BEHIND : 0;
    return { width: BOX_WIDTH, height: (low ? LOW : TALL) + behind, axis: BOX_WIDTH / 2 };
  }

  return {
    kept,
    /** @param {ReadonlySet<string>} open @returns {Scene} */
    draw(open) {
      const level = level_of(model.root, open);
      /** @type {Scene} */
      const scene = { boxes: [], lines: [], width: level.width, height: level.height };
      spread(model.root.key, level, 0, 0, 0, scene);
      return scene;
    },
  };
}

/** @param {Item} item */
function size_told({ width, height, ins, outs }) {
  return [width, height, ...(ins?.values() ?? []), "/", ...(outs?.values() ?? [])].join(" ");
}

/** Room around a level: a frame has a header, and its edges reach its border.
 * @typedef {{head: number, top: number, side: number, foot: number}} Frame `head`: its words' width up to the
 * line that comes in */

/** @type {Frame} */
const NO_FRAME = { head: 0, top: 0, side: 0, foot: 0 };

/** @param {Frame} frame
 * @param {{signature: string, entries: Entry[], links: Link[], placed: Placed, items: Item[]}} made
 * @returns {Level} */
function framed({ head, top, side, foot }, { signature, entries, links, placed, items }) {
  const first = items.findIndex((item) => item.port);
  const entry = first < 0 ? placed.width / 2 : placed.corners[first][0];
  const shift = head ? Math.max(side, head - entry) : side;
  const width = placed.width + 2 * shift;
  const height = placed.height + top + foot + (head && first < 0 ? side : 0);
  const inside = (/** @type {number} */ y) => Math.max(0, Math.min(height, y + top));
  placed.corners = placed.corners.map(([x, y]) => [x + shift, y + top]);
  placed.routes = placed.routes.map((points) => points.map(([x, y]) => [x + shift, inside(y)]));
  links.forEach(({ from, to }, place) => {
    const points = placed.routes[place];
    if (items[from].port) points.unshift([points[0][0], 0]);
    if (items[to].port) points.push([points[points.length - 1][0], height]);
  });
  /** @type {Map<string, number>} */
  const ins = new Map();
  /** @type {Map<string, number>} */
  const outs = new Map();
  entries.forEach(({ key, name }, place) => {
    if (items[place].port) (key.startsWith(IN) ? ins : outs).set(name, placed.corners[place][0]);
  });
  return { signature, entries, links, placed, items, width, height, ins, outs };
}

/** Writes a level and what is within it into the scene, at its place. @param {string} path @param {Level} level
 * @param {number} x @param {number} y @param {number} depth @param {Scene} scene */
function spread(path, { entries, links, placed, items }, x, y, depth, scene) {
  links.forEach(({ from, to, source }, place) => {
    const [start, end] = [entries[from], entries[to]];
    const points = placed.routes[place];
    // What leads into a bare group ends at its first box, so that nothing is left to draw in it.
    if (start.type === "port" && points[points.length - 1][1] - points[0][1] < 1) return;
    scene.lines.push({
      key: `${path}\0${start.key}\0${end.key}\0${source}`,
      points: points.map(([px, py]) => [x + px, y + py]),
      back: placed.back[place],
      starts: !PASSED.has(start.type),
      ends: !PASSED.has(end.type) || end.type === "bare",
      from: start.key,
      to: end.key,
      source,
    });
  });
  entries.forEach(({ key, type, node, name, hidden, level }, place) => {
    if (type === "port") return;
    const [left, top] = placed.corners[place];
    const [x1, y1] = [x + left, y + top];
    const { width, height } = items[place];
    if (type !== "bare") {
      scene.boxes.push({ key, type, node, name, hidden, depth, x: x1, y: y1, width, height });
    }
    if (level) spread(key, level, x + left, y + top, depth + 1, scene);
  });
}
