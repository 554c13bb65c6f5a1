import assert from "node:assert/strict";
import { test } from "node:test";
import { between, dots, nearest } from "../src/brush.js";

const points = [{ x: 10, y: 10 }, null, { x: 20, y: 10 }, { x: 20, y: 40 }];

test("the nearest point is meant, where one is near", () => {
  assert.equal(nearest(points, { x: 16, y: 11 }), 2);
  assert.equal(nearest(points, { x: 12, y: 11 }), 0);
  assert.equal(nearest(points, { x: 80, y: 80 }), -1);
});

test("a frame holds what is between its corners, whichever they are", () => {
  assert.deepEqual(between(points, { x: 25, y: 45 }, { x: 15, y: 5 }), [2, 3]);
  assert.deepEqual(between(points, { x: 0, y: 0 }, { x: 10, y: 10 }), [0]);
  assert.deepEqual(between(points, { x: 0, y: 0 }, { x: 1, y: 1 }), []);
});

test("points are one outline", () => {
  assert.equal(dots(points, [0, 1, 3]), "M10.0 10.0h0M20.0 40.0h0");
});
