/** What is shown stands in the page's address, so that a link leads to a layer. */

import { on } from "./dom.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Store} Store */

/** An address that grows without end helps nobody: what is open is left out beyond this. */
const LONGEST_OPEN = 2000;
const PANELS = new Set(["graph", "table", "memory", "charts", "claims", "compare", "difference"]);
const METRICS = new Set([
  "kind",
  "parameters",
  "macs",
  "activation_bytes",
  "receptive_field",
  "bytes_per_mac",
]);

/** Keys that are others' business: they stay where they are. */
const KEPT = new Set(["spec", "net", "variant", "set"]);

/** @param {State} state @param {ReadonlySet<string>} usual keys that are open to begin with */
export function write_address(state, usual) {
  const parts = [];
  if (state.network) parts.push(`network=${state.network}`);
  if (state.panel !== "graph") parts.push(`panel=${state.panel}`);
  if (state.metric !== "kind") parts.push(`metric=${state.metric}`);
  if (state.selected !== null) parts.push(`layer=${encodeURIComponent(state.selected)}`);
  if (!same(state.open, usual)) {
    const open = [...state.open]
      .filter((key) => key !== "")
      .map(encodeURIComponent)
      .join(",");
    if (open.length <= LONGEST_OPEN) parts.push(`open=${open}`);
  }
  return parts.join("&");
}

/** @param {string} text what follows the `#` @returns {Partial<State>} */
export function read_address(text) {
  /** @type {Record<string, string>} */
  const given = {};
  for (const part of text.replace(/^#/, "").split("&")) {
    const at = part.indexOf("=");
    if (at > 0) given[part.slice(0, at)] = part.slice(at + 1);
  }
  /** @type {Record<string, any>} */
  const patch = {};
  if (/^\d{1,4}$/.test(given.network ?? "")) patch.network = Number(given.network);
  if (PANELS.has(given.panel)) patch.panel = given.panel;
  if (METRICS.has(given.metric)) patch.metric = given.metric;
  if (given.layer !== undefined) patch.selected = decoded(given.layer);
  if (given.open !== undefined)
    patch.open = new Set(["", ...given.open.split(",").filter(Boolean).map(decoded)]);
  return patch;
}

/** What an address says beside the state, as it stands there: which text is shown (`play/`).
 * @param {string} text what follows the `#` @returns {string} */
export function kept_of(text) {
  const parts = text.replace(/^#/, "").split("&");
  return parts.filter((part) => KEPT.has(part.split("=", 1)[0])).join("&");
}

/** @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** @param {ReadonlySet<string>} one @param {ReadonlySet<string>} other */
function same(one, other) {
  return one.size === other.size && [...one].every((key) => other.has(key));
}

/** Keeps the address and the state equal. A new selection, panel or network is a step of the history.
 * @param {Store} store @param {(network: number) => ReadonlySet<string>} usual
 * @param {(patch: Partial<State>) => void} arrive takes what an address asks for */
export function follow_address(store, usual, arrive) {
  let arriving = false;
  store.subscribe((state, before) => {
    if (arriving) return;
    const parts = [kept_of(location.hash), write_address(state, usual(state.network))];
    const address = `#${parts.filter(Boolean).join("&")}`;
    if (address === (location.hash || "#")) return;
    const step =
      state.selected !== before.selected ||
      state.panel !== before.panel ||
      state.network !== before.network;
    if (step) history.pushState(null, "", address);
    else history.replaceState(null, "", address);
  });
  on(window, "popstate", () => {
    arriving = true;
    arrive({
      network: 0,
      panel: "graph",
      metric: "kind",
      selected: null,
      ...read_address(location.hash),
    });
    arriving = false;
  });
}
