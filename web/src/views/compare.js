/** Several networks side by side. */

/** @typedef {import("../types").Page} Page */
/** @typedef {import("../state.js").Store} Store */

/** @param {HTMLElement} container @param {Page} page @param {Store} store */
export function mount(container, page, store) {
  void [container, page, store];
}
