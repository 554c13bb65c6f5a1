import assert from "node:assert/strict";
import { test } from "node:test";
import { call_text, common_calls, lines_of, parts_of } from "../src/source.js";

test("lines break where YAML breaks them", () => {
  assert.deepEqual(lines_of("a\r\nb\nc\rd\u2028e\x85f"), ["a", "b", "c", "d", "e", "f"]);
});

test("columns count characters, not the halves of some", () => {
  assert.deepEqual(parts_of("- 𝒳𝒳 conv 3", 4, [[0, 4, 6, 4, 10]]), [
    { text: "- 𝒳𝒳 ", depth: -1 },
    { text: "conv", depth: 0 },
    { text: " 3", depth: -1 },
  ]);
});

test("the innermost of several places shows, and a place may end on a later line", () => {
  const places = /** @type {import("../src/source.js").Place[]} */ ([
    [0, 1, 1, 2, 3],
    [0, 1, 3, 1, 5],
  ]);
  assert.deepEqual(
    parts_of("abcdef", 1, places).map((part) => [part.text, part.depth]),
    [
      ["ab", 0],
      ["cd", 1],
      ["ef", 0],
    ],
  );
  assert.deepEqual(
    parts_of("  xyz", 2, [[0, 1, 1, 2, 4]]).map((part) => [part.text, part.depth]),
    [
      ["  ", -1],
      ["x", 0],
      ["yz", -1],
    ],
  );
});

test("a long line is cut, and a place beyond its end is none", () => {
  const parts = parts_of("x".repeat(1_000_000), 1, [[0, 1, 5, 1, 9]]);
  assert.ok(parts.map((part) => part.text).join("").length < 3000);
  assert.deepEqual(parts_of("ab", 1, [[0, 1, 90, 1, 99]]), [{ text: "ab", depth: -1 }]);
  assert.deepEqual(parts_of("", 1, [[0, 1, 1, 1, 1]]), []);
});

test("a call is told without its comment; several layers by what they share", () => {
  const files = [{ name: "a.yaml", text: "x:\n  - unit 64 stride=2   # first\n" }];
  assert.equal(call_text(files, [0, 2, 5, 2, 9]), "unit 64 stride=2");
  assert.equal(call_text(files, [3, 2, 5, 2, 9]), "");
  const one = [0, 1, 1, 1, 2];
  const two = [0, 2, 1, 2, 2];
  const three = [0, 3, 1, 3, 2];
  assert.deepEqual(common_calls([[one, two], [one, three], [one]]), [one]);
  assert.deepEqual(common_calls([]), []);
});
