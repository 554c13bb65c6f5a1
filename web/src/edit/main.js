/** The page of `edit`: the text on the left, the report on the right, which follows it. */

import { on } from "../dom.js";
import { change_words } from "./change.js";
import { ask } from "./connection.js";
import { mount_file } from "./file.js";
import { mount_live } from "./live.js";
import { parse_exact } from "../exact.js";

const place = document.getElementById("document");
if (place) start(parse_exact(place.textContent ?? ""));

/** @param {any} told */
function start(told) {
  const file = mount_file(told, {
    text: () => live.text(),
    put: (text) => live.replace(text),
    run: () => live.run(),
  });
  const live = mount_live(document.body, {
    start: told,
    first: { text: told.text, variant: told.answer.variant, values: {} },
    answer: told.answer,
    head: [file.bar, file.notice],
    empty: "The report is shown once the spec has no faults.",
    ask: (request) => ask("run", request),
    complete: (request) => ask("complete", request),
    work: (request) => ask("by_hand", request),
    changed: file.show,
    told: file.told_by_run,
    above: ({ change }) => change_words(change),
    save: () => void file.save(),
    saves: "saves",
  });
  on(window, "beforeunload", (event) => {
    if (file.is_at_risk()) event.preventDefault();
  });
  file.show();
}
