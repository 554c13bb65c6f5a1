import assert from "node:assert/strict";
import { test } from "node:test";
import { scale_of } from "../src/graph/heat.js";
import { scenes } from "../src/graph/scene.js";
import { toward } from "../src/graph/walk.js";
import { model_of } from "../src/model.js";
import { read_network } from "../src/read.js";
import { with_keys } from "../src/state.js";
import { usual_open } from "../src/visible.js";
import { chain, group, network } from "./documents.mjs";

const sizes = { is_low: () => false, head_width: () => 80 };
const begin = (document) => {
  const model = model_of(read_network(document));
  return { model, ...scenes(model, sizes) };
};

const wiring = { "a.x": ["input"], "a.y": ["a.x"], "b.x": ["a.y"], add: ["b.x", "a.x"] };
const tree = group("", [group("a", [0, 1]), group("b", [2]), 3]);

test("an edge between groups goes through the borders of both", () => {
  const { draw } = begin(network(wiring, tree));
  const keys = (scene) => scene.boxes.map((box) => `${box.type} ${box.node?.key ?? box.name}`);
  const folded = draw(new Set([""]));
  assert.deepEqual(keys(folded), ["input input", "box a", "box b", "box add", "output output"]);
  const open = draw(new Set(["", "a", "b"]));
  assert.deepEqual(keys(open), [
    "input input", "frame a", "box a.x", "box a.y", "frame b", "box b.x", "box add", "output output",
  ]); // prettier-ignore
  const frame = open.boxes.find((box) => box.key === "a");
  const leaving = open.lines.filter((line) => line.source === "a.x" && line.from === "a.x");
  const outside = open.lines.find((line) => line.source === "a.x" && line.from === "a");
  const border = leaving
    .map((line) => line.points.at(-1))
    .find((end) => end[1] === frame.y + frame.height);
  assert.deepEqual(outside.points[0], border, "the line goes on where it met the border");
});

test("boxes of a frame lie within it", () => {
  const { draw } = begin(network(wiring, tree));
  const { boxes } = draw(new Set(["", "a"]));
  const frame = boxes.find((box) => box.key === "a");
  for (const box of boxes.filter((one) => one.key.startsWith("a."))) {
    assert.ok(box.x > frame.x && box.x + box.width < frame.x + frame.width);
    assert.ok(box.y > frame.y + 20 && box.y + box.height < frame.y + frame.height);
  }
});

test("a level of ten thousand is shortened, opens in slices, and a search opens the right one", () => {
  const start = performance.now();
  const { model, draw } = begin(chain(10_000));
  const scene = draw(usual_open(model));
  assert.ok(scene.boxes.length < 60);
  const more = scene.boxes.find((box) => box.hidden);
  assert.equal(more.hidden.count, 10_000 - 24);
  const opened = draw(with_keys(new Set([""]), [more.hidden.opens]));
  assert.equal(opened.boxes.length, scene.boxes.length + 50);
  const found = draw(new Set(model.parents("l5000")));
  assert.ok(found.boxes.some((box) => box.key === "l5000"));
  assert.equal(found.boxes.filter((box) => box.hidden).length, 2);
  assert.ok(performance.now() - start < 8000);
});

test("what is open to begin with fits a screen, and repeats stay folded", () => {
  const names = Object.fromEntries(
    Array.from({ length: 60 }, (_, place) => [
      `g${Math.floor(place / 10)}.l${place}`,
      [place ? `g${Math.floor((place - 1) / 10)}.l${place - 1}` : "input"],
    ]),
  );
  const groups = Array.from({ length: 6 }, (_, place) =>
    group(
      `g${place}`,
      Array.from({ length: 10 }, (_, at) => place * 10 + at),
    ),
  );
  const model = model_of(read_network(network(names, group("", groups))));
  assert.deepEqual([...usual_open(model)], [""]);
  const small = model_of(read_network(network(wiring, tree)));
  assert.deepEqual([...usual_open(small)].sort(), ["", "a", "b"]);
});

test("arrows lead to what lies ahead", () => {
  const at = (key, x, y) => ({ key, type: "box", x, y, width: 10, height: 10 });
  const boxes = [at("a", 0, 0), at("b", 0, 50), at("c", 40, 50), at("d", 0, 100)];
  const from = (key, arrow) =>
    toward(
      boxes,
      boxes.find((box) => box.key === key),
      arrow,
    )?.key;
  assert.equal(from("a", "ArrowDown"), "b");
  assert.equal(from("b", "ArrowRight"), "c");
  assert.equal(from("c", "ArrowLeft"), "b");
  assert.equal(from("d", "ArrowUp"), "b");
  assert.equal(from("a", "ArrowRight"), undefined);
});

test("heat is nothing where there is nothing, and one at the most", () => {
  const { heat, most } = scale_of([0, 25, 100, null], "macs");
  assert.deepEqual([most, heat(0), heat(25), heat(100), heat(null)], [100, 0, 0.5, 1, 0]);
  const powers = scale_of([1, 10, 100], "receptive_field");
  assert.ok(Math.abs(powers.heat(10) - 0.53) < 1e-9);
  assert.deepEqual(scale_of([], "macs").most, 0);
});
