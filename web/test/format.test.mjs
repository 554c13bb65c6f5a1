import assert from "node:assert/strict";
import { test } from "node:test";
import { bytes, cut, percent, shape, short, signed, whole } from "../src/format.js";

test("whole numbers keep every figure", () => {
  assert.deepEqual([0, 999, 1000, 25557032, -1234567, null].map(whole), [
    "0",
    "999",
    "1,000",
    "25,557,032",
    "-1,234,567",
    "-",
  ]);
});

test("short numbers keep three figures, and no step reads as a thousand of the one below", () => {
  assert.deepEqual(
    [0, 7, 999, 1000, 9536, 25557032, 999_949, 999_999, 4089184256, -1500, 0.123].map(short),
    ["0", "7", "999", "1 k", "9.54 k", "25.6 M", "1 M", "1 M", "4.09 G", "-1.5 k", "0.123"],
  );
});

test("bytes read as on the terminal", () => {
  // What `cnncalc summarize` prints of ResNet-50, GoogLeNet and AlexNet.
  assert.deepEqual(
    [102440608, 150239136, 243860896, 27994208, 7668128, 4816896, 512, 0].map(bytes),
    ["97.69 MiB", "143.3 MiB", "232.6 MiB", "26.7 MiB", "7.313 MiB", "4.594 MiB", "512 B", "0 B"],
  );
});

test("shapes, shares and changes", () => {
  assert.equal(shape([64, 112, 112]), "64x112x112");
  assert.equal(shape([]), "scalar");
  assert.equal(shape(null), "?");
  assert.deepEqual([0.1459, 0.0001, 0, 1, Number.NaN].map(percent), [
    "14.6",
    "<0.1",
    "0.0",
    "100.0",
    "-",
  ]);
  assert.deepEqual(
    [1500, -1500, 0].map((value) => signed(value)),
    ["+1.5 k", "-1.5 k", "0"],
  );
});

test("a text is cut between characters, never within one", () => {
  assert.equal(cut("conv3x3", 7), "conv3x3");
  assert.equal(cut("conv3x3 64", 5), "conv…");
  assert.equal(cut("𝔘𝔫𝔦𝔠𝔬𝔡𝔢", 4), "𝔘𝔫𝔦…");
});
