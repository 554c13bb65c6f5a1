/** A row of the table as elements. */

import { h, replace, set_attributes, set_text } from "../dom.js";
import { share_text } from "../export_table.js";
import { STATUS_SIGNS } from "../graph/boxes.js";
import { is_number } from "../exact.js";

/** @typedef {import("../columns.js").Column} Column */
/** @typedef {import("../rows.js").Row} Row */
/** @typedef {import("../model.js").Model} Model */

/** Texts of a cell beyond this are cut: a name may be as long as its author likes. */
const LONGEST = 400;
/** A share below this would be a speck, not a bar. */
const BARELY = 0.005;

/** What a cell says.
 * @typedef {{looks: string, title: string|null, part: string, text: string, share: string|null}} Cell */

/** What a row says, and what is said of it to those who cannot see it.
 * @typedef {{attributes: Record<string, any>, name: Record<string, any>, cells: Cell[]}} Told */

/** What rows say that are elements. @type {WeakMap<Element, Told>} */
const says = new WeakMap();

/** @param {Model} model @param {Row} row @param {Column[]} columns @param {number} place in the table, from 0
 * @param {HTMLElement} [was] an element that was a row before: what it says already is not made again
 * @returns {HTMLElement} */
export function table_row(model, row, columns, place, was) {
  const told = told_of(model, row, columns, place);
  const before = was && says.get(was);
  const element = was && before ? was : h("div", { tabindex: -1, "aria-selected": "false" });
  set_attributes(element, told.attributes);
  const others = told.cells.flatMap((cell, number) => {
    const known = before?.cells[number];
    return known && is_same(known, cell) ? [] : [number];
  });
  const { length } = told.cells;
  // One change of all children is cheaper than a change of each.
  if (!before || before.cells.length !== length || others.length > length / 2) {
    replace(element, name_cell(told.name), told.cells.map(cell_of));
  } else {
    const { children } = element;
    if (!is_same(before.name, told.name)) children[0].replaceWith(name_cell(told.name));
    for (const number of others) {
      children[number + 1].replaceWith(cell_of(told.cells[number], number));
    }
  }
  says.set(element, told);
  return element;
}

/** @param {Record<string, any>} one @param {Record<string, any>} other of the same names */
function is_same(one, other) {
  return Object.keys(one).every((name) => one[name] === other[name]);
}

/** @param {Model} model @param {Row} row @param {Column[]} columns @param {number} place @returns {Told} */
function told_of(model, row, columns, place) {
  const { type, level, siblings, is_open, times } = row;
  return {
    attributes: {
      class: `row of-${type}`,
      role: "row",
      "aria-rowindex": place + 2,
      "aria-level": level,
      "aria-setsize": siblings,
      "aria-posinset": row.place,
      "aria-expanded": is_open === null ? null : String(is_open),
    },
    name: {
      title: shortened(name_of(row)),
      level,
      is_open,
      category: row.layer && model.kind(row.layer).category,
      status: status_of(row),
      label: shortened(row.label),
      times,
    },
    cells: columns.map((column) => cell_told(row, column)),
  };
}

/** @param {Told["name"]} told */
function name_cell({ title, level, is_open, category, status, label, times }) {
  return h(
    "div",
    {
      class: "cell name",
      role: "rowheader",
      "aria-colindex": 1,
      title,
      style: { "--level": level - 1 },
    },
    is_open !== null && h("span", { class: "fold", "aria-hidden": "true" }, is_open ? "▾" : "▸"),
    category && h("span", { class: "mark", style: { background: `var(--${category})` } }),
    status !== "same" &&
      h(
        "span",
        { class: `change ${status}`, role: "img", "aria-label": status, title: status },
        STATUS_SIGNS[status],
      ),
    h("bdi", null, label),
    times > 1 &&
      h("span", { class: "times", title: `the sum of ${times} equal rounds` }, `× ${times}`),
  );
}

/** @param {Row} row */
function status_of(row) {
  // Equal rounds are added or removed together.
  const node = row.type === "repeat" ? row.node?.children[0] : row.node;
  return node?.change?.status ?? "same";
}

/** @param {Row} row */
function name_of(row) {
  return row.type === "input" || row.type === "repeat" || row.type === "total"
    ? row.label
    : row.key;
}

/** @param {Row} row @param {Column} column @returns {Cell} */
function cell_told(row, column) {
  const share = column.all === null ? "" : share_text(column)(row);
  const value = column.value(row);
  const part = column.all && is_number(value) ? value / column.all : 0;
  const exact = column.exact(row);
  const has_share = share !== "" && share !== "-" && share !== "?";
  const has_bar = part >= BARELY && row.type !== "total";
  return {
    looks: `cell${column.is_number ? " number" : ""}${has_bar ? " bar" : ""}`,
    title: has_share ? `${exact} (${share} %)` : shortened(exact) || null,
    part: has_bar ? part.toFixed(4) : "",
    text: shortened(column.text(row)),
    share: column.all === null ? null : has_share ? `${share} %` : "",
  };
}

/** A cell; the bar of a share is its background: an element more a cell would slow down scrolling.
 * @param {Cell} told @param {number} place from 0 */
function cell_of({ looks, title, part, text, share }, place) {
  return h(
    "div",
    {
      class: looks,
      role: "gridcell",
      "aria-colindex": place + 2,
      title,
      style: part ? { "--part": part } : null,
    },
    text,
    share !== null && " ",
    share !== null && h("small", null, share),
  );
}

/** @param {string} text */
function shortened(text) {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** Says of a row's element whether it is chosen, and whether the keyboard is there.
 * @param {HTMLElement} element @param {boolean} is_chosen @param {boolean} has_focus */
export function mark_row(element, is_chosen, has_focus) {
  set_attributes(element, { "aria-selected": String(is_chosen), tabindex: has_focus ? 0 : -1 });
}

/** The head of a column, by which the table is sorted.
 * @param {{name: string, title: string, sentence: string, is_number: boolean}} column @param {number} number
 * @param {() => void} sort */
export function head_cell(column, number, sort) {
  const sign = h("span", { class: "sign", "aria-hidden": "true" });
  const cell = h(
    "div",
    {
      class: column.is_number ? "cell number" : "cell",
      role: "columnheader",
      "aria-colindex": number,
    },
    h("button", { type: "button", title: column.sentence, onclick: sort }, column.title, sign),
  );
  return {
    cell,
    /** @param {"ascending" | "descending" | null} direction */
    sorted(direction) {
      set_attributes(cell, { "aria-sort": direction });
      set_text(sign, direction === "ascending" ? "↑" : direction === "descending" ? "↓" : "");
    },
  };
}
