/** Lines of values, one place after the other: a value is told where one points. */
import { h, replace, set_text, svg } from "../dom.js";
import { choice, moved } from "./controls.js";
import { range } from "./sliding.js";

/** @typedef {{name: string, values: number[]}} Series */
/** @typedef {{name: "value"|"slope"|"gradient", scale: "linear"|"logarithmic", series: Series[]}} View */
/** @typedef {{from: number, step: number, views: View[]}} Given */

const WIDTH = 560;
const HEIGHT = 240;
const LEFT = 56;
const BELOW = 28;
const EDGE = 12;
/** A line is known by its dashes, too. */
const DASHES = ["none", "7 4", "2 3", "12 4 2 4"];

/** What stands at the side of a picture: whole powers of ten, or whole numbers and halves.
 * @param {number} low @param {number} high @param {View["scale"]} scale @returns {number[]} */
export function marks(low, high, scale) {
  if (scale === "logarithmic") {
    const first = Math.floor(Math.log10(low));
    return range(Math.ceil(Math.log10(high)) - first + 1).map((power) => 10 ** (first + power));
  }
  const step = high - low > 3 ? 1 : 0.25;
  const first = Math.floor(low / step);
  return range(Math.ceil(high / step) - first + 1).map((count) => (first + count) * step);
}

/** @param {HTMLElement} place @param {Given} given @param {import("./words.js").Words} words */
export function mount(place, given, words) {
  let view = given.views[0];
  /** @type {[number, number]} which line, and which of its values */
  let at = [0, 0];
  const picture = h("div", { class: "picture" });
  const told = h("p", { class: "told", role: "status" });
  const longest = Math.max(...given.views[0].series.map(({ values }) => values.length));
  const x = (/** @type {number} */ index) => LEFT + (index / (longest - 1)) * (WIDTH - LEFT - EDGE);

  function draw() {
    const { scale, series } = view;
    const all = series.flatMap(({ values }) => values);
    const sides = marks(Math.min(...all), Math.max(...all), scale);
    const along = (/** @type {number} */ value) => (scale === "linear" ? value : Math.log10(value));
    const low = along(sides[0]);
    const high = along(sides[sides.length - 1]);
    const y = (/** @type {number} */ value) =>
      HEIGHT - BELOW - ((along(value) - low) / (high - low)) * (HEIGHT - BELOW - EDGE);
    const values = series[at[0]].values;
    at = [at[0], Math.min(at[1], values.length - 1)];
    const sentence = words.on_line[view.name](
      series[at[0]].name,
      given.from + at[1] * given.step,
      values[at[1]],
    );
    const rows = sides.map((side) => [
      svg("line", { class: "rule", x1: LEFT, x2: WIDTH - EDGE, y1: y(side), y2: y(side) }),
      svg("text", { x: LEFT - 6, y: y(side) + 4, "text-anchor": "end" }, written(side)),
    ]);
    const every = Math.ceil((longest - 1) / 8);
    const columns = range(Math.floor((longest - 1) / every) + 1).map((count) =>
      svg(
        "text",
        { x: x(count * every), y: HEIGHT - 8, "text-anchor": "middle" },
        given.from + count * every * given.step,
      ),
    );
    const lines = series.map(({ values }, index) =>
      svg("polyline", {
        class: index === at[0] ? "lit" : null,
        "stroke-dasharray": DASHES[index % DASHES.length],
        points: values.map((value, place) => `${x(place)},${y(value)}`).join(" "),
      }),
    );
    const drawn = svg(
      "svg",
      {
        viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
        class: "lines",
        role: "img",
        tabindex: 0,
        "aria-label": sentence,
        onpointermove: (/** @type {PointerEvent} */ event) => {
          const box = drawn.getBoundingClientRect();
          const from_left = ((event.clientX - box.left) / box.width) * WIDTH;
          const from_top = ((event.clientY - box.top) / box.height) * HEIGHT;
          const index = ((from_left - LEFT) / (WIDTH - LEFT - EDGE)) * (longest - 1);
          go(
            nearest(series, Math.max(0, Math.round(index)), (value) =>
              Math.abs(y(value) - from_top),
            ),
          );
        },
        onkeydown: (/** @type {KeyboardEvent} */ event) => {
          const next = moved(event.key, at, [series.length, longest]);
          if (!next) return;
          event.preventDefault();
          go(next);
        },
      },
      ...rows.flat(),
      ...columns,
      ...lines,
      svg("circle", { class: "lit", r: 5, cx: x(at[1]), cy: y(values[at[1]]) }),
    );
    const had_focus = picture.contains(document.activeElement);
    replace(picture, drawn, names(series));
    if (had_focus) drawn.focus();
    set_text(told, sentence);
  }

  /** @param {[number, number]} next */
  function go(next) {
    if (next[0] === at[0] && next[1] === at[1]) return;
    at = next;
    draw();
  }

  /** Which line is whose. @param {Series[]} series */
  const names = (series) =>
    h(
      "div",
      { class: "names" },
      series.map(({ name }, index) =>
        h(
          "span",
          { class: index === at[0] ? "lit" : null },
          svg(
            "svg",
            { width: 34, height: 10, "aria-hidden": "true" },
            svg("polyline", {
              class: index === at[0] ? "lit" : null,
              "stroke-dasharray": DASHES[index % DASHES.length],
              points: "1,5 33,5",
            }),
          ),
          name,
        ),
      ),
    );

  const shown = /** @type {Record<View["name"], string>} */ (
    Object.fromEntries(given.views.map(({ name }) => [name, words.views[name]]))
  );
  place.append(
    h(
      "div",
      { class: "controls" },
      given.views.length > 1 &&
        choice(words.shown, shown, view.name, (chosen) => {
          view = given.views.find(({ name }) => name === chosen) ?? view;
          draw();
        }),
      h("span", { class: "hint" }, words.arrows),
    ),
    picture,
    told,
  );
  draw();
}

/** The line that is nearest at a place, of those that reach it. @param {Series[]} series
 * @param {number} index @param {(value: number) => number} far @returns {[number, number]} */
function nearest(series, index, far) {
  const distances = series.map(({ values }) => far(values[Math.min(index, values.length - 1)]));
  const line = distances.indexOf(Math.min(...distances));
  return [line, Math.min(index, series[line].values.length - 1)];
}

/** @param {number} value */
const written = (value) =>
  value !== 0 && (Math.abs(value) < 0.001 || Math.abs(value) >= 1e5)
    ? value.toExponential(0)
    : String(Number(value.toPrecision(3)));
