/** The head of the page: what network this is and what it comes to. */

import { difference_of, name_of } from "./differences.js";
import { h, replace, set_attributes } from "./dom.js";
import { bytes, shape, short, signed, whole } from "./format.js";
import { keys_button } from "./keys.js";
import { is_renewed } from "./state.js";
import { search_field } from "./search.js";
import { theme_button } from "./theme.js";

/** @typedef {import("./types").Page} Page */
/** @typedef {import("./types").Network} Network */
/** @typedef {import("./state.js").Store} Store */

/** @param {Element} container @param {Page} page @param {Store} store */
export function mount_header(container, page, store) {
  const title = h("h1");
  const facts = h("p", { class: "source" });
  const figures = h("dl", { class: "figures" });
  // Where they scroll sideways the keyboard must reach them.
  new ResizeObserver(() => {
    const scrolls = figures.scrollWidth > figures.clientWidth;
    set_attributes(figures, { tabindex: scrolls ? 0 : null });
  }).observe(figures);
  const status = h("p", { class: "status" });
  const show = () => {
    const place = store.get().network;
    const network = page.networks[place];
    const difference = difference_of(page, place);
    const is_pair = difference && !Array.isArray(page.difference);
    replace(title, is_pair ? page.title : name_of(page, place));
    replace(facts, network.source ?? network.description ?? "");
    replace(
      figures,
      totals(network).flatMap(([name, value, more]) =>
        h(
          "div",
          { title: more },
          h("dt", null, name),
          h("dd", null, value),
          difference && delta(difference, name),
        ),
      ),
    );
    replace(status, network.status === "complete" ? "" : network.status);
  };
  container.append(
    h("div", { class: "names" }, title, facts, status),
    h(
      "div",
      { class: "tools" },
      networks_switch(page, store),
      search_field(page, store),
      theme_button(store),
      keys_button(),
    ),
    figures,
  );
  store.subscribe((state, before) => {
    if (is_renewed(state, before)) show();
  });
  show();
}

/** [name, short figure, whole figure]. @param {Network} network @returns {[string, string, string][]} */
function totals(network) {
  const { totals: sum } = network;
  /** @type {[string, string, string][]} */
  const rows = [
    [
      "Input",
      Object.values(network.input).map(shape).join(", "),
      network.batch > 1 ? `batch of ${network.batch}` : "",
    ],
    ["Parameters", short(sum.parameters), whole(sum.parameters)],
    ["MACs", short(sum.macs), whole(sum.macs)],
    ["Weights", bytes(sum.weight_bytes), `${whole(sum.weight_bytes)} bytes as ${network.dtype}`],
    [
      "Peak memory",
      bytes(sum.peak_activation_bytes),
      `${whole(sum.peak_activation_bytes)} bytes of activations`,
    ],
    ["Layers", whole(sum.layers), `depth ${whole(sum.depth)}`],
  ];
  if (network.precisions) rows.splice(3, 0, ["BOPs", short(sum.bops), bit_operations(network)]);
  const size = sum.receptive_field?.size;
  if (size)
    rows.push(["Receptive field", shape(size), network.last_map ? `of ${network.last_map}` : ""]);
  return rows;
}

/** The bit operations in full, and what has which bits. @param {Network} network */
function bit_operations({ totals: sum, precisions }) {
  const parts = Object.entries(precisions ?? {}).map(
    ([kind, one]) => `${kind} ${whole(one.macs)} MACs`,
  );
  return [`${whole(sum.bops)} bit operations`, ...parts].join("; ");
}

/** Totals of a difference under the names that they have here. @type {Record<string, string>} */
const COMPARED = {
  Parameters: "parameters",
  MACs: "macs",
  Weights: "weight_bytes",
  "Peak memory": "peak_activation_bytes",
  Layers: "layers",
};

/** What a total is more or less than before. @param {import("./types").Difference} difference
 * @param {string} name */
function delta({ totals }, name) {
  const one = totals[COMPARED[name]];
  if (!one?.change) return null;
  const words = COMPARED[name].endsWith("bytes") ? bytes : short;
  const share = (/** @type {number} */ value) => whole(Number(value.toFixed(1)));
  const percent = one.percent === null ? "" : ` (${signed(one.percent, share)} %)`;
  return h("dd", { class: "delta" }, `${signed(one.change, words)}${percent}`);
}

/** @param {Page} page @param {Store} store */
function networks_switch(page, store) {
  if (page.networks.length < 2) return null;
  const choice = h(
    "select",
    {
      "aria-label": "Network",
      onchange: () => store.set({ network: Number(choice.value), selected: null }),
    },
    page.networks.map((_, place) => h("option", { value: place }, name_of(page, place))),
  );
  const show = () => {
    choice.value = String(store.get().network);
  };
  store.subscribe(show);
  show();
  return choice;
}
