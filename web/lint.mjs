/** What a type checker does not see: text must never become markup, pure files must stay pure,
 *  elements are created in one place, and files stay small. */
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const longest = 350;

/** Files that run in node too: values in, values out. */
const pure = new Set([
  "state.js",
  "model.js",
  "read.js",
  "visible.js",
  "format.js",
  "exact.js",
  "another.js",
  "differences.js",
  "find.js",
  "rows.js",
  "export_table.js",
  "field.js",
  "field_plan.js",
  "columns.js",
  "bands.js",
  "pareto.js",
  "brush.js",
  "graph/wiring.js",
  "graph/series.js",
  "graph/tangle.js",
  "graph/layout.js",
  "slices.js",
  "graph/boxes.js",
  "graph/scene.js",
  "graph/sheets.js",
  "graph/heat.js",
  "graph/curves.js",
  "graph/walk.js",
  "edit/places.js",
  "edit/sliders.js",
  "edit/offsets.js",
  "figures/sliding.js",
  "figures/stack.js",
  "figures/words.js",
]);

/** [what is forbidden, why, whether in this file] */
const rules = [
  [
    /\b(?:innerHTML|outerHTML|insertAdjacentHTML|srcdoc|createContextualFragment|DOMParser)\b/,
    "text would become markup",
  ],
  [/\bdocument\s*\.\s*write/, "text would become markup"],
  [/\beval\s*\(|\bnew\s+Function\b|setTimeout\s*\(\s*["'`]/, "text would become code"],
  [/setAttribute\s*\(\s*["'`]style["'`]/, "the page's policy refuses it: set el.style"],
  [
    /\bfetch\s*\(|XMLHttpRequest|WebSocket|\bimport\s*\(/,
    "the page asks nothing of anyone",
    (/** @type {string} */ file) => !file.startsWith("edit/") && !file.startsWith("play/"),
  ],
  [
    /\bcreateElement(?:NS)?\b|\bcreateTextNode\b/,
    "elements are created in dom.js",
    (/** @type {string} */ file) => file !== "dom.js",
  ],
  [
    /\b(?:document|window)\s*\./,
    "a pure file must run in node",
    (/** @type {string} */ file) => pure.has(file),
  ],
];

/** @param {string} folder @returns {string[]} */
function sources(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".js"))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

const faults = [];
for (const path of sources(join(here, "src"))) {
  const file = relative(join(here, "src"), path);
  const lines = readFileSync(path, "utf8").split("\n");
  if (lines.length > longest + 1)
    faults.push(`src/${file}: ${lines.length} lines, ${longest} at most`);
  lines.forEach((line, index) => {
    if (/^\s*(?:\*|\/\/|\/\*)/.test(line)) return;
    if (line.length > 110)
      faults.push(`src/${file}:${index + 1}: ${line.length} columns, 110 at most`);
    for (const [pattern, why, applies] of rules) {
      if (pattern.test(line) && (!applies || applies(file))) {
        faults.push(`src/${file}:${index + 1}: ${pattern.exec(line)[0]}: ${why}`);
      }
    }
  });
}
for (const fault of faults) console.error(fault);
process.exitCode = faults.length ? 1 : 0;
