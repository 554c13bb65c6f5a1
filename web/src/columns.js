/** The columns that the table can show: every metric of the document, and what is no count. */

import { bytes, shape, whole } from "./format.js";

/** @typedef {import("./types").Network} Network */
/** @typedef {import("./types").Field} Field */
/** @typedef {import("./rows.js").Row} Row */

/** One column. `value` is what is sorted by, null where there is none; `exact` is what `text` shortens.
 * @typedef {object} Column
 * @property {string} name
 * @property {string} title
 * @property {string} sentence
 * @property {boolean} is_number whether it stands at the right
 * @property {boolean} is_bytes
 * @property {"value" | "text"} exports which of them a file of numbers takes
 * @property {number | null} all what a value is a share of
 * @property {(row: Row) => string | number | null} value
 * @property {(row: Row) => string} text
 * @property {(row: Row) => string} exact
 */

/** What is shown where nothing else is asked for, and what remains of it on a narrow screen. */
export const USUAL = ["op", "output", "parameters", "macs", "bops", "activation_bytes"];
export const NARROW = ["output", "parameters", "macs"];

/** Every column of a network but the first, which is the layer. @param {Network} network @returns {Column[]} */
export function columns_of(network) {
  const known = network.metrics.filter(
    (one) => one.adds_up && network.kinds.some((kind) => one.name in kind.figures),
  );
  const kind_of = (/** @type {Row} */ row) => (row.layer ? network.kinds[row.layer.kind] : null);
  return [
    text_column(
      "op",
      "Op",
      "what the layer does, or the block that made the group",
      (row) => row.op,
    ),
    {
      ...text_column("output", "Output", "shape of the output, channels first", shape_text),
      is_number: true,
      value: (row) => row.shape && row.shape.reduce((product, size) => product * size, 1),
    },
    ...known.map((metric) => metric_column(network, metric)),
    ratio_column(network),
    field_column(
      network,
      "receptive_field",
      "size",
      "Sees",
      "inputs that one output sees, along each axis",
    ),
    field_column(
      network,
      "stride",
      "stride",
      "Stride",
      "how far that moves from one output to the next",
    ),
    field_column(
      network,
      "start",
      "start",
      "Start",
      "the first input that output 0 sees; below 0 on padding",
    ),
    text_column(
      "category",
      "Kind",
      "what kind of operation it is",
      (row) => kind_of(row)?.category ?? "",
    ),
    text_column(
      "inputs",
      "Inputs",
      "what the layer reads",
      (row) => row.layer?.inputs.join(", ") ?? "",
    ),
    {
      ...text_column(
        "line",
        "Line",
        "the line of the spec that made it",
        (row) => `${line_of(row) ?? ""}`,
      ),
      is_number: true,
      exports: "value",
      value: line_of,
    },
  ];
}

/** The columns of these names, in the order of the table. @param {Column[]} all @param {readonly string[]} names */
export function chosen_columns(all, names) {
  return all.filter((one) => names.includes(one.name));
}

/** @param {Row} row */
function line_of(row) {
  const calls = row.layer?.origin;
  return calls?.length ? calls[calls.length - 1][1] : null;
}

/** @param {Row} row */
function shape_text(row) {
  return row.shape || row.last ? shape(row.shape) : "";
}

/** @param {string} name @param {string} title @param {string} sentence @param {(row: Row) => string} text
 * @returns {Column} */
function text_column(name, title, sentence, text) {
  const value = (/** @type {Row} */ row) => text(row) || null;
  return {
    name,
    title,
    sentence,
    is_number: false,
    is_bytes: false,
    exports: "text",
    all: null,
    value,
    text,
    exact: text,
  };
}

/** @param {Network} network @param {Network["metrics"][number]} metric @returns {Column} */
function metric_column(network, metric) {
  const is_bytes = metric.unit === "bytes";
  const value = (/** @type {Row} */ row) => row.figures[metric.name] ?? null;
  /** @param {(number: number) => string} written @returns {(row: Row) => string} */
  const told = (written) => (row) => {
    const number = row.figures[metric.name];
    if (number === undefined) return "";
    return number === null ? "?" : number === 0 ? "-" : written(number);
  };
  return {
    name: metric.name,
    title: metric.title[0].toUpperCase() + metric.title.slice(1),
    sentence: metric.sentence,
    is_number: true,
    is_bytes,
    exports: "value",
    all: metric.adds_up ? (network.tree.totals[metric.name] ?? null) : null,
    value,
    text: told(is_bytes ? bytes : whole),
    exact: told(is_bytes ? (number) => `${whole(number)} bytes` : whole),
  };
}

/** @param {Network} network @returns {Column} */
function ratio_column(network) {
  const value = (/** @type {Row} */ row) =>
    row.layer ? (network.kinds[row.layer.kind].figures.bytes_per_mac ?? null) : null;
  return {
    ...text_column(
      "bytes_per_mac",
      "Bytes/MAC",
      "bytes of weights, inputs and outputs over MACs",
      (row) => {
        const ratio = value(row);
        return ratio === null ? (row.layer ? "-" : "") : String(Number(ratio.toPrecision(3)));
      },
    ),
    is_number: true,
    exports: "value",
    value,
    exact: (row) => `${value(row) ?? ""}`,
  };
}

/** @param {Network} network @param {string} name @param {"size" | "stride" | "start"} part
 * @param {string} title @param {string} sentence @returns {Column} */
function field_column(network, name, part, title, sentence) {
  const fields = (/** @type {Row} */ row) =>
    row.last ? fields_of(network.fields[row.last.field]) : [];
  const text = (/** @type {Row} */ row) =>
    fields(row)
      .filter(([, field]) => !field || field.size.length)
      .map(([, field]) => (field ? separated(field[part]) : "?"))
      .join(" ") || (row.last ? "-" : "");
  return {
    ...text_column(name, title, sentence, text),
    is_number: true,
    value: (row) => {
      const field = fields(row).find(([, one]) => one?.size.length)?.[1];
      return field
        ? field[part].map(number_of).reduce((product, size) => product * Math.abs(size), 1)
        : null;
    },
  };
}

/** The field of each input that a layer sees, by the input's name; "" where there is one input.
 * @param {Network["fields"][number]} entry @returns {[string, Field | null][]} */
export function fields_of(entry) {
  if (entry === null) return [["", null]];
  if (Array.isArray(entry.size)) return [["", /** @type {Field} */ (entry)]];
  return Object.entries(/** @type {Record<string, Field | null>} */ (entry));
}

/** Sizes along several axes: `195x195`; where they have signs or are fractions, `-64,-64`.
 * @param {readonly (number | string | null)[]} sizes */
export function separated(sizes) {
  const texts = sizes.map((size) => (size === null ? "-" : String(size)));
  return texts.join(texts.every((text) => /^\d+$/.test(text)) ? "x" : ",");
}

/** A whole number, or a fraction as `1/2`. @param {number | string | null} size */
export function number_of(size) {
  if (typeof size !== "string") return size ?? 0;
  const [over, under] = size.split("/").map(Number);
  return under ? over / under : over;
}
