/** Layers behind each other along one axis, and what one output sees of the input. */
import { h, replace, set_text, svg } from "../dom.js";
import { moved, whole_number } from "./controls.js";
import { range } from "./sliding.js";
import { field, lengths, reads, seen } from "./stack.js";

/** @typedef {{length: number, layers: number, kernel: number, stride: number, dilation: number}} Given */

const GAP = 22;
const RISE = 46;

/** @param {HTMLElement} place @param {Given} given @param {import("./words.js").Words} words */
export function mount(place, given, words) {
  let now = given;
  let at = -1;
  const picture = h("div", { class: "picture" });
  const told = h("p", { class: "told", role: "status" });

  /** @param {Partial<Given>} change */
  function set(change) {
    now = { ...now, ...change };
    draw();
  }

  function draw() {
    const levels = range(now.layers).map(() => ({
      kernel: now.kernel,
      stride: now.stride,
      dilation: now.dilation,
    }));
    const counts = lengths(now.length, levels);
    const last = counts[counts.length - 1];
    if (last === 0) {
      replace(picture);
      return set_text(told, words.no_output);
    }
    at = at < 0 ? Math.floor((last - 1) / 2) : Math.min(at, last - 1);
    const places = seen(levels, at);
    const step = levels.reduce((step, level) => step * level.stride, 1);
    const start = (/** @type {number} */ height) =>
      ((field(levels.slice(0, height)) - 1) / 2) * GAP + GAP;
    const stride = (/** @type {number} */ height) => GAP * (step > 1 ? now.stride ** height : 1);
    const x = (/** @type {number} */ height, /** @type {number} */ index) =>
      start(height) + index * stride(height);
    const y = (/** @type {number} */ height) => (levels.length - height) * RISE + 16;
    const lines = levels.flatMap((level, height) =>
      places[height + 1].flatMap((to) =>
        reads(level, to).map((from) =>
          svg("line", {
            x1: x(height, from),
            y1: y(height),
            x2: x(height + 1, to),
            y2: y(height + 1),
          }),
        ),
      ),
    );
    const dots = counts.flatMap((count, height) =>
      range(count).map((index) =>
        svg("circle", {
          cx: x(height, index),
          cy: y(height),
          r: 6,
          class: places[height].includes(index) ? "lit" : null,
          onpointerenter:
            height === levels.length
              ? () => {
                  if (at === index) return;
                  at = index;
                  draw();
                }
              : null,
        }),
      ),
    );
    const drawn = svg(
      "svg",
      {
        viewBox: `0 0 ${now.length * GAP + GAP} ${levels.length * RISE + 32}`,
        width: now.length * GAP + GAP,
        role: "img",
        tabindex: 0,
        "aria-label": words.field(at + 1, places[0].length),
        onkeydown: (/** @type {KeyboardEvent} */ event) => {
          const next = moved(event.key, [0, at], [1, last]);
          if (!next) return;
          event.preventDefault();
          at = next[1];
          draw();
        },
      },
      ...lines,
      ...dots,
    );
    const had_focus = picture.contains(document.activeElement);
    replace(picture, drawn);
    if (had_focus) drawn.focus();
    set_text(told, words.field(at + 1, places[0].length));
  }

  place.append(
    h(
      "div",
      { class: "controls" },
      whole_number(words.layers, given.layers, [1, 5], (layers) => set({ layers })),
      whole_number(words.kernel, given.kernel, [1, 7], (kernel) => set({ kernel })),
      whole_number(words.stride, given.stride, [1, 3], (stride) => set({ stride })),
      whole_number(words.dilation, given.dilation, [1, 4], (dilation) => set({ dilation })),
      h("span", { class: "hint" }, words.arrows),
    ),
    picture,
    told,
  );
  draw();
}
