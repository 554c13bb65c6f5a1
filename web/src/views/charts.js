/** Where costs sit: by stage, and by layer in the order in which they run. */

import "./charts.css";
import { h, headed, on, on_width, replace, svg } from "../dom.js";
import { bytes, figure, percent, short } from "../format.js";
import { layers_below, model_of } from "../model.js";
import { is_renewed, with_keys } from "../state.js";
import { columns_of } from "../bands.js";

/** @typedef {import("../types").Page} Page */
/** @typedef {import("../types").Network} Network */
/** @typedef {import("../types").Metric} Metric */
/** @typedef {import("../model.js").TreeNode} TreeNode */
/** @typedef {import("../state.js").Store} Store */

/** What is drawn, in this order. */
const DRAWN = ["parameters", "macs", "activation_bytes"];
/** Stages that are listed: of more, the others are one line. */
const STAGES = 40;
/** Bars of a strip at most: of more layers a bar is the largest of its stretch. */
const BARS = 600;
const STRIP = 96;

/** @param {HTMLElement} container @param {Page} page @param {Store} store */
export function mount(container, page, store) {
  const body = h("div", { class: "charts-body" });
  container.append(body);
  let width = 0;
  function show() {
    width = container.clientWidth;
    const network = page.networks[store.get().network];
    const metrics = DRAWN.flatMap((name) => network.metrics.filter((one) => one.name === name));
    replace(
      body,
      h("section", null, h("h2", null, "By stage"), stages(network, metrics, store)),
      h(
        "section",
        null,
        h("h2", null, "By layer, in the order in which they run"),
        metrics.map((metric) =>
          strip(network, metric, store, Math.max(280, Math.min(width, 1400) - 40)),
        ),
      ),
    );
  }
  store.subscribe((state, before) => {
    if (is_renewed(state, before)) show();
  });
  on_width(container, () => width, show);
  show();
}

/** A row for each node of the top level, a column for each metric. @param {Network} network
 * @param {Metric[]} metrics @param {Store} store */
function stages(network, metrics, store) {
  const model = model_of(network);
  const all = model.root.children;
  const shown = all.slice(0, STAGES);
  const most = metrics.map(({ name }) =>
    Math.max(1, ...shown.map((node) => node.totals[name] ?? 0)),
  );
  return h(
    "div",
    { class: "stages" },
    headed(
      [
        h("th", { scope: "col" }, "Stage"),
        metrics.map((one) =>
          h("th", { scope: "col", colspan: 2, title: one.sentence }, capital(one.title)),
        ),
      ],
      shown.map((node) =>
        h(
          "tr",
          null,
          h("th", { scope: "row" }, stage_link(node, network, store)),
          metrics.flatMap((metric, place) => cells(node, metric, most[place], network)),
        ),
      ),
      all.length > STAGES &&
        h(
          "tr",
          null,
          h(
            "td",
            { class: "muted", colspan: 1 + 2 * metrics.length },
            `and ${all.length - STAGES} more, in the table`,
          ),
        ),
    ),
  );
}

/** @param {TreeNode} node @param {Metric} metric @param {number} most @param {Network} network */
function cells(node, metric, most, network) {
  const value = node.totals[metric.name];
  const whole_sum = network.totals[metric.name];
  const share = value === null || !whole_sum ? null : value / whole_sum;
  return [
    h(
      "td",
      { class: "number", title: figure(value, metric.unit) },
      value ? `${percent(share)} %` : "-",
    ),
    h(
      "td",
      { class: "bar-cell" },
      h("span", {
        class: `bar ${metric.name}`,
        style: { width: `calc((100% - 6em) * ${(value ?? 0) / most})` },
      }),
      h("span", { class: "amount" }, value ? amount(value, metric) : ""),
    ),
  ];
}

/** @param {number} value @param {Metric} metric */
function amount(value, metric) {
  return metric.unit === "bytes" ? bytes(value) : short(value);
}

/** @param {string} text */
function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** @param {TreeNode} node @param {Network} network @param {Store} store */
function stage_link(node, network, store) {
  const model = model_of(network);
  const go = () =>
    store.set({ selected: node.key, open: with_keys(store.get().open, model.parents(node.key)) });
  const times = node.count > 1 ? ` × ${node.count}` : "";
  const count = layers_below(node).length;
  return [
    h("button", { type: "button", class: "link", onclick: go }, h("bdi", null, node.label), times),
    node.index < 0 && h("small", { class: "muted" }, ` ${count} layers`),
  ];
}

/** Bars over the layers. @param {Network} network @param {Metric} metric @param {Store} store @param {number} width */
function strip(network, metric, store, width) {
  const { layers, kinds } = network;
  const model = model_of(network);
  const values = layers.map((layer) => Number(kinds[layer.kind].figures[metric.name] ?? 0));
  const columns = columns_of(values, Math.min(BARS, Math.floor(width / 2)));
  const most = values.reduce((a, b) => Math.max(a, b), 0);
  const pace = width / (columns.length || 1);
  const bars = columns
    .filter((column) => column.held > 0)
    .map((column) => {
      const height = Math.max(1, (column.held / most) * (STRIP - 4));
      const place = columns.indexOf(column);
      return svg("rect", {
        class: `strip-bar ${kinds[layers[column.step].kind].category}`,
        x: (place * pace + Math.min(0.5, pace * 0.1)).toFixed(2),
        y: (STRIP - height).toFixed(2),
        width: Math.max(0.8, pace * 0.8).toFixed(2),
        height: height.toFixed(2),
      });
    });
  const at = values.indexOf(most);
  const words = h("output", { class: "muted" });
  const usual = most > 0 ? `most: ${amount(most, metric)} in ${layers[at].name}` : "none";
  words.textContent = usual;
  const picture = svg(
    "svg",
    {
      class: "strip",
      viewBox: `0 0 ${width} ${STRIP}`,
      width,
      height: STRIP,
      role: "img",
      "aria-label": `${capital(metric.title)} of each layer; ${usual}`,
    },
    bars,
    svg("line", { x1: 0, x2: width, y1: STRIP - 0.5, y2: STRIP - 0.5 }),
  );
  const column_at = (/** @type {PointerEvent} */ event) => {
    const box = picture.getBoundingClientRect();
    const place = Math.floor(((event.clientX - box.left) / box.width) * columns.length);
    return columns[Math.max(0, Math.min(columns.length - 1, place))];
  };
  on(picture, "pointermove", (event) => {
    const column = column_at(event);
    words.textContent = `${layers[column.step].name}: ${column.held ? amount(column.held, metric) : "none"}`;
  });
  on(picture, "pointerleave", () => void (words.textContent = usual));
  on(picture, "click", (event) => {
    const { name } = layers[column_at(event).step];
    store.set({ selected: name, open: with_keys(store.get().open, model.parents(name)) });
  });
  return h(
    "figure",
    { class: "strip-frame" },
    h("figcaption", null, h("b", null, capital(metric.title)), " ", words),
    picture,
  );
}
