/** A long list of rows of one height, of which those in sight are elements. */

import { h, on, set_attributes } from "./dom.js";

/** Rows above and below what is in sight, so that a short scroll shows no gap. */
const SPARE = 6;

/** @template T
 * @typedef {object} VirtualList
 * @property {(items: readonly T[]) => void} show
 * @property {() => void} refresh draws all that is in sight anew
 * @property {(act: (element: HTMLElement, place: number) => void) => void} each does something with each element
 * @property {(place: number) => void} reveal scrolls until a row is in sight
 * @property {(place: number) => HTMLElement | null} element of a row in sight
 * @property {() => number} page how many rows are in sight
 * @property {() => void} all makes an element of every row, for paper
 */

/** Rows in a scrolling box. The element of the row that has the focus stays when it is scrolled away.
 * @template T
 * @param {object} options
 * @param {HTMLElement} options.scroller
 * @param {HTMLElement} options.body where the rows are put
 * @param {number} options.height of a row, in pixels
 * @param {() => number} options.margin pixels of the box that sticky rows cover, above and below
 * @param {(item: T, place: number, was?: HTMLElement) => HTMLElement} options.draw the element of a row;
 * `was` is the one in its place so far, which may be it again
 * @returns {VirtualList<T>}
 */
export function virtual_list({ scroller, body, height, margin, draw }) {
  /** @type {readonly T[]} */
  let items = [];
  /** @type {Map<number, HTMLElement>} */
  let shown = new Map();
  let waits = false;

  /** @param {number} place @param {HTMLElement} [was] */
  function made(place, was) {
    const element = draw(items[place], place, was);
    if (element !== was) set_attributes(element, { style: { top: `${place * height}px` } });
    return element;
  }

  /** @param {number} first @param {number} last @param {boolean} [is_new] whether what is an element already
   * may say something else now */
  function fill(first, last, is_new = false) {
    for (const [place, element] of shown) {
      const has_focus = element.contains(document.activeElement);
      const is_kept = (place >= first && place <= last) || (has_focus && place < items.length);
      if (!is_kept) {
        element.remove();
        shown.delete(place);
      } else if (is_new) {
        const next = made(place, element);
        if (next !== element) element.replaceWith(next);
        shown.set(place, next);
      }
    }
    const strays = [...shown.keys()].filter((place) => place > last);
    /** @type {HTMLElement | null} */
    let next = strays.length ? (shown.get(Math.min(...strays)) ?? null) : null;
    for (let place = last; place >= first; place -= 1) {
      let element = shown.get(place);
      if (!element) {
        element = made(place);
        shown.set(place, element);
        body.insertBefore(element, next);
      }
      next = element;
    }
  }

  function update(is_new = false) {
    waits = false;
    const first = Math.floor(scroller.scrollTop / height) - SPARE;
    const last = Math.ceil((scroller.scrollTop + scroller.clientHeight) / height) + SPARE;
    fill(Math.max(0, first), Math.min(items.length - 1, last), is_new);
  }

  function later() {
    if (!waits) requestAnimationFrame(() => update());
    waits = true;
  }

  function refresh() {
    const focused = [...shown].find(([, element]) => element.contains(document.activeElement));
    update(true);
    const still = focused && shown.get(focused[0]);
    if (focused && !still?.contains(document.activeElement)) {
      const next = /** @type {HTMLElement | null} */ (still ?? body.firstElementChild);
      next?.focus({ preventScroll: true });
    }
  }

  on(scroller, "scroll", later, { passive: true });
  new ResizeObserver(later).observe(scroller);
  return {
    show(given) {
      items = given;
      set_attributes(body, { style: { height: `${given.length * height}px` } });
      refresh();
    },
    refresh,
    each: (act) => shown.forEach(act),
    reveal(place) {
      const top = place * height;
      const room = scroller.clientHeight - margin();
      if (top < scroller.scrollTop) scroller.scrollTop = top;
      else if (top + height > scroller.scrollTop + room) scroller.scrollTop = top + height - room;
      update();
    },
    element: (place) => shown.get(place) ?? null,
    page: () => Math.max(1, Math.floor((scroller.clientHeight - margin()) / height) - 1),
    all: () => fill(0, items.length - 1),
  };
}
