/** Findings as the editor underlines them; a remedy that is an edit is applied with a click. */

import { range_of } from "./places.js";

/** @typedef {import("../types").Finding} Finding */
/** @typedef {import("@codemirror/lint").Diagnostic} Diagnostic */

const SEVERITIES = /** @type {const} */ ({
  error: "error",
  warning: "warning",
  information: "info",
});

/** @param {import("@codemirror/state").Text} doc @param {Finding[]} findings @returns {Diagnostic[]} */
export function diagnostics_of(doc, findings) {
  return findings.map((finding) => {
    const { code, severity, message, hint, notes, fix } = finding;
    const more = [hint, ...notes].filter(Boolean).map((text) => `\n${text}`);
    return {
      ...range_of(doc, finding),
      severity: SEVERITIES[severity],
      source: code,
      message: plain(`${message}${more.join("")}`),
      actions: fix
        ? [{ name: fix_name(finding), apply: (view) => apply_fix(view, fix) }]
        : undefined,
    };
  });
}

/** Messages quote by backticks; an editor shows them as they are. @param {string} text */
export function plain(text) {
  return text.replaceAll("`", "");
}

/** @param {Finding} finding */
export function fix_name({ fix }) {
  const [only] = fix ?? [];
  if (fix?.length === 1 && only.text && only.text.length <= 30 && !only.text.includes("\n")) {
    return `Write ${only.text.trim()}`;
  }
  return "Apply the remedy";
}

/** @param {import("@codemirror/view").EditorView} view @param {import("../types").Edit[]} edits */
export function apply_fix(view, edits) {
  const { doc } = view.state;
  view.dispatch({
    changes: edits.map((edit) => {
      const from = range_start(doc, edit);
      return { from, to: Math.max(from, range_end(doc, edit)), insert: edit.text };
    }),
    userEvent: "input.remedy",
  });
  view.focus();
}

/** @param {import("@codemirror/state").Text} doc @param {import("../types").Edit} edit */
function range_start(doc, { line, column }) {
  return range_of(doc, { line, column, end_line: null, end_column: null }).from;
}

/** @param {import("@codemirror/state").Text} doc @param {import("../types").Edit} edit */
function range_end(doc, { end_line, end_column }) {
  return range_of(doc, { line: end_line, column: end_column, end_line: null, end_column: null })
    .from;
}
