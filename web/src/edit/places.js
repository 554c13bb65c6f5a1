/** Places of a text: the server counts lines and characters, the editor units of UTF-16. */

/** @typedef {{length: number, lines: number, line: (number: number) => {from: number, to: number, text: string}}} Doc
 *  what is asked of CodeMirror's `Text` */

/** @param {Doc} doc @param {number} line from 1 @param {number} column from 1, in characters @returns {number} */
export function offset_of(doc, line, column) {
  if (line > doc.lines) return doc.length;
  const { from, to, text } = doc.line(Math.max(1, line));
  let at = from;
  let left = column - 1;
  for (const character of text) {
    if (left <= 0) break;
    at += character.length;
    left -= 1;
  }
  return Math.min(at, to);
}

/** @param {Doc} doc @param {{line: number|null, column: number|null, end_line: number|null, end_column: number|null}} place
 * @returns {{from: number, to: number}} at least one character, where there is one */
export function range_of(doc, { line, column, end_line, end_column }) {
  if (line === null || column === null) return { from: 0, to: Math.min(1, doc.length) };
  const from = offset_of(doc, line, column);
  const to = end_line === null || end_column === null ? from : offset_of(doc, end_line, end_column);
  if (to > from) return { from, to };
  return from < doc.length ? { from, to: from + 1 } : { from: Math.max(0, from - 1), to: from };
}
