/** What each line comes to, in grey behind its end. */

import { StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, WidgetType } from "@codemirror/view";
import { h } from "../dom.js";
import { shape, short, whole } from "../format.js";

/** @typedef {{line: number, layers: number, shape: number[]|null, parameters: number, macs: number}} LineTold */

class End extends WidgetType {
  /** @param {string} text @param {string} title */
  constructor(text, title) {
    super();
    this.text = text;
    this.title = title;
  }

  /** @param {End} other */
  eq(other) {
    return other.text === this.text && other.title === this.title;
  }

  toDOM() {
    return h("span", { class: "line-end", title: this.title, "aria-hidden": "true" }, this.text);
  }

  ignoreEvent() {
    return true;
  }
}

/** @param {LineTold} told */
export function words_of(told) {
  const parts = [
    told.shape && `→ ${shape(told.shape)}`,
    told.parameters > 0 && short(told.parameters),
    told.macs > 0 && `${short(told.macs)} MACs`,
  ].filter(Boolean);
  const times = told.layers === 1 ? "1 layer" : `${whole(told.layers)} layers`;
  return {
    text: parts.join("  ·  "),
    title: `${times}: ${whole(told.parameters)} parameters, ${whole(told.macs)} MACs`,
  };
}

/** @type {import("@codemirror/state").StateEffectType<LineTold[]>} */
export const tell_lines = StateEffect.define();

export const line_ends = StateField.define({
  create: () => Decoration.none,
  update(ends, transaction) {
    let kept = ends.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (!effect.is(tell_lines)) continue;
      const { doc } = transaction.state;
      kept = Decoration.set(
        effect.value
          .filter((told) => told.line <= doc.lines)
          .flatMap((told) => {
            const { text, title } = words_of(told);
            if (!text) return [];
            const widget = Decoration.widget({ widget: new End(text, title), side: 1 });
            return [widget.range(doc.line(told.line).to)];
          }),
      );
    }
    return kept;
  },
  provide: (field) => EditorView.decorations.from(field),
});
