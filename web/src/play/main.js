/** The page that needs no server: a network to choose, its text, and its report beside it. */

import "./play.css";
import { kept_of } from "../address.js";
import { h, on, replace } from "../dom.js";
import { mount_live } from "../edit/live.js";
import { kept_text, keep_text } from "./kept.js";
import { is_same, name_of, named_by, renamed } from "./named.js";
import { start_python } from "./python.js";
import { parse_exact } from "../exact.js";

/** @typedef {{name: string, text: string, answer: any, networks: {name: string, title: string}[]}} Start */

const place = /** @type {HTMLElement} */ (document.getElementById("document"));
void start(parse_exact(place.textContent ?? ""), place.dataset.nonce ?? "");

/** @param {Start} told @param {string} nonce */
async function start(told, nonce) {
  /** Texts of bundled networks that were read. */
  const texts = new Map([[told.name, told.text]]);
  /** @param {string} name */
  const bundled = async (name) => {
    if (!texts.has(name) && told.networks.some((one) => one.name === name)) {
      const response = await fetch(`specs/${name}.yaml`).catch(() => null);
      if (response?.ok) texts.set(name, await response.text());
    }
    return texts.get(name) ?? null;
  };
  /** @param {string} text */
  const bundled_name = (text) => [...texts].find(([, one]) => one === text)?.[0] ?? null;

  const status = h("span", { class: "edit-dirty", role: "status" });
  const notice = h("div", { class: "edit-notice", role: "alert", hidden: true });
  const networks = h(
    "select",
    { "aria-label": "Network", onchange: () => void choose(networks.value) },
    h("option", { value: "", hidden: true }, "Your own"),
    told.networks.map(({ name, title }) => h("option", { value: name }, title)),
  );
  const share = h("button", { type: "button", onclick: () => void give_link() }, "Share");
  const bar = h("div", { class: "edit-bar play-bar" }, networks, status, share);
  /** @param {string|null} problem */
  const say = (problem) => {
    notice.hidden = problem === null;
    replace(notice, problem);
  };

  const named = await named_by(location.hash, bundled);
  const asked = named && "text" in named ? named : null;
  const first = asked ?? kept_text() ?? { text: told.text, variant: null, values: {} };
  if (named && "problem" in named) say(named.problem);
  /** What the address names; null where it names nothing, or what is no longer shown. */
  let linked = asked;

  const ask = start_python(told.text, (stage, problem) => {
    document.body.dataset.python = stage;
    replace(status, stage === "loading" ? "Python is loading …" : "");
    if (stage === "failed") say(`Python does not start in this browser: ${problem}`);
  });
  const live = mount_live(document.body, {
    start: { text: told.text, nonce },
    first,
    answer: is_same(first, { text: told.text, variant: null, values: {} }) ? told.answer : null,
    head: [bar, notice],
    empty: "The report is shown once Python is loaded and the spec has no faults.",
    ask,
    complete: ask,
    work: async ({ layer, place }) => ({
      problem:
        `This page has no engine. With the text in a file, cnncalc edit FILE shows it here, and ` +
        `cnncalc explain FILE ${layer} --at ${place.join(",")} in a terminal.`,
    }),
    changed: () => {
      const now = live.now();
      networks.value = bundled_name(now.text) ?? "";
      keep_text(now);
      if (document.body.dataset.python === "ready") replace(status);
      if (!linked || is_same(linked, now)) return;
      linked = null;
      history.replaceState(null, "", renamed(location.hash, "", true));
    },
    told: ({ problem, page }) => {
      if (problem) say(problem);
      else if (problem === undefined && document.body.dataset.python === "ready") say(null);
      if (page) document.title = `${page.title} · cnncalc`;
    },
    save: () => void give_link(),
    saves: "makes a link",
  });
  networks.value = bundled_name(first.text) ?? "";

  /** @param {import("./named.js").Text} next */
  function put(next) {
    linked = next;
    say(null);
    live.put(next);
  }

  /** @param {string} name */
  async function choose(name) {
    const text = await bundled(name);
    if (text === null) return say("This network could not be loaded: are you connected?");
    history.pushState(null, "", renamed(location.hash, `net=${name}`, false));
    put({ text, variant: null, values: {} });
  }

  async function give_link() {
    const now = live.now();
    const name = await name_of(now, bundled_name(now.text));
    if (name === null) return say("The text is too long for a link: 256 KB at most.");
    linked = now;
    history.replaceState(null, "", renamed(location.hash, name, true));
    const is_copied = await navigator.clipboard?.writeText(location.href).then(
      () => true,
      () => false,
    );
    replace(status, is_copied ? "Link copied" : "The link is in the address bar");
  }

  on(window, "popstate", async () => {
    const shown = live.now();
    if (!kept_of(location.hash)) return;
    const next = await named_by(location.hash, bundled);
    if (next && "problem" in next) say(next.problem);
    else if (next && !is_same(next, shown)) put(next);
  });
}
