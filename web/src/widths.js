/** How wide the columns of the table are: by what is longest in them, within bounds; in characters. */

import { fields_of, separated } from "./columns.js";
import { shape, whole } from "./format.js";

/** @typedef {import("./types").Network} Network */
/** @typedef {import("./columns.js").Column} Column */
/** @typedef {import("./rows.js").Row} Row */

/** A column's least width, and what it takes of the room that is left; a share beside its numbers.
 * @typedef {{least: number, grows: number, has_share: boolean}} Width */

/** Bounds of the first column, in characters; of other columns of text. */
const NAME = { least: 15, most: 40 };
const TEXT = { least: 6, most: 22 };
/** Of the longest name this many rows are asked: the widest of a very long list is much like them. */
const ASKED = 2000;
/** What a level is moved in, and a toggle and the mark of a kind take. */
const LEVEL = 2;
const MARKS = 4;

/** @param {Network} network @param {Column[]} columns @param {readonly Row[]} rows @param {boolean} is_narrow
 * @returns {Width[]} of the first column and of these */
export function widths_of(network, columns, rows, is_narrow) {
  const asked = rows.length > ASKED ? rows.slice(0, ASKED) : rows;
  const names = longest(asked, name_length);
  const name = is_narrow ? NAME.least : bounded(names, NAME);
  return [
    { least: name, grows: 1, has_share: false },
    ...columns.map((one) => width_of(network, one)),
  ];
}

/** @param {Row} row */
function name_length(row) {
  const times = row.times > 1 ? 4 + String(row.times).length : 0;
  return row.label.length + LEVEL * (row.level - 1) + MARKS + times;
}

/** @param {Network} network @param {Column} column @returns {Width} */
function width_of(network, column) {
  const { kinds, fields } = network;
  const title = column.title.length + 1;
  const plain = (/** @type {number} */ length) => ({
    least: Math.max(title, length),
    grows: 0,
    has_share: column.all !== null,
  });
  if (column.all !== null) {
    // The sum is longer than its parts, and bold; a size in bytes is short.
    return plain(column.is_bytes ? 10 : whole(column.all).length + 1);
  }
  switch (column.name) {
    case "output":
      return plain(longest(kinds, (kind) => shape(kind.output_shape).length));
    case "receptive_field":
    case "stride":
    case "start": {
      const part = column.name === "receptive_field" ? "size" : column.name;
      const text = (/** @type {any} */ entry) =>
        fields_of(entry)
          .map(([, field]) => (field ? separated(field[part]) : "?"))
          .join(" ");
      return plain(
        Math.min(
          TEXT.most,
          longest(fields, (entry) => text(entry).length),
        ),
      );
    }
    case "op":
      return {
        least: Math.max(
          title,
          bounded(
            longest(kinds, (kind) => kind.line.length),
            TEXT,
          ),
        ),
        grows: 1,
        has_share: false,
      };
    case "inputs":
      return { least: TEXT.most, grows: 1, has_share: false };
    default:
      return plain(column.is_number ? 8 : 10);
  }
}

/** @template T @param {readonly T[]} items @param {(item: T) => number} length */
function longest(items, length) {
  return items.reduce((most, item) => Math.max(most, length(item)), 0);
}

/** @param {number} size @param {{least: number, most: number}} bounds */
function bounded(size, { least, most }) {
  return Math.min(most, Math.max(least, size));
}
