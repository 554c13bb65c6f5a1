/** The graph. */

import "../graph/graph.css";
import { h, on, replace, svg } from "../dom.js";
import { METRICS, figure_of, told, words_of } from "../graph/boxes.js";
import { scale_of } from "../graph/heat.js";
import { legend_of } from "../graph/legend.js";
import { arrow, head_width, painter } from "../graph/paint.js";
import { save_png, save_svg } from "../graph/save.js";
import { scenes } from "../graph/scene.js";
import { toward } from "../graph/walk.js";
import { zoomer } from "../graph/zoom.js";
import { bind } from "../keys.js";
import { model_of, walk } from "../model.js";
import { is_renewed, with_keys } from "../state.js";
import { usual_open } from "../visible.js";

/** @typedef {import("../types").Page} Page */
/** @typedef {import("../state.js").Store} Store */
/** @typedef {import("../state.js").State} State */
/** @typedef {import("../graph/scene.js").Box} Box */
/** @typedef {import("../graph/scene.js").Scene} Scene */

/** Letters of half their size can still be read. */
const LEGIBLE = 0.88;
/** Unfolding a level more stops here. */
const MOST_BOXES = 1500;
/** @type {Record<string, string>} */
const KINDS = {
  conv: "convolution", linear: "dense", norm: "norm", activation: "activation", pool: "pooling", 
merge: "merge",
  attention: "attention", recurrent: "recurrent", shape: "shape", other: "other",
}; // prettier-ignore

/** @param {HTMLElement} container @param {Page} page @param {Store} store */
export function mount(container, page, store) {
  const stage = svg("g");
  const canvas = svg("svg", { class: "canvas", role: "group" }, arrow(), stage);
  const legend = h("ul", { class: "g-legend" });
  const zoom = zoomer(canvas, stage);
  let drawing = begin(page, store.get());
  /** @type {Scene} */
  let scene = { boxes: [], lines: [], width: 1, height: 1 };
  /** @type {Map<string, Box>} */
  let places = new Map();
  let focused = "";

  const area = () => ({ x: 0, y: 0, width: scene.width, height: scene.height });

  const paint = () => {
    const state = store.get();
    scene = drawing.scenes.draw(state.open);
    places = new Map(scene.boxes.map((box) => [box.key, box]));
    const { heat, ramp, kinds } = colours(drawing.model, scene, state);
    drawing.painter.paint(scene, state, heat);
    replace(legend, legend_of(kinds, ramp));
    choose(state);
    rove(places.has(focused) ? focused : (scene.boxes.find((box) => box.node)?.key ?? ""));
  };

  /** Marks what is chosen, or the box that holds it. @param {State} state */
  const choose = ({ selected }) => {
    for (const marked of stage.querySelectorAll(".g-chosen, .g-holds"))
      marked.classList.remove("g-chosen", "g-holds");
    const seen = selected === null ? null : seen_of(selected);
    if (seen)
      drawing.painter.element(seen)?.classList.add(seen === selected ? "g-chosen" : "g-holds");
    const near = scene.lines.filter((line) => seen && (line.from === seen || line.to === seen));
    drawing.painter.mark_edges(new Set(near.map((line) => line.key)));
  };

  /** @param {string} key @returns {string|null} */
  const seen_of = (key) => {
    for (let at = drawing.model.node(key) ?? null; at; at = at.parent) {
      const box = places.get(at.key);
      if (box && (box.type !== "frame" || at.key === key)) return at.key;
    }
    return null;
  };

  /** One box alone is reached by Tab; arrows go on from there. @param {string} key */
  const rove = (key) => {
    drawing.painter.element(focused)?.setAttribute("tabindex", "-1");
    focused = key;
    drawing.painter.element(key)?.setAttribute("tabindex", "0");
  };

  /** @param {string} key */
  const focus = (key) => {
    rove(key);
    drawing.painter.element(key)?.focus({ preventScroll: true });
  };

  /** Folds, unfolds or chooses. @param {string} key @param {boolean} by_key whether a key was pressed */
  const press = (key, by_key) => {
    const box = places.get(key);
    if (!box) return;
    const { open } = store.get();
    if (box.hidden) store.set({ open: with_keys(open, [box.hidden.opens]) });
    else if (box.node?.children.length) toggle(box, key);
    else if (box.node) store.set({ selected: store.get().selected === key ? null : key });
    if (by_key) focus(places.has(key) ? key : (scene.boxes.find((one) => one.node)?.key ?? ""));
  };

  /** @param {Box} before @param {string} key */
  const toggle = (before, key) => {
    const { open } = store.get();
    store.set({
      open: open.has(key)
        ? with_keys(open, [], [key])
        : with_keys(open, [key, ...alone(drawing.model.node(key))]),
    });
    const after = places.get(key);
    if (after) zoom.keep(before, after);
  };

  on(canvas, "click", (event) => {
    const key = event.target.closest("[data-key]")?.getAttribute("data-key");
    if (key !== null && key !== undefined) press(key, false);
  });
  on(canvas, "focusin", (event) => {
    const key = event.target.closest("[data-key]")?.getAttribute("data-key");
    if (key !== null && key !== undefined) rove(key);
  });
  on(canvas, "keydown", (event) => {
    const box = places.get(focused);
    if (!box || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" || event.key === " ") press(focused, true);
    else {
      const next = toward(scene.boxes, box, event.key);
      if (!next) return;
      focus(next.key);
      zoom.show(next.type === "frame" ? { ...next, height: 30 } : next);
    }
    event.preventDefault();
    event.stopPropagation();
  });

  const fit = () => zoom.fit(area(), 0);
  for (const [key, act] of /** @type {[string, () => void][]} */ ([
    ["+", () => zoom.by(1.25)], ["=", () => zoom.by(1.25)], ["-", () => zoom.by(0.8)], ["0", fit],
  ])) bind(key, () => { if (store.get().panel === "graph") act(); }); // prettier-ignore

  const colour = h("select", {
    "aria-label": "What the colours say",
    onchange: () => store.set({ metric: /** @type {State["metric"]} */ (colour.value) }),
  }, Object.entries(METRICS).map(([name, title]) => h("option", { value: name }, title))); // prettier-ignore
  /** @param {string} text @param {string} title @param {() => void} act */
  const button = (text, title, act) =>
    h("button", { type: "button", title, "aria-label": title, onclick: act }, text);
  const file_name = () =>
    page.networks[store.get().network].name.replace(/[^\p{L}\p{N}._-]+/gu, "-").slice(0, 80) ||
    "network";
  const tools = h(
    "div",
    { class: "g-tools" },
    colour,
    h(
      "div",
      { class: "joined levels" },
      button("Unfold", "Unfold a level more of everything", () =>
        store.set({ open: deeper(drawing.model, store.get().open) }),
      ),
      button("Fold", "Fold as to begin with", () => store.set({ open: usual_open(drawing.model) })),
    ),
    h(
      "div",
      { class: "joined" },
      button("−", "Farther", () => zoom.by(0.8)),
      button("Fit", "All of the graph", fit),
      button("+", "Nearer", () => zoom.by(1.25)),
    ),
    h(
      "div",
      { class: "joined save" },
      button("SVG", "Save the graph as SVG", () =>
        save_svg(file_name(), drawing.painter.root, area()),
      ),
      button("PNG", "Save the graph as PNG", () =>
        save_png(file_name(), drawing.painter.root, area()),
      ),
    ),
  );

  container.append(canvas, tools, legend);

  const start = () => {
    canvas.setAttribute("aria-label", `Graph of ${page.networks[store.get().network].name}`);
    replace(stage, drawing.painter.root);
    paint();
    zoom.fit(area(), LEGIBLE);
    reveal(store.get());
  };
  /** @param {State} state */
  const reveal = ({ selected }) => {
    const box = selected === null ? undefined : places.get(seen_of(selected) ?? "");
    if (box) zoom.show(box.type === "frame" ? { ...box, height: 30 } : box);
  };
  store.subscribe((state, before) => {
    colour.value = state.metric;
    if (is_renewed(state, before)) {
      drawing = begin(page, state);
      start();
      return;
    }
    if (state.open !== before.open || state.metric !== before.metric) paint();
    else if (state.selected !== before.selected) choose(state);
    if (state.selected !== before.selected) reveal(state);
  });
  colour.value = store.get().metric;
  start();
  printed(canvas, stage, area);
}

/** @param {Page} page @param {State} state */
function begin(page, state) {
  const model = model_of(page.networks[state.network]);
  const low = new Map();
  /** @param {import("../model.js").TreeNode} node */
  const is_low = (node) => {
    let known = low.get(node);
    if (known === undefined) low.set(node, (known = !words_of(model, node, "kind").line));
    return known;
  };
  return { model, painter: painter(model), scenes: scenes(model, { is_low, head_width }) };
}

/** What is opened with a node: where it holds one group alone, that too. @param {import("../model.js").TreeNode|undefined} node
 * @returns {string[]} */
function alone(node) {
  const keys = [];
  for (
    let at = node;
    at && at.children.length === 1 && at.children[0].children.length;
    [at] = at.children
  )
    keys.push(at.children[0].key);
  return keys;
}

/** Everything that is folded and seen, opened. @param {import("../model.js").Model} model
 * @param {ReadonlySet<string>} open */
function deeper(model, open) {
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

/** @param {import("../model.js").Model} model @param {Scene} scene @param {State} state */
function colours(model, scene, { metric }) {
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

/** On paper all of the graph stands, as wide as the paper is at most. @param {SVGSVGElement} canvas
 * @param {SVGGElement} stage @param {() => {width: number, height: number}} area */
function printed(canvas, stage, area) {
  let kept = "";
  on(window, "beforeprint", () => {
    kept = stage.getAttribute("transform") ?? "";
    const { width, height } = area();
    stage.removeAttribute("transform");
    canvas.setAttribute("viewBox", `-8 -8 ${width + 16} ${height + 16}`);
    canvas.setAttribute("width", String(Math.round(width * 0.7)));
  });
  on(window, "afterprint", () => {
    stage.setAttribute("transform", kept);
    canvas.removeAttribute("viewBox");
    canvas.removeAttribute("width");
  });
}
