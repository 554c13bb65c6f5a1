/** What stands above the table: the filter, what is shown, and ways to take it along. */

import { h, on, set_attributes, set_text } from "../dom.js";
import { whole } from "../format.js";
import { copy_menu } from "./copy_menu.js";
import { menu } from "./menu.js";

/** @typedef {import("../columns.js").Column} Column */
/** @typedef {import("../state.js").Store} Store */

/** @param {Store} store @param {object} given
 * @param {() => Column[]} given.all @param {() => readonly string[]} given.chosen names of the shown columns
 * @param {() => import("../export_table.js").Shown} given.shown
 * @param {(is_flat: boolean) => void} given.unfold shows every layer, or the tree as it is open */
export function table_tools(store, { all, chosen, shown, unfold }) {
  const filter = h("input", {
    type: "search",
    placeholder: "Filter by name, op or kind",
    "aria-label": "Filter layers",
    oninput: () => store.set({ filter: filter.value }),
  });
  const every = h(
    "button",
    {
      type: "button",
      "aria-pressed": "false",
      title: "Every layer under its groups",
      onclick: () => {
        const pressed = every.getAttribute("aria-pressed") !== "true";
        set_attributes(every, { "aria-pressed": String(pressed) });
        unfold(pressed);
      },
    },
    "All layers",
  );
  const unsort = h(
    "button",
    { type: "button", class: "quiet", onclick: () => store.set({ sort: null }) },
    "Back to groups",
  );
  const count = h("span", { class: "muted", role: "status" });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let waits;

  on(filter, "keydown", (event) => {
    if (event.key !== "Escape" || !filter.value) return;
    event.preventDefault();
    filter.value = "";
    store.set({ filter: "" });
  });
  const columns = menu("Columns", () => [
    h(
      "fieldset",
      null,
      h("legend", { class: "visually-hidden" }, "Columns"),
      all().map((column) =>
        h(
          "label",
          { title: column.sentence },
          h("input", {
            type: "checkbox",
            checked: chosen().includes(column.name),
            onchange: (/** @type {Event} */ event) => {
              const { checked } = /** @type {HTMLInputElement} */ (event.target);
              const others = chosen().filter((name) => name !== column.name);
              store.set({ columns: checked ? [...others, column.name] : others });
            },
          }),
          column.title,
        ),
      ),
    ),
    h(
      "button",
      { type: "button", class: "quiet", onclick: () => store.set({ columns: [] }) },
      "As at first",
    ),
  ]);
  const said = h("span", { class: "muted", role: "status" });
  return {
    element: h(
      "div",
      { class: "table-tools" },
      filter,
      every,
      unsort,
      count,
      said,
      h(
        "span",
        { class: "right" },
        columns,
        copy_menu(shown, (text) => {
          set_text(said, text);
          clearTimeout(waits);
          waits = setTimeout(() => set_text(said, ""), 6000);
        }),
      ),
    ),
    /** @param {number} layers how many of all are shown @param {number} total */
    update(layers, total) {
      const state = store.get();
      if (filter.value !== state.filter) filter.value = state.filter;
      unsort.hidden = state.sort === null;
      every.hidden = state.sort !== null || state.filter.trim() !== "";
      set_text(
        count,
        layers === total ? `${whole(total)} layers` : `${whole(layers)} of ${whole(total)} layers`,
      );
    },
  };
}
