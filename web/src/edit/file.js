/** The file on the disk: saving it, and what is asked when it changes there. */

import { h, replace } from "../dom.js";
import { ask } from "./connection.js";

/** How often it is looked whether the file changed, in milliseconds. */
const LOOK = 1500;

/** What stands in the notice: a run or a saving that failed, a server that is gone, a file that cannot be
 *  read, or a question.
 * @typedef {""|"run"|"save"|"gone"|"disk"|"question"} Notice */

/** @typedef {object} Held what the editor holds
 * @property {() => string} text
 * @property {(text: string) => void} put
 * @property {() => void} run asks what the text comes to */

/** @param {{path: string, text: string, state: string|null}} told @param {Held} held */
export function mount_file(told, held) {
  /** The text on the disk, as far as it is known; null where there is no file. @type {string|null} */
  let saved = told.state === null ? null : told.text;
  let { state } = told;
  /** @type {Notice} */
  let standing = "";
  /** What the disk held when the question was put. @type {string|null} */
  let asked = null;

  const dirty = h("span", { class: "edit-dirty", role: "status" });
  const button = h(
    "button",
    { type: "button", title: "Ctrl-S", onclick: () => void save() },
    "Save",
  );
  const notice = h("div", { class: "edit-notice", role: "alert", hidden: true });
  const bar = h(
    "header",
    { class: "edit-bar" },
    h("h2", { class: "edit-name" }, h("bdi", null, told.path)),
    dirty,
    button,
  );

  const is_dirty = () => held.text() !== saved;

  const show = () => {
    const words = saved === null ? "not written yet" : is_dirty() ? "changed" : "saved";
    if (dirty.textContent !== words) replace(dirty, words);
    button.disabled = !is_dirty();
    document.title = `${is_dirty() ? "• " : ""}${told.path}`;
  };

  /** @param {Notice} kind @param {...(string|Node)} words */
  const tell = (kind, ...words) => {
    if (kind === standing && notice.textContent === words.join("")) return;
    standing = kind;
    notice.hidden = kind === "";
    replace(notice, ...words);
  };

  /** The disk holds this text now. @param {string} text @param {string|null} at */
  const agree = (text, at) => {
    saved = text;
    state = at;
    if (standing !== "gone") tell("");
    show();
  };

  /** The disk holds something else than was known. @param {any} found */
  const meet = ({ text, state: at, problem }) => {
    if (problem) tell("disk", problem);
    else if (text === held.text()) agree(text, at);
    else if (text !== null && held.text() === saved) {
      // Nothing of ours would be lost: the page follows the disk, and this can be undone.
      agree(text, at);
      held.put(text);
    } else put_question(text, at);
  };

  /** @param {string|null} text @param {string|null} at */
  const put_question = (text, at) => {
    asked = at;
    const keep = () => {
      state = at;
      void save();
    };
    const take = () => {
      agree(/** @type {string} */ (text), at);
      held.put(/** @type {string} */ (text));
    };
    const choice = (/** @type {string} */ words, /** @type {() => void} */ act) =>
      h("button", { type: "button", onclick: act }, words);
    standing = ""; // another question in its place
    if (text === null) {
      tell("question", `${told.path} is gone from the disk. `, choice("Write it again", keep));
    } else {
      tell(
        "question",
        `${told.path} changed on the disk. `,
        choice("Take what is there", take),
        choice("Write over it", keep),
      );
    }
  };

  async function save() {
    const text = held.text();
    const answer = await ask("save", { text, known: state });
    if (answer.saved) {
      agree(text, answer.state);
      held.run();
    } else if (answer.problem) tell(answer.gone ? "gone" : "save", answer.problem);
    else meet(answer);
  }

  async function look() {
    const answer = await ask("state");
    if (answer.gone) tell("gone", answer.problem);
    else {
      if (standing === "gone") {
        tell("");
        held.run();
      }
      if (answer.problem) tell("disk", answer.problem);
      else if (answer.state === state) {
        if (standing === "question" || standing === "disk") tell("");
      } else if (standing !== "question" || answer.state !== asked) meet(await ask("file"));
    }
    setTimeout(look, LOOK);
  }
  setTimeout(look, LOOK);

  return {
    bar,
    notice,
    show,
    save,
    is_at_risk: () => saved !== null && is_dirty(),
    /** @param {{problem?: string, gone?: boolean}} answer of a run */
    told_by_run: ({ problem, gone }) => {
      if (problem) tell(gone ? "gone" : "run", problem);
      else if (standing === "run" || standing === "gone") tell("");
    },
  };
}
