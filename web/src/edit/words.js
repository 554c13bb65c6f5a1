/** What the findings are in words, below the text. */

import { h } from "../dom.js";

/** @param {any} answer */
export function fault_words({ findings, page }) {
  if (!findings.length) return page ? "No faults" : "";
  const [first] = findings;
  const more = findings.length > 1 ? ` (and ${findings.length - 1} more)` : "";
  const at = first.line ? `line ${first.line}: ` : "";
  return [
    h("b", null, `${first.code} `),
    `${at}${first.message.replaceAll("`", "")}${more}`,
    first.hint ? h("div", { class: "muted" }, first.hint.replaceAll("`", "")) : null,
  ];
}
