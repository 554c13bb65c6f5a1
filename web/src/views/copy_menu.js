/** What the table shows, to the clipboard or as a file. */

import { h, save } from "../dom.js";
import { as_csv, as_latex, as_markdown } from "../export_table.js";
import { menu } from "./menu.js";

/** @typedef {import("../export_table.js").Shown} Shown */

const FORMS = [
  { title: "CSV", end: "csv", type: "text/csv", written: as_csv },
  { title: "Markdown", end: "md", type: "text/markdown", written: as_markdown },
  { title: "LaTeX", end: "tex", type: "application/x-tex", written: as_latex },
];

/** @param {() => Shown} shown @param {(text: string) => void} say */
export function copy_menu(shown, say) {
  /** @param {string} words @param {(form: typeof FORMS[number]) => void} act */
  const line = (words, act) =>
    h(
      "div",
      { class: "line", role: "group", "aria-label": words },
      h("span", null, words),
      FORMS.map((form) => h("button", { type: "button", onclick: () => act(form) }, form.title)),
    );
  return menu("Copy", () => [
    line("Copy as", async (form) => {
      const table = shown();
      await to_clipboard(form.written(table));
      say(`${table.rows.length} rows copied as ${form.title}`);
    }),
    line("Save as", (form) => {
      const table = shown();
      const name = table.title.replace(/[^\p{L}\p{N}.-]+/gu, "-").slice(0, 80) || "table";
      save(
        `${name}.${form.end}`,
        new Blob([form.written(table)], { type: `${form.type};charset=utf-8` }),
      );
      say(`${table.rows.length} rows saved as ${form.title}`);
    }),
  ]);
}

/** @param {string} text */
async function to_clipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // A page that is opened from disk may be refused the clipboard; what is selected it may copy.
    const area = h("textarea", { class: "visually-hidden", "aria-hidden": "true" });
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}
