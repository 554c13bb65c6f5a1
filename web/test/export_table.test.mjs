import assert from "node:assert/strict";
import { test } from "node:test";
import { chosen_columns, columns_of } from "../src/columns.js";
import { as_csv, as_latex, as_markdown, printable } from "../src/export_table.js";
import { model_of } from "../src/model.js";
import { read_network } from "../src/read.js";
import { total_row, tree_rows } from "../src/rows.js";
import { group, network } from "./documents.mjs";

/** @param {string} name of the second layer */
function shown(name = "b", columns = ["op", "output", "macs", "activation_bytes"]) {
  const document = network({ a: ["input"], [name]: ["a"] }, group("", [0, 1]));
  document.metrics = [
    { name: "macs", title: "MACs", unit: "values", sentence: "", adds_up: true },
    { name: "activation_bytes", title: "activations", unit: "bytes", sentence: "", adds_up: true },
  ];
  document.kinds[0].figures = { macs: 1234567, activation_bytes: 2048, bytes_per_mac: null };
  document.kinds.push({
    ...document.kinds[0],
    line: "relu",
    figures: { macs: 0, activation_bytes: null },
  });
  document.layers[1].kind = 1;
  document.sums[0] = { macs: 1234567, activation_bytes: 2048, layers: 2 };
  const model = model_of(read_network(document));
  return {
    title: "net 100%",
    columns: chosen_columns(columns_of(model.network), columns),
    rows: tree_rows(model, new Set([""])),
    total: total_row(model),
  };
}

test("CSV has whole names and whole numbers", () => {
  assert.equal(
    as_csv(shown()),
    "name,op,output,macs,activation_bytes\n" +
      "input,,3x8x8,,\n" +
      "a,conv3x3 8,8x8x8,1234567,2048\n" +
      "b,relu,8x8x8,0,?\n" +
      "total,,8x8x8,1234567,2048\n",
  );
});

test("no cell is a formula, and none breaks its line", () => {
  const lines = as_csv(shown('=HYPERLINK("x"),\n')).split("\n");
  assert.equal(lines[3].startsWith('"\'=HYPERLINK(""x""),\\x0a",'), true);
  assert.equal(lines.length, 6);
});

test("Markdown and LaTeX have the texts of the cells, and shares of the whole", () => {
  assert.equal(
    as_markdown(shown()),
    "| Layer | Op | Output | MACs | MACs % | Activations | Activations % |\n" +
      "| :-- | :-- | --: | --: | --: | --: | --: |\n" +
      "| input |  | 3x8x8 |  |  |  |  |\n" +
      "| a | conv3x3 8 | 8x8x8 | 1,234,567 | 100.0 | 2 KiB | 100.0 |\n" +
      "| b | relu | 8x8x8 | - | - | ? | ? |\n" +
      "| **total** |  | **8x8x8** | **1,234,567** | **100.0** | **2 KiB** | **100.0** |\n",
  );
  const latex = as_latex(shown("b", ["output", "macs"])).split("\n");
  assert.deepEqual(latex.slice(0, 4), [
    "% net 100%",
    "\\begin{tabular}{lrrr}",
    "\\toprule",
    "Layer & Output & MACs & MACs \\% \\\\",
  ]);
  assert.equal(latex[6], "a & 8$\\times$8$\\times$8 & 1,234,567 & 100.0 \\\\");
});

test("marks of either language are shown as they are", () => {
  assert.match(as_markdown(shown("a|b`c<d>@e")), /a\\\|b\\`c&lt;d&gt;@&#8203;e/);
  assert.match(as_latex(shown("a_b\\c{d}$e&f")), /a\\_b\\textbackslash\{\}c\\\{d\\\}\\\$e\\&f/);
});

test("control characters and those of direction are spelt out", () => {
  assert.equal(printable("a\u202eb\n\u2028c\x1b[1m"), "a\\u202eb\\x0a\\u2028c\\x1b[1m");
  assert.equal(printable("é 卷积 𝒳"), "é 卷积 𝒳");
});
