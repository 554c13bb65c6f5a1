/** The text of this tab, for when it is loaded again. It leaves with the tab. */

const PLACE = "cnncalc-text";

/** @typedef {import("./named.js").Text} Text */

/** @returns {Text|null} */
export function kept_text() {
  try {
    const { text, variant, values } = JSON.parse(sessionStorage.getItem(PLACE) ?? "null") ?? {};
    return typeof text === "string"
      ? { text, variant: variant ?? null, values: values ?? {} }
      : null;
  } catch {
    return null;
  }
}

/** @param {Text} text */
export function keep_text(text) {
  try {
    sessionStorage.setItem(PLACE, JSON.stringify(text));
  } catch {
    // The browser keeps nothing: so be it.
  }
}
