/** The text of a spec in lines, and which parts of a line some places cover. */

/** @typedef {import("./types").SourceFile} SourceFile */
/** A place: its file by number, first line and column, last line and column; from 1, columns in
 *  characters, the last not among them.
 * @typedef {[number, number, number, number, number]} Place */
/** A part of a line; `depth` of the innermost place over it, from 0 for the outermost call, or -1.
 * @typedef {{text: string, depth: number}} Part */

/** Characters of a line that are shown. */
const LONGEST = 1000;

/** Lines as YAML breaks them. @param {string} text */
export function lines_of(text) {
  return text.split(/\r\n|[\n\r\x85\u2028\u2029]/);
}

/** A line in parts. @param {string} line @param {number} number from 1
 * @param {readonly Place[]} places in this file, outermost first @returns {Part[]} */
export function parts_of(line, number, places) {
  // Columns count characters, not the halves that some take in a script's text.
  const characters = Array.from(line.slice(0, 2 * LONGEST)).slice(0, LONGEST);
  const depths = new Array(characters.length).fill(-1);
  places.forEach(([, first, from, last, to], depth) => {
    if (number < first || number > last) return;
    const start = number === first ? from - 1 : characters.findIndex((one) => one.trim() !== "");
    const end = number === last ? to - 1 : characters.length;
    for (let place = Math.max(0, start); place < Math.min(end, characters.length); place += 1) {
      depths[place] = depth;
    }
  });
  /** @type {Part[]} */
  const parts = [];
  characters.forEach((character, place) => {
    const before = parts[parts.length - 1];
    if (before && before.depth === depths[place]) before.text += character;
    else parts.push({ text: character, depth: depths[place] });
  });
  if (line.length > 2 * LONGEST) parts.push({ text: "…", depth: -1 });
  return parts;
}

/** A call as it is written: from its place to the end of the line, without a comment.
 * @param {SourceFile[]} files @param {Place} place */
export function call_text(files, [file, first, from]) {
  const line = files[file] && lines_of(files[file].text)[first - 1];
  if (line === undefined) return "";
  return Array.from(line.slice(0, 2 * LONGEST))
    .slice(from - 1)
    .join("")
    .replace(/ #.*/, "")
    .trimEnd();
}

/** The calls that several layers have in common. @param {Place[][]} all */
export function common_calls(all) {
  const [first = [], ...others] = all;
  let length = first.length;
  for (const calls of others) {
    let same = 0;
    while (same < length && same < calls.length && is_same(first[same], calls[same])) same += 1;
    length = same;
  }
  return first.slice(0, length);
}

/** @param {Place} one @param {Place} other */
function is_same(one, other) {
  return one.every((number, place) => number === other[place]);
}
