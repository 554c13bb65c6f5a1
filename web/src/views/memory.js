/** What is alive while each layer runs, the moment at which most is, and what training keeps. */

import "./memory.css";
import { alive_at, bands_of, columns_of, outline, ticks } from "../bands.js";
import { h, on, on_width, replace, set_attributes, svg } from "../dom.js";
import { bytes, whole } from "../format.js";
import { model_of } from "../model.js";
import { is_renewed, with_keys } from "../state.js";
import { is_number } from "../exact.js";

/** @typedef {import("../types").Page} Page */
/** @typedef {import("../types").Network} Network */
/** @typedef {import("../state.js").Store} Store */

/** Columns that are drawn at most: of more layers each column stands for several. */
const COLUMNS = 1200;
/** Tensors that are listed; of more, how many there are. */
const LISTED = 12;
const LEFT = 74;
const RIGHT = 12;
const TOP = 26;
const BOTTOM = 24;

/** @param {HTMLElement} container @param {Page} page @param {Store} store */
export function mount(container, page, store) {
  const body = h("div", { class: "memory-body" });
  container.append(body);
  let width = 0;

  function show() {
    width = container.clientWidth;
    const network = page.networks[store.get().network];
    replace(body, whole_of(network, store, Math.max(300, Math.min(width, 1400) - 40)));
  }
  store.subscribe((state, before) => {
    if (is_renewed(state, before)) show();
  });
  on_width(container, () => width, show);
  show();
}

/** @param {Network} network @param {Store} store @param {number} width */
function whole_of(network, store, width) {
  const { memory, totals, batch, dtype } = network;
  const list = h("section", { class: "alive", "aria-live": "polite" });
  const { peak } = memory;
  if (!memory.held.length || !peak) return [h("p", null, "The network has no layers.")];
  const show_step = (/** @type {number} */ step) => replace(list, alive_list(network, step, store));
  const model = model_of(network);
  show_step(peak.layer === null ? 0 : model.index(peak.layer));
  const of = batch > 1 ? `a batch of ${whole(batch)}` : "one example";
  return [
    h(
      "p",
      { class: "lead" },
      "Most is alive ",
      peak.layer === null
        ? "before the first layer"
        : ["while ", layer_link(peak.layer, store, model), " runs"],
      ": ",
      h("b", { title: `${whole(peak.bytes)} bytes` }, bytes(peak.bytes)),
      ` for ${of} as ${dtype}. `,
      "The weights take another ",
      h("b", { title: `${whole(totals.weight_bytes)} bytes` }, bytes(totals.weight_bytes)),
      " all the time.",
    ),
    chart(network, store, width, show_step),
    h("div", { class: "memory-lists" }, list, h("section", null, kept_list(network, store))),
  ];
}

/** The bands, one for each tensor. @param {Network} network @param {Store} store @param {number} width
 * @param {(step: number) => void} show_step */
function chart(network, store, width, show_step) {
  const { memory, layers, kinds } = network;
  const model = model_of(network);
  const height = Math.max(220, Math.min(380, width * 0.4));
  const columns = columns_of(memory.held, COLUMNS);
  const most = memory.held.reduce((a, b) => Math.max(a, b), 0);
  const x = (/** @type {number} */ at) => LEFT + (at / columns.length) * (width - LEFT - RIGHT);
  const y = (/** @type {number} */ held) =>
    TOP + (1 - held / (most || 1)) * (height - TOP - BOTTOM);
  const category = (/** @type {string} */ name) => {
    const layer = model.layer(name);
    return layer ? kinds[layer.kind].category : "input";
  };
  const bands = bands_of(memory.tensors, columns).map((band) => {
    const { name, bytes: size } = memory.tensors[band.tensor];
    return svg(
      "path",
      { class: `band ${category(name)}`, d: outline(band, x, y) },
      svg("title", null, `${name}: ${bytes(size)}`),
    );
  });
  const axis = ticks(most, 4, true).map((value) =>
    svg(
      "g",
      { class: "tick" },
      svg("line", { x1: LEFT, x2: width - RIGHT, y1: y(value), y2: y(value) }),
      svg("text", { x: LEFT - 8, y: y(value) + 4, "text-anchor": "end" }, bytes(value)),
    ),
  );
  const at_peak = columns.findIndex((column) => column.held === most);
  const middle = x(at_peak + 0.5);
  const anchor = middle < width / 3 ? "start" : middle > (width * 2) / 3 ? "end" : "middle";
  const peak_name = layers[columns[at_peak].step].name;
  const peak = svg(
    "g",
    { class: "peak" },
    svg("line", { x1: middle, x2: middle, y1: TOP - 6, y2: height - BOTTOM }),
    svg(
      "text",
      { x: middle, y: TOP - 11, "text-anchor": anchor },
      `${bytes(most)} in ${end_of(peak_name)}`,
    ),
  );
  const cursor = svg("rect", {
    class: "cursor",
    y: TOP,
    height: height - TOP - BOTTOM,
    width: 1,
    visibility: "hidden",
  });
  const words = svg(
    "text",
    { class: "axis", x: LEFT, y: height - 6 },
    "layers in the order in which they run",
  );
  const picture = svg(
    "svg",
    {
      class: width / columns.length < 4 ? "bands dense" : "bands",
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: "slider",
      tabindex: 0,
      "aria-label": "What is alive while each layer runs: arrow keys go from layer to layer",
      "aria-valuemin": 1,
      "aria-valuemax": layers.length,
    },
    axis,
    bands,
    peak,
    cursor,
    words,
  );
  let at = at_peak;
  /** @param {number} column */
  const go = (column) => {
    at = Math.max(0, Math.min(columns.length - 1, column));
    const { step, held } = columns[at];
    set_attributes(cursor, {
      x: x(at),
      width: Math.max(1, x(at + 1) - x(at)),
      visibility: "visible",
    });
    set_attributes(picture, {
      "aria-valuenow": step + 1,
      "aria-valuetext": `${layers[step].name}: ${bytes(held)}`,
    });
    show_step(step);
  };
  set_attributes(picture, {
    "aria-valuenow": columns[at].step + 1,
    "aria-valuetext": `${peak_name}: ${bytes(most)}`,
  });
  const column_of = (/** @type {PointerEvent} */ event) => {
    const box = picture.getBoundingClientRect();
    const inside = ((event.clientX - box.left) / box.width) * width - LEFT;
    return Math.floor((inside / (width - LEFT - RIGHT)) * columns.length);
  };
  on(picture, "pointermove", (event) => go(column_of(event)));
  on(picture, "click", (event) => {
    go(column_of(event));
    choose(layers[columns[at].step].name, store, model);
  });
  on(picture, "keydown", (event) => {
    const steps = {
      ArrowLeft: -1,
      ArrowRight: 1,
      PageUp: -10,
      PageDown: 10,
      Home: -columns.length,
      End: columns.length,
    };
    const step = steps[/** @type {keyof typeof steps} */ (event.key)];
    if (step) go(at + step);
    else if (event.key === "Enter") choose(layers[columns[at].step].name, store, model);
    else return;
    event.preventDefault();
  });
  return h("div", { class: "bands-frame" }, picture);
}

/** @param {Network} network @param {number} step @param {Store} store */
function alive_list(network, step, store) {
  const { memory, layers } = network;
  const alive = alive_at(memory.tensors, step).map((place) => memory.tensors[place]);
  return [
    h(
      "h2",
      null,
      "Alive while ",
      layer_link(layers[step].name, store, model_of(network)),
      " runs: ",
      bytes(memory.held[step]),
    ),
    sizes(alive, memory.held[step], network, store),
  ];
}

/** @param {Network} network @param {Store} store */
function kept_list(network, store) {
  const { memory, training } = network;
  const kept = [...memory.kept].sort((a, b) => b.bytes - a.bytes);
  const rows = Object.entries(training ?? {}).filter(([, value]) => is_number(value));
  return [
    rows.length > 0 && h("h2", null, "A step of training"),
    rows.length > 0 &&
      h(
        "table",
        { class: "sizes" },
        rows.map(([name, value]) =>
          h(
            "tr",
            null,
            h("th", { scope: "row" }, name.replaceAll("_", " ")),
            h("td", { class: "number", title: `${whole(value)} bytes` }, bytes(value)),
          ),
        ),
      ),
    h("h2", null, `Kept for the backward pass: ${whole(kept.length)} tensors`),
    sizes(kept, kept[0]?.bytes ?? 0, network, store),
  ];
}

/** Tensors with bars. @param {{name: string, bytes: number}[]} tensors @param {number} most
 * @param {Network} network @param {Store} store */
function sizes(tensors, most, network, store) {
  const model = model_of(network);
  const more = tensors.length - LISTED;
  return h(
    "table",
    { class: "sizes" },
    tensors
      .slice(0, LISTED)
      .map((one) =>
        h(
          "tr",
          null,
          h("th", { scope: "row" }, layer_link(one.name, store, model)),
          h("td", { class: "number", title: `${whole(one.bytes)} bytes` }, bytes(one.bytes)),
          h(
            "td",
            { class: "bar-cell" },
            h("span", { class: "bar", style: { width: `${(100 * one.bytes) / (most || 1)}%` } }),
          ),
        ),
      ),
    more > 0 && h("tr", null, h("td", { colspan: 3, class: "muted" }, `and ${whole(more)} more`)),
  );
}

/** @param {string} name */
function end_of(name) {
  return name.length > 40 ? `…${name.slice(-39)}` : name;
}

/** @param {string} name @param {Store} store @param {import("../model.js").Model} model */
function choose(name, store, model) {
  if (model.node(name))
    store.set({ selected: name, open: with_keys(store.get().open, model.parents(name)) });
}

/** @param {string} name @param {Store} store @param {import("../model.js").Model} model */
function layer_link(name, store, model) {
  if (!model.node(name)) return h("bdi", null, name);
  return h(
    "button",
    { type: "button", class: "link", onclick: () => choose(name, store, model) },
    h("bdi", null, name),
  );
}
