/** The search field: a combo box over the tree's names, ops and blocks. */

import { h, on, replace } from "./dom.js";
import { find } from "./find.js";
import { cut, whole } from "./format.js";
import { bind } from "./keys.js";
import { model_of } from "./model.js";
import { with_keys } from "./state.js";

/** @typedef {import("./types").Page} Page */
/** @typedef {import("./state.js").Store} Store */

const SHOWN = 12;

/** @param {Page} page @param {Store} store */
export function search_field(page, store) {
  const input = h("input", {
    type: "search",
    placeholder: "Search  /",
    autocomplete: "off",
    spellcheck: "false",
    role: "combobox",
    "aria-label": "Search for a layer by name, op or block",
    "aria-expanded": "false",
    "aria-controls": "found",
    "aria-autocomplete": "list",
  });
  const list = h("ul", {
    id: "found",
    class: "found",
    role: "listbox",
    "aria-label": "Found",
    hidden: true,
  });
  const count = h("p", { class: "visually-hidden", "aria-live": "polite" });
  /** @type {import("./find.js").Found[]} */
  let found = [];
  let at = -1;

  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  /** @param {number} place */
  const choose = (place) => {
    const one = found[place];
    if (!one) return;
    const model = model_of(page.networks[store.get().network]);
    store.set({
      open: with_keys(store.get().open, model.parents(one.node.key)),
      selected: one.node.key,
    });
    input.value = "";
    close();
    input.blur();
  };
  /** @param {number} place */
  const point = (place) => {
    at = Math.max(0, Math.min(found.length - 1, place));
    [...list.children].forEach((row, index) =>
      row.setAttribute("aria-selected", String(index === at)),
    );
    const row = list.children[at];
    if (!row) return;
    input.setAttribute("aria-activedescendant", row.id);
    row.scrollIntoView({ block: "nearest" });
  };
  const look = () => {
    const answer = find(model_of(page.networks[store.get().network]), input.value, SHOWN);
    found = answer.found;
    replace(
      list,
      found.map((one, place) =>
        h(
          "li",
          {
            role: "option",
            id: `found-${place}`,
            "aria-selected": "false",
            onmousedown: (/** @type {Event} */ event) => {
              event.preventDefault();
              choose(place);
            },
          },
          h("b", null, cut(one.name, 80)),
          " ",
          h("span", null, cut(one.detail, 60)),
        ),
      ),
      answer.all > found.length &&
        h(
          "li",
          { class: "more", role: "presentation" },
          `${whole(answer.all - found.length)} more`,
        ),
    );
    const asked = input.value.trim() !== "";
    count.textContent = asked ? `${whole(answer.all)} found` : "";
    if (asked && !found.length)
      replace(list, h("li", { class: "more", role: "presentation" }, "nothing found"));
    list.hidden = !asked;
    input.setAttribute("aria-expanded", String(asked));
    if (found.length) point(0);
  };

  on(input, "input", look);
  on(input, "focus", look);
  on(input, "blur", close);
  on(input, "keydown", (event) => {
    if (event.key === "ArrowDown") point(at + 1);
    else if (event.key === "ArrowUp") point(at - 1);
    else if (event.key === "Enter") choose(at);
    else if (event.key === "Escape") {
      input.value = "";
      close();
      input.blur();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  bind("/", (event) => {
    event.preventDefault();
    input.focus();
    input.select();
  });
  return h("div", { class: "search", role: "search" }, input, list, count);
}
