/** Places in a text as Python and a browser count them, and pieces with holes. Values in, values out. */

/** How many characters Python counts in a text. @param {string} text */
export const characters = (text) => [...text].length;

/** Where a text ends of which Python counts so many characters.
 * @param {string} text @param {number} count */
export function units(text, count) {
  let at = 0;
  for (const character of text) {
    if (count-- === 0) break;
    at += character.length;
  }
  return at;
}

/** The holes of a snippet as CodeMirror writes them: each has a number and a name.
 * @param {string} text `${1:name}`, `$2`, and `$0` for the end */
export const holes = (text) =>
  text.replace(/\$(\d)/g, (_, place) => `\${${place === "0" ? "9" : place}:}`);
