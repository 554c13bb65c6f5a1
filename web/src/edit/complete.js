/** Completion: the language's words, and the names of the file. */

/** @typedef {object} Words as the server tells them
 * @property {{name: string, usage: string, attributes: Record<string, string>}[]} ops
 * @property {string[]} keys
 * @property {string[]} words */
/** @typedef {{blocks: Record<string, string[]>, variables: string[], labels: string[]}|null} Names */
/** @typedef {import("@codemirror/autocomplete").Completion} Completion */

/** Which op or block a line calls, where the cursor stands among its arguments.
 * @param {string} before the line up to the cursor @returns {string|null} */
export function callee(before) {
  const found = /(?:^|[-:,[{]|\belse:)\s*([A-Za-z_]\w*)\s+[^,:[\]{}#]*$/.exec(before);
  return found ? found[1] : null;
}

/** The op of a head such as `conv3x3`. @param {string} head @param {Words} words */
function op_of(head, words) {
  const stem = head.replace(/\d+(?:x\d+)*$/, "");
  return words.ops.find((op) => op.name === head) ?? words.ops.find((op) => op.name === stem);
}

/** @param {Words} words @param {() => Names} names
 * @returns {import("@codemirror/autocomplete").CompletionSource} */
export function completion(words, names) {
  const ops = words.ops.map((op) => ({
    label: op.name,
    type: "function",
    detail: op.usage.slice(op.name.length),
  }));
  const of_ops = new Set(words.ops.map((op) => op.name));
  const keywords = words.words
    .filter((word) => !of_ops.has(word))
    .map((label) => ({ label, type: "keyword" }));
  const keys = words.keys.map((label) => ({ label, type: "property", apply: `${label}: ` }));
  return (context) => {
    const word = context.matchBefore(/[A-Za-z_][\w.]*/);
    if (!word && !context.explicit) return null;
    const from = word ? word.from : context.pos;
    const line = context.state.doc.lineAt(context.pos);
    const before = line.text.slice(0, from - line.from);
    if (before.includes("#")) return null;
    const known = names();
    /** @type {Completion[]} */
    const own = [
      ...Object.entries(known?.blocks ?? {}).map(([label, parameters]) => ({
        label,
        type: "class",
        detail: parameters.join(" "),
        boost: 2,
      })),
      ...(known?.labels ?? []).map((label) => ({ label, type: "namespace", boost: 1 })),
    ];
    const variables = (known?.variables ?? []).map((label) => ({
      label,
      type: "variable",
      boost: 1,
    }));
    const called = callee(before);
    const op = called ? op_of(called, words) : undefined;
    if (op) {
      const given = new Set([...before.matchAll(/(\w+)=/g)].map(([, name]) => name));
      const attributes = Object.entries(op.attributes)
        .filter(([name]) => !given.has(name))
        .map(([name, takes]) => ({
          label: name,
          type: "property",
          apply: `${name}=`,
          info: takes || undefined,
          boost: 3,
        }));
      return { from, options: [...attributes, ...variables, ...own], validFor: /^[\w.]*$/ };
    }
    if (before === "") return { from, options: keys, validFor: /^\w*$/ };
    return { from, options: [...own, ...variables, ...ops, ...keywords], validFor: /^[\w.]*$/ };
  };
}
