import assert from "node:assert/strict";
import { test } from "node:test";
import { drawn, inside, middle, moved, nearest, places, seen_text, span } from "../src/field.js";
import { covering, field_plan } from "../src/field_plan.js";

/** What each output of a chain of windows sees, by walking every tap: [kernel, stride, padding, dilation].
 * @param {number} length @param {number[][]} chain */
function walked(length, chain) {
  let seen = Array.from({ length }, (_, place) => [place]);
  for (const [kernel, stride, padding, dilation] of chain) {
    const at = (place) => seen[place] ?? [];
    const count =
      Math.floor((seen.length + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1;
    seen = Array.from({ length: count }, (_, output) => {
      const taps = Array.from(
        { length: kernel },
        (_, tap) => output * stride - padding + tap * dilation,
      );
      return [...new Set(taps.flatMap(at))];
    });
  }
  return seen.map((all) => (all.length ? [Math.min(...all), Math.max(...all)] : null));
}

test("the part inside is what the taps of a chain reach", () => {
  const chain = [
    [3, 1, 1, 1],
    [3, 2, 1, 1],
    [5, 1, 2, 1],
    [3, 2, 2, 2],
  ];
  // Araujo et al.: size 1+2+2*1+4*2+4*2 = 21, stride 4, start -(1+1+2*2+2*2).
  const field = { size: [21], stride: [4], start: [-10] };
  const outputs = walked(40, chain);
  outputs.forEach((ends, output) => {
    const part = inside(span(field, 0, output), 40);
    assert.deepEqual(part && [part.first, part.last], ends, `output ${output}`);
  });
});

test("outputs that see in turns are told one by one", () => {
  // Pooling over 4 with stride 4, then each value twice.
  const field = {
    size: [4],
    stride: [2],
    start: [0],
    phases: [
      {
        advance: 4,
        spans: [
          [0, 3],
          [0, 3],
        ],
      },
    ],
  };
  const first = [0, 1, 2, 3, 4].map((output) => span(field, 0, output)?.first);
  assert.deepEqual(first, [0, 0, 4, 4, 8]);
});

test("a stride may be a fraction, and a start unknown", () => {
  const field = { size: [3], stride: ["1/2"], start: [-1] };
  assert.deepEqual(
    [0, 1, 2, 3].map((output) => span(field, 0, output)?.first),
    [-1, -1, 0, 0],
  );
  assert.equal(span({ size: [0], stride: [1], start: [null] }, 0, 3), null);
});

test("outputs are counted along the axes of the input, or all see the same", () => {
  const field = { size: [5, 5], stride: [2, 2], start: [0, 0] };
  assert.deepEqual(places(field, [8, 6, 7]), [6, 7]);
  assert.deepEqual(places(field, [384]), [1, 1]);
  assert.deepEqual(places({ ...field, stride: [0, 0] }, [8, 6, 7]), [1, 1]);
  assert.deepEqual(middle([6, 7, 1]), [2, 3, 0]);
});

test("the output nearest to a place is the one whose field lies around it", () => {
  const field = { size: [43, 43], stride: [8, 8], start: [-21, -21] };
  for (const output of [0, 5, 27]) {
    const seen = /** @type {{first: number, last: number}} */ (span(field, 0, output));
    assert.equal(nearest(field, 0, (seen.first + seen.last) / 2, 28), output);
  }
  assert.equal(nearest(field, 0, -500, 28), 0);
  assert.equal(nearest(field, 0, 5000, 28), 27);
});

test("keys move along the axes and stop at the ends", () => {
  assert.deepEqual(moved([3, 3], [10, 20], "ArrowRight", false), [3, 4]);
  assert.deepEqual(moved([3, 3], [10, 20], "ArrowUp", true), [2, 3]);
  assert.deepEqual(moved([0, 0], [10, 20], "ArrowLeft", false), [0, 0]);
  assert.deepEqual(moved([3, 3], [10, 20], "End", false), [9, 19]);
  assert.equal(moved([3], [10], "ArrowDown", false), null);
  assert.equal(moved([3, 3], [10, 20], "x", false), null);
  assert.deepEqual(moved([1, 3, 3], [4, 10, 20], "PageDown", false), [2, 3, 3]);
});

test("what is seen is said, with what lies on padding", () => {
  const field = { size: [43, 43], stride: [8, 8], start: [-21, -21] };
  assert.equal(
    seen_text(field, [0, 13], [3, 224, 224]),
    "rows 0 to 21 of 224 (21 more on padding), columns 83 to 125 of 224",
  );
  assert.equal(seen_text({ size: [1], stride: [1], start: [0] }, [4], [2, 16]), "value 4 of 16");
});

test("the drawing is to scale, and cuts what is far outside", () => {
  const field = { size: [43, 43], stride: [8, 8], start: [-21, -21] };
  const plan = field_plan(field, [224, 224], [28, 28]);
  const scale = plan.input.width / 224;
  const box = plan.box([span(field, 0, 13), span(field, 1, 0)]);
  assert.ok(box);
  assert.ok(Math.abs(box.width - 43 * scale) < 1e-9 && Math.abs(box.height - 43 * scale) < 1e-9);
  assert.ok(Math.abs(box.x - (plan.input.x - 21 * scale)) < 1e-9);
  const [row, column] = plan.place(plan.input.x + 10 * scale, plan.input.y + 20 * scale);
  assert.deepEqual([Math.round(Number(row)), Math.round(Number(column))], [20, 10]);
  const wide = { size: [5001, 5001], stride: [1, 1], start: [-2500, -2500] };
  assert.deepEqual(drawn(wide, 0, 32, 32), { first: -24, last: 55 });
  assert.ok(field_plan(wide, [32, 32], [32, 32]).input.width > 50);
});

test("one axis is a strip, and of three the last two are drawn", () => {
  const strip = field_plan({ size: [9], stride: [2], start: [-4] }, [100], [50]);
  assert.ok(strip.width > 300 && strip.height < 60);
  const field = { size: [3, 5, 7], stride: [1, 1, 1], start: [0, 0, 0] };
  const box = field_plan(field, [4, 20, 20], [2, 16, 14]).box(
    [0, 1, 2].map((axis) => span(field, axis, 0)),
  );
  assert.ok(box && Math.abs(box.width / box.height - 7 / 5) < 1e-9);
});

test("a picture is covered from its middle", () => {
  assert.deepEqual(covering({ width: 400, height: 300 }, [100, 100]), [50, 0, 300, 300]);
  assert.deepEqual(covering({ width: 100, height: 300 }, [100, 200]), [0, 125, 100, 50]);
});
