/** The figures of a layer or a group, and what a group holds. */

import { h, headed } from "../dom.js";
import { bytes, percent, shape, whole } from "../format.js";

/** @typedef {import("../types").Totals} Totals */
/** @typedef {import("../model.js").Model} Model */
/** @typedef {import("../model.js").TreeNode} TreeNode */

/** Members of a group that are listed. */
const LISTED = 200;

/** Every metric that is not 0, with its share of the network. @param {Model} model @param {Totals} figures */
export function figures_view(model, figures) {
  const { metrics, tree } = model.network;
  const rows = metrics.filter(
    (one) =>
      figures[one.name] !== undefined &&
      figures[one.name] !== 0 &&
      (one.adds_up || figures[one.name] !== null),
  );
  return h(
    "dl",
    { class: "pairs figures-of" },
    rows.map((metric) => {
      const value = figures[metric.name];
      const all = tree.totals[metric.name];
      const is_bytes = metric.unit === "bytes" && metric.adds_up;
      return h(
        "div",
        { title: metric.sentence },
        h("dt", null, metric.title),
        h(
          "dd",
          { title: is_bytes ? `${whole(value)} bytes` : null },
          value === null ? "?" : is_bytes ? bytes(value) : whole(value),
        ),
        h(
          "dd",
          { class: "share" },
          metric.adds_up && value && all ? `${percent(value / all)} %` : "",
        ),
      );
    }),
  );
}

/** The members of a group, each a link. @param {Model} model @param {TreeNode} node
 * @param {(key: string, text?: string) => Node} link */
export function held_view(model, node, link) {
  const members = node.children.flatMap((child) =>
    child.type === "unit" ? child.children : [child],
  );
  const rest = members.length - LISTED;
  return h(
    "div",
    { class: "held" },
    headed(
      ["Layer", "Output", "Parameters", "MACs"].map((title) => h("th", { scope: "col" }, title)),
      members.slice(0, LISTED).map((member) => {
        const last = model.layer(member.output);
        const of = (/** @type {string} */ name) => whole(member.totals[name] || null);
        return h(
          "tr",
          null,
          h(
            "td",
            null,
            link(member.key, member.label),
            member.count > 1 && h("span", { class: "muted" }, ` × ${member.count}`),
          ),
          h("td", null, last ? shape(model.kind(last).output_shape) : ""),
          h("td", null, of("parameters")),
          h("td", null, of("macs")),
        );
      }),
    ),
    rest > 0 && h("p", { class: "muted" }, `and ${whole(rest)} more`),
  );
}
