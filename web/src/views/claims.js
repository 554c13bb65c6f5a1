/** What is stated of the network, with verdicts; what `check` finds; how its numbers are counted. */

import "./claims.css";
import { h, replace } from "../dom.js";
import { whole } from "../format.js";
import { model_of } from "../model.js";
import { with_keys } from "../state.js";
import { finding_view, prose } from "./finding_view.js";

/** @typedef {import("../types").Page} Page */
/** @typedef {import("../types").Network} Network */
/** @typedef {import("../types").Claim} Claim */
/** @typedef {import("../state.js").Store} Store */

/** Findings and statements that are listed; of more, how many there are. */
const LISTED = 500;

/** [kind of claim, heading, what it means] */
const KINDS = /** @type {const} */ ([
  ["expect", "Expected", "what the spec says that its counts are"],
  ["budget", "Budgets", "what the spec allows at most"],
  ["published", "Published", "what the source prints, read as people round"],
]);

/** @param {HTMLElement} container @param {Page} page @param {Store} store */
export function mount(container, page, store) {
  const body = h("div", { class: "claims-body" });
  container.append(body);

  /** @param {string} name */
  function link(name) {
    const model = model_of(page.networks[store.get().network]);
    if (!model.node(name)) return h("bdi", null, name);
    const go = () =>
      store.set({ selected: name, open: with_keys(store.get().open, model.parents(name)) });
    return h("button", { type: "button", class: "link", onclick: go }, h("bdi", null, name));
  }

  function show() {
    const network = page.networks[store.get().network];
    const { claims, findings, notes, files } = network;
    replace(
      body,
      h("p", { class: "verdict" }, verdict(network)),
      findings.length > 0 &&
        h(
          "section",
          null,
          h("h2", null, "Findings"),
          findings.slice(0, LISTED).map((one) => finding_view(one, files, link)),
          more(findings.length),
        ),
      KINDS.map(([kind, heading, sentence]) => {
        const own = claims.filter((one) => one.kind === kind);
        return (
          own.length > 0 &&
          h(
            "section",
            null,
            h("h2", null, heading, h("small", null, ` ${sentence}`)),
            table(network, own, link),
            more(own.length),
          )
        );
      }),
      notes.length > 0 &&
        h(
          "section",
          null,
          h("h2", null, "Notes"),
          h(
            "ul",
            null,
            notes.map((note) => h("li", null, prose(note))),
          ),
        ),
      h("section", null, h("h2", null, "How it is counted"), h("p", null, network.conventions)),
    );
  }

  store.subscribe((state, before) => {
    if (state.network !== before.network || state.version !== before.version) show();
  });
  show();
}

/** @param {number} count */
function more(count) {
  return count > LISTED && h("p", { class: "muted" }, `and ${whole(count - LISTED)} more`);
}

/** All of it in a sentence. @param {Network} network */
function verdict({ claims, findings }) {
  const of = (/** @type {string} */ severity) =>
    findings.filter((one) => one.severity === severity).length;
  const counted = [
    [of("error"), "fault"],
    [of("warning"), "warning"],
  ]
    .filter(([count]) => count)
    .map(([count, word]) => `${whole(Number(count))} ${word}${count === 1 ? "" : "s"}`);
  const held = claims.filter((one) => one.holds).length;
  const stated =
    claims.length === 0
      ? "Nothing is stated of its numbers"
      : held === claims.length
        ? `All ${whole(held)} stated numbers hold`
        : `${whole(claims.length - held)} of ${whole(claims.length)} stated numbers do not hold`;
  return [
    sign(held === claims.length && of("error") === 0),
    ` ${stated}; `,
    counted.length ? `${counted.join(", ")}.` : "no faults were found.",
  ];
}

/** @param {boolean} holds */
function sign(holds) {
  return h("span", { class: holds ? "holds" : "fails", "aria-hidden": "true" }, holds ? "✓" : "✗");
}

/** @param {Network} network @param {Claim[]} claims @param {(name: string) => Node} link */
function table(network, claims, link) {
  const titles = new Map(
    [...network.metrics, ...network.whole].map((one) => [one.name, one.title]),
  );
  const has_line = network.files.length > 0;
  const heads = ["Verdict", "Of", "Number", "Stated", "Counted", "", ...(has_line ? ["Line"] : [])];
  return h(
    "div",
    { class: "claims-table", tabindex: 0, role: "region", "aria-label": "Stated numbers" },
    h(
      "table",
      null,
      h(
        "thead",
        null,
        h(
          "tr",
          null,
          heads.map((head, place) =>
            h("th", { scope: "col", class: [3, 4, 6].includes(place) ? "number" : null }, head),
          ),
        ),
      ),
      h(
        "tbody",
        null,
        claims
          .slice(0, LISTED)
          .map((claim) =>
            h(
              "tr",
              null,
              h("td", null, sign(claim.holds), claim.holds ? " holds" : " differs"),
              h(
                "td",
                null,
                claim.layer === null
                  ? h("span", { class: "muted" }, "the network")
                  : link(claim.layer),
              ),
              h("td", null, titles.get(claim.metric) ?? claim.metric),
              h("td", { class: "number" }, claim.stated),
              h("td", { class: "number" }, claim.actual),
              h("td", { class: "muted" }, said(claim)),
              has_line && h("td", { class: "number muted" }, claim.line),
            ),
          ),
      ),
    ),
  );
}

/** How a published number is read, and what is noted of it. @param {Claim} claim */
function said({ holds, reading, note }) {
  const parts = [holds || reading !== "differs" ? reading : "", note].filter(Boolean);
  return parts.length ? prose(parts.join("; ")) : "";
}
