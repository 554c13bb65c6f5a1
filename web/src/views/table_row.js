/** A row of the table as elements. */

import { h, set_attributes, set_text } from "../dom.js";
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

/** @param {Model} model @param {Row} row @param {Column[]} columns @param {number} place in the table, from 0
 * @returns {HTMLElement} */
export function table_row(model, row, columns, place) {
  const category = row.layer && model.kind(row.layer).category;
  const is_group = row.is_open !== null;
  return h(
    "div",
    {
      class: `row of-${row.type}`,
      role: "row",
      tabindex: -1,
      "aria-rowindex": place + 2,
      "aria-level": row.level,
      "aria-setsize": row.siblings,
      "aria-posinset": row.place,
      "aria-expanded": is_group ? String(row.is_open) : null,
      "aria-selected": "false",
    },
    h(
      "div",
      {
        class: "cell name",
        role: "rowheader",
        "aria-colindex": 1,
        title: shortened(name_of(row)),
        style: { "--level": row.level - 1 },
      },
      is_group && h("span", { class: "fold", "aria-hidden": "true" }, row.is_open ? "▾" : "▸"),
      category && h("span", { class: "mark", style: { background: `var(--${category})` } }),
      changed(row),
      h("bdi", null, shortened(row.label)),
      row.times > 1 &&
        h(
          "span",
          { class: "times", title: `the sum of ${row.times} equal rounds` },
          `× ${row.times}`,
        ),
    ),
    columns.map((column, number) => cell_of(row, column, number + 2)),
  );
}

/** @param {Row} row */
function changed(row) {
  // Equal rounds are added or removed together.
  const node = row.type === "repeat" ? row.node?.children[0] : row.node;
  const status = node?.change?.status ?? "same";
  if (status === "same") return null;
  return h(
    "span",
    { class: `change ${status}`, role: "img", "aria-label": status, title: status },
    STATUS_SIGNS[status],
  );
}

/** @param {Row} row */
function name_of(row) {
  return row.type === "input" || row.type === "repeat" || row.type === "total"
    ? row.label
    : row.key;
}

/** A cell; the bar of a share is its background: an element more a cell would slow down scrolling.
 * @param {Row} row @param {Column} column @param {number} number from 1 */
function cell_of(row, column, number) {
  const share = column.all === null ? "" : share_text(column)(row);
  const value = column.value(row);
  const part = column.all && is_number(value) ? value / column.all : 0;
  const exact = column.exact(row);
  const has_share = share !== "" && share !== "-" && share !== "?";
  const has_bar = part >= BARELY && row.type !== "total";
  return h(
    "div",
    {
      class: `cell${column.is_number ? " number" : ""}${has_bar ? " bar" : ""}`,
      role: "gridcell",
      "aria-colindex": number,
      title: has_share ? `${exact} (${share} %)` : shortened(exact) || null,
      style: has_bar ? { "--part": part.toFixed(4) } : null,
    },
    shortened(column.text(row)),
    column.all !== null && " ",
    column.all !== null && h("small", null, has_share ? `${share} %` : ""),
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
