/** The document as it is written says everything once and points to it by numbers; here each pointer
 *  becomes what it points to, so that no view has to know the tables. Values are shared, never copied. */

/** @typedef {import("./types").Page} Page */
/** @typedef {import("./types").Network} Network */
/** @typedef {import("./types").Formula} Formula */
/** @typedef {import("./types").Group} Group */
/** @typedef {import("./types").Child} Child */

/** @param {any} written as JSON was read @returns {Page} */
export function read_page(written) {
  return { ...written, networks: written.networks.map(read_network) };
}

/** One network, as `summarize --format json --full` prints it. @param {any} written @returns {Network} */
export function read_network(written) {
  const { layers, sums, words, origins } = written;
  const name = (/** @type {number | string} */ of) => (typeof of === "number" ? layers[of].name : of);
  /** @type {Formula[]} */
  const formulas = written.formulas.map((/** @type {any} */ one) => ({ ...one, ...words[one.words] }));
  const told = (/** @type {number[]} */ numbers) => numbers.map((number) => formulas[number]);

  /** @param {any} group @returns {Group} */
  function read_group(group) {
    return {
      ...group,
      children: group.children.map(read_child),
      totals: sums[group.totals],
      output: name(group.output),
      repeats: (group.repeats ?? []).map((/** @type {any} */ run) => ({ ...run, totals: sums[run.totals] })),
    };
  }

  /** @param {any} child @returns {Child} */
  function read_child(child) {
    if (typeof child === "number") return child;
    if (!child.unit) return read_group(child);
    return {
      ...child, unit: child.unit.map(read_child), totals: sums[child.totals], output: name(child.output),
    };
  }

  /** What is kept in memory says `of` which layer or input it is. @param {any[]} tensors */
  const named = (tensors) => tensors.map(({ of, ...one }) => ({ ...one, name: name(of) }));
  const { memory } = written;
  return {
    ...written,
    kinds: written.kinds.map((/** @type {any} */ kind) => ({ ...kind, formulas: told(kind.formulas) })),
    layers: layers.map((/** @type {any} */ layer) => ({
      ...layer,
      // A dotted path: what follows the last dot is its own part.
      label: layer.label ?? layer.name.slice(layer.name.lastIndexOf(".") + 1),
      inputs: layer.inputs.map(name),
      origin: origins[layer.origin],
      ...(layer.field_formulas && { field_formulas: told(layer.field_formulas) }),
      ...(layer.shares !== undefined && { shares: name(layer.shares) }),
    })),
    tree: read_group(written.tree),
    outputs: Object.fromEntries(
      Object.entries(written.outputs).map(([output, one]) => [output, { ...one, layer: name(one.layer) }]),
    ),
    memory: {
      ...memory,
      tensors: named(memory.tensors),
      kept: named(memory.kept),
      peak: { ...memory.peak, layer: name(memory.peak.layer), alive: named(memory.peak.alive) },
    },
  };
}
