/** The views in the order of their tabs. A view makes its elements once, when it is first shown. */

import { mount as charts } from "./views/charts.js";
import { mount as claims } from "./views/claims.js";
import { mount as compare } from "./views/compare.js";
import { mount as difference } from "./views/difference.js";
import { mount as graph } from "./views/graph.js";
import { mount as memory } from "./views/memory.js";
import { mount as table } from "./views/table.js";

/** @typedef {import("./types").Page} Page */
/** @typedef {import("./state.js").Store} Store */

/** @typedef {object} View
 * @property {import("./state.js").Panel} name
 * @property {string} title
 * @property {(container: HTMLElement, page: Page, store: Store) => void} mount
 * @property {(page: Page) => boolean} applies whether the page has what it shows */

/** @type {View[]} */
export const VIEWS = [
  {
    name: "difference",
    title: "Changes",
    mount: difference,
    applies: (page) => page.difference !== null,
  },
  { name: "graph", title: "Graph", mount: graph, applies: () => true },
  { name: "table", title: "Table", mount: table, applies: () => true },
  { name: "memory", title: "Memory", mount: memory, applies: () => true },
  { name: "charts", title: "Charts", mount: charts, applies: () => true },
  {
    name: "compare",
    title: "Comparison",
    mount: compare,
    applies: (page) => page.networks.length > 1 && page.difference === null,
  },
  {
    name: "claims",
    title: "Claims",
    mount: claims,
    applies: () => true,
  },
];
