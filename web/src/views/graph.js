/** The graph. */

import "../graph/graph.css";
import { h, on, replace, set_attributes, svg } from "../dom.js";
import { words_of } from "../graph/boxes.js";
import { colours_of } from "../graph/colours.js";
import { legend_of } from "../graph/legend.js";
import { arrow, head_width } from "../graph/marks.js";
import { EVERYTHING, painter } from "../graph/paint.js";
import { on_paper } from "../graph/paper.js";
import { save_png, save_svg } from "../graph/save.js";
import { scenes } from "../graph/scene.js";
import { deeper, graph_tools } from "../graph/tools.js";
import { toward } from "../graph/walk.js";
import { zoomer } from "../graph/zoom.js";
import { model_of } from "../model.js";
import { is_renewed, with_keys } from "../state.js";
import { usual_open } from "../visible.js";

/** @typedef {import("../types").Page} Page */
/** @typedef {import("../model.js").TreeNode} TreeNode */
/** @typedef {import("../state.js").Store} Store */
/** @typedef {import("../state.js").State} State */
/** @typedef {import("../graph/paint.js").Sight} Sight */
/** @typedef {import("../graph/scene.js").Box} Box */
/** @typedef {import("../graph/scene.js").Scene} Scene */

/** Letters a little smaller than they are can still be read. */
const LEGIBLE = 0.88;
/** Of more boxes, those alone are made that are near to what is seen. */
const MANY = 250;
/** How much farther than what is seen they are made: so that a small move makes none. */
const AROUND = 0.6;

/** @param {HTMLElement} container @param {Page} page @param {Store} store */
export function mount(container, page, store) {
  const stage = svg("g", { id: "graph-stage" });
  const canvas = svg("svg", { class: "canvas", role: "group" }, arrow(), stage);
  const legend = h("ul", { class: "g-legend", "aria-label": "Colours" });
  let drawing = begin(page, store.get());
  /** @type {Scene} */
  let scene = { boxes: [], lines: [], width: 1, height: 1 };
  /** @type {Map<string, Box>} */
  let places = new Map();
  let colours = colours_of(drawing.model, scene, store.get());
  let legend_told = "";
  let focused = "";
  /** The box that was pressed: it stays where it is. @type {Box|null} */
  let held = null;
  let drawn = EVERYTHING;
  const area = () => ({ x: 0, y: 0, width: scene.width, height: scene.height });
  const moved = () => {
    if (drawn === EVERYTHING && scene.boxes.length <= MANY) return;
    if (!covers(drawn, zoom.sight(0))) draw();
  };
  const zoom = zoomer(canvas, stage, { moved, area });

  /** Makes what is near to what is seen. @param {Sight} [sight] */
  const draw = (sight = scene.boxes.length > MANY ? zoom.sight(AROUND) : EVERYTHING) => {
    drawn = sight;
    drawing.painter.paint(drawing.model, scene, store.get(), colours.heat, sight);
    mark();
    const first = scene.boxes.find((box) => box.node && drawing.painter.element(box.key));
    rove(drawing.painter.element(focused) ? focused : (first?.key ?? ""));
  };

  const lay = () => {
    const state = store.get();
    scene = drawing.scenes.draw(state.open);
    places = new Map(scene.boxes.map((box) => [box.key, box]));
    colours = colours_of(drawing.model, scene, state);
    const { kinds, ramp, statuses } = colours;
    const told = JSON.stringify([kinds, ramp, statuses]);
    if (told !== legend_told) replace(legend, legend_of(colours));
    legend_told = told;
  };

  /** Marks what is chosen, or the box that holds it. */
  const mark = () => {
    const { selected } = store.get();
    for (const marked of stage.querySelectorAll(".g-chosen, .g-holds")) {
      marked.classList.remove("g-chosen", "g-holds");
    }
    const seen = selected === null ? null : seen_of(selected);
    const element = seen === null ? undefined : drawing.painter.element(seen);
    element?.classList.add(seen === selected ? "g-chosen" : "g-holds");
    const near =
      seen === null ? [] : scene.lines.filter(({ from, to }) => from === seen || to === seen);
    drawing.painter.mark_edges(new Set(near.map((line) => line.key)));
  };

  /** The node itself, or what it is folded into. @param {string} key @returns {string|null} */
  const seen_of = (key) => {
    for (let at = drawing.model.node(key) ?? null; at; at = at.parent) {
      const box = places.get(at.key);
      if (box && (box.type !== "frame" || at.key === key || at.type === "unit")) return at.key;
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
    const box = places.get(key);
    if (!box) return;
    zoom.show(pressed_part(box));
    rove(key);
    drawing.painter.element(key)?.focus({ preventScroll: true });
  };

  /** Folds, unfolds or chooses. @param {string} key @param {boolean} by_key whether a key was pressed */
  const press = (key, by_key) => {
    const box = places.get(key);
    if (!box) return;
    const { open, selected } = store.get();
    if (box.hidden) store.set({ open: with_keys(open, [box.hidden.opens]) });
    else if (box.node?.children.length) toggle(box.node, box);
    else if (box.node) store.set({ selected: selected === key ? null : key });
    if (by_key) focus(places.has(key) ? key : (nearest(scene.boxes, box)?.key ?? ""));
  };

  /** @param {TreeNode} node @param {Box} before */
  const toggle = (node, before) => {
    const { open } = store.get();
    const { key } = node;
    held = before;
    store.set({ open: open.has(key) ? with_keys(open, [], [key]) : with_keys(open, alone(node)) });
    held = null;
  };

  /** @param {Event} event */
  const key_of = ({ target }) =>
    /** @type {Element} */ (target).closest("[data-key]")?.getAttribute("data-key") ?? null;
  on(canvas, "click", (event) => {
    const key = key_of(event);
    if (key !== null) press(key, false);
  });
  on(canvas, "focusin", (event) => {
    const key = key_of(event);
    if (key !== null) rove(key);
  });
  on(canvas, "keydown", (/** @type {KeyboardEvent} */ event) => {
    const box = places.get(focused);
    if (!box || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" || event.key === " ") press(focused, true);
    else {
      const next = toward(scene.boxes, box, event.key);
      if (!next) return;
      focus(next.key);
    }
    event.preventDefault();
    event.stopPropagation();
  });

  const file_name = () => {
    const { name, variant } = page.networks[store.get().network];
    const plain = [name, variant]
      .filter(Boolean)
      .join("-")
      .replace(/[^\p{L}\p{N}._-]+/gu, "-");
    return plain.slice(0, 80) || "network";
  };
  /** Draws all, and hands it on. @param {(name: string, root: SVGElement, area: Box["hidden"]|any) => unknown} keep */
  const picture = (keep) => {
    const before = drawn;
    draw(EVERYTHING);
    keep(file_name(), drawing.painter.root, area());
    draw(before);
  };
  const tools = graph_tools(store, {
    unfold: () => store.set({ open: deeper(drawing.model, store.get().open) }),
    fold: () => store.set({ open: usual_open(drawing.model) }),
    nearer: () => zoom.by(1.25),
    farther: () => zoom.by(0.8),
    fit: () => zoom.fit(0),
    svg: () => picture(save_svg),
    png: () => picture(save_png),
  });
  container.append(canvas, tools, legend);
  // As large as its room, but in pixels: else all that is drawn is laid out again whenever anything is
  // beside it.
  new ResizeObserver(() => {
    const [width, height] = [container.clientWidth, container.clientHeight];
    if (width && height)
      set_attributes(canvas, { style: { width: `${width}px`, height: `${height}px` } });
  }).observe(container);
  const on_sheets = () => {
    draw(EVERYTHING);
    return scene;
  };
  on_paper(canvas, stage, on_sheets, draw);

  const start = () => {
    canvas.setAttribute("aria-label", `Graph of ${page.networks[store.get().network].name}`);
    replace(stage, drawing.painter.root);
    lay();
    zoom.fit(LEGIBLE);
    draw();
    reveal();
  };
  const reveal = () => {
    const { selected } = store.get();
    const box = selected === null ? undefined : places.get(seen_of(selected) ?? "");
    if (box) zoom.show(pressed_part(box));
  };
  store.subscribe((state, before) => {
    if (is_renewed(state, before)) {
      const same = state.network === before.network && state.begun === before.begun;
      drawing = begin(page, state, same ? drawing : undefined);
      if (same) {
        // The document changed under the reader's eyes: what is looked at stays where it is, and what
        // did not change is not made again.
        lay();
        draw();
      } else start();
      return;
    }
    if (state.open !== before.open || state.metric !== before.metric) {
      const old = scene;
      lay();
      const anchor = held ?? in_the_middle(old.boxes, zoom.sight(0), places);
      const after = anchor && places.get(anchor.key);
      if (after) zoom.keep(anchor, after);
      draw();
    } else if (state.selected !== before.selected) mark();
    if (state.selected !== before.selected) reveal();
  });
  start();
}

/** @typedef {{model: import("../model.js").Model, painter: ReturnType<typeof painter>,
 * scenes: ReturnType<typeof scenes>}} Drawing */

/** @param {Page} page @param {State} state @param {Drawing} [before] of the same network as it was
 * @returns {Drawing} */
function begin(page, state, before) {
  const model = model_of(page.networks[state.network]);
  /** @type {Map<TreeNode, boolean>} */
  const low = new Map();
  /** @param {TreeNode} node */
  const is_low = (node) => {
    let known = low.get(node);
    if (known === undefined) low.set(node, (known = !words_of(model, node, "kind").line));
    return known;
  };
  return {
    model,
    painter: before?.painter ?? painter(),
    scenes: scenes(model, { is_low, head_width }, before?.scenes.kept),
  };
}

/** Of a frame, its head: what is within it has places of its own. @param {Box} box */
function pressed_part(box) {
  return box.type === "frame" ? { ...box, height: 30 } : box;
}

/** The box nearest to the middle of what is seen, of those that are still there. @param {Box[]} boxes
 * @param {Sight} sight @param {Map<string, Box>} places */
function in_the_middle(boxes, { left, right, top, bottom }, places) {
  const middle = { x: (left + right) / 2, y: top + (bottom - top) * 0.4 };
  return nearest(
    boxes.filter((box) => places.has(box.key) && box.type !== "frame"),
    middle,
  );
}

/** Whether what is made is enough for what is seen. @param {Sight} made @param {Sight} seen */
function covers(made, seen) {
  return (
    made.is_far === seen.is_far &&
    made.left <= seen.left &&
    made.top <= seen.top &&
    made.right >= seen.right &&
    made.bottom >= seen.bottom
  );
}

/** The box nearest to a place. @param {Box[]} boxes @param {{x: number, y: number}} place */
function nearest(boxes, place) {
  const far = (/** @type {Box} */ box) => Math.hypot(box.x - place.x, box.y - place.y);
  const known = boxes.filter((box) => box.node);
  return known.length ? known.reduce((one, other) => (far(other) < far(one) ? other : one)) : null;
}

/** What is opened with a node: where it holds one group alone, that too. @param {TreeNode} node
 * @returns {string[]} */
function alone(node) {
  const keys = [node.key];
  for (let [only] = node.children; only?.children.length; [only] = only.children) {
    if (/** @type {TreeNode} */ (only.parent).children.length > 1) break;
    keys.push(only.key);
  }
  return keys;
}
