/** The page of `edit`: the text on the left, the report on the right, which follows it. */

import "../style.css";
import "./edit.css";
import { h, on, replace } from "../dom.js";
import { bytes, signed, short } from "../format.js";
import { read_page } from "../read.js";
import { show_page } from "../shell.js";
import { ask, newest_only } from "./connection.js";
import { mount_controls } from "./controls.js";
import { make_editor } from "./editor.js";

/** How often it is looked whether the file changed on the disk, in milliseconds. */
const LOOK = 1500;

/** What is compared with the saved state. */
const COMPARED = /** @type {const} */ ([
  ["parameters", "parameters", short],
  ["macs", "MACs", short],
  ["weight_bytes", "weights", bytes],
  ["peak_activation_bytes", "peak memory", bytes],
]);

const place = document.getElementById("document");
if (place) start(JSON.parse(place.textContent ?? ""));

/** @param {any} told */
function start(told) {
  const bar = h("div", { class: "edit-bar" });
  const name = h("b", { class: "edit-name" }, h("bdi", null, told.path));
  const dirty = h("span", { class: "edit-dirty", "aria-live": "polite" });
  const save_button = h("button", { type: "button", onclick: () => void save() }, "Save");
  const notice = h("div", { class: "edit-notice", role: "alert", hidden: true });
  const controls = h("div", { class: "edit-controls" });
  const faults = h("div", { class: "edit-faults", "aria-live": "polite" });
  const change = h("p", { class: "edit-change", "aria-live": "polite" });
  const text = h("div", { class: "edit-text" });
  const right = h("div", { class: "edit-report page" });
  bar.append(name, dirty, save_button);
  const left = h(
    "section",
    { class: "edit-left", "aria-label": "The spec" },
    bar,
    notice,
    controls,
    text,
    faults,
  );
  document.body.append(
    h(
      "div",
      { class: "edit" },
      left,
      h("section", { class: "edit-right", "aria-label": "The report" }, change, right),
    ),
  );

  /** The text on the disk, as far as it is known; null where there is no file yet. @type {string|null} */
  let saved = told.state === null ? null : told.text;
  let state = told.state;
  let choice = { variant: told.answer.variant, values: {} };
  let gone = false;
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
      show_dirty();
      run({ text: editor.text(), ...choice });
    },
    save: () => void save(),
  });
  const show_controls = mount_controls(controls, (next) => {
    choice = next;
    run({ text: editor.text(), ...choice });
  });

  const run = newest_only(async (/** @type {any} */ request) => {
    const answer = await ask("run", request);
    if (answer.problem) return say(answer.problem, answer.gone);
    say(null);
    // What was typed meanwhile is asked about next: places of this answer would be off.
    if (request.text === editor.text()) show(answer);
  });

  /** @param {any} answer */
  function show(answer) {
    names = answer.names ?? names;
    show_controls(answer);
    editor.show_findings(answer.findings);
    const errors = answer.findings.filter(
      (/** @type {any} */ one) => one.severity === "error",
    ).length;
    faults.classList.toggle("bad", errors > 0 && !answer.page);
    replace(faults, fault_words(answer));
    right.classList.toggle("stale", !answer.page);
    if (!answer.page) return;
    editor.show_lines(answer.lines);
    const page = read_page(answer.page);
    if (shown) shown.renew(page);
    else {
      replace(right);
      shown = show_page(right, page);
    }
    replace(change, change_words(answer.change));
  }

  async function save(force = false) {
    const text_now = editor.text();
    const answer = await ask("save", { text: text_now, known: state });
    if (answer.saved) {
      saved = text_now;
      state = answer.state;
      say(null);
      show_dirty();
      run({ text: editor.text(), ...choice });
    } else if (answer.problem) say(answer.problem, answer.gone);
    else if (force) {
      state = answer.state;
      await save();
    } else changed_outside(answer);
  }

  /** The file holds something else than was read. @param {any} answer */
  function changed_outside(answer) {
    const take = h(
      "button",
      {
        type: "button",
        onclick: () => {
          saved = answer.text ?? "";
          state = answer.state;
          editor.replace(answer.text ?? "");
          say(null);
          show_dirty();
        },
      },
      "Take what is on the disk",
    );
    const keep = h(
      "button",
      {
        type: "button",
        onclick: () => {
          state = answer.state;
          void save(true);
        },
      },
      "Write over it",
    );
    replace(notice, h("span", null, `${told.path} changed on the disk. `), take, " ", keep);
    notice.hidden = false;
  }

  /** @param {string|null} problem @param {boolean} [is_gone] */
  function say(problem, is_gone = false) {
    if (problem === null && !gone && notice.querySelector("button")) return; // a question stands there
    gone = is_gone;
    notice.hidden = problem === null;
    replace(notice, problem);
  }

  function show_dirty() {
    const is_dirty = editor.text() !== saved;
    replace(dirty, saved === null ? "not written yet" : is_dirty ? "changed" : "saved");
    save_button.disabled = !is_dirty;
    document.title = `${is_dirty ? "• " : ""}${told.path}`;
  }

  async function look() {
    const answer = await ask("state");
    if (answer.gone) say(answer.problem, true);
    else if (gone) {
      say(null);
      run({ text: editor.text(), ...choice });
    }
    if (!answer.problem && answer.state !== state && notice.hidden) {
      const file = await ask("file");
      if (file.text === editor.text()) {
        saved = file.text;
        state = file.state;
        show_dirty();
      } else if (editor.text() === saved && typeof file.text === "string") {
        // Nothing of ours would be lost: the page follows the disk, and this can be undone.
        saved = file.text;
        state = file.state;
        editor.replace(file.text);
      } else changed_outside(file);
    }
    setTimeout(look, LOOK);
  }

  on(window, "beforeunload", (event) => {
    if (saved !== null && editor.text() !== saved) event.preventDefault();
  });
  show_dirty();
  replace(
    right,
    h("p", { class: "edit-empty" }, "The report is shown once the spec has no faults."),
  );
  show(told.answer);
  setTimeout(look, LOOK);
}

/** @param {any} answer */
function fault_words({ findings, page }) {
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

/** @param {any} change totals as saved and as they stand */
function change_words(change) {
  if (!change) return "";
  const parts = COMPARED.filter(([name]) => change[name]?.change).map(([name, title, words]) =>
    h(
      "span",
      {
        title: `${change[name].old.toLocaleString("en")} → ${change[name].new.toLocaleString("en")}`,
      },
      h("b", null, signed(change[name].change, words)),
      ` ${title}`,
      change[name].percent === null
        ? ""
        : ` (${signed(change[name].percent, (value) => value.toFixed(1))} %)`,
    ),
  );
  return parts.length
    ? ["Against what is saved: ", parts.flatMap((part, at) => (at ? [", ", part] : [part]))].flat()
    : "Costs are those of what is saved.";
}
