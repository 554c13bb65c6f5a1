/** The text, in CodeMirror. */

import { autocompletion, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import {
  HighlightStyle,
  bracketMatching,
  codeFolding,
  foldGutter,
  foldKeymap,
  indentUnit,
  syntaxHighlighting,
} from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState, Transaction } from "@codemirror/state";
import {
  EditorView,
  drawSelection,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { completion } from "./complete.js";
import { line_ends, tell_lines } from "./ends.js";
import { diagnostics_of } from "./faults.js";
import { range_of } from "./places.js";

/** Colours by the tokens of the page's style, so that they follow its theme. */
const COLOURS = HighlightStyle.define([
  { tag: tags.comment, color: "var(--muted)", fontStyle: "italic" },
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--accent)" },
  { tag: [tags.string, tags.content], color: "var(--ink)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--merge)" },
  { tag: [tags.punctuation, tags.separator, tags.bracket], color: "var(--muted)" },
  { tag: [tags.keyword, tags.typeName], color: "var(--attention)" },
]);

/** @typedef {object} Editor
 * @property {EditorView} view
 * @property {() => string} text
 * @property {(text: string) => void} replace puts another text in, which can be undone
 * @property {(finding: import("../types").Finding) => void} go to where a finding is
 * @property {(place: import("../types").Edit, value: string) => void} write puts a value in a place
 * @property {(findings: import("../types").Finding[], lines: import("./ends.js").LineTold[]|null) => void} tell
 * shows what is wrong, and what the lines come to where that is known */

/** @param {HTMLElement} parent @param {object} options
 * @param {string} options.text @param {string} options.nonce of the styles that CodeMirror makes
 * @param {import("./complete.js").Ask} options.complete says what may stand at a place
 * @param {() => void} options.changed @param {() => void} options.save @returns {Editor} */
export function make_editor(parent, { text, nonce, complete, changed, save }) {
  let written = "";
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        EditorView.cspNonce.of(nonce),
        EditorView.contentAttributes.of({
          "aria-label": "The spec's text",
          "aria-description": "Escape, then Tab leaves the text",
          spellcheck: "false",
          tabindex: "0",
        }),
        lineNumbers(),
        lintGutter(),
        codeFolding(),
        foldGutter(),
        history(),
        drawSelection(),
        indentUnit.of("  "),
        EditorState.tabSize.of(2),
        syntaxHighlighting(COLOURS),
        bracketMatching(),
        highlightActiveLine(),
        highlightActiveLineGutter(),
        highlightSelectionMatches(),
        yaml(),
        line_ends,
        autocompletion({ override: [completion(complete)], icons: false }),
        keymap.of([
          { key: "Mod-s", run: () => (save(), true), preventDefault: true },
          ...completionKeymap,
          ...defaultKeymap,
          ...searchKeymap,
          ...historyKeymap,
          ...foldKeymap,
          ...lintKeymap,
          indentWithTab,
        ]),
      ],
    }),
    dispatchTransactions: (transactions, self) => {
      // Who answers begins before the view draws, which takes its time.
      if (transactions.some((one) => one.docChanged)) {
        written = transactions[transactions.length - 1].newDoc.toString();
        changed();
      }
      self.update(transactions);
    },
  });
  written = view.state.doc.toString();
  return {
    view,
    text: () => written,
    replace: (next) =>
      view.dispatch({
        changes: { from: 0, to: view.state.doc.length, insert: next },
        annotations: Transaction.userEvent.of("input.disk"),
      }),
    go: (finding) => {
      const { from } = range_of(view.state.doc, finding);
      view.dispatch({ selection: { anchor: from }, scrollIntoView: true });
      view.focus();
    },
    write: (place, value) => {
      view.dispatch({
        changes: { ...range_of(view.state.doc, place), insert: value },
        userEvent: "input.value",
      });
      view.focus();
    },
    tell: (findings, lines) =>
      view.dispatch(
        setDiagnostics(view.state, diagnostics_of(view.state.doc, findings)),
        lines ? { effects: tell_lines.of(lines) } : {},
      ),
  };
}
