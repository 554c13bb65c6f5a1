import assert from "node:assert/strict";
import { test } from "node:test";
import { lay_out } from "../src/graph/layout.js";
import { in_order, take_apart } from "../src/graph/series.js";

const box = { width: 200, height: 40, axis: 100 };

/** @param {string} text such as "0>1 1>2" */
const links = (text) =>
  text.split(" ").map((one) => {
    const [from, to] = one.split(">").map(Number);
    return { from, to, source: String(from) };
  });

const count = (edges) => Math.max(...edges.flatMap(({ from, to }) => [from, to])) + 1;

/** What every layout must be: boxes apart, edges downwards from box to box. */
function laid(text) {
  const edges = links(text);
  const items = Array.from({ length: count(edges) }, () => ({ ...box }));
  const placed = lay_out(items, edges);
  const corners = placed.corners;
  for (let one = 0; one < items.length; one += 1) {
    const [x, y] = corners[one];
    assert.ok(x >= -0.5 && y >= -0.5, `box ${one} is outside`);
    assert.ok(
      x + 200 <= placed.width + 0.5 && y + 40 <= placed.height + 0.5,
      `box ${one} is outside`,
    );
    for (let other = 0; other < one; other += 1) {
      const [ox, oy] = corners[other];
      const apart = Math.abs(x - ox) >= 200 || Math.abs(y - oy) >= 40;
      assert.ok(apart, `boxes ${one} and ${other} lie on each other`);
    }
  }
  edges.forEach(({ from, to }, place) => {
    const points = placed.routes[place];
    assert.deepEqual(points[0], [corners[from][0] + 100, corners[from][1] + 40]);
    assert.deepEqual(points.at(-1), [corners[to][0] + 100, corners[to][1]]);
    if (placed.back[place]) return;
    for (let at = 1; at < points.length; at += 1)
      assert.ok(points[at][1] >= points[at - 1][1] - 0.5);
  });
  return placed;
}

test("a chain is one column", () => {
  const { corners, width } = laid("0>1 1>2 2>3");
  assert.deepEqual(
    corners.map(([x]) => x),
    [0, 0, 0, 0],
  );
  assert.equal(width, 200);
});

test("what a skip passes goes straight on, and the skip runs beside it", () => {
  const { corners, routes } = laid("0>1 1>2 2>3 0>3");
  assert.equal(new Set(corners.map(([x]) => x)).size, 1);
  const lane = Math.max(...routes[3].map(([x]) => x));
  assert.ok(lane > corners[1][0] + 200, "the skip passes the boxes");
});

test("branches stand side by side around what they come from", () => {
  const { corners } = laid("0>1 0>2 2>3 0>4 4>5 0>6 6>7 1>8 3>8 5>8 7>8");
  const middles = [1, 2, 4, 6].map((place) => corners[place][0]);
  assert.equal(corners[0][0], (Math.min(...middles) + Math.max(...middles)) / 2);
  assert.deepEqual(new Set([1, 2, 4, 6].map((place) => corners[place][1])).size, 1);
  assert.equal(corners[0][0], corners[8][0]);
});

test("skips within skips are lanes within lanes, as in U-Net", () => {
  const { routes } = laid("0>1 1>2 2>3 3>4 4>5 5>6 0>6 1>5 2>4");
  const [outer, middle, inner] = [6, 7, 8].map((place) =>
    Math.max(...routes[place].map(([x]) => x)),
  );
  assert.ok(outer > middle && middle > inner);
});

test("what cannot be taken apart is laid out all the same", () => {
  laid("0>1 0>2 1>3 2>3 1>4 2>4 3>5 4>5");
  laid("0>1 1>2 2>3 3>4 4>5 0>2 1>3 2>4 3>5");
  laid("0>1 2>3 1>3 0>3 3>4 2>4");
});

test("ends that lead nowhere stand beside what goes on", () => {
  const { corners } = laid("0>1 0>2 2>3 3>4");
  assert.equal(corners[0][0], corners[4][0]);
  assert.notEqual(corners[1][0], corners[0][0]);
});

test("random graphs: boxes never lie on each other", () => {
  let seed = 7;
  const random = (most) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return Math.floor((seed / 2147483648) * most);
  };
  for (let round = 0; round < 60; round += 1) {
    const size = 4 + random(14);
    const edges = new Set();
    for (let node = 1; node < size; node += 1) {
      for (let more = 0; more <= random(3); more += 1) edges.add(`${random(node)}>${node}`);
    }
    laid([...edges].join(" "));
  }
});

test("where edges go round, one of them is drawn back up", () => {
  const placed = laid("0>1 1>2 2>1 2>3");
  assert.equal(placed.back.filter(Boolean).length, 1);
});

test("everybody reads everybody: one column with lanes, at once", () => {
  const edges = [];
  for (let to = 1; to < 60; to += 1)
    for (let from = 0; from < to; from += 1) edges.push(`${from}>${to}`);
  const start = performance.now();
  const { corners } = laid(edges.join(" "));
  assert.equal(new Set(corners.map(([x]) => x)).size, 1);
  assert.ok(performance.now() - start < 5000);
});

test("series and branches are told apart", () => {
  const edges = links("0>1 1>2 1>3 2>4 3>4 4>5");
  const { order } = in_order(6, edges);
  const whole = take_apart(order, edges);
  assert.deepEqual(
    whole.parts.map((part) => part.type),
    ["node", "node", "parallel", "node", "node"],
  );
});
