/** What the colours of a scene's boxes say. */

import { METRICS, STATUS_SIGNS, figure_of, told, words_of } from "./boxes.js";
import { scale_of } from "./heat.js";

/** @typedef {import("../model.js").Model} Model */
/** @typedef {import("../model.js").TreeNode} TreeNode */
/** @typedef {import("../state.js").State} State */
/** @typedef {import("./scene.js").Box} Box */
/** @typedef {import("./scene.js").Scene} Scene */

/** @type {Record<string, string>} */
const KINDS = {
  conv: "convolution", linear: "dense", norm: "norm", activation: "activation", pool: "pooling", 
merge: "merge",
  attention: "attention", recurrent: "recurrent", shape: "shape", other: "other",
}; // prettier-ignore

/** @typedef {object} Colours
 * @property {(box: Box) => number} heat 0 to 1; -1 where colours say the kind
 * @property {{title: string, most: string}|null} ramp
 * @property {{kind: string, words: string}[]} kinds that are seen
 * @property {string[]} statuses of a difference, that are seen */

/** @param {Model} model @param {Scene} scene @param {State} state @returns {Colours} */
export function colours_of(model, scene, { metric }) {
  /** @type {{key: string, node: TreeNode}[]} */
  const boxes = [];
  const found = new Set();
  for (const { key, type, node } of scene.boxes) {
    if (node && type === "box") boxes.push({ key, node });
    found.add(node?.change?.status);
  }
  const statuses = Object.keys(STATUS_SIGNS).filter((status) => found.has(status));
  if (metric === "kind") {
    const seen = new Set(boxes.map(({ node }) => words_of(model, node, metric).category));
    const kinds = Object.keys(KINDS).filter((kind) => seen.has(kind));
    const named = kinds.map((kind) => ({ kind, words: KINDS[kind] }));
    return { heat: () => -1, ramp: null, kinds: named, statuses };
  }
  const values = new Map(boxes.map(({ key, node }) => [key, figure_of(model, node, metric)]));
  const { most, heat } = scale_of([...values.values()], metric);
  return {
    heat: (box) => heat(values.get(box.key) ?? null),
    ramp: { title: METRICS[metric], most: told(most, metric) },
    kinds: [],
    statuses,
  };
}
