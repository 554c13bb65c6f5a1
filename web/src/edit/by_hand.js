/** One value of a layer worked by hand, as whoever has an engine works it. */

import "./by_hand.css";
import { h, replace } from "../dom.js";
import { middle } from "../field.js";
import { newest_only } from "./connection.js";

/** @typedef {{kind: string, [name: string]: any}} Block as `cnncalc.render.blocks` tells it */
/** @typedef {{layer: string, place: number[], channel?: number}} Wanted */
/** @typedef {(wanted: Wanted) => Promise<Record<string, any>>} Ask */

/** What the numbers of a place are called, by how many axes an output has. @type {Record<number, string[]>} */
const NAMES = {
  1: ["feature"],
  2: ["channel", "position"],
  3: ["channel", "row", "column"],
  4: ["channel", "plane", "row", "column"],
};
/** Milliseconds without a change of the text after which a value of it is asked for. */
const QUIET = 500;

/** Gives what makes the part of a layer. @param {Ask} ask @returns {import("../views/layer.js").ByHand} */
export function by_hand(ask) {
  /** Who shows the newest answer. @type {(answer: Record<string, any>) => void} */
  let tell = () => {};
  const ask_newest = newest_only(async (/** @type {Wanted} */ wanted) => {
    const show = tell;
    const answer = await ask(wanted);
    if (show === tell) show(answer);
  });
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let waiting;
  /** What was looked at last: it stays when the text changes around it. @type {{name: string, place: number[]}} */
  let last = { name: "", place: [] };

  return (name, shape) => {
    const names = NAMES[shape.length];
    if (!names) return null;
    const kept = last.name === name && last.place.length === shape.length ? last.place : null;
    const first = shape.length > 1 ? [0, ...middle(shape.slice(1))] : middle(shape);
    const place = kept ? kept.map((one, axis) => Math.min(one, shape[axis] - 1)) : first;
    last = { name, place };
    const made = performance.now();
    const status = h("p", { class: "muted", role: "status" });
    const answer = h("div", { class: "worked" });
    const fields = names.map((word, axis) =>
      h(
        "label",
        null,
        word,
        h("input", {
          type: "number",
          min: 0,
          max: shape[axis] - 1,
          step: 1,
          value: place[axis],
          oninput: (/** @type {Event} */ event) =>
            typed(axis, /** @type {HTMLInputElement} */ (event.target)),
        }),
      ),
    );
    let is_open = false;

    /** @param {number} axis @param {HTMLInputElement} field */
    function typed(axis, field) {
      if (field.value === "" || !field.checkValidity()) {
        status.textContent = `The ${names[axis]} is a whole number from 0 to ${shape[axis] - 1}.`;
        return;
      }
      place[axis] = Number(field.value);
      run();
    }

    function run() {
      clearTimeout(waiting);
      if (!is_open || !answer.isConnected) return;
      status.textContent = "Working …";
      tell = (found) => {
        if (!answer.isConnected) return;
        status.textContent = found.problem ?? "";
        replace(answer, ...(found.problem === undefined ? drawn(found) : []));
      };
      const [channel, ...rest] = place;
      ask_newest(
        rest.length > 0 ? { layer: name, place: rest, channel } : { layer: name, place: [channel] },
      );
    }

    return {
      element: h("div", { class: "by-hand" }, h("div", { class: "place" }, fields), status, answer),
      open(is_now) {
        clearTimeout(waiting);
        is_open = is_now;
        if (!is_now) return;
        // What is open from its beginning is so after each change of the text.
        waiting = setTimeout(run, performance.now() - made < QUIET ? QUIET : 0);
      },
      choose(next) {
        const at = shape.length > next.length ? [place[0], ...next] : next;
        if (at.length !== shape.length || at.every((one, axis) => one === place[axis])) return;
        at.forEach((one, axis) => {
          place[axis] = one;
          const field = fields[axis].querySelector("input");
          if (field) field.value = String(one);
        });
        run();
      },
    };
  };
}

/** @param {Record<string, any>} found */
function drawn({ head, law, blocks, notes }) {
  return [
    h("p", null, h("b", null, head), law && [": ", h("code", null, law)]),
    ...blocks.map(block_view),
    notes.map((/** @type {string} */ note) => h("p", { class: "muted" }, `Note: ${note}`)),
  ].flat();
}

/** @param {Block} block */
function block_view(block) {
  switch (block.kind) {
    case "lines":
      return h(
        "div",
        null,
        block.lines.map((/** @type {string} */ line) => h("p", null, line)),
      );
    case "grids":
      return h(
        "div",
        null,
        h("p", { class: "muted" }, block.title),
        scrolled(block.title, "grids", block.grids.map(grid_view)),
        block.legend && h("p", { class: "muted" }, block.legend),
      );
    case "rows":
      return h("div", null, h("p", { class: "muted" }, block.title), rows_view(block));
    default:
      return steps_view(block.rows);
  }
}

/** What may be wider than the pane: it scrolls, by keys too.
 * @param {string} title @param {string} name @param {import("../dom.js").Pieces} content */
function scrolled(title, name, content) {
  return h("div", { class: name, tabindex: 0, role: "group", "aria-label": title }, content);
}

/** @param {{name: string, rows: string[][]}} grid */
function grid_view({ name, rows }) {
  return h(
    "table",
    null,
    h("caption", null, name),
    h(
      "tbody",
      null,
      rows.map((row) =>
        h(
          "tr",
          null,
          row.map((cell) => h("td", { class: mark_of(cell) }, cell)),
        ),
      ),
    ),
  );
}

/** What a cell's mark says of it. @param {string} cell */
function mark_of(cell) {
  return cell === "(0)" ? "padding" : cell.startsWith("[") ? "chosen-cell" : null;
}

/** @param {Block} block */
function rows_view({ title, headings, rows }) {
  return scrolled(
    title,
    "terms",
    h(
      "table",
      null,
      h(
        "thead",
        null,
        h(
          "tr",
          null,
          headings.map((/** @type {string} */ head) => h("th", { scope: "col" }, head)),
        ),
      ),
      h(
        "tbody",
        null,
        rows.map((/** @type {string[]} */ row) =>
          h(
            "tr",
            null,
            row.map((cell) => h("td", null, cell)),
          ),
        ),
      ),
    ),
  );
}

/** @param {[string, string, string, string][]} rows */
function steps_view(rows) {
  return h(
    "dl",
    { class: "formulas" },
    rows.map(([quantity, words, values, result]) =>
      h(
        "div",
        null,
        h("dt", null, quantity),
        h("dd", { class: "result" }, result),
        words && h("dd", { class: "steps" }, words),
        values && values !== result && h("dd", { class: "steps values" }, `= ${values}`),
      ),
    ),
  );
}
