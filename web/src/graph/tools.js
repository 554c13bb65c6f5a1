/** The tools that lie over the graph, and their keys. */

import { h } from "../dom.js";
import { bind } from "../keys.js";
import { walk } from "../model.js";
import { with_keys } from "../state.js";
import { METRICS } from "./boxes.js";

/** @typedef {import("../state.js").Store} Store */
/** @typedef {import("../state.js").State} State */

/** Unfolding a level more stops here. */
const MOST_BOXES = 1500;

/** What the tools do. @typedef {Record<"unfold"|"fold"|"nearer"|"farther"|"fit"|"svg"|"png", () => void>} Acts */

/** @param {Store} store @param {Acts} act */
export function graph_tools(store, act) {
  const keys = { "+": act.nearer, "=": act.nearer, "-": act.farther, 0: act.fit };
  for (const [key, does] of Object.entries(keys)) {
    bind(key, () => {
      if (store.get().panel === "graph") does();
    });
  }
  const colour = h(
    "select",
    {
      "aria-label": "What the colours say",
      onchange: () => store.set({ metric: /** @type {State["metric"]} */ (colour.value) }),
    },
    Object.entries(METRICS).map(([name, title]) => h("option", { value: name }, title)),
  );
  const show = () => {
    colour.value = store.get().metric;
  };
  store.subscribe(show);
  show();
  /** @param {string} text @param {string} title @param {() => void} onclick */
  const button = (text, title, onclick) =>
    h("button", { type: "button", title, "aria-label": title, onclick }, text);
  return h(
    "div",
    { class: "g-tools" },
    colour,
    h(
      "div",
      { class: "joined levels" },
      button("Unfold", "Unfold a level more of everything", act.unfold),
      button("Fold", "Fold as to begin with", act.fold),
    ),
    h(
      "div",
      { class: "joined" },
      button("−", "Farther (-)", act.farther),
      button("Fit", "Fit all of the graph (0)", act.fit),
      button("+", "Nearer (+)", act.nearer),
    ),
    h(
      "div",
      { class: "joined save" },
      button("SVG", "Save the graph as SVG", act.svg),
      button("PNG", "Save the graph as PNG", act.png),
    ),
  );
}

/** Everything that is folded and seen, opened. @param {import("../model.js").Model} model
 * @param {ReadonlySet<string>} open */
export function deeper(model, open) {
  const keys = [];
  let boxes = 0;
  for (const node of walk(model.root)) {
    const seen = model.parents(node.key).every((key) => open.has(key));
    if (!seen) continue;
    boxes += 1;
    if (node.children.length && !open.has(node.key)) {
      boxes += node.children.length;
      if (boxes > MOST_BOXES) break;
      keys.push(node.key);
    }
  }
  return with_keys(open, keys);
}
