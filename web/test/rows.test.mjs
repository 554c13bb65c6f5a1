import assert from "node:assert/strict";
import { test } from "node:test";
import { model_of } from "../src/model.js";
import { read_network } from "../src/read.js";
import {
  found_rows,
  place_of,
  row_around,
  sorted_rows,
  total_row,
  tree_rows,
} from "../src/rows.js";
import { group, network } from "./documents.mjs";

/** stem; body: three equal rounds of a unit (a, b); head. */
function made() {
  const names = ["stem", ...[1, 2, 3].flatMap((n) => [`body.r${n}.a`, `body.r${n}.b`]), "head"];
  const wiring = Object.fromEntries(
    names.map((name, place) => [name, [place ? names[place - 1] : "input"]]),
  );
  const round = (n) =>
    group(`body.r${n}`, [{ unit: [2 * n - 1, 2 * n], label: "a", totals: 0, output: 2 * n }], {
      block: "pair",
      output: 2 * n,
    });
  const body = group("body", [round(1), round(2), round(3)], {
    output: 6,
    repeats: [{ first: 0, count: 3, totals: 0 }],
  });
  const document = network(wiring, group("", [0, body, 7]));
  document.kinds.push({ ...document.kinds[0], op: "relu", line: "relu", category: "activation" });
  document.kinds[1].figures = { ...document.kinds[0].figures, macs: 7 };
  document.layers[4].kind = 1;
  return model_of(read_network(document));
}

const keys = (rows) => rows.map((row) => row.key);

test("a folded tree shows the inputs, layers and groups of the first level", () => {
  const rows = tree_rows(made(), new Set([""]));
  assert.deepEqual(keys(rows), [">input", "stem", "body", "head"]);
  assert.deepEqual(
    rows.map((row) => [row.type, row.is_open, row.place, row.siblings]),
    [
      ["input", null, 1, 4],
      ["layer", null, 2, 4],
      ["group", false, 3, 4],
      ["layer", null, 4, 4],
    ],
  );
});

test("equal rounds are one row until they are opened, and units are no rows", () => {
  const model = made();
  const folded = tree_rows(model, new Set(["", "body"]));
  assert.deepEqual(keys(folded), [">input", "stem", "body", "body*0", "head"]);
  assert.deepEqual([folded[3].times, folded[3].level, folded[3].label], [3, 2, "r1"]);
  const open = tree_rows(model, new Set(["", "body", "body*0", "body.r2"]));
  assert.deepEqual(keys(open).slice(3), [
    "body*0",
    "body.r1",
    "body.r2",
    "body.r2.a",
    "body.r2.b",
    "body.r3",
    "head",
  ]);
  assert.deepEqual(
    open.slice(4, 8).map((row) => [row.level, row.place, row.siblings]),
    [
      [3, 1, 3],
      [3, 2, 3],
      [4, 1, 2],
      [4, 2, 2],
    ],
  );
  assert.equal(row_around(open, 6), 5);
  assert.equal(row_around(open, 1), -1);
});

test("a filter leaves layers with all its words under their groups", () => {
  const model = made();
  assert.deepEqual(keys(found_rows(model, "RELU pair")), [
    "body",
    "body*0",
    "body.r2",
    "body.r2.b",
  ]);
  assert.deepEqual(keys(found_rows(model, "stem relu")), []);
  assert.equal(found_rows(model, "").filter((row) => row.type === "layer").length, 8);
});

test("a sorted list has every layer once, equal ones in their order, unknown ones last", () => {
  const model = made();
  const value = (row) => (row.key === "head" ? null : row.figures.macs);
  const down = keys(sorted_rows(model, value, true, ""));
  assert.equal(down[0], "body.r2.b");
  assert.deepEqual(down.slice(1, 3), ["stem", "body.r1.a"]);
  assert.equal(down[7], "head");
  const up = keys(sorted_rows(model, value, false, ""));
  assert.deepEqual([up[0], up[6], up[7]], ["stem", "body.r2.b", "head"]);
  assert.deepEqual(keys(sorted_rows(model, value, true, "relu")), ["body.r2.b"]);
});

test("what is folded away is seen in the group around it, a unit in its last layer", () => {
  const model = made();
  const rows = tree_rows(model, new Set([""]));
  assert.equal(place_of(rows, model, "body.r2.a"), 2);
  assert.equal(place_of(rows, model, "nobody"), -1);
  const open = tree_rows(model, new Set(["", "body", "body*0", "body.r2"]));
  assert.equal(open[place_of(open, model, "~body.r2.b")].key, "body.r2.b");
});

test("the total is the document's", () => {
  const model = made();
  assert.equal(total_row(model).figures, model.network.tree.totals);
  assert.deepEqual(total_row(model).shape, [8, 8, 8]);
});

test("a deep tree and a long one take no square of the time", () => {
  const names = Array.from({ length: 20_000 }, (_, place) => `layer${place}`);
  const model = model_of(
    read_network(network(Object.fromEntries(names.map((name) => [name, ["input"]])))),
  );
  const before = performance.now();
  assert.equal(tree_rows(model, new Set([""])).length, 20_001);
  assert.equal(sorted_rows(model, (row) => row.key, true, "").length, 20_000);
  assert.ok(performance.now() - before < 5000);
});
