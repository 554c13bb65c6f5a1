/** What the table shows: as CSV with whole numbers, as Markdown and LaTeX with the texts of its cells. */

import { percent } from "./format.js";

/** @typedef {import("./columns.js").Column} Column */
/** @typedef {import("./rows.js").Row} Row */
/** @typedef {{title: string, columns: Column[], rows: readonly Row[], total: Row}} Shown */

/** A layer or group a line, with its whole name. @param {Shown} shown */
export function as_csv({ columns, rows, total }) {
  const head = ["name", ...columns.map((one) => one.name)];
  const body = [...rows, total].map((row) => [
    cell((row.type === "repeat" ? row.label : row.key.replace(/^>/, "")) + times(row, "x")),
    ...columns.map((one) =>
      one.exports === "value" ? `${one.value(row) ?? unknown(one, row)}` : cell(one.text(row)),
    ),
  ]);
  return [head, ...body].map((row) => `${row.map(quoted).join(",")}\n`).join("");
}

/** @param {Column} column @param {Row} row */
function unknown(column, row) {
  return column.text(row) === "?" ? "?" : "";
}

/** A text that no spreadsheet reads as a formula. @param {string} text */
function cell(text) {
  const shown = printable(text);
  return /^\s*[=+\-@]./.test(shown) ? `'${shown}` : shown;
}

/** @param {string} text */
function quoted(text) {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A table as GitHub renders it. @param {Shown} shown */
export function as_markdown(shown) {
  const { heads, body, total, numbers } = texts_of(shown, in_markdown, "&emsp;", "x");
  const rule = numbers.map((is_number) => (is_number ? "--:" : ":--"));
  const lines = [heads, rule, ...body, total.map((text) => text && `**${text}**`)];
  return lines.map((line) => `| ${line.join(" | ")} |\n`).join("");
}

/** A `tabular`; the document needs the package booktabs. @param {Shown} shown */
export function as_latex(shown) {
  const { heads, body, total, numbers } = texts_of(shown, in_latex, "\\quad ", "$\\times$");
  const row = (/** @type {string[]} */ line) => `${line.join(" & ")} \\\\`;
  return [
    `% ${printable(shown.title)}`,
    `\\begin{tabular}{${numbers.map((is_number) => (is_number ? "r" : "l")).join("")}}`,
    "\\toprule",
    row(heads),
    "\\midrule",
    ...body.map(row),
    "\\midrule",
    row(total),
    "\\bottomrule",
    "\\end{tabular}",
    "",
  ].join("\n");
}

/** Every cell as text; behind a column of parts of a whole stands their share of it.
 * @param {Shown} shown @param {(text: string) => string} written @param {string} indent @param {string} by */
function texts_of({ columns, rows, total }, written, indent, by) {
  /** @type {{title: string, is_number: boolean, text: (row: Row) => string}[]} */
  const all = columns.flatMap((one) => [
    // A shape is digits and x alone.
    {
      ...one,
      text: (row) =>
        one.name === "output" ? one.text(row).split("x").join(by) : written(one.text(row)),
    },
    ...(one.all === null ? [] : [{ title: `${one.title} %`, is_number: true, text: shares(one) }]),
  ]);
  /** @param {Column} one @returns {(row: Row) => string} */
  function shares(one) {
    return (row) => written(share_text(one)(row));
  }
  const cells = (/** @type {Row} */ row) => all.map((column) => column.text(row));
  return {
    heads: ["Layer", ...all.map((one) => written(one.title))],
    numbers: [false, ...all.map((one) => one.is_number)],
    body: rows.map((row) => [
      indent.repeat(row.level - 1) + written(row.label) + times(row, by),
      ...cells(row),
    ]),
    total: ["total", ...cells(total)],
  };
}

/** The percentage that a cell is of all; "-" of nothing. @param {Column} column @returns {(row: Row) => string} */
export function share_text(column) {
  return (row) => {
    const value = column.value(row);
    if (typeof value !== "number" || !column.all)
      return column.text(row) && (value === 0 ? "-" : "?");
    return value === 0 ? "-" : percent(value / column.all);
  };
}

/** @param {Row} row @param {string} by */
function times(row, by) {
  return row.times > 1 ? ` ${by} ${row.times} (sum)` : "";
}

/** Text whose control characters, those of direction too, are spelt out: it forges no line.
 * @param {string} text */
export function printable(text) {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (mark) => {
    const code = /** @type {number} */ (mark.codePointAt(0));
    if (code < 0x100) return `\\x${code.toString(16).padStart(2, "0")}`;
    return code > 0xffff
      ? `\\U${code.toString(16).padStart(8, "0")}`
      : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}

/** @type {Record<string, string>} */
const MARKDOWN = { "&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "@&#8203;", "#": "#&#8203;" };

/** @param {string} text */
function in_markdown(text) {
  return printable(text).replace(/[&<>@#\\|*_`[\]~$]/g, (mark) => MARKDOWN[mark] ?? `\\${mark}`);
}

/** @type {Record<string, string>} */
const LATEX = {
  "\\": "\\textbackslash{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  "<": "$<$",
  ">": "$>$",
};

/** @param {string} text */
function in_latex(text) {
  return printable(text).replace(/[&%$#_{}\\~^<>]/g, (mark) => LATEX[mark] ?? `\\${mark}`);
}
