/** The text of a spec with the places that made a layer. */

import { h, replace, set_attributes, set_text } from "../dom.js";
import { lines_of, parts_of } from "../source.js";
import { virtual_list } from "../virtual.js";

/** @typedef {import("../types").SourceFile} SourceFile */
/** @typedef {import("../source.js").Place} Place */

/** Height of a line in pixels, as the style has it; lines above the place that is scrolled to. */
const LINE = 19;
const ABOVE = 3;

/** @param {SourceFile[]} files */
export function source_view(files) {
  const all = files.map((file) => lines_of(file.text));
  const name = h("p", { class: "file" });
  const body = h("div", { class: "lines" });
  const box = h("div", { class: "spec-text", tabindex: 0, role: "region" }, body);
  let file = 0;
  /** @type {Place[]} */
  let places = [];
  let shown = -1;
  const list = virtual_list({
    scroller: box,
    body,
    height: LINE,
    margin: () => 0,
    draw(/** @type {string} */ line, number) {
      const deepest = places.length - 1;
      const parts = parts_of(line, number + 1, places);
      const is_marked = parts.some((part) => part.depth >= 0);
      return h(
        "div",
        { class: is_marked ? "line marked" : "line" },
        h("span", { class: "number", "aria-hidden": "true" }, number + 1),
        h(
          "code",
          null,
          parts.map(({ text, depth }) =>
            depth < 0 ? text : h("mark", { class: depth === deepest ? "inner" : null }, text),
          ),
        ),
      );
    },
  });

  return {
    element: h("div", null, name, box),
    /** @param {Place[]} calls outermost first @param {number} [chosen] which of them is scrolled to */
    show(calls, chosen = calls.length - 1) {
      const call = calls[chosen];
      file = call ? call[0] : 0;
      places = calls.filter((one) => one[0] === file);
      set_text(name, files[file]?.name ?? "");
      set_attributes(box, { "aria-label": `The text of ${files[file]?.name ?? "the spec"}` });
      if (shown === file) list.refresh();
      else {
        const longest = all[file].reduce((most, line) => Math.max(most, line.length), 0);
        const digits = String(all[file].length).length;
        set_attributes(body, {
          style: {
            "min-width": `${Math.min(longest, 1000) + digits + 4}ch`,
            "--digits": `${digits + 1}ch`,
          },
        });
        list.show(all[file]);
        shown = file;
      }
      if (call) box.scrollTop = Math.max(0, (call[1] - 1 - ABOVE) * LINE);
    },
  };
}

/** The calls that made a layer, outermost first; each leads to its line.
 * @param {HTMLElement} container @param {{text: string, line: number, file: string | null}[]} calls
 * @param {(place: number) => void} go */
export function call_chain(container, calls, go) {
  replace(
    container,
    calls.map((call, place) =>
      h(
        "li",
        null,
        h(
          "button",
          { type: "button", class: "link", onclick: () => go(place) },
          h(
            "span",
            { class: "muted" },
            call.file ? `${call.file}:${call.line}` : `line ${call.line}`,
          ),
          " ",
          h("code", null, call.text),
        ),
      ),
    ),
  );
}
