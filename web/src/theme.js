/** Light, dark, or as the system has it. */

import { h, on, set_text } from "./dom.js";

/** @typedef {import("./state.js").Store} Store */
/** @typedef {import("./state.js").State["theme"]} Theme */

const PLACE = "cnncalc-theme";
/** @type {Record<Theme, {next: Theme, sign: string, words: string}>} */
const THEMES = {
  auto: { next: "light", sign: "◐", words: "Colours: as the system has them" },
  light: { next: "dark", sign: "○", words: "Colours: light" },
  dark: { next: "auto", sign: "●", words: "Colours: dark" },
};

/** The choice that was made before, where the browser keeps it. @returns {Theme} */
export function kept_theme() {
  try {
    const kept = localStorage.getItem(PLACE);
    return kept === "light" || kept === "dark" ? kept : "auto";
  } catch {
    return "auto";
  }
}

/** A button that goes through the three. @param {Store} store */
export function theme_button(store) {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const sign = h("span", { "aria-hidden": "true" });
  const button = h(
    "button",
    {
      type: "button",
      class: "quiet sign",
      onclick: () => store.set({ theme: THEMES[store.get().theme].next }),
    },
    sign,
  );
  const show = () => {
    const { theme } = store.get();
    set_text(sign, THEMES[theme].sign);
    button.setAttribute("aria-label", THEMES[theme].words);
    button.title = THEMES[theme].words;
    const system = dark.matches ? "dark" : "light";
    document.documentElement.dataset.theme = theme === "auto" ? system : theme;
  };
  store.subscribe((state, before) => {
    if (state.theme === before.theme) return;
    show();
    try {
      localStorage.setItem(PLACE, state.theme);
    } catch {
      // A page opened from disk may be refused: the choice holds until it is closed.
    }
  });
  on(dark, "change", show);
  show();
  return button;
}
