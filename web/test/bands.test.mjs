import assert from "node:assert/strict";
import { test } from "node:test";
import { alive_at, bands_of, columns_of, outline, ticks } from "../src/bands.js";
import { front } from "../src/pareto.js";

const tensors = [
  { name: "input", bytes: 10, from: -1, to: 0 },
  { name: "a", bytes: 4, from: 0, to: 2 },
  { name: "b", bytes: 3, from: 1, to: 1 },
  { name: "c", bytes: 5, from: 2, to: 3 },
];
const held = [14, 7, 9, 5];

test("a column for each layer, and bands that reach what is held", () => {
  const columns = columns_of(held, 100);
  assert.deepEqual(
    columns.map((one) => one.step),
    [0, 1, 2, 3],
  );
  const tops = [0, 0, 0, 0];
  for (const band of bands_of(tensors, columns))
    for (const { column, low, high } of band.spans) {
      assert.equal(low, tops[column]);
      tops[column] = high;
    }
  assert.deepEqual(tops, held);
});

test("of more layers than columns, each column is where most is held", () => {
  const many = Array.from({ length: 1000 }, (_, at) => (at === 537 ? 99 : at % 7));
  const columns = columns_of(many, 40);
  assert.equal(columns.length, 40);
  assert.equal(Math.max(...columns.map((one) => one.held)), 99);
  assert.equal(columns[0].first, 0);
  assert.equal(columns[39].last, 999);
  columns.slice(1).forEach((one, at) => assert.equal(one.first, columns[at].last + 1));
});

test("what is alive at a step", () => {
  assert.deepEqual(alive_at(tensors, 2), [1, 3]);
});

test("an outline goes along the top and back along the bottom", () => {
  const [, band] = bands_of(tensors, columns_of(held, 100));
  assert.equal(
    outline(
      band,
      (column) => column * 10,
      (bytes) => 20 - bytes,
    ),
    "M0 6H10L10 16H20L20 16H30L30 20H20L20 20H10L10 10H0Z",
  );
});

test("axes have round numbers", () => {
  assert.deepEqual(
    ticks(9.2 * 2 ** 20, 4, true),
    [0, 2.5, 5, 7.5].map((one) => one * 2 ** 20),
  );
  assert.deepEqual(ticks(87, 4, false), [0, 25, 50, 75]);
  assert.deepEqual(ticks(0, 4, true), [0]);
});

test("the front has the points that no other beats on both", () => {
  const points = [
    { x: 5, y: 1 },
    { x: 1, y: 5 },
    { x: 3, y: 3 },
    { x: 4, y: 4 },
    { x: 3, y: 3 },
    { x: 1, y: 6 },
  ];
  assert.deepEqual(front(points), [1, 2, 4, 0]);
  assert.deepEqual(front([]), []);
});
