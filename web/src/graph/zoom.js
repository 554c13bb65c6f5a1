/** Moving about: drag and wheel move, two fingers or the wheel with Ctrl come nearer. */

import { on } from "../dom.js";

/** @typedef {{x: number, y: number, width: number, height: number}} Area */

const NEAREST = 3;
const FARTHEST = 0.08;
/** All of a long graph at once would be a thread: so much of it is shown at least. */
const FITTED = 0.12;
/** From farther away words cannot be read. */
const FAR = 0.3;
const MARGIN = 24;
/** So much of the graph, in pixels, is always seen. */
const STAYS = 60;
/** What lies over the canvas on top. */
const TOP = 56;
/** A press that moves less than this is a click. */
const STILL = 4;

/** @param {SVGSVGElement} canvas @param {SVGGElement} root
 * @param {{moved: () => void, area: () => Area}} scene hears of every move, and says how large it is */
export function zoomer(canvas, root, { moved, area }) {
  let [x, y, k] = [0, 0, 1];
  const room = () => canvas.getBoundingClientRect();

  /** @param {number} toX @param {number} toY @param {number} toK */
  const go = (toX, toY, toK) => {
    // Some of it stays in sight: who moves on and on should not be lost.
    const { width, height } = room();
    const whole = area();
    k = toK;
    x = Math.max(STAYS - whole.width * k, Math.min(width - STAYS, toX));
    y = Math.max(STAYS - whole.height * k, Math.min(height - STAYS, toY));
    root.setAttribute("transform", `translate(${round(x)} ${round(y)}) scale(${k})`);
    moved();
  };
  /** Comes nearer by a factor, and leaves a place of the canvas where it is.
   * @param {number} factor @param {number} atX @param {number} atY */
  const by = (factor, atX, atY) => {
    const next = Math.min(NEAREST, Math.max(FARTHEST, k * factor));
    go(atX - ((atX - x) * next) / k, atY - ((atY - y) * next) / k, next);
  };
  drag(canvas, (dx, dy) => go(x + dx, y + dy, k), by);
  on(
    canvas,
    "wheel",
    (/** @type {WheelEvent} */ event) => {
      event.preventDefault();
      const step = event.deltaMode === 1 ? 18 : 1;
      if (event.ctrlKey || event.metaKey) {
        const { left, top } = room();
        const factor = 2 ** (-event.deltaY * step * 0.006);
        by(factor, event.clientX - left, event.clientY - top);
        return;
      }
      const [dx, dy] = event.shiftKey ? [event.deltaY, event.deltaX] : [event.deltaX, event.deltaY];
      go(x - dx * step, y - dy * step, k);
    },
    { passive: false },
  );

  return {
    /** What is seen, in the scene's measures, with some room around. @param {number} around share of it */
    sight(around) {
      const { width, height } = room();
      const [aside, over] = [width * around, height * around];
      return {
        left: (-x - aside) / k,
        top: (-y - over) / k,
        right: (width - x + aside) / k,
        bottom: (height - y + over) / k,
        is_far: k < FAR,
      };
    },
    /** @param {number} factor */
    by(factor) {
      const { width, height } = room();
      by(factor, width / 2, height / 2);
    },
    /** All of it, or as much as can still be read, from the top. @param {number} least */
    fit(least) {
      const { width, height } = room();
      const whole = area();
      if (!width || !height) return;
      const wide = (width - 2 * MARGIN) / whole.width;
      const all = Math.min(1, wide, (height - TOP - MARGIN) / whole.height);
      const scale = Math.max(all, Math.min(least, Math.max(wide, least / 2)), FITTED);
      const free = height - TOP - MARGIN - whole.height * scale;
      go((width - whole.width * scale) / 2, TOP + Math.max(0, free / 2), scale);
    },
    /** Moves so that what was at one place is there again. @param {Area} before @param {Area} after */
    keep(before, after) {
      const aside = before.x + before.width / 2 - (after.x + after.width / 2);
      go(x + aside * k, y + (before.y - after.y) * k, k);
    },
    /** Moves a place into sight, where it is not. @param {Area} place */
    show(place) {
      const { width, height } = room();
      const scale = Math.max(k, 0.5);
      const [left, top] = [x + place.x * k, y + place.y * k];
      const inside = left > 0 && top > TOP;
      const ends = left + place.width * k < width && top + place.height * k < height;
      if (inside && ends && scale === k) return;
      const middle = place.y + Math.min(place.height / 2, (height * 0.3) / scale);
      go(width / 2 - (place.x + place.width / 2) * scale, height / 2 - middle * scale, scale);
    },
  };
}

/** One finger or the mouse drags, two pinch. A drag is no click on what lies under it.
 * @param {SVGSVGElement} canvas @param {(dx: number, dy: number) => void} move
 * @param {(factor: number, x: number, y: number) => void} pinch */
function drag(canvas, move, pinch) {
  /** @type {Map<number, {x: number, y: number}>} */
  const held = new Map();
  let moved = 0;
  on(canvas, "pointerdown", (/** @type {PointerEvent} */ event) => {
    if (event.button) return;
    if (!held.size) moved = 0;
    held.set(event.pointerId, { x: event.clientX, y: event.clientY });
  });
  on(canvas, "pointermove", (/** @type {PointerEvent} */ event) => {
    const before = held.get(event.pointerId);
    if (!before) return;
    const now = { x: event.clientX, y: event.clientY };
    const [dx, dy] = [now.x - before.x, now.y - before.y];
    moved += Math.abs(dx) + Math.abs(dy);
    if (moved < STILL) return;
    // Not before it is a drag: what is captured is no more clicked.
    canvas.setPointerCapture(event.pointerId);
    const other = [...held].find(([id]) => id !== event.pointerId)?.[1];
    held.set(event.pointerId, now);
    if (!other) return move(dx, dy);
    const { left, top } = canvas.getBoundingClientRect();
    const factor = apart(now, other) / Math.max(1, apart(before, other));
    pinch(factor, (now.x + other.x) / 2 - left, (now.y + other.y) / 2 - top);
    return move(dx / 2, dy / 2);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    on(canvas, end, (/** @type {PointerEvent} */ event) => void held.delete(event.pointerId));
  }
  const swallow = (/** @type {Event} */ event) => {
    if (moved >= STILL) event.stopPropagation();
  };
  on(canvas, "click", swallow, { capture: true });
}

/** @param {{x: number, y: number}} one @param {{x: number, y: number}} other */
function apart(one, other) {
  return Math.hypot(one.x - other.x, one.y - other.y);
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 10) / 10;
}
