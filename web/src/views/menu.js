/** A button that opens a small panel; a click elsewhere and Escape close it. */

import { h, on, set_attributes } from "../dom.js";

/** @param {string} title @param {() => Node[]} fill makes what is in it when it is opened */
export function menu(title, fill) {
  const panel = h("div", { class: "menu-panel", hidden: true });
  const button = h(
    "button",
    { type: "button", "aria-expanded": "false", onclick: () => turn(panel.hidden) },
    title,
    h("span", { class: "muted", "aria-hidden": "true" }, " ▾"),
  );
  const box = h("div", { class: "menu" }, button, panel);

  /** @param {boolean} is_open */
  function turn(is_open) {
    if (is_open) panel.replaceChildren(...fill());
    panel.hidden = !is_open;
    set_attributes(button, { "aria-expanded": String(is_open) });
  }
  on(document, "pointerdown", (event) => {
    if (!panel.hidden && !box.contains(event.target)) turn(false);
  });
  on(box, "keydown", (event) => {
    if (event.key !== "Escape" || panel.hidden) return;
    event.preventDefault();
    turn(false);
    button.focus();
  });
  on(box, "focusout", (event) => {
    if (event.relatedTarget instanceof Node && !box.contains(event.relatedTarget)) turn(false);
  });
  return box;
}
