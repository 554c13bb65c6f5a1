/** What the reader has chosen: one frozen value, replaced whole. */

/** @typedef {"kind"|"parameters"|"macs"|"activation_bytes"|"receptive_field"|"bytes_per_mac"} HeatMetric */
/** @typedef {"graph"|"table"|"memory"|"charts"|"claims"|"compare"|"difference"} Panel */

/** @typedef {object} State
 * @property {number} version raised when another document took the place of the page's (`edit`)
 * @property {number} begun raised when that is another network, looked at from its beginning (`play`)
 * @property {number} network which of the page's networks is shown
 * @property {ReadonlySet<string>} open keys of the tree's nodes that are unfolded (see model.js)
 * @property {string|null} selected name of a layer, or key of a group, a unit, a repeat
 * @property {HeatMetric} metric what the graph's colours say
 * @property {Panel} panel
 * @property {{column: string, descending: boolean}|null} sort
 * @property {string} filter
 * @property {readonly string[]} columns
 * @property {"auto"|"light"|"dark"} theme
 */

/** @typedef {object} Store
 * @property {() => State} get
 * @property {(patch: Partial<State>) => void} set
 * @property {(hear: (state: State, before: State) => void) => () => void} subscribe gives what ends it
 */

/** @type {State} */
export const initial_state = Object.freeze({
  version: 0,
  begun: 0,
  network: 0,
  open: new Set([""]),
  selected: null,
  metric: "kind",
  panel: "graph",
  sort: null,
  filter: "",
  columns: [],
  theme: "auto",
});

/** @param {State} initial @returns {Store} */
export function create_store(initial) {
  let state = initial;
  /** @type {Set<(state: State, before: State) => void>} */
  const listeners = new Set();
  return {
    get: () => state,
    set(patch) {
      const names = /** @type {(keyof State)[]} */ (Object.keys(patch));
      if (names.every((name) => Object.is(state[name], patch[name]))) return;
      const before = state;
      state = Object.freeze({ ...state, ...patch });
      for (const hear of [...listeners]) hear(state, before);
    },
    subscribe(hear) {
      listeners.add(hear);
      return () => void listeners.delete(hear);
    },
  };
}

/** A store as one sees it who looks at it now and then: what changed while nobody looked is heard as one
 *  change, when somebody does. @param {Store} store @param {(state: State) => boolean} is_seen
 * @returns {Store} */
export function while_seen(store, is_seen) {
  return {
    ...store,
    subscribe(hear) {
      let heard = store.get();
      return store.subscribe(() => {
        const now = store.get();
        if (now === heard || !is_seen(now)) return;
        const before = heard;
        heard = now;
        hear(now, before);
      });
    },
  };
}

/** A set with some keys put in and others taken out.
 * @param {ReadonlySet<string>} keys @param {Iterable<string>} put @param {Iterable<string>} [out]
 * @returns {ReadonlySet<string>} */
export function with_keys(keys, put, out = []) {
  const changed = new Set(keys);
  for (const key of put) changed.add(key);
  for (const key of out) changed.delete(key);
  return changed;
}

/** Whether another network is shown than before: what was made of the old one is stale.
 * @param {State} state @param {State} before */
export function is_renewed(state, before) {
  return state.network !== before.network || state.version !== before.version;
}
