/** Completion: what may stand at a place is asked of who knows the language, `cnncalc.editor`. */
import { snippet } from "@codemirror/autocomplete";
import { characters, holes, units } from "./offsets.js";

/** @typedef {{label: string, kind: string, detail: string, text: string, insert: string, is_snippet: boolean}}
 *   Proposal as `cnncalc.edit.proposals` tells it */
/** @typedef {(request: {text: string, at: number}) => Promise<Record<string, any>>} Ask */

/** How CodeMirror calls what a proposal is. @type {Record<string, string>} */
const TYPES = {
  op: "function",
  block: "class",
  label: "namespace",
  variable: "variable",
  parameter: "property",
  attribute: "property",
  metric: "constant",
  unit: "constant",
  key: "property",
  function: "function",
  rule: "constant",
};

/** @param {Ask} ask @returns {import("@codemirror/autocomplete").CompletionSource} */
export function completion(ask) {
  return async (context) => {
    const word = context.matchBefore(/[\w%-]+$/);
    if (!word && !context.explicit) return null;
    const text = context.state.doc.toString();
    const found = await ask({ text, at: characters(text.slice(0, context.pos)) });
    if (context.aborted || !found.options?.length) return null;
    return {
      from: units(text, found.start),
      to: units(text, found.end),
      options: found.options.map((/** @type {Proposal} */ one, /** @type {number} */ place) => ({
        label: one.label,
        type: TYPES[one.kind] ?? "keyword",
        detail: one.detail || undefined,
        info: one.text || undefined,
        apply: one.is_snippet ? snippet(holes(one.insert)) : one.insert,
        boost: Math.max(-99, 50 - place), // in the order in which they are told, as far as they fit
      })),
      validFor: /^[\w%-]*$/,
    };
  };
}
