/** The page of `edit`: the text on the left, the report on the right, which follows it. */

import "../style.css";
import "./edit.css";
import { h, on, replace } from "../dom.js";
import { read_page } from "../read.js";
import { show_page } from "../shell.js";
import { change_words } from "./change.js";
import { ask, newest_only } from "./connection.js";
import { mount_controls } from "./controls.js";
import { make_editor } from "./editor.js";
import { apply_fix } from "./faults.js";
import { mount_file } from "./file.js";
import { mount_findings } from "./findings.js";

const place = document.getElementById("document");
if (place) start(JSON.parse(place.textContent ?? ""));

/** @param {any} told */
function start(told) {
  const controls = h("div", { class: "edit-controls", role: "group", "aria-label": "Variables" });
  const text = h("div", { class: "edit-text" });
  const faults = h("div", { class: "edit-faults", role: "status" });
  const change = h("p", { class: "edit-change", role: "status" });
  const report = h(
    "div",
    { class: "edit-report page" },
    h("p", { class: "edit-empty" }, "The report is shown once the spec has no faults."),
  );
  let choice = { variant: told.answer.variant, values: {} };
  /** @type {import("./complete.js").Names} */
  let names = told.answer.names;
  /** @type {ReturnType<typeof show_page>|null} */
  let shown = null;

  const editor = make_editor(text, {
    text: told.text,
    nonce: told.nonce,
    words: told.words,
    names: () => names,
    changed: () => {
      file.show();
      run_text();
    },
    save: () => void file.save(),
  });
  const file = mount_file(told, { text: editor.text, put: editor.replace, run: () => run_text() });
  const show_findings = mount_findings(faults, {
    go: editor.go,
    mend: ({ fix }) => apply_fix(editor.view, fix ?? []),
  });
  const show_controls = mount_controls(controls, {
    changed: (next) => {
      choice = next;
      run_text();
    },
    write: (one, value) => editor.write(one, value),
  });
  const run = newest_only(async (/** @type {{text: string}} */ request) => {
    const answer = await ask("run", request);
    file.told_by_run(answer);
    // What was typed meanwhile is asked about next: places of this answer would be off.
    if (!answer.problem && request.text === editor.text()) show(answer);
  });
  const run_text = () => run({ text: editor.text(), ...choice });

  /** @param {any} answer */
  function show(answer) {
    const is_sound = answer.page !== null;
    names = answer.names ?? names;
    show_controls(answer);
    editor.show_findings(answer.findings);
    show_findings(answer.findings, is_sound);
    report.classList.toggle("stale", !is_sound);
    if (is_sound) {
      editor.show_lines(answer.lines);
      const page = read_page(answer.page);
      if (shown) shown.renew(page);
      else shown = show_page(report, page);
    }
    const stale = shown ? ["This is the network as it was before the fault."] : [];
    replace(change, ...(is_sound ? change_words(answer.change) : stale));
  }

  document.body.append(
    h(
      "div",
      { class: "edit" },
      h(
        "section",
        { class: "edit-left", "aria-label": "The spec" },
        file.bar,
        file.notice,
        controls,
        text,
        faults,
      ),
      h("section", { class: "edit-right", "aria-label": "The report" }, change, report),
    ),
  );
  on(window, "beforeunload", (event) => {
    if (file.is_at_risk()) event.preventDefault();
  });
  file.show();
  show(told.answer);
}
