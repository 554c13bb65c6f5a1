/** What is stated of the network, with verdicts; what `check` finds; how its numbers are counted. */

import "./claims.css";
import { h, headed, replace } from "../dom.js";
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

/** All of it in a sentence. A figure that the source prints otherwise is no fault of the network.
 * @param {Network} network */
function verdict({ claims, findings }) {
  const faults = findings.filter((one) => one.severity === "error").length;
  const warnings = findings.filter((one) => one.severity === "warning").length;
  const counted = [plural(faults, "fault"), plural(warnings, "warning")].filter(Boolean);
  const own = claims.filter((one) => one.kind !== "published");
  const printed = claims.filter((one) => one.kind === "published");
  const parts = [
    share(own, "stated", "hold", "do not hold"),
    share(printed, "published", "agree", "differ"),
    counted.length ? counted.join(", ") : "no faults were found",
  ].filter(Boolean);
  const text = parts.join("; ");
  return [
    sign(faults === 0 && own.every((one) => one.holds)),
    ` ${text[0].toUpperCase()}${text.slice(1)}.`,
  ];
}

/** @param {Claim[]} claims @param {string} which @param {string} good @param {string} bad */
function share(claims, which, good, bad) {
  const failed = claims.filter((one) => !one.holds).length;
  if (!claims.length) return "";
  return failed
    ? `${whole(failed)} of ${plural(claims.length, `${which} number`)} ${bad}`
    : `all of ${plural(claims.length, `${which} number`)} ${good}`;
}

/** @param {number} count @param {string} word */
function plural(count, word) {
  return count && `${whole(count)} ${word}${count === 1 ? "" : "s"}`;
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
    headed(
      heads.map((head, place) =>
        h("th", { scope: "col", class: [3, 4, 6].includes(place) ? "number" : null }, head),
      ),
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
  );
}

/** How a published number is read, and what is noted of it. @param {Claim} claim */
function said({ holds, reading, note }) {
  const parts = [holds || reading !== "differs" ? reading : "", note].filter(Boolean);
  return parts.length ? prose(parts.join("; ")) : "";
}
