import assert from "node:assert/strict";
import { test } from "node:test";
import { create_store, initial_state, is_renewed, with_keys } from "../src/state.js";

test("listeners hear the state and the one before it, once for a patch", () => {
  const store = create_store(initial_state);
  const heard = [];
  const end = store.subscribe((state, before) => heard.push([state.panel, before.panel]));
  store.set({ panel: "table" });
  store.set({ panel: "table" });
  end();
  store.set({ panel: "graph" });
  assert.deepEqual(heard, [["table", "graph"]]);
  assert.throws(() => {
    store.get().panel = "memory";
  });
});

test("keys go in and out of a set without touching it", () => {
  const keys = new Set(["a", "b"]);
  assert.deepEqual([...with_keys(keys, ["c"], ["a"])], ["b", "c"]);
  assert.deepEqual([...keys], ["a", "b"]);
});

test("another network or another document makes what was drawn stale", () => {
  assert.equal(is_renewed({ ...initial_state, version: 1 }, initial_state), true);
  assert.equal(is_renewed({ ...initial_state, panel: "table" }, initial_state), false);
});
