import assert from "node:assert/strict";
import { test } from "node:test";
import { find } from "../src/find.js";
import { layers_below, model_of } from "../src/model.js";
import { read_network } from "../src/read.js";
import { group, network } from "./documents.mjs";

const wiring = {
  "a.conv": ["input"],
  "a.relu": ["a.conv"],
  "b.1.conv": ["a.relu"],
  "b.2.conv": ["b.1.conv"],
  add: ["b.2.conv", "a.relu"],
};
const tree = group("", [
  group("a", [{ unit: [0, 1], label: "conv", totals: 0, output: 1 }]),
  group("b", [group("b.1", [2]), group("b.2", [3])], {
    repeats: [{ first: 0, count: 2, totals: 0 }],
  }),
  4,
]);
const read = read_network(network(wiring, tree));
const model = model_of(read);

test("what is pointed to by number stands in its place", () => {
  assert.deepEqual(read.layers[4].inputs, ["b.2.conv", "a.relu"]);
  assert.deepEqual(read.layers[0].inputs, ["input"]);
  assert.deepEqual(read.layers[0].origin, [[0, 1, 1, 1, 5]]);
  assert.deepEqual(read.kinds[0].formulas, [
    { quantity: "MACs", words: "a * b", values: "1 * 1", result: 1 },
  ]);
  assert.equal(read.memory.tensors[0].name, "a.conv");
  assert.equal(read.outputs.output.layer, "add");
  assert.deepEqual(
    read.layers.map((layer) => layer.label),
    ["conv", "relu", "conv", "conv", "add"],
  );
});

test("each node of the tree has a key of its own, and parents to open", () => {
  assert.deepEqual(model.parents("b.2.conv"), ["", "b", "b*0", "b.2"]);
  assert.deepEqual(model.parents("a.conv"), ["", "a", "~a.relu"]);
  assert.equal(model.node("b*0").count, 2);
  assert.deepEqual(layers_below(model.node("b")), [2, 3]);
  assert.deepEqual(model.readers("a.relu"), ["b.1.conv", "add"]);
});

test("a search goes through names, ops and blocks, the nearest first", () => {
  const names = (written) => find(model, written, 10).found.map((one) => one.name);
  assert.deepEqual(names("add"), ["add"]);
  assert.deepEqual(names("b conv"), ["b.1.conv", "b.2.conv"]);
  assert.equal(find(model, "conv", 2).all, 5);
  assert.deepEqual(names("   "), []);
});
