/** Two networks: what changed in the totals, and which layers were added, removed and changed. */

import "./difference.css";
import { h, replace } from "../dom.js";
import { bytes, signed, whole } from "../format.js";
import { STATUS_SIGNS } from "../graph/boxes.js";
import { model_of } from "../model.js";
import { with_keys } from "../state.js";

/** @typedef {import("../types").Page} Page */
/** @typedef {import("../types").Layer} Layer */
/** @typedef {import("../types").Metric} Metric */
/** @typedef {import("../state.js").Store} Store */

/** Layers that are listed at once. */
const LISTED = 400;

/** Numbers of a layer whose change is shown. */
const SHOWN = ["parameters", "macs", "activation_bytes"];

/** @param {HTMLElement} container @param {Page} page @param {Store} store */
export function mount(container, page, store) {
  const body = h("div", { class: "difference-body" });
  container.append(body);
  let listed = LISTED;
  function show() {
    const difference = /** @type {any} */ (page.difference);
    const network = page.networks[0];
    const changed = network.layers.filter(
      (layer) => layer.change && layer.change.status !== "same",
    );
    replace(
      body,
      h(
        "p",
        { class: "lead" },
        h("b", null, h("bdi", null, title(difference, 0))),
        " → ",
        h("b", null, h("bdi", null, title(difference, 1))),
        ": ",
        counted(difference),
      ),
      [...(difference.notes?.old ?? []), ...(difference.notes?.new ?? [])].map((note) =>
        h("p", { class: "muted" }, note),
      ),
      h("section", null, h("h2", null, "Totals"), totals(page, difference)),
      changed.length > 0 &&
        h(
          "section",
          null,
          h("h2", null, "Layers"),
          layers_table(page, changed.slice(0, listed), store),
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
    if (state.version !== before.version) show();
  });
  show();
}

/** @param {any} difference @param {0|1} place */
function title(difference, place) {
  const { name, variant } = place ? difference.new : difference.old;
  return difference.titles?.[place] ?? (variant ? `${name}:${variant}` : name);
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

/** @param {Page} page @param {any} difference */
function totals(page, difference) {
  const { metrics, whole: rest } = page.networks[0];
  /** @type {Map<string, Metric>} */
  const known = new Map([...metrics, ...rest].map((one) => [one.name, one]));
  return h(
    "div",
    { class: "changes totals", tabindex: 0, role: "region", "aria-label": "Totals" },
    h(
      "table",
      null,
      h(
        "thead",
        null,
        h(
          "tr",
          null,
          h("td"),
          h("th", { scope: "col", class: "before" }, "Old"),
          ["New", "Change", ""].map((name) => h("th", { scope: "col" }, name)),
        ),
      ),
      h(
        "tbody",
        null,
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
    ),
  );
}

/** @param {Page} page @param {Layer[]} layers @param {Store} store */
function layers_table(page, layers, store) {
  const network = page.networks[0];
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
    h(
      "table",
      null,
      h(
        "thead",
        null,
        h(
          "tr",
          null,
          h("th", { scope: "col", class: "words" }, "Layer"),
          h("th", { scope: "col", class: "words" }, "What"),
          metrics.map((one) => h("th", { scope: "col" }, one.title)),
        ),
      ),
      h(
        "tbody",
        null,
        layers.map((layer) => {
          const change = /** @type {any} */ (layer.change);
          return h(
            "tr",
            null,
            h(
              "th",
              { scope: "row" },
              h(
                "span",
                { class: `change-sign ${change.status}`, title: change.how ?? change.status },
                STATUS_SIGNS[change.status] ?? "",
              ),
              h("span", { class: "visually-hidden" }, `${change.how ?? change.status}: `),
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
