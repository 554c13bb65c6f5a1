import assert from "node:assert/strict";
import { test } from "node:test";
import { words_of } from "../src/figures/words.js";

test("both languages tell a value of each view", () => {
  for (const language of ["en", "ko"]) {
    const { views, on_line } = words_of(language);
    assert.deepEqual(Object.keys(on_line), Object.keys(views));
    for (const tell of Object.values(on_line)) {
      const told = tell("relu", 3, 0.25);
      for (const part of ["relu", "3", "0.25"]) assert.ok(told.includes(part), told);
    }
  }
});
