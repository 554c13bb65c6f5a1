/** Many designs: any two of their numbers against each other, and a table of those that are chosen. */

import "./sweep.css";
import { ticks } from "../bands.js";
import { between, dots, nearest } from "../brush.js";
import { h, headed, on, replace, set_attributes, set_text, svg } from "../dom.js";
import { bytes, figure, short, whole } from "../format.js";
import { front } from "../pareto.js";
import { kept_theme } from "../theme.js";

/** @typedef {import("../types").Sweep} Sweep */
/** @typedef {import("../types").SweepColumn} Column */
/** @typedef {import("../pareto.js").Point} Point */

const SIDE = 64;
const TOP = 12;
const FOOT = 42;
/** Rows of the table. */
const MOST = 200;

/** @param {HTMLElement} body @param {string} title @param {Sweep} stored */
export function show_sweep(body, title, stored) {
  // A plot needs no digit beyond those that a number has.
  const near = (/** @type {any} */ one) =>
    one !== null && typeof one === "object" ? Number(one) : one;
  const sweep = { ...stored, values: stored.values.map((column) => column.map(near)) };
  const theme = kept_theme();
  const is_dark =
    theme === "dark" || (theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  set_attributes(document.documentElement, { "data-theme": is_dark ? "dark" : "light" });
  const numbers = sweep.columns.filter((one) => one.kind === "number");
  const named = (/** @type {string[]} */ names) => numbers.find((one) => names.includes(one.name));
  const x = named(sweep.axes.slice(0, 1)) ?? named(["macs"]) ?? numbers[0];
  const others = numbers.filter((one) => one !== x);
  const y = named(sweep.axes.slice(1)) ?? named(["parameters"]) ?? others[others.length - 1] ?? x;
  const chosen = { x, y: y === x ? (others[others.length - 1] ?? x) : y };
  /** @type {Set<Column>} */
  const hidden = new Set();
  /** @type {number[]|null} */
  let brushed = null;
  /** @type {{by: Column, is_down: boolean}|null} */
  let order = null;

  const plot = h("div", { class: "sweep-plot" });
  const hover = h("p", { class: "muted sweep-hover", "aria-live": "polite" });
  const list = h("section");

  function draw() {
    if (!numbers.length) return;
    const width = Math.max(280, Math.min(body.clientWidth - 40, 900));
    const height = Math.round(width * 0.56);
    const { points, best, picture } = scatter(sweep, chosen, width, height);
    const mark = svg("circle", { class: "mark", r: 6, visibility: "hidden" });
    const box = svg("rect", { class: "brush", visibility: "hidden" });
    const within = svg("path", { class: "dots within" });
    picture.append(within, box, mark);
    bind(picture, points, mark, box, (places) => {
      brushed = places;
      set_attributes(within, { d: dots(points, places ?? []) });
      tell(best);
    });
    replace(plot, picture);
    tell(best);
  }

  /** @param {SVGSVGElement} picture @param {(Point|null)[]} points @param {SVGElement} mark
   * @param {SVGElement} box @param {(places: number[]|null) => void} brush */
  function bind(picture, points, mark, box, brush) {
    /** @type {Point|null} */
    let from = null;
    const at = (/** @type {PointerEvent} */ event) => {
      const frame = picture.getBoundingClientRect();
      const scale = picture.viewBox.baseVal.width / frame.width;
      return { x: (event.clientX - frame.left) * scale, y: (event.clientY - frame.top) * scale };
    };
    on(picture, "pointerdown", (event) => {
      from = at(event);
      picture.setPointerCapture(event.pointerId);
    });
    on(picture, "pointermove", (event) => {
      const to = at(event);
      if (from) {
        set_attributes(box, {
          visibility: "visible",
          x: Math.min(from.x, to.x),
          y: Math.min(from.y, to.y),
          width: Math.abs(to.x - from.x),
          height: Math.abs(to.y - from.y),
        });
        return;
      }
      const place = nearest(points, to);
      const point = points[place];
      set_attributes(mark, {
        visibility: point ? "visible" : "hidden",
        cx: point?.x,
        cy: point?.y,
      });
      set_text(hover, point ? words_of(sweep, place) : HINT);
    });
    on(picture, "pointerup", (event) => {
      const to = at(event);
      const is_drawn = from && Math.abs(to.x - from.x) + Math.abs(to.y - from.y) > 6;
      if (from && is_drawn) brush(between(points, from, to));
      else brush(null);
      if (!is_drawn) set_attributes(box, { visibility: "hidden" });
      from = null;
    });
  }

  /** The table: of what is brushed, or else of the front. @param {number[]} best */
  function tell(best) {
    const shown = sweep.columns.filter((one) => !hidden.has(one));
    const places = sorted(brushed ?? (numbers.length ? best : sweep.values[0].map((_, at) => at)));
    const what = brushed ? "in the frame" : "in the Pareto front";
    replace(
      list,
      h(
        "h2",
        null,
        `${whole(places.length)} ${places.length === 1 ? "design" : "designs"} ${what}`,
      ),
      h("div", { class: "sweep-columns" }, sweep.columns.map(column_box)),
      h(
        "div",
        { class: "sweep-table" },
        headed(
          shown.map((one) => heading(one, best)),
          places.slice(0, MOST).map((place) =>
            h(
              "tr",
              null,
              shown.map((one) =>
                h(
                  "td",
                  { class: one.kind === "number" ? "number" : null },
                  cell(sweep, one, place),
                ),
              ),
            ),
          ),
        ),
      ),
      places.length > MOST && h("p", { class: "muted" }, `The first ${MOST} of them are shown.`),
    );

    function column_box(/** @type {Column} */ one) {
      const box = h("input", { type: "checkbox", checked: !hidden.has(one) });
      on(box, "change", () => {
        if (box.checked) hidden.delete(one);
        else hidden.add(one);
        tell(best);
      });
      return h("label", null, box, h("bdi", null, one.title));
    }
  }

  /** @param {Column} one @param {number[]} best */
  function heading(one, best) {
    const is_own = order?.by === one;
    const sort = () => {
      order = { by: one, is_down: is_own ? !order?.is_down : one.is_larger };
      tell(best);
    };
    const direction = is_own ? (order?.is_down ? "descending" : "ascending") : null;
    return h(
      "th",
      { scope: "col", class: one.kind === "number" ? "number" : null, "aria-sort": direction },
      h("button", { type: "button", class: "link", onclick: sort }, h("bdi", null, one.title)),
    );
  }

  /** @param {number[]} places */
  function sorted(places) {
    if (!order) return places;
    const { by, is_down } = order;
    const values = sweep.values[sweep.columns.indexOf(by)];
    const sign = is_down ? -1 : 1;
    return [...places].sort((a, b) => {
      const [one, other] = [values[a], values[b]];
      if (one === null || other === null) return Number(one === null) - Number(other === null);
      return one < other ? -sign : one > other ? sign : 0;
    });
  }

  /** @param {"x"|"y"} axis @param {string} label */
  function choice(axis, label) {
    const select = h(
      "select",
      { "aria-label": label },
      numbers.map((one) =>
        h("option", { value: one.name, selected: one === chosen[axis] }, one.title),
      ),
    );
    const way = h("button", { type: "button", class: "link" });
    const say = () => set_text(way, chosen[axis].is_larger ? "more is better" : "less is better");
    on(select, "change", () => {
      chosen[axis] = numbers[select.selectedIndex];
      brushed = null;
      say();
      draw();
    });
    on(way, "click", () => {
      chosen[axis].is_larger = !chosen[axis].is_larger;
      say();
      draw();
    });
    say();
    return [select, way];
  }

  set_text(hover, HINT);
  replace(
    body,
    h(
      "main",
      { class: "sweep-body" },
      h("h1", null, h("bdi", null, title)),
      h("p", { class: "muted" }, sweep.told),
      numbers.length > 0 &&
        h(
          "div",
          { class: "plot-head" },
          choice("y", "Upright axis"),
          h("span", { class: "muted" }, "over"),
          choice("x", "Level axis"),
        ),
      plot,
      hover,
      list,
    ),
  );
  draw();
  if (!numbers.length) tell([]);
  on(window, "resize", draw);
}

const HINT = "Point at a design for its numbers; draw a frame for a table of what is in it.";

/** @param {Sweep} sweep @param {Column} column @param {number} place */
function cell(sweep, column, place) {
  const value = sweep.values[sweep.columns.indexOf(column)][place];
  if (value === null) return column.name === "fault" ? "" : "-";
  return typeof value === "number" ? figure(value, column.unit) : value;
}

/** @param {Sweep} sweep @param {number} place */
function words_of(sweep, place) {
  const told = sweep.columns.map((one) => [one.title, cell(sweep, one, place)]);
  return told
    .filter(([, text]) => text !== "")
    .map(([name, text]) => `${name} ${text}`)
    .join(", ");
}

/** @param {Sweep} sweep @param {{x: Column, y: Column}} chosen @param {number} width @param {number} height */
function scatter(sweep, chosen, width, height) {
  const of = (/** @type {Column} */ one) => sweep.values[sweep.columns.indexOf(one)];
  const values = { x: of(chosen.x), y: of(chosen.y) };
  const most = (/** @type {"x"|"y"} */ axis) =>
    1.05 *
    values[axis].reduce((/** @type {number} */ top, one) => Math.max(top, Number(one)), 1e-9);
  const tops = { x: most("x"), y: most("y") };
  const x = (/** @type {number} */ value) => SIDE + (value / tops.x) * (width - SIDE - 16);
  const y = (/** @type {number} */ value) => TOP + (1 - value / tops.y) * (height - TOP - FOOT);
  const words = (/** @type {Column} */ one, /** @type {number} */ value) =>
    one.unit === "bytes" ? bytes(value) : short(value);
  /** @type {(Point|null)[]} */
  const points = values.x.map((one, place) => {
    const other = values.y[place];
    return typeof one === "number" && typeof other === "number" ? { x: x(one), y: y(other) } : null;
  });
  const known = points.flatMap((point, place) => (point ? [place] : []));
  const sign = (/** @type {Column} */ one) => (one.is_larger ? -1 : 1);
  const costs = known.map((place) => ({
    x: sign(chosen.x) * Number(values.x[place]),
    y: sign(chosen.y) * Number(values.y[place]),
  }));
  const best = front(costs).map((place) => known[place]);
  const tick = (/** @type {"x"|"y"} */ axis, /** @type {number} */ value) =>
    axis === "x"
      ? svg(
          "g",
          { class: "tick" },
          svg("line", { x1: x(value), x2: x(value), y1: TOP, y2: height - FOOT }),
          svg(
            "text",
            { x: x(value), y: height - 26, "text-anchor": "middle" },
            words(chosen.x, value),
          ),
        )
      : svg(
          "g",
          { class: "tick" },
          svg("line", { x1: SIDE, x2: width - 16, y1: y(value), y2: y(value) }),
          svg(
            "text",
            { x: SIDE - 8, y: y(value) + 4, "text-anchor": "end" },
            words(chosen.y, value),
          ),
        );
  const line = best
    .map((place) => points[place])
    .map((one) => one && `${one.x.toFixed(1)},${one.y.toFixed(1)}`);
  const picture = svg(
    "svg",
    {
      class: "scatter sweep-scatter",
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: "img",
      "aria-label": `${chosen.y.title} over ${chosen.x.title} of ${whole(known.length)} designs`,
    },
    ticks(tops.x, 5, chosen.x.unit === "bytes").map((value) => tick("x", value)),
    ticks(tops.y, 4, chosen.y.unit === "bytes").map((value) => tick("y", value)),
    svg(
      "text",
      { class: "axis", x: (SIDE + width) / 2, y: height - 6, "text-anchor": "middle" },
      chosen.x.title,
    ),
    svg("path", { class: "dots", d: dots(points, known) }),
    best.length > 1 && svg("polyline", { class: "front", points: line.join(" ") }),
    svg("path", { class: "dots best", d: dots(points, best) }),
  );
  return { points, best, picture };
}
