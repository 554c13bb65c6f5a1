/** What became of a layer or a group, in a difference: its status, what is otherwise, and what that costs. */

import { h } from "../dom.js";
import { bytes, signed, whole } from "../format.js";
import { STATUS_SIGNS } from "../graph/boxes.js";

/** @typedef {import("../types").Change} Change */
/** @typedef {import("../model.js").Model} Model */

/** Metrics whose change is told. */
const TOLD = ["parameters", "macs", "activation_bytes"];

/** @param {Model} model @param {Change|undefined} change @returns {HTMLElement|null} null where nothing is said */
export function change_view(model, change) {
  if (!change || change.status === "same") return null;
  const costs = TOLD.flatMap((name) => model.network.metrics.filter((one) => one.name === name))
    .map((metric) => ({ metric, by: change.change?.[metric.name] ?? 0 }))
    .filter(({ by }) => by);
  return h(
    "div",
    { class: `changed-layer ${change.status}` },
    h(
      "p",
      null,
      h("span", { class: `change-sign ${change.status}`, "aria-hidden": "true" },
        STATUS_SIGNS[change.status]), // prettier-ignore
      change.status,
      change.was && change.status === "changed" && [", was ", h("bdi", null, change.was)],
    ),
    h(
      "ul",
      null,
      (change.what ?? []).map((one) =>
        h(
          "li",
          null,
          `${one.name.replaceAll("_", " ")} `,
          h("code", { class: "old" }, one.old),
          " → ",
          h("code", null, one.new),
        ),
      ),
      costs.map(
        ({ metric, by }) =>
        h("li", null, h("b", null, signed(by, metric.unit === "bytes" ? bytes : whole)),
          ` ${metric.title}`), // prettier-ignore
      ),
    ),
  );
}
