/** JSON with whole numbers of any size. */

/** Digits that a double may not hold all of. */
const LONG = /\d{16}/;

/** A whole number beyond 2^53: it counts as the nearest double, and is written as all of its digits. */
class Whole extends Number {
  /** @param {string} digits */
  constructor(digits) {
    super(digits);
    this.digits = digits;
  }

  toString() {
    return this.digits;
  }
}

/** A document from its text. Browsers that do not tell a number's digits (before 2025) give the nearest double.
 * @param {string} text @returns {any} */
export function parse_exact(text) {
  if (!LONG.test(text)) return JSON.parse(text);
  /** @param {string} _ @param {any} value @param {{source?: string}} [context] */
  const exact = (_, value, context) => {
    if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
    const digits = context?.source ?? "";
    return /^-?\d+$/.test(digits) ? new Whole(digits) : value;
  };
  return JSON.parse(text, /** @type {any} */ (exact));
}

/** @param {unknown} value whether it is a number, of any size @returns {value is number} */
export function is_number(value) {
  return typeof value === "number" || value instanceof Whole;
}
