/** The frame of the page: header, tabs, the view of the chosen tab, and the pane of the chosen layer. */

import { is_another } from "./another.js";
import { follow_address, read_address } from "./address.js";
import { h, on, replace } from "./dom.js";
import { mount_header } from "./header.js";
import { bind } from "./keys.js";
import { model_of } from "./model.js";
import { create_store, initial_state, while_seen, with_keys } from "./state.js";
import { kept_theme } from "./theme.js";
import { VIEWS } from "./views.js";
import { mount as mount_layer } from "./views/layer.js";
import { usual_open } from "./visible.js";

/** @typedef {import("./types").Page} Page */
/** @typedef {import("./state.js").Store} Store */
/** @typedef {import("./state.js").State} State */

/** Shows a page's document in an element. `renew` puts another document in its place: views read `page`
 *  anew whenever `is_renewed` says so. Another network is shown from its beginning.
 * @param {HTMLElement} body @param {Page} page @param {import("./views/layer.js").ByHand|null} [by_hand]
 * @returns {{store: Store, renew: (page: Page, is_other?: boolean) => void}} */
export function show_page(body, page, by_hand = null) {
  const usual = (/** @type {number} */ network) => usual_open(model_of(page.networks[network]));
  const store = create_store({
    ...initial_state,
    open: usual(0),
    theme: kept_theme(),
    panel: page.difference ? "difference" : "graph",
  });
  /** Takes what an address asks for, where it is of this page. @param {Partial<State>} patch */
  const arrive = (patch) => {
    const network =
      patch.network !== undefined && page.networks[patch.network]
        ? patch.network
        : store.get().network;
    const model = model_of(page.networks[network]);
    const panel =
      VIEWS.find((view) => view.name === patch.panel && view.applies(page))?.name ??
      store.get().panel;
    const selected = patch.selected && model.node(patch.selected) ? patch.selected : null;
    const open =
      patch.open ?? (network === store.get().network ? store.get().open : usual(network));
    store.set({
      ...patch,
      network,
      panel,
      selected,
      open: selected ? with_keys(open, model.parents(selected)) : open,
    });
  };
  arrive(read_address(location.hash));
  store.subscribe((state, before) => {
    if (state.network !== before.network && state.open === before.open)
      store.set({ open: usual(state.network) });
  });
  follow_address(store, usual, arrive);

  const header = h("header", { class: "head" });
  const views = h("div", { class: "views" });
  const tabs = h("div", { class: "tabs", role: "tablist", "aria-label": "Views" });
  const side = h("aside", { class: "side", "aria-label": "The chosen layer" });
  replace(body, header, h("main", null, tabs, h("div", { class: "body" }, views, side)));
  mount_header(header, page, store);
  mount_layer(side, page, store, by_hand);
  const fit_side = () =>
    side.classList.toggle("shown", store.get().selected !== null && side.childElementCount > 0);
  store.subscribe(fit_side);
  fit_side();
  // Views measure themselves, so they are made when all else has its place.
  mount_tabs(page, store, tabs, views);
  bind("Escape", () => store.set({ selected: null }));
  return {
    store,
    renew(next, is_other = is_another(page, next)) {
      Object.assign(page, next);
      const { network, selected, version, begun } = store.get();
      if (is_other) {
        const first = { network: 0, selected: null, open: usual(0) };
        store.set({ ...first, version: version + 1, begun: begun + 1 });
        return;
      }
      const shown = page.networks[network] ? network : 0;
      const kept =
        selected !== null && model_of(page.networks[shown]).node(selected) ? selected : null;
      store.set({ version: version + 1, network: shown, selected: kept });
    },
  };
}

/** Tabs, and the view of the chosen one. @param {Page} page @param {Store} store @param {HTMLElement} list
 * @param {HTMLElement} views */
function mount_tabs(page, store, list, views) {
  const applying = VIEWS.filter((view) => view.applies(page));
  /** @type {Map<string, HTMLElement>} */
  const panes = new Map();
  const tabs = applying.map((view, place) => {
    const tab = h(
      "button",
      {
        type: "button",
        role: "tab",
        id: `tab-${view.name}`,
        "aria-controls": `view-${view.name}`,
        onclick: () => store.set({ panel: view.name }),
      },
      view.title,
    );
    bind(String(place + 1), () => store.set({ panel: view.name }));
    return tab;
  });
  list.append(...tabs);
  on(list, "keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[/** @type {string} */ (event.key)];
    if (!step) return;
    const at =
      (applying.findIndex((view) => view.name === store.get().panel) + step + tabs.length) %
      tabs.length;
    store.set({ panel: applying[at].name });
    tabs[at].focus();
  });
  for (const view of applying) {
    const pane = h("section", {
      class: `view ${view.name}`,
      role: "tabpanel",
      id: `view-${view.name}`,
      "aria-labelledby": `tab-${view.name}`,
      hidden: true,
    });
    panes.set(view.name, pane);
    views.append(pane);
  }
  const mounted = new Set();
  const show = () => {
    const { panel } = store.get();
    applying.forEach((view, place) => {
      const chosen = view.name === panel;
      tabs[place].setAttribute("aria-selected", String(chosen));
      tabs[place].tabIndex = chosen ? 0 : -1;
      const pane = /** @type {HTMLElement} */ (panes.get(view.name));
      pane.hidden = !chosen;
      if (chosen && !mounted.has(view.name)) {
        mounted.add(view.name);
        view.mount(
          pane,
          page,
          while_seen(store, (state) => state.panel === view.name),
        );
      }
    });
  };
  store.subscribe((state, before) => {
    if (state.panel !== before.panel) show();
  });
  show();
}
