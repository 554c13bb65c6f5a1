/** The table of layers: the tree that `summarize` prints, or a list by a column. */

import "./table.css";
import { chosen_columns, columns_of, NARROW, USUAL } from "../columns.js";
import { h, on, replace, set_attributes } from "../dom.js";
import { model_of } from "../model.js";
import { found_rows, place_of, row_around, sorted_rows, total_row, tree_rows } from "../rows.js";
import { with_keys } from "../state.js";
import { virtual_list } from "../virtual.js";
import { widths_of } from "../widths.js";
import { head_cell, mark_row, table_row } from "./table_row.js";
import { table_tools } from "./table_tools.js";

/** @typedef {import("../types").Page} Page */
/** @typedef {import("../state.js").Store} Store */
/** @typedef {import("../state.js").State} State */
/** @typedef {import("../rows.js").Row} Row */

/** Height of a row in pixels, as the style has it. */
const ROW = 28;
/** What a share beside a number takes, in pixels; and the space within cells. */
const SHARE = 52;
const SPACE = 20;
const NARROW_SPACE = 12;
/** The head of the first column. */
const NAME = {
  name: "name",
  title: "Layer",
  sentence: "the layers in the order in which they run",
  is_number: false,
};
/** Rows that are put on paper; of a longer table its first. */
const PRINTED = 3000;

/** @param {HTMLElement} container @param {Page} page @param {Store} store */
export function mount(container, page, store) {
  const narrow = matchMedia("(max-width: 600px)");
  let model = model_of(page.networks[store.get().network]);
  let all = columns_of(model.network);
  let columns = shown_columns();
  /** @type {readonly Row[]} */
  let rows = [];
  let is_flat = false;
  let focus = 0;
  /** @type {ReturnType<typeof head_cell>[]} */
  let heads = [];
  let heads_told = "";

  const head = h("div", { class: "row head-row", role: "row", "aria-rowindex": 1 });
  const body = h("div", { class: "rows", role: "rowgroup" });
  const foot = h("div", { class: "foot", role: "rowgroup" });
  const grid = h(
    "div",
    { class: "grid", role: "treegrid", "aria-label": "Layers", tabindex: -1 },
    h("div", { class: "top", role: "rowgroup" }, head),
    body,
    foot,
  );
  const tools = table_tools(store, {
    all: () => all,
    chosen: () => columns.map((one) => one.name),
    shown: () => ({ title: model.network.name, columns, rows, total: total_row(model) }),
    unfold(every) {
      is_flat = every;
      fill();
    },
  });
  const list = virtual_list({
    scroller: grid,
    body,
    height: ROW,
    margin: () => head.offsetHeight + foot.offsetHeight,
    draw(/** @type {Row} */ row, place, was) {
      const element = table_row(model, row, columns, place, was);
      mark_row(element, row.key === store.get().selected, place === focus);
      return element;
    },
  });
  container.append(tools.element, grid);

  function shown_columns() {
    const { columns: names } = store.get();
    return chosen_columns(all, names.length ? names : narrow.matches ? NARROW : USUAL);
  }

  /** The rows that the state asks for. */
  function wanted() {
    const { sort, filter, open } = store.get();
    const by =
      sort &&
      [{ name: "name", value: (/** @type {Row} */ row) => row.key }, ...all].find(
        (one) => one.name === sort.column,
      );
    if (sort && by) return sorted_rows(model, by.value, sort.descending, filter);
    return is_flat || filter.trim() ? found_rows(model, filter) : tree_rows(model, open);
  }

  function fill() {
    const key = rows[focus]?.key;
    rows = wanted();
    focus = Math.max(
      0,
      rows.findIndex((row) => row.key === key),
    );
    set_attributes(grid, { "aria-rowcount": rows.length + 2 });
    const found = rows.filter((row) => row.type === "layer").length;
    const is_tree = !is_flat && !store.get().sort && !store.get().filter.trim();
    tools.update(is_tree ? model.network.layers.length : found, model.network.layers.length);
    lay_out();
    list.show(rows);
  }

  /** Head, foot and the measures of the columns. */
  function lay_out() {
    const widths = widths_of(model.network, columns, rows, narrow.matches);
    const extra = (/** @type {typeof widths[number]} */ one) =>
      narrow.matches ? NARROW_SPACE : SPACE + (one.has_share ? SHARE : 0);
    const least = widths.map((one) => `${one.least}ch + ${extra(one)}px`);
    const tracks = widths.map((one, place) =>
      one.grows ? `minmax(calc(${least[place]}), 1fr)` : `calc(${least[place]})`,
    );
    set_attributes(grid, {
      "aria-colcount": columns.length + 1,
      style: { "--tracks": tracks.join(" "), "--least": `calc(${least.join(" + ")})` },
    });
    const told = JSON.stringify(
      columns.map(({ name, title, sentence }) => [name, title, sentence]),
    );
    if (told !== heads_told) {
      heads = [NAME, ...columns].map((column, place) =>
        head_cell(column, place + 1, () => sort_by(column.name)),
      );
      replace(
        head,
        heads.map((one) => one.cell),
      );
    }
    heads_told = told;
    const { sort } = store.get();
    heads.forEach((one, place) => {
      const is_sorted = sort !== null && sort.column === (place ? columns[place - 1].name : "name");
      one.sorted(is_sorted ? (sort.descending ? "descending" : "ascending") : null);
    });
    const was = /** @type {HTMLElement|null} */ (foot.firstElementChild) ?? undefined;
    const total = table_row(model, total_row(model), columns, rows.length, was);
    total.removeAttribute("tabindex");
    if (total !== was) replace(foot, total);
  }

  /** The first press sorts as one wants it most, the next turns it, the third gives the groups back.
   * @param {string} column */
  function sort_by(column) {
    const { sort } = store.get();
    const first = all.find((one) => one.name === column)?.is_number ?? false;
    if (sort?.column !== column) store.set({ sort: { column, descending: first } });
    else store.set({ sort: sort.descending === first ? { column, descending: !first } : null });
  }

  /** @param {number} place @param {boolean} takes_focus */
  function go(place, takes_focus = true) {
    if (!rows.length) return;
    const before = list.element(focus);
    focus = Math.min(rows.length - 1, Math.max(0, place));
    if (before) mark_row(before, before.getAttribute("aria-selected") === "true", false);
    list.reveal(focus);
    const element = list.element(focus);
    if (!element) return;
    mark_row(element, rows[focus].key === store.get().selected, true);
    if (takes_focus) element.focus({ preventScroll: true });
  }

  /** @param {number} place */
  function turn(place) {
    const { key, is_open } = rows[place];
    if (is_open === null) return;
    focus = place;
    const { open } = store.get();
    store.set({ open: is_open ? with_keys(open, [], [key]) : with_keys(open, [key]) });
  }

  /** @param {number} place */
  function select(place) {
    const row = rows[place];
    if (row.type === "input") return;
    store.set({ selected: row.key });
  }

  /** @type {Record<string, () => void>} */
  const keys = {
    ArrowDown: () => go(focus + 1),
    ArrowUp: () => go(focus - 1),
    PageDown: () => go(focus + list.page()),
    PageUp: () => go(focus - list.page()),
    Home: () => go(0),
    End: () => go(rows.length - 1),
    ArrowRight: () =>
      rows[focus].is_open === false ? turn(focus) : rows[focus].is_open && go(focus + 1),
    ArrowLeft: () => (rows[focus].is_open ? turn(focus) : go(Math.max(row_around(rows, focus), 0))),
    Enter: () => (rows[focus].is_open === null ? select(focus) : turn(focus)),
    " ": () => select(focus),
  };
  on(body, "keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || !keys[event.key] || !rows.length) return;
    event.preventDefault();
    keys[event.key]();
  });
  on(body, "click", (event) => {
    const place = place_at(event.target);
    if (place < 0) return;
    go(place);
    if (event.target.classList.contains("fold")) turn(place);
    else select(place);
  });
  on(body, "dblclick", (event) => {
    const place = place_at(event.target);
    if (place >= 0 && !event.target.classList.contains("fold")) turn(place);
  });

  /** @param {Element} target */
  function place_at(target) {
    const row = target.closest(".row");
    return row ? Number(row.getAttribute("aria-rowindex")) - 2 : -1;
  }

  /** The row of what is selected, where it was selected elsewhere. */
  function follow() {
    const { selected } = store.get();
    const place = place_of(rows, model, selected);
    list.each((element, at) => mark_row(element, rows[at].key === selected, at === focus));
    // The pane that opens beside it takes some of the room first.
    if (place >= 0) requestAnimationFrame(() => go(place, false));
  }

  store.subscribe((state, before) => {
    const is_new = state.network !== before.network || state.version !== before.version;
    if (is_new) {
      model = model_of(page.networks[state.network]);
      all = columns_of(model.network);
    }
    if (is_new || state.columns !== before.columns) columns = shown_columns();
    const refills = ["columns", "open", "filter", "sort"];
    if (
      is_new ||
      refills.some(
        (name) =>
          state[/** @type {keyof State} */ (name)] !== before[/** @type {keyof State} */ (name)],
      )
    )
      fill();
    if (state.selected !== before.selected) follow();
  });
  on(narrow, "change", () => {
    columns = shown_columns();
    fill();
  });
  on(window, "beforeprint", () => {
    if (rows.length <= PRINTED) list.all();
  });
  fill();
  follow();
}
