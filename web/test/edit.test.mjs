import assert from "node:assert/strict";
import { test } from "node:test";
import { newest_only } from "../src/edit/connection.js";
import { characters, holes, units } from "../src/edit/offsets.js";
import { offset_of, range_of } from "../src/edit/places.js";
import { ask_for_news, changed } from "../src/edit/since.js";
import { range_of_slider } from "../src/edit/sliders.js";

/** A text as CodeMirror holds it. @param {string} text */
function doc(text) {
  const lines = text.split("\n");
  const from = (/** @type {number} */ number) =>
    lines.slice(0, number - 1).reduce((sum, line) => sum + line.length + 1, 0);
  return {
    length: text.length,
    lines: lines.length,
    line: (/** @type {number} */ number) => ({
      from: from(number),
      to: from(number) + lines[number - 1].length,
      text: lines[number - 1],
    }),
  };
}

test("columns count characters, offsets units of UTF-16", () => {
  const text = "a: 1\n𝛼𝛽: conv\nend";
  assert.equal(offset_of(doc(text), 1, 1), 0);
  assert.equal(text.slice(offset_of(doc(text), 2, 5)), "conv\nend");
  assert.equal(offset_of(doc(text), 2, 99), text.indexOf("\nend"));
  assert.equal(offset_of(doc(text), 9, 1), text.length);
});

test("a range has at least one character where there is one", () => {
  const place = (/** @type {(number|null)[]} */ ...at) => {
    const [line, column, end_line, end_column] = at;
    return { line, column, end_line, end_column };
  };
  const text = doc("ab\n\n");
  assert.deepEqual(range_of(text, place(1, 1, 1, 3)), { from: 0, to: 2 });
  assert.deepEqual(range_of(text, place(1, 2, null, null)), { from: 1, to: 2 });
  assert.deepEqual(range_of(text, place(3, 1, 3, 1)), { from: 3, to: 4 });
  assert.deepEqual(range_of(text, place(null, null, null, null)), { from: 0, to: 1 });
  assert.deepEqual(range_of(doc(""), place(1, 1, 1, 1)), { from: 0, to: 0 });
});

test("offsets of Python count characters", () => {
  const text = "a\u{1d6fc}b";
  assert.equal(characters(text), 3);
  assert.deepEqual(
    [0, 1, 2, 3, 9].map((count) => units(text, count)),
    [0, 1, 3, 4, 4],
  );
});

test("holes of a snippet have braces, and the end comes last", () => {
  assert.equal(holes("repeat ${1:3}:\n    - $0"), "repeat ${1:3}:\n    - ${9:}");
  assert.equal(holes("add: [x, $1]"), "add: [x, ${1:}]");
  assert.equal(holes("stride=${1:1}"), "stride=${1:1}");
});

test("a slider reaches around what is written", () => {
  assert.deepEqual(range_of_slider(32), { min: 1, max: 128, step: 1 });
  assert.deepEqual(range_of_slider(1), { min: 1, max: 8, step: 1 });
  assert.deepEqual(range_of_slider(0), { min: 0, max: 8, step: 1 });
  for (const written of [0.5, 1.25, -0.1, -3]) {
    const { min, max, step } = range_of_slider(written);
    assert.ok(min <= written && written <= max, `${written}`);
    assert.ok((max - min) / step >= 11);
  }
});

test("of requests that come meanwhile the last alone is run, one at a time", async () => {
  /** @type {number[]} */
  const begun = [];
  /** @type {(() => void)[]} */
  const ends = [];
  const run = newest_only((/** @type {number} */ one) => {
    begun.push(one);
    return new Promise((resolve) => ends.push(() => resolve(undefined)));
  });
  for (let one = 0; one < 50; one += 1) run(one);
  assert.deepEqual(begun, [0]);
  ends[0]();
  await new Promise((resolve) => setTimeout(resolve));
  assert.deepEqual(begun, [0, 49]);
  ends[1]();
  await new Promise((resolve) => setTimeout(resolve));
  run(50);
  assert.deepEqual(begun, [0, 49, 50]);
});

test("what is new is put together with what is known, which stays as it is", () => {
  const old = { a: [1, 2, 3], b: { c: 4, d: [5] }, e: 6 };
  const before = structuredClone(old);
  const change = {
    in: {
      a: { from: 1, cut: 1, put: [7, 8] },
      b: { in: { d: { at: [[0, { is: 9 }]] } } },
    },
  };
  const found = changed(old, /** @type {any} */ (change));
  assert.deepEqual(found, { a: [1, 7, 8, 3], b: { c: 4, d: [9] }, e: 6 });
  assert.deepEqual(Object.keys(found), ["a", "b", "e"]);
  assert.deepEqual(old, before);
  assert.equal(changed(old, { in: {} }).b, old.b);
});

test("who asks names the page that it has, and hears the whole of the next", async () => {
  /** @type {any[]} */
  const asked = [];
  const answers = [
    { number: 7, page: { a: 1, b: [1] } },
    { page: null, findings: ["a fault"] },
    { number: 8, page: null, since: { in: { a: { is: 2 } } } },
    { problem: "gone" },
    { number: 20, page: { a: 3 } },
  ];
  const ask = ask_for_news(async (request) => {
    asked.push(request);
    return answers[asked.length - 1];
  }, null);
  const heard = [];
  for (const text of ["one", "two", "three", "four", "five"]) heard.push(await ask({ text }));
  assert.deepEqual(
    asked.map(({ known }) => known),
    [null, 7, 7, 8, 8],
  );
  assert.deepEqual(heard[2].page, { a: 2, b: [1] });
  assert.deepEqual([heard[1].page, heard[3].problem, heard[4].page], [null, "gone", { a: 3 }]);
});
