import assert from "node:assert/strict";
import { test } from "node:test";
import { read_address, write_address } from "../src/address.js";
import { initial_state } from "../src/state.js";

test("what an address says comes back", () => {
  const state = {
    ...initial_state,
    selected: "conv3.bottleneck1.conv1",
    panel: "table",
    metric: "macs",
    open: new Set(["", "conv3", "a&b=c,d"]),
  };
  const address = write_address(state, new Set([""]));
  assert.match(address, /layer=conv3\.bottleneck1\.conv1/);
  const back = read_address(`#${address}`);
  assert.equal(back.selected, state.selected);
  assert.equal(back.panel, "table");
  assert.equal(back.metric, "macs");
  assert.ok(back.open.has("conv3"));
});

test("names with commas, ampersands and signs come back too", () => {
  const open = new Set(["", "a,b", "c&d=e", "100%", "*3"]);
  const back = read_address(write_address({ ...initial_state, open }, new Set()));
  assert.deepEqual(back.open, open);
});

test("nothing is said of what is as usual, and an address of another's making harms nothing", () => {
  assert.equal(write_address(initial_state, initial_state.open), "");
  assert.deepEqual(
    read_address("#panel=<script>&network=99999999&metric=__proto__&layer=%E0%A4%A"),
    {
      selected: "%E0%A4%A",
    },
  );
});
