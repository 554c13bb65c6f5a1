/** A window that slides: an output is pointed at, and its sum of products is told. */
import { h, replace, set_text } from "../dom.js";
import { moved, whole_number } from "./controls.js";
import { left_over, output, output_size, range, rounded, terms } from "./sliding.js";

/** @typedef {import("./sliding.js").Sliding} Sliding */

const LARGEST_KERNEL = 5;

/** @param {HTMLElement} place @param {Sliding} given @param {import("./words.js").Words} words */
export function mount(place, given, words) {
  /** @type {Sliding} */
  let sliding = given;
  /** @type {[number, number]} */
  let at = [0, 0];
  const maps = h("div", { class: "maps" });
  const told = h("p", { class: "told", role: "status" });
  const rest = h("p", { class: "rest" });

  /** @param {Partial<Sliding>} change */
  function set(change) {
    sliding = { ...sliding, ...change };
    const [rows, columns] = output_size(sliding);
    at = [Math.min(at[0], Math.max(rows - 1, 0)), Math.min(at[1], Math.max(columns - 1, 0))];
    draw();
  }

  /** @param {number} size */
  function resize(size) {
    const { kernel } = sliding;
    set({
      kernel: range(size).map((row) => range(size).map((column) => kernel[row]?.[column] ?? 0)),
    });
  }

  /** @param {[number, number]} next @param {boolean} has_focus */
  function point(next, has_focus) {
    at = next;
    mark();
    if (has_focus) cell_of(at)?.focus();
  }

  /** @param {[number, number]} where @returns {HTMLElement|null} */
  const cell_of = ([row, column]) => maps.querySelector(`[data-output="${row},${column}"]`);

  function draw() {
    replace(
      maps,
      named(words.input, input_table(sliding)),
      named(
        words.kernel,
        kernel_table(sliding, (kernel) => set_kernel(kernel)),
      ),
      named(
        words.output,
        output_table(sliding, point, () => at),
      ),
    );
    mark();
  }

  /** While a weight is typed its field stays. @param {number[][]} kernel */
  function set_kernel(kernel) {
    sliding = { ...sliding, kernel };
    output(sliding).forEach((row, down) =>
      row.forEach((value, along) => {
        const cell = cell_of([down, along]);
        if (cell) set_text(cell, String(value));
      }),
    );
    mark();
  }

  function mark() {
    const [rows, columns] = output_size(sliding);
    const { input, kernel, stride, padding } = sliding;
    for (const cell of maps.querySelectorAll("[data-at], [data-output]"))
      cell.classList.remove("lit");
    for (const cell of maps.querySelectorAll("[data-output]")) cell.setAttribute("tabindex", "-1");
    const leftovers = [
      left_over(input.length, kernel.length, stride, padding),
      left_over(input[0].length, kernel[0].length, stride, padding),
    ];
    set_text(rest, leftovers.some(Boolean) ? words.left_over(leftovers[0], leftovers[1]) : "");
    if (rows === 0 || columns === 0) return set_text(told, words.no_output);
    const parts = terms(sliding, ...at);
    for (const { row, column } of parts) {
      maps.querySelector(`[data-at="${row},${column}"]`)?.classList.add("lit");
    }
    const chosen = cell_of(at);
    chosen?.classList.add("lit");
    chosen?.setAttribute("tabindex", "0");
    const products = parts.map(({ value, weight }) => `${value}·${signed(weight)}`).join(" + ");
    const sum = rounded(parts.reduce((sum, { value, weight }) => sum + value * weight, 0));
    set_text(told, `${words.window(at[0] + 1, at[1] + 1)}: ${products} = ${sum}`);
  }

  place.append(
    h(
      "div",
      { class: "controls" },
      whole_number(words.kernel, given.kernel.length, [1, LARGEST_KERNEL], resize),
      whole_number(words.stride, given.stride, [1, 4], (stride) => set({ stride })),
      whole_number(words.padding, given.padding, [0, 3], (padding) => set({ padding })),
      h("span", { class: "hint" }, words.arrows),
    ),
    maps,
    told,
    rest,
  );
  draw();
}

/** @param {number} weight */
const signed = (weight) => (weight < 0 ? `(${rounded(weight)})` : String(rounded(weight)));

/** @param {string} name @param {HTMLElement} table */
const named = (name, table) => h("div", { class: "map" }, h("div", { class: "name" }, name), table);

/** @param {Sliding} sliding */
function input_table({ input, padding }) {
  const rows = range(input.length + 2 * padding).map((row) => row - padding);
  const columns = range(input[0].length + 2 * padding).map((column) => column - padding);
  return h(
    "table",
    null,
    h(
      "tbody",
      null,
      rows.map((row) =>
        h(
          "tr",
          null,
          columns.map((column) => {
            const value = input[row]?.[column];
            const name = value === undefined ? "padded" : null;
            return h("td", { "data-at": `${row},${column}`, class: name }, value ?? 0);
          }),
        ),
      ),
    ),
  );
}

/** @param {Sliding} sliding @param {(kernel: number[][]) => void} hear */
function kernel_table({ kernel }, hear) {
  let weights = kernel;
  return h(
    "table",
    null,
    h(
      "tbody",
      null,
      kernel.map((row, down) =>
        h(
          "tr",
          null,
          row.map((weight, along) => weight_cell(weight, down, along)),
        ),
      ),
    ),
  );

  /** @param {number} weight @param {number} down @param {number} along */
  function weight_cell(weight, down, along) {
    const field = h("input", {
      type: "number",
      step: "any",
      value: rounded(weight),
      "aria-label": `${down + 1}, ${along + 1}`,
      oninput: () => {
        const typed = Number(field.value);
        if (field.value === "" || !Number.isFinite(typed)) return;
        weights = weights.map((row, r) =>
          row.map((one, c) => (r === down && c === along ? typed : one)),
        );
        hear(weights);
      },
    });
    return h("td", null, field);
  }
}

/** @param {Sliding} sliding @param {(at: [number, number], has_focus: boolean) => void} point
 * @param {() => [number, number]} current */
function output_table(sliding, point, current) {
  const size = output_size(sliding);
  return h(
    "table",
    {
      role: "grid",
      onkeydown: (/** @type {KeyboardEvent} */ event) => {
        const next = moved(event.key, current(), size);
        if (!next) return;
        event.preventDefault();
        point(next, true);
      },
    },
    h(
      "tbody",
      null,
      output(sliding).map((row, down) =>
        h(
          "tr",
          { role: "row" },
          row.map((value, along) =>
            h(
              "td",
              {
                role: "gridcell",
                "data-output": `${down},${along}`,
                tabindex: -1,
                onpointerenter: () => point([down, along], false),
                onclick: () => point([down, along], true),
                onfocus: () => point([down, along], false),
              },
              value,
            ),
          ),
        ),
      ),
    ),
  );
}
