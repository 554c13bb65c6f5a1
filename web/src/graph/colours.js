/** What the colours of a scene's boxes say. */

import { METRICS, figure_of, told, words_of } from "./boxes.js";
import { scale_of } from "./heat.js";

/** @typedef {import("../model.js").Model} Model */
/** @typedef {import("../state.js").State} State */
/** @typedef {import("./scene.js").Box} Box */
/** @typedef {import("./scene.js").Scene} Scene */

/** @type {Record<string, string>} */
const KINDS = {
  conv: "convolution", linear: "dense", norm: "norm", activation: "activation", pool: "pooling", 
merge: "merge",
  attention: "attention", recurrent: "recurrent", shape: "shape", other: "other",
}; // prettier-ignore

/** @param {Model} model @param {Scene} scene @param {State} state */
export function colours_of(model, scene, { metric }) {
  const boxes = scene.boxes.filter((box) => box.node && box.type === "box");
  if (metric === "kind") {
    const seen = new Set(
      boxes.map((box) => words_of(model, /** @type {any} */ (box.node), metric).category),
    );
    const kinds = Object.keys(KINDS).filter((kind) => seen.has(kind));
    return {
      heat: () => -1,
      ramp: null,
      kinds: kinds.map((kind) => ({ kind, words: KINDS[kind] })),
    };
  }
  const values = new Map(
    boxes.map((box) => [box.key, figure_of(model, /** @type {any} */ (box.node), metric)]),
  );
  const { most, heat } = scale_of([...values.values()], metric);
  return {
    heat: (/** @type {Box} */ box) => heat(values.get(box.key) ?? null),
    ramp: { title: METRICS[metric], most: told(most, metric) },
    kinds: [],
  };
}
