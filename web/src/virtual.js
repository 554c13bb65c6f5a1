/** A long list of rows of one height, of which those in sight are elements. */

import { h, on, set_attributes } from "./dom.js";

/** Rows above and below what is in sight, so that a short scroll shows no gap. */
const SPARE = 6;

/** @template T
 * @typedef {object} VirtualList
 * @property {(items: readonly T[]) => void} show
 * @property {() => void} refresh draws all that is in sight anew
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
 * @param {(item: T, place: number) => HTMLElement} options.draw
 * @returns {VirtualList<T>}
 */
export function virtual_list({ scroller, body, height, margin, draw }) {
  /** @type {readonly T[]} */
  let items = [];
  /** @type {Map<number, HTMLElement>} */
  let shown = new Map();
  let waits = false;

  /** @param {number} place */
  function made(place) {
    const element = draw(items[place], place);
    set_attributes(element, { style: { top: `${place * height}px` } });
    return element;
  }

  /** @param {number} first
   * @param {number} last */
  function fill(first, last) {
    for (const [place, element] of shown) {
      const has_focus = element.contains(document.activeElement);
      if ((place < first || place > last) && !(has_focus && place < items.length)) {
        element.remove();
        shown.delete(place);
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

  function update() {
    waits = false;
    const first = Math.floor(scroller.scrollTop / height) - SPARE;
    const last = Math.ceil((scroller.scrollTop + scroller.clientHeight) / height) + SPARE;
    fill(Math.max(0, first), Math.min(items.length - 1, last));
  }

  function later() {
    if (!waits) requestAnimationFrame(update);
    waits = true;
  }

  function refresh() {
    const focused = [...shown].find(([, element]) => element.contains(document.activeElement));
    body.replaceChildren();
    shown = new Map();
    update();
    if (focused)
      /** @type {HTMLElement | null} */ (shown.get(focused[0]) ?? body.firstElementChild)?.focus({
        preventScroll: true,
      });
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
