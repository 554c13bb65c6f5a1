import assert from "node:assert/strict";
import { test } from "node:test";
import { sheets } from "../src/graph/sheets.js";

const box = (y, height, type = "box") => ({ type, y, height });
const column = Array.from({ length: 40 }, (_, place) => box(place * 80, 46));

test("a graph is cut between its boxes, and nothing is left out", () => {
  const found = sheets(column, 3200, 500);
  assert.ok(found.length > 6 && found.every((sheet) => sheet.height <= 500 && sheet.height > 300));
  found.slice(1).forEach(({ top }, place) => {
    assert.equal(top, found[place].top + found[place].height);
    assert.ok(
      column.every(({ y, height }) => top <= y || top >= y + height),
      `${top}`,
    );
  });
  const last = found.at(-1);
  assert.ok(found[0].top <= 0 && last.top + last.height === 3200);
});

test("the head of a frame stays whole, the frame itself may be cut", () => {
  const [first, second] = sheets([box(0, 1000, "frame"), box(490, 300, "frame")], 1000, 500);
  assert.ok(second.top <= 490 && first.height <= 500);
});

test("what is higher than a sheet is cut, and what fits is one sheet", () => {
  assert.equal(sheets([box(0, 2000)], 2000, 500).length, 5);
  assert.equal(sheets(column, 3200, 4000).length, 1);
  assert.equal(sheets([], 1, 500).length, 1);
});
