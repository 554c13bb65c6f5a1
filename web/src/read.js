/** The document as it is stored says things once and points to them by number; here every number
 *  becomes what it points to, so that the page reads what `types.d.ts` says. */

/** @typedef {import("./types").Page} Page */
/** @typedef {import("./types").Network} Network */
/** @typedef {import("./types").Formula} Formula */

/** @param {any} stored @returns {Page} */
export function read_page(stored) {
  return { ...stored, networks: stored.networks.map(read_network) };
}

/** @param {any} stored a network as `summarize --format json --full` prints it @returns {Network} */
export function read_network(stored) {
  /** @type {string[]} */
  const names = stored.layers.map((/** @type {any} */ layer) => layer.name);
  /** @param {number|string|null} one */
  const named = (one) => (typeof one === "number" ? names[one] : one);
  /** @type {Formula[]} */
  const formulas = (stored.formulas ?? []).map((/** @type {any} */ one) => ({
    ...one,
    ...stored.words[one.words],
  }));
  /** @param {(number|Formula)[]} list */
  const told = (list) => list.map((one) => (typeof one === "number" ? formulas[one] : one));
  const labels = new Map();
  const tree = read_tree(stored, named, labels);
  const layers = stored.layers.map((/** @type {any} */ layer, /** @type {number} */ place) => ({
    ...layer,
    label: layer.label ?? labels.get(place) ?? layer.name,
    inputs: layer.inputs.map(named),
    origin: typeof layer.origin === "number" ? stored.origins[layer.origin] : (layer.origin ?? []),
    ...(layer.field_formulas ? { field_formulas: told(layer.field_formulas) } : {}),
    ...(layer.shares !== undefined ? { shares: named(layer.shares) } : {}),
  }));
  /** @param {any} one */
  const owned = ({ of, ...rest }) => (of === undefined ? rest : { name: named(of), ...rest });
  const { memory } = stored;
  return {
    ...stored,
    layers,
    tree,
    kinds: stored.kinds.map((/** @type {any} */ kind) => ({
      ...kind,
      formulas: told(kind.formulas ?? []),
    })),
    memory: {
      ...memory,
      tensors: memory.tensors.map(owned),
      kept: memory.kept.map(owned),
      peak: memory.peak && {
        ...memory.peak,
        layer: named(memory.peak.layer),
        alive: memory.peak.alive.map(owned),
      },
    },
    outputs: Object.fromEntries(
      Object.entries(stored.outputs).map(([name, one]) => [
        name,
        { ...one, layer: named(one.layer) },
      ]),
    ),
  };
}

/** @param {any} stored @param {(one: any) => any} named
 * @param {Map<number, string>} labels takes the layers' own names, without those of their groups */
function read_tree(stored, named, labels) {
  /** @param {any} one */
  const totals = (one) => (typeof one === "number" ? stored.sums[one] : one);

  /** @param {any} child @param {string} path of the group that it stands in @returns {any} */
  const read = (child, path) => {
    if (typeof child === "number") {
      const { name } = stored.layers[child];
      labels.set(child, path && name.startsWith(`${path}.`) ? name.slice(path.length + 1) : name);
      return child;
    }
    const known = { ...child, totals: totals(child.totals), output: named(child.output) };
    if (child.unit) {
      return { ...known, unit: child.unit.map((/** @type {any} */ one) => read(one, path)) };
    }
    return {
      ...known,
      children: child.children.map((/** @type {any} */ one) => read(one, child.path)),
      repeats: (child.repeats ?? []).map((/** @type {any} */ one) => ({
        ...one,
        totals: totals(one.totals),
        each: totals(one.each),
      })),
    };
  };
  return read(stored.tree, "");
}
