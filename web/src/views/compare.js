/** Several networks: a table as `compare` prints it, and any two of its numbers against each other. */

import "./compare.css";
import { h, headed, on, on_width, replace, svg } from "../dom.js";
import { bytes, figure, shape, short, whole } from "../format.js";
import { ticks } from "../bands.js";
import { front } from "../pareto.js";
import { is_renewed } from "../state.js";
import { is_number } from "../exact.js";

/** @typedef {import("../types").Page} Page */
/** @typedef {import("../types").Metric} Metric */
/** @typedef {import("../state.js").Store} Store */
/** @typedef {Record<string, any>} Compared a network as `compare --format json` has it */

const SIDE = 64;

/** @param {HTMLElement} container @param {Page} page @param {Store} store */
export function mount(container, page, store) {
  const body = h("div", { class: "compare-body" });
  container.append(body);
  let chosen = { x: "macs", y: "parameters" };
  let width = 0;

  function show() {
    width = container.clientWidth;
    const told = /** @type {any} */ (page.comparison);
    /** @type {Compared[]} */
    const networks = told?.networks ?? [];
    const metrics = compared_metrics(page, networks);
    const plot = h("div");
    const draw = () =>
      replace(
        plot,
        scatter(networks, metrics, chosen, Math.max(280, Math.min(width - 40, 760)), (place) =>
          store.set({ network: place, panel: "graph" }),
        ),
      );
    const choice = (/** @type {"x"|"y"} */ axis, /** @type {string} */ label) => {
      const select = h(
        "select",
        {
          "aria-label": label,
          onchange: () => {
            chosen = { ...chosen, [axis]: select.value };
            draw();
          },
        },
        metrics.map((one) =>
          h("option", { value: one.name, selected: one.name === chosen[axis] }, one.title),
        ),
      );
      return select;
    };
    draw();
    replace(
      body,
      h("section", null, table(page, networks, metrics, store)),
      told?.differences?.length > 0 &&
        h(
          "p",
          { class: "muted" },
          `Not on equal terms: they differ in ${told.differences.join(", ")}.`,
        ),
      h(
        "section",
        null,
        h(
          "div",
          { class: "plot-head" },
          h("h2", null, "Two numbers against each other"),
          choice("y", "Upright axis"),
          h("span", { class: "muted" }, "over"),
          choice("x", "Level axis"),
        ),
        plot,
        h(
          "p",
          { class: "muted" },
          "The line joins the networks that no other beats on both, where less is better.",
        ),
      ),
    );
  }
  store.subscribe((state, before) => {
    if (state.version !== before.version || is_renewed(state, before)) show();
  });
  on_width(container, () => width, show);
  show();
}

/** The metrics that are compared, in the page's order. @param {Page} page @param {Compared[]} networks @returns {Metric[]} */
function compared_metrics(page, networks) {
  // Bit operations are a metric of those networks alone whose values have bits of their own.
  const { metrics, whole: rest } = page.networks.reduce((most, one) =>
    one.metrics.length > most.metrics.length ? one : most,
  );
  return [...metrics, ...rest].filter((one) => typeof networks[0]?.[one.name] === "number");
}

/** @param {Page} page @param {Compared[]} networks @param {Metric[]} metrics @param {Store} store */
function table(page, networks, metrics, store) {
  const first = networks[0];
  const cell = (/** @type {Compared} */ one, /** @type {Metric} */ metric) => {
    const value = one[metric.name];
    const ratio = one.ratios?.[metric.name];
    return [
      h(
        "td",
        { class: "number", title: figure(value, "values") },
        metric.unit === "bytes" ? bytes(value) : whole(value),
      ),
      one !== first &&
        h(
          "td",
          { class: "ratio" },
          ratio === null || ratio === undefined ? "" : `${ratio_text(ratio)}x`,
        ),
    ];
  };
  const span = (/** @type {Compared} */ one) => (one === first ? 1 : 2);
  const row = (/** @type {string} */ name, /** @type {(one: Compared) => string} */ words) =>
    h(
      "tr",
      null,
      h("th", { scope: "row" }, name),
      networks.map((one) => h("td", { class: "number", colspan: span(one) }, words(one))),
    );
  return h(
    "div",
    { class: "compare-table" },
    headed(
      [
        h("td"),
        networks.map((one, place) =>
          h(
            "th",
            { scope: "col", colspan: span(one) },
            h(
              "button",
              {
                type: "button",
                class: "link",
                onclick: () => store.set({ network: place, panel: "graph" }),
              },
              h("bdi", null, one.name),
            ),
          ),
        ),
      ],
      row("input", (one) => one.input_shapes.map(shape).join(", ")),
      row("output", (one) => one.output_shapes.map(shape).join(", ")),
      metrics.map((metric) =>
        h(
          "tr",
          null,
          h("th", { scope: "row", title: metric.sentence }, metric.title),
          networks.flatMap((one) => cell(one, metric)),
        ),
      ),
      row("receptive field", (one) =>
        one.receptive_field
          .map((/** @type {any} */ field) => (field ? shape(field.size) : "-"))
          .join(", "),
      ),
      networks.some((one) => one.status !== "complete") && row("status", (one) => one.status),
    ),
  );
}

/** 0.1847 -> "0.185", 12.3 -> "12.3". @param {number} ratio */
function ratio_text(ratio) {
  return ratio >= 100 ? whole(Math.round(ratio)) : ratio.toPrecision(3);
}

/** @param {Compared[]} networks @param {Metric[]} metrics @param {{x: string, y: string}} chosen
 * @param {number} width @param {(place: number) => void} go */
function scatter(networks, metrics, chosen, width, go) {
  const height = Math.round(width * 0.62);
  const known = networks
    .map((one, place) => ({ place, name: one.name, x: one[chosen.x], y: one[chosen.y] }))
    .filter((one) => is_number(one.x) && is_number(one.y));
  const most = (/** @type {"x"|"y"} */ axis) =>
    Math.max(1, ...known.map((one) => one[axis])) * 1.08;
  const tops = { x: most("x"), y: most("y") };
  const x = (/** @type {number} */ value) => SIDE + (value / tops.x) * (width - SIDE - 16);
  const y = (/** @type {number} */ value) => 12 + (1 - value / tops.y) * (height - 12 - 42);
  const metric = (/** @type {"x"|"y"} */ axis) => metrics.find((one) => one.name === chosen[axis]);
  const words = (/** @type {"x"|"y"} */ axis, /** @type {number} */ value) =>
    metric(axis)?.unit === "bytes" ? bytes(value) : short(value);
  const best = front(known);
  const line = best
    .map((place) => `${x(known[place].x).toFixed(1)},${y(known[place].y).toFixed(1)}`)
    .join(" ");
  return svg(
    "svg",
    {
      class: "scatter",
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: "group",
      "aria-label": `${metric("y")?.title} over ${metric("x")?.title}`,
    },
    ticks(tops.x, 5, metric("x")?.unit === "bytes").map((value) =>
      svg(
        "g",
        { class: "tick" },
        svg("line", { x1: x(value), x2: x(value), y1: 12, y2: height - 42 }),
        svg("text", { x: x(value), y: height - 26, "text-anchor": "middle" }, words("x", value)),
      ),
    ),
    ticks(tops.y, 4, metric("y")?.unit === "bytes").map((value) =>
      svg(
        "g",
        { class: "tick" },
        svg("line", { x1: SIDE, x2: width - 16, y1: y(value), y2: y(value) }),
        svg("text", { x: SIDE - 8, y: y(value) + 4, "text-anchor": "end" }, words("y", value)),
      ),
    ),
    svg(
      "text",
      { class: "axis", x: (SIDE + width) / 2, y: height - 6, "text-anchor": "middle" },
      metric("x")?.title ?? "",
    ),
    best.length > 1 && svg("polyline", { class: "front", points: line }),
    known.map((one, place) => {
      const is_left = x(one.x) > width * 0.7;
      const point = svg(
        "g",
        {
          class: best.includes(place) ? "point best" : "point",
          role: "button",
          tabindex: 0,
          "aria-label": `${one.name}: ${words("y", one.y)} over ${words("x", one.x)}`,
        },
        svg("circle", { cx: x(one.x), cy: y(one.y), r: 5 }),
        svg(
          "text",
          {
            x: x(one.x) + (is_left ? -9 : 9),
            y: y(one.y) - 6,
            "text-anchor": is_left ? "end" : "start",
          },
          one.name.length > 30 ? `${one.name.slice(0, 29)}…` : one.name,
        ),
        svg("title", null, `${one.name}: ${words("y", one.y)} over ${words("x", one.x)}`),
      );
      on(point, "click", () => go(one.place));
      on(point, "keydown", (event) => {
        if (event.key === "Enter" || event.key === " ") go(one.place);
      });
      return point;
    }),
  );
}
