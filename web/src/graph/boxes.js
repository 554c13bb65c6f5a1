/** What a box says. */

import { bytes, cut, shape, short, signed, whole } from "../format.js";
import { layers_below } from "../model.js";

/** @typedef {import("../model.js").Model} Model */
/** @typedef {import("../model.js").TreeNode} TreeNode */
/** @typedef {import("../state.js").HeatMetric} HeatMetric */
/** @typedef {import("../types").Kind} Kind */

/** @typedef {object} Words
 * @property {string} title
 * @property {string} count what follows the title and is never cut: of a repeat, its rounds
 * @property {string} line the op's line or the block, empty where the title says it all
 * @property {string} figure
 * @property {string} more what is told on pointing at it, and to those who cannot see it
 * @property {string} category the colour of its kind */

/** Metrics that colours can show, in the order of the choice. @type {Record<HeatMetric, string>} */
export const METRICS = {
  kind: "Kind of layer",
  parameters: "Parameters",
  macs: "MACs",
  activation_bytes: "Activations",
  receptive_field: "Receptive field",
  bytes_per_mac: "Bytes per MAC",
};

/** Differences are told by a sign as well as by a colour. @type {Record<string, string>} */
export const STATUS_SIGNS = { added: "+", removed: "−", changed: "~" };

/** What holds so few layers is told by them. */
const FEW = 3;

/** The figure of a node by a metric; null where there is none. A field's is its longest side.
 * @param {Model} model @param {TreeNode} node @param {HeatMetric} metric @returns {number|null} */
export function figure_of(model, node, metric) {
  if (metric === "receptive_field") {
    const size = field_of(model, node);
    return size ? Math.max(...size) : null;
  }
  return node.totals[metric === "kind" ? "parameters" : metric] ?? null;
}

/** @param {Model} model @param {TreeNode} node @returns {number[]|null} */
function field_of(model, node) {
  const layer = model.layer(node.output);
  const field = layer && model.network.fields[layer.field];
  return field && Array.isArray(field.size) ? field.size : null;
}

/** @param {number|null} value @param {HeatMetric} metric */
export function told(value, metric) {
  if (value === null) return "";
  if (metric === "activation_bytes") return bytes(value);
  if (metric === "receptive_field") return whole(value);
  return short(value);
}

/** What was said of nodes last. @type {WeakMap<TreeNode, {metric: HeatMetric, words: Words}>} */
const known_words = new WeakMap();

/** @param {Model} model @param {TreeNode} node @param {HeatMetric} metric @returns {Words} */
export function words_of(model, node, metric) {
  const known = known_words.get(node);
  if (known?.metric === metric) return known.words;
  const words = words_for(model, node, metric);
  known_words.set(node, { metric, words });
  return words;
}

/** @param {Model} model @param {TreeNode} node @param {HeatMetric} metric @returns {Words} */
function words_for(model, node, metric) {
  const value = figure_of(model, node, metric);
  const delta = node.change?.change?.[metric === "kind" ? "parameters" : metric];
  const figure = delta
    ? signed(delta, (size) => told(size, metric))
    : node.change?.status === "changed"
      ? "±0"
      : value
        ? told(value, metric)
        : "";
  const output = model.layer(node.output);
  const kind = output && model.kind(output);
  const after = kind ? shape(kind.output_shape) : "";
  const sums = [
    after && `output ${after}`,
    node.totals.parameters && `${whole(node.totals.parameters)} parameters`,
    node.totals.macs && `${whole(node.totals.macs)} MACs`,
    changed(node),
  ];
  if (node.type === "layer" && kind) {
    const more = [`${node.key}: ${kind.line}`, ...sums].filter(Boolean).join("\n");
    return { ...layer_words(node.label, kind), figure, more, category: kind.category };
  }
  const layers = layers_below(node);
  const said = `${whole(layers.length)} ${layers.length === 1 ? "layer" : "layers"}`;
  const line =
    layers.length <= FEW && node.type !== "repeat"
      ? few_line(model, layers)
      : [node.block, said].filter(Boolean).join(" · ");
  const count = node.type === "repeat" ? ` × ${whole(node.count)}` : "";
  const title = node.label;
  const what = count ? `${whole(node.count)} equal rounds, summed` : line;
  const name = node.type === "group" ? node.key : title + count;
  const more = [`${name}: ${what}`, ...sums].filter(Boolean).join("\n");
  return { title, count, line, figure, more, category: leading(model, node) };
}

/** A label that only counts its op need not be told beside it. @param {string} label @param {Kind} kind */
function layer_words(label, kind) {
  const counted = label.replace(/\d{1,9}$/, "") === kind.op;
  if (counted && kind.line === kind.op) return { title: label, count: "", line: "" };
  return { title: label, count: "", line: kind.line };
}

/** A unit and its like are told by the line of the first layer, and what follows it. @param {Model} model
 * @param {number[]} layers */
function few_line(model, layers) {
  const [first, ...rest] = layers.map((place) => model.kind(model.network.layers[place]));
  return [short_line(first.line), ...rest.map((kind) => kind.op)].join(" + ");
}

/** An op's line without what is told by words: its numbers say most. @param {string} line */
function short_line(line) {
  return line.replace(/ bias=false\b/, "").replace(/ padding=half\b/, "");
}

/** @type {WeakMap<TreeNode, string>} */
const leaders = new WeakMap();

/** What is folded has the colour of the layer in it that computes most. @param {Model} model
 * @param {TreeNode} node @returns {string} */
function leading(model, node) {
  const known = leaders.get(node);
  if (known) return known;
  let best = null;
  for (const place of layers_below(node)) {
    const kind = model.kind(model.network.layers[place]);
    if (!best || (kind.figures.macs ?? 0) > (best.figures.macs ?? 0)) best = kind;
  }
  const category = best?.category ?? "other";
  leaders.set(node, category);
  return category;
}

/** @param {TreeNode} node */
function changed({ change }) {
  if (!change || change.status === "same") return "";
  const what = (change.what ?? []).slice(0, 6).map((one) => `${one.name}: ${one.old} → ${one.new}`);
  return [change.status, change.was && `was ${change.was}`, ...what].filter(Boolean).join("; ");
}

/** As much of a text as there is room for, by the widths that a measure tells.
 * @param {string} text @param {number} room @param {(text: string) => number} measure */
export function fitted(text, room, measure) {
  if (text.length < 400 && measure(text) <= room) return text;
  // Halving: the widest that fits. No box has room for more letters than these.
  let [low, high] = [0, Math.min(text.length, 400)];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (measure(cut(text, middle)) <= room) low = middle;
    else high = middle - 1;
  }
  return low ? cut(text, low) : "";
}
