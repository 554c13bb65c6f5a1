/** Documents to test with, as `summarize --format json --full` writes them. */

const FIGURES = ["parameters", "macs", "activation_bytes"];

/** A network of convolutions by their wiring: {name: names that it reads}, and its tree.
 * @param {Record<string, string[]>} wiring @param {any} [tree] */
export function network(wiring, tree) {
  const names = Object.keys(wiring);
  const places = new Map(names.map((name, place) => [name, place]));
  const layers = names.map((name) => ({
    name,
    kind: 0,
    inputs: wiring[name].map((input) => places.get(input) ?? input),
    field: 0,
    origin: 0,
  }));
  const figures = Object.fromEntries(FIGURES.map((name) => [name, 1]));
  return {
    schema_version: 2,
    name: "test",
    source: null,
    description: null,
    variant: null,
    input: { input: [3, 8, 8] },
    batch: 1,
    dtype: "float32",
    status: "complete",
    notes: [],
    conventions: "",
    metrics: [],
    whole: [],
    kinds: [
      {
        op: "conv",
        line: "conv3x3 8",
        category: "conv",
        law: null,
        input_shapes: [[3, 8, 8]],
        output_shape: [8, 8, 8],
        attributes: {},
        figures,
        formulas: [0],
      },
    ],
    fields: [{ size: [3, 3], stride: [1, 1], start: [-1, -1] }],
    origins: [[[0, 1, 1, 1, 5]]],
    sums: [{ ...figures, layers: 1 }],
    formulas: [{ words: 0, values: "1 * 1", result: 1 }],
    words: [{ quantity: "MACs", words: "a * b" }],
    layers,
    tree:
      tree ??
      group(
        "",
        names.map((_, place) => place),
      ),
    outputs: { output: { layer: names.length - 1, shape: [8, 8, 8] } },
    totals: { parameters: names.length, layers: names.length },
    last_map: null,
    memory: {
      value_bytes: 4,
      held: [],
      tensors: [{ of: 0, bytes: 4, from: 0, to: 1 }],
      peak: null,
      kept: [],
    },
    training: null,
    files: [],
    claims: [],
    findings: [],
  };
}

/** @param {string} path @param {any[]} children @param {object} [more] */
export function group(path, children, more = {}) {
  const label = path.split(".").at(-1);
  return { path, label, block: null, children, totals: 0, output: last(children), ...more };
}

/** @param {any[]} children @returns {number} */
function last(children) {
  const one = children.at(-1);
  return typeof one === "number" ? one : one.output;
}

/** @param {number} length */
export function chain(length) {
  const wiring = {};
  for (let place = 0; place < length; place += 1) {
    wiring[`l${place}`] = [place ? `l${place - 1}` : "input"];
  }
  return network(wiring);
}
