/** Keys of the whole page; a view hears its own arrows. */

import { h, on } from "./dom.js";

/** [keys, what they do], as the window that `?` opens says. */
const WORDS = [
  ["/", "search for a layer by name, op or block"],
  ["↑ ↓ ← →", "from box to box, from row to row"],
  ["Enter", "unfold, fold, or choose"],
  ["Escape", "close the search, the chosen layer, this window"],
  ["+  -  0", "nearer, farther, all of the graph"],
  ["1 … 7", "graph, table and the other views"],
  ["?", "these keys"],
];

/** @type {Map<string, (event: KeyboardEvent) => void>} */
const bound = new Map();

/** Binds a key of the page. The last that binds has it. @param {string} key
 * @param {(event: KeyboardEvent) => void} act */
export function bind(key, act) {
  bound.set(key, act);
}

/** @param {EventTarget|null} target whether keys are text there */
function is_written_in(target) {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

/** Starts to hear keys, and gives the button that shows them. */
export function keys_button() {
  const dialog = h(
    "dialog",
    { class: "keys", "aria-label": "Keys" },
    h("h2", null, "Keys"),
    h(
      "dl",
      null,
      WORDS.flatMap(([keys, words]) => [h("dt", null, h("kbd", null, keys)), h("dd", null, words)]),
    ),
    h("form", { method: "dialog" }, h("button", { type: "submit" }, "Close")),
  );
  document.body.append(dialog);
  const show = () => dialog.showModal();
  bind("?", show);
  on(document, "keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || dialog.open)
      return;
    if (is_written_in(event.target) && event.key !== "Escape") return;
    bound.get(event.key)?.(event);
  });
  return h(
    "button",
    { type: "button", class: "quiet sign", "aria-label": "Keys", title: "Keys (?)", onclick: show },
    "?",
  );
}
