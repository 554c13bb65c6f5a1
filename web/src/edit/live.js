/** A text and its report side by side: the report follows the text. Who answers is the caller's. */

import "../style.css";
import "./edit.css";
import { h, replace } from "../dom.js";
import { read_page } from "../read.js";
import { show_page } from "../shell.js";
import { by_hand } from "./by_hand.js";
import { newest_only } from "./connection.js";
import { mount_controls } from "./controls.js";
import { make_editor } from "./editor.js";
import { apply_fix } from "./faults.js";
import { mount_findings } from "./findings.js";
import { ask_for_news } from "./since.js";

/** @typedef {any} Answer as `cnncalc.edit.answer` gives it; or only `problem`: null where that is said elsewhere */
/** @typedef {import("./controls.js").Choice} Choice */
/** @typedef {{text: string} & Choice} Request */

/** @typedef {object} Live
 * @property {() => Request} now the text as it stands, and what is chosen
 * @property {() => string} text
 * @property {() => void} run asks what it comes to
 * @property {(text: string) => void} replace puts another text in its place, which can be undone
 * @property {(request: Request) => void} put shows another network from its beginning */

/** @param {HTMLElement} parent @param {object} given
 * @param {{text: string, nonce: string}} given.start
 * @param {Request} given.first what is shown to begin with
 * @param {Answer|null} given.answer of that, where it is known already
 * @param {(Node|string)[]} given.head above the text
 * @param {string} given.empty what stands in the report's place until there is one
 * @param {(request: Request) => Promise<Answer>} given.ask
 * @param {import("./complete.js").Ask} given.complete
 * @param {(request: Request & import("./by_hand.js").Wanted) => Promise<Answer>} given.work works one value
 * @param {() => void} given.changed hears each change of the text or the choice
 * @param {(answer: Answer) => void} given.told hears each answer, a refusal too
 * @param {(answer: Answer) => (Node|string)[]} [given.above] what stands above the report, of an answer
 * @param {() => void} given.save @param {string} given.saves what that does, in words @returns {Live} */
export function mount_live(
  parent,
  { start, first, answer, head, empty, ask, complete, work, changed, told, above, save, saves },
) {
  const controls = h("div", { class: "edit-controls", role: "group", "aria-label": "Variables" });
  const text = h("div", { class: "edit-text" });
  const faults = h("div", { class: "edit-faults", role: "status" });
  const change = h("p", { class: "edit-change", role: "status" });
  const report = h("div", { class: "edit-report page" }, h("p", { class: "edit-empty" }, empty));
  const left = { class: "edit-left", "aria-label": "The spec" };
  const right = { class: "edit-right", "aria-label": "The report" };
  parent.append(
    h(
      "div",
      { class: "edit" },
      h("section", left, head, controls, text, faults),
      h("section", right, change, report),
    ),
  );

  /** @type {Choice} */
  let choice = { variant: first.variant, values: first.values };
  /** @type {ReturnType<typeof show_page>|null} */
  let shown = null;
  /** Whether what is asked about is another network than the one that is shown. */
  let is_other = false;

  const editor = make_editor(text, {
    text: first.text,
    nonce: start.nonce,
    complete,
    changed: () => {
      changed();
      run();
    },
    save,
  });
  const choose = (/** @type {Choice} */ next) => {
    choice = next;
    changed();
    run();
  };
  const show_findings = mount_findings(faults, {
    go: editor.go,
    mend: ({ fix }) => apply_fix(editor.view, fix ?? []),
    saves,
  });
  const fields = {
    changed: choose,
    write: (/** @type {import("../types").Edit} */ one, /** @type {string} */ value) =>
      editor.write(one, value),
  };
  let show_controls = mount_controls(controls, fields, choice);
  const now = () => ({ text: editor.text(), ...choice });
  const ask_news = ask_for_news(ask, answer?.number ? answer : null);
  const ask_newest = newest_only(async (/** @type {Request} */ request) => {
    const found = await ask_news(request);
    // What was typed meanwhile is asked about next: places of this answer would be off.
    if (!("problem" in found) && request.text === editor.text()) show(found);
    told(found);
  });
  const run = () => ask_newest(now());

  /** @param {Answer} found */
  function show(found) {
    show_controls(found);
    editor.tell(found.findings, found.page && found.lines);
    show_findings(found.findings, found.page !== null);
    report.classList.toggle("stale", !found.page);
    const stale = shown ? ["This is the network as it was before the fault."] : [];
    replace(change, ...(found.page ? (above?.(found) ?? []) : stale));
    if (!found.page) return;
    const page = read_page(found.page);
    if (!shown) {
      const value = by_hand((wanted) => work({ ...now(), ...wanted }));
      shown = show_page(report, page, value);
    } else {
      const address = location.href;
      shown.renew(page, is_other || undefined);
      if (is_other) arrive(address);
    }
    is_other = false;
  }

  if (answer) show(answer);
  else run();
  return {
    now,
    text: editor.text,
    run,
    replace: editor.replace,
    put(next) {
      const is_new = next.text !== editor.text();
      choice = { variant: next.variant, values: next.values };
      show_controls = mount_controls(controls, fields, choice);
      is_other = true;
      if (is_new) editor.replace(next.text);
      else choose(choice);
    },
  };
}

/** What an address says of the network that it names is done once that is shown. @param {string} address */
function arrive(address) {
  history.replaceState(null, "", address);
  dispatchEvent(new PopStateEvent("popstate"));
}
