import { h } from "../dom.js";

/** What the colours say. @param {{words: string, kind: string}[]} kinds @param {{title: string, most: string}|null} ramp */
export function legend_of(kinds, ramp) {
  if (ramp) {
    return [
      h("li", null, ramp.title),
      h("li", null, "0", h("span", { class: "g-ramp" }), ramp.most),
    ];
  }
  return kinds.map(({ words, kind }) =>
    h("li", null, h("span", { class: "g-swatch", style: { background: `var(--${kind})` } }), words),
  );
}
