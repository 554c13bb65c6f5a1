/** Two networks: what changed in the totals, and which layers were added, removed and changed. Where there are
 *  several such pairs, all of them first. */

import "./difference.css";
import { difference_of, title_of } from "../differences.js";
import { h, headed, replace } from "../dom.js";
import { bytes, signed, whole } from "../format.js";
import { STATUS_SIGNS } from "../graph/boxes.js";
import { model_of } from "../model.js";
import { is_renewed, with_keys } from "../state.js";
import { prose } from "./finding_view.js";

/** @typedef {import("../types").Page} Page */
/** @typedef {import("../types").Difference} Difference */
/** @typedef {import("../types").Layer} Layer */
/** @typedef {import("../types").Network} Network */
/** @typedef {import("../types").Metric} Metric */
/** @typedef {import("../state.js").Store} Store */

/** Layers that are listed at once. */
const LISTED = 400;

/** Numbers of a layer whose change is shown. */
const SHOWN = ["parameters", "macs", "activation_bytes"];

/** Totals whose change is shown of each network, and their headings. */
const OVERVIEW = [
  ["parameters", "Parameters"],
  ["macs", "MACs"],
  ["peak_activation_bytes", "Peak memory"],
];

/** @param {HTMLElement} container @param {Page} page @param {Store} store */
export function mount(container, page, store) {
  const body = h("div", { class: "difference-body" });
  container.append(body);
  let listed = LISTED;
  function show() {
    const place = store.get().network;
    const difference = /** @type {Difference} */ (difference_of(page, place));
    const network = page.networks[place];
    const changed = network.layers.filter(
      (layer) => layer.change && layer.change.status !== "same",
    );
    replace(
      body,
      Array.isArray(page.difference) && overview(page, page.difference, store),
      lead(difference),
      [...(difference.notes?.old ?? []), ...(difference.notes?.new ?? [])].map((note) =>
        h("p", { class: "muted" }, note),
      ),
      Object.keys(difference.totals).length > 0 &&
        h("section", null, h("h2", null, "Totals"), totals(network, difference)),
      (difference.reasons ?? []).length > 0 &&
        h("section", null, h("h2", null, "Reasons"), reasons(difference)),
      changed.length > 0 &&
        h(
          "section",
          null,
          h("h2", null, "Layers"),
          layers_table(network, changed.slice(0, listed), store),
          changed.length > listed &&
            h(
              "button",
              {
                type: "button",
                onclick: () => {
                  listed += LISTED;
                  show();
                },
              },
              `${whole(changed.length - listed)} more`,
            ),
        ),
    );
  }
  store.subscribe((state, before) => {
    if (state.network !== before.network) listed = LISTED;
    if (is_renewed(state, before)) show();
  });
  show();
}

/** What was written otherwise, and what that costs. @param {Difference} difference */
function reasons({ reasons }) {
  return h(
    "ul",
    { class: "reasons" },
    (reasons ?? []).map(({ text, line, by }) =>
      h("li", null, prose(text), h("span", { class: "muted" }, ` (line ${line})`), by && `: ${by}`),
    ),
  );
}

/** What became of a network. @param {Difference} difference */
function lead(difference) {
  if (difference.only)
    return h(
      "p",
      { class: "lead" },
      h("b", null, h("bdi", null, title_of(difference, 1))),
      `: ${difference.only}`,
    );
  return h(
    "p",
    { class: "lead" },
    h("b", null, h("bdi", null, title_of(difference, 0))),
    " → ",
    h("b", null, h("bdi", null, title_of(difference, 1))),
    ": ",
    counted(difference),
  );
}

/** Every network that differs, with what it costs more or less; a name chooses it.
 * @param {Page} page @param {Difference[]} differences @param {Store} store */
function overview(page, differences, store) {
  const { network } = store.get();
  return h(
    "section",
    null,
    h("p", { class: "muted" }, page.title),
    h(
      "div",
      { class: "changes", tabindex: 0, role: "region", "aria-label": "Changed networks" },
      headed(
        [
          h("th", { scope: "col", class: "words" }, "Network"),
          OVERVIEW.map(([, heading]) => h("th", { scope: "col" }, heading)),
        ],
        differences.map((difference, place) =>
          h(
            "tr",
            null,
            h(
              "th",
              { scope: "row" },
              sign(difference.only ?? "changed"),
              h(
                "button",
                {
                  type: "button",
                  class: "link",
                  "aria-current": place === network ? "true" : null,
                  onclick: () => store.set({ network: place, selected: null }),
                },
                h("bdi", null, title_of(difference, 1)),
              ),
            ),
            OVERVIEW.map(([name]) => {
              const by = difference.totals[name]?.change;
              const words = name.endsWith("bytes") ? bytes : whole;
              const look = `number ${by > 0 ? "more" : "less"}`;
              return h("td", { class: look }, by ? signed(by, words) : "");
            }),
          ),
        ),
      ),
    ),
  );
}

/** What became of something, as a sign and in words. @param {string} status @param {string} [how] */
function sign(status, how = status) {
  return [
    h("span", { class: `change-sign ${status}`, title: how }, STATUS_SIGNS[status] ?? ""),
    h("span", { class: "visually-hidden" }, `${how}: `),
  ];
}

/** "2 changed, 1 removed, 4 reshaped". @param {any} difference */
function counted(difference) {
  const told = Object.entries(difference.counts ?? {}).filter(
    ([name, count]) => count && name !== "unchanged",
  );
  if (!difference.changed) return "nothing changed";
  return told.length
    ? `${told.map(([name, count]) => `${whole(Number(count))} ${name}`).join(", ")}`
    : "the layers are the same";
}

/** @param {Network} network @param {any} difference */
function totals({ metrics, whole: rest }, difference) {
  /** @type {Map<string, Metric>} */
  const known = new Map([...metrics, ...rest].map((one) => [one.name, one]));
  return h(
    "div",
    { class: "changes totals", tabindex: 0, role: "region", "aria-label": "Totals" },
    headed(
      [
        h("td"),
        h("th", { scope: "col", class: "before" }, "Old"),
        ["New", "Change", ""].map((name) => h("th", { scope: "col" }, name)),
      ],
      Object.entries(difference.totals).map(([name, one]) => {
        const { old, new: now, change, percent } = /** @type {any} */ (one);
        const words = known.get(name)?.unit === "bytes" ? bytes : whole;
        return h(
          "tr",
          { class: change ? "" : "muted" },
          h("th", { scope: "row" }, known.get(name)?.title ?? name.replaceAll("_", " ")),
          h("td", { class: "number before", title: whole(old) }, words(old)),
          h("td", { class: "number", title: whole(now) }, words(now)),
          h(
            "td",
            { class: `number ${change > 0 ? "more" : "less"}`, title: whole(change) },
            change ? signed(change, words) : "-",
          ),
          h(
            "td",
            { class: "number" },
            percent ? `${signed(percent, (value) => whole(Number(value.toFixed(1))))} %` : "",
          ),
        );
      }),
    ),
  );
}

/** @param {Network} network @param {Layer[]} layers @param {Store} store */
function layers_table(network, layers, store) {
  const model = model_of(network);
  const metrics = SHOWN.flatMap((name) => network.metrics.filter((one) => one.name === name));
  const go = (/** @type {string} */ name) =>
    store.set({
      selected: name,
      open: with_keys(store.get().open, model.parents(name)),
      panel: "graph",
    });
  return h(
    "div",
    { class: "changes", tabindex: 0, role: "region", "aria-label": "Changed layers" },
    headed(
      [
        h("th", { scope: "col", class: "words" }, "Layer"),
        h("th", { scope: "col", class: "words" }, "What"),
        metrics.map((one) => h("th", { scope: "col" }, one.title)),
      ],
      layers.map((layer) => {
        const change = /** @type {any} */ (layer.change);
        return h(
          "tr",
          null,
          h(
            "th",
            { scope: "row" },
            sign(change.status, change.how),
            h(
              "button",
              { type: "button", class: "link", onclick: () => go(layer.name) },
              h("bdi", null, layer.name),
            ),
            change.was && change.was !== layer.name && change.status === "changed"
              ? h("small", { class: "muted" }, " was ", h("bdi", null, change.was))
              : null,
          ),
          h("td", { class: "what" }, what(change, network.kinds[layer.kind].line)),
          metrics.map((metric) => {
            const value = change.change?.[metric.name];
            return h(
              "td",
              { class: `number ${value > 0 ? "more" : "less"}` },
              value ? signed(value, metric.unit === "bytes" ? bytes : whole) : "",
            );
          }),
        );
      }),
    ),
  );
}

/** @param {any} change @param {string} line @returns {import("../dom.js").Piece[]} */
function what(change, line) {
  if (!change.what?.length) return [h("code", null, line)];
  return change.what.flatMap((/** @type {any} */ one, /** @type {number} */ place) => [
    place > 0 && ", ",
    `${one.name.replaceAll("_", " ")} `,
    h("code", { class: "old" }, one.old),
    " → ",
    h("code", null, one.new),
  ]);
}
