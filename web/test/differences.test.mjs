import assert from "node:assert/strict";
import { test } from "node:test";
import { difference_of, name_of, title_of } from "../src/differences.js";

const one = /** @type {any} */ ({
  titles: ["main:a.yaml", "a.yaml"],
  old: { name: "A", variant: null },
  new: { name: "A", variant: "16" },
});
const networks = /** @type {any} */ ([
  { name: "A", variant: "16" },
  { name: "B", variant: null },
]);
const page = (/** @type {any} */ difference) =>
  /** @type {any} */ ({ title: "a page", networks, difference });

test("a pair is the difference of each network", () => {
  assert.equal(difference_of(page(one), 0), one);
  assert.equal(name_of(page(one), 0), "A:16");
});

test("of several pairs each network has its own", () => {
  const several = page([one]);
  assert.equal(difference_of(several, 0), one);
  assert.equal(difference_of(several, 1), null);
  assert.equal(name_of(several, 0), "a.yaml");
  assert.equal(name_of(several, 1), "B");
  assert.equal(difference_of(page(null), 0), null);
});

test("without titles a network has the name of its spec", () => {
  assert.equal(title_of({ ...one, titles: undefined }, 1), "A:16");
  assert.equal(title_of(one, 0), "main:a.yaml");
});
