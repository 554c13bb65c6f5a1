/** Whether a document is of another network, not of the same as it is changed. Pure. */

/** @typedef {import("./types").Page} Page */

/** Of a network under another name, so many of the layers are the same where it was only renamed. */
const SHARED = 0.5;

/** A network that is pasted over another has another name, and other layers: what was open, chosen and looked at
 *  is of no use there. @param {Page} before @param {Page} next */
export function is_another(before, next) {
  const [old, now] = [before.networks[0], next.networks[0]];
  if (old.name === now.name) return false;
  const known = new Set(lines_of(old));
  const lines = lines_of(now);
  const shared = lines.filter((line) => known.has(line)).length;
  return shared < SHARED * Math.max(known.size, lines.length);
}

/** @param {Page["networks"][0]} network */
function lines_of({ layers, kinds }) {
  return layers.map(({ name, kind }) => `${name} ${kinds[kind].line}`);
}
