/** One finding as `check` shows it: what is wrong, the line with the place, notes and the remedy. */

import { h } from "../dom.js";
import { lines_of, parts_of } from "../source.js";

/** @typedef {import("../types").Finding} Finding */
/** @typedef {import("../types").SourceFile} SourceFile */

/** Sign and word of a severity: colour alone would not say it to everyone. */
const SIGNS = { error: "✗", warning: "!", information: "i" };

/** @param {Finding} finding @param {SourceFile[]} files @param {(name: string) => Node} link */
export function finding_view(finding, files, link) {
  const { code, severity, message, layer, notes, hint } = finding;
  return h(
    "article",
    { class: `finding ${severity}` },
    h(
      "p",
      { class: "message" },
      h("span", { class: "sign", "aria-hidden": "true" }, SIGNS[severity] ?? "i"),
      h("span", { class: "code" }, `${severity} ${code}`),
      " ",
      prose(message),
    ),
    excerpt(finding, files),
    notes.map((note) =>
      h("p", { class: "more" }, h("span", { class: "muted" }, "note: "), prose(note)),
    ),
    hint && h("p", { class: "more" }, h("span", { class: "muted" }, "help: "), prose(hint)),
    layer && h("p", { class: "more" }, h("span", { class: "muted" }, "layer: "), link(layer)),
  );
}

/** The line of the file, what is wrong in it underlined. @param {Finding} finding @param {SourceFile[]} files */
function excerpt({ file, line, column, end_line, end_column }, files) {
  if (file === null || line === null) return null;
  const number = files.findIndex((one) => one.name === file);
  const name = file.slice(Math.max(file.lastIndexOf("/"), file.lastIndexOf("\\")) + 1);
  const place = h("p", { class: "place", title: file }, `${name}:${line}:${column ?? 1}`);
  const text = number < 0 ? undefined : lines_of(files[number].text)[line - 1];
  if (text === undefined) return place;
  const parts = parts_of(text, line, [
    [number, line, column ?? 1, end_line ?? line, end_column ?? 1],
  ]);
  return [
    place,
    h(
      "pre",
      { class: "excerpt", tabindex: 0, role: "region", "aria-label": `Line ${line}` },
      h("span", { class: "muted" }, `${line}  `),
      parts.map((part) => (part.depth < 0 ? part.text : h("mark", null, part.text))),
    ),
  ];
}

/** A message, with its names in backticks shown as code. @param {string} text @returns {(string | Node)[]} */
export function prose(text) {
  const pieces = text.split("`");
  if (pieces.length % 2 === 0) return [text];
  return pieces.map((piece, place) => (place % 2 ? h("code", null, piece) : piece));
}
