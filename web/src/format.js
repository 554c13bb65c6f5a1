/** Numbers as people read them. What is not known is a dash, as on the terminal. */

/** @typedef {import("./types").Shape} Shape */

const UNKNOWN = "-";
/** Steps of a thousand, for boxes where the whole number would not fit. */
const THOUSANDS = /** @type {const} */ ([
  [1e12, "T"],
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
]);
const BINARY = /** @type {const} */ ([
  [2 ** 40, "TiB"],
  [2 ** 30, "GiB"],
  [2 ** 20, "MiB"],
  [2 ** 10, "KiB"],
]);

/** 1234567 -> "1,234,567". @param {number|null|undefined} value */
export function whole(value) {
  if (value === null || value === undefined) return UNKNOWN;
  const [digits, rest] = String(value).split(".");
  const grouped = digits.replace(/\B(?=(?:\d{3})+$)/g, ",");
  return rest ? `${grouped}.${rest}` : grouped;
}

/** Four figures as the terminal writes bytes: 97.69, 143.3, 1,024.
 * @param {number} value @param {number} figures */
function rounded(value, figures) {
  if (value >= 10 ** (figures - 1)) return whole(Math.round(value));
  const text = value.toPrecision(figures);
  return text.includes(".") && !text.includes("e") ? text.replace(/\.?0+$/, "") : text;
}

/** 25557032 -> "25.6 M". @param {number|null|undefined} value */
export function short(value) {
  if (value === null || value === undefined) return UNKNOWN;
  const size = Math.abs(value);
  const sign = value < 0 ? "-" : "";
  for (const [unit, letter] of THOUSANDS) {
    // 999,950 would round to 1,000 k.
    if (size >= unit * 0.9995) return `${sign}${rounded(size / unit, 3)} ${letter}`;
  }
  return sign + (Number.isInteger(size) ? String(size) : rounded(size, 3));
}

/** 102437020 -> "97.69 MiB". @param {number|null|undefined} value */
export function bytes(value) {
  if (value === null || value === undefined) return UNKNOWN;
  const size = Math.abs(value);
  const sign = value < 0 ? "-" : "";
  for (const [unit, name] of BINARY) {
    if (size >= unit) return `${sign}${rounded(size / unit, 4)} ${name}`;
  }
  return `${sign}${whole(size)} B`;
}

/** [64, 112, 112] -> "64x112x112". @param {Shape|null|undefined} value */
export function shape(value) {
  if (!value) return "?";
  return value.length ? value.join("x") : "scalar";
}

/** 0.1459 -> "14.6", as the terminal writes shares. @param {number|null|undefined} share */
export function percent(share) {
  if (share === null || share === undefined || !Number.isFinite(share)) return UNKNOWN;
  if (share > 0 && share < 0.0005) return "<0.1";
  return (share * 100).toFixed(1);
}

/** A change, with its sign. @param {number} value @param {(value: number) => string} [words] */
export function signed(value, words = short) {
  return value > 0 ? `+${words(value)}` : words(value);
}

/** A figure by the unit of its metric. @param {number|null|undefined} value
 * @param {import("./types").Metric["unit"]} unit */
export function figure(value, unit) {
  if (unit === "bytes") return bytes(value);
  if (unit === "percent") return percent(value);
  return whole(value);
}

/** Text that is at most so long, its end cut. @param {string} text @param {number} length */
export function cut(text, length) {
  if (text.length <= length) return text;
  const points = Array.from(text.slice(0, length * 2 + 2));
  return points.length <= length ? text : `${points.slice(0, length - 1).join("")}…`;
}
