/** The findings in words, below the text: what a key can reach. */

import { h, replace } from "../dom.js";
import { fix_name, plain } from "./faults.js";

/** @typedef {import("../types").Finding} Finding */

/** So many are told; the text has them all. */
const MOST = 3;

/** @param {HTMLElement} container @param {object} act
 * @param {(finding: Finding) => void} act.go @param {(finding: Finding) => void} act.mend
 * @param {string} [act.saves] what the key for it does
 * @returns {(findings: Finding[], is_sound: boolean) => void} */
export function mount_findings(container, { go, mend, saves = "saves" }) {
  let shown = "";
  return (findings, is_sound) => {
    const sign = JSON.stringify([findings, is_sound]);
    if (sign === shown) return; // what is read aloud is read once
    shown = sign;
    container.classList.toggle("bad", !is_sound);
    const more = findings.length - MOST;
    replace(
      container,
      findings.length
        ? h(
            "ul",
            null,
            findings.slice(0, MOST).map((one) => item(one, go, mend)),
            more > 0 && h("li", { class: "muted" }, `and ${more} more`),
          )
        : h(
            "p",
            null,
            "No faults",
            h(
              "span",
              { class: "muted" },
              `Ctrl-S ${saves}, Ctrl-Space completes, Escape then Tab leaves the text`,
            ),
          ),
    );
  };
}

/** @param {Finding} finding @param {(finding: Finding) => void} go @param {(finding: Finding) => void} mend */
function item(finding, go, mend) {
  const { code, severity, line, message, hint, fix } = finding;
  return h(
    "li",
    { class: severity },
    h(
      "button",
      { type: "button", class: "quiet", onclick: () => go(finding) },
      h("b", null, code),
      line === null ? " " : ` line ${line}: `,
      plain(message),
    ),
    hint && h("span", { class: "muted" }, plain(hint)),
    fix && h("button", { type: "button", onclick: () => mend(finding) }, fix_name(finding)),
  );
}
