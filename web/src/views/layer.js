/** The pane of what is selected: a layer, a group, a unit, a repeat. */

import "./layer.css";
import { h, replace } from "../dom.js";
import { cut, shape } from "../format.js";
import { layers_below, model_of } from "../model.js";
import { common_calls, call_text } from "../source.js";
import { with_keys } from "../state.js";
import { attributes_view, explain_view } from "./explain_view.js";
import { change_view } from "./change_view.js";
import { field_view } from "./field_view.js";
import { figures_view, held_view } from "./figures_view.js";
import { call_chain, source_view } from "./source_view.js";

/** @typedef {import("../types").Page} Page */
/** @typedef {import("../types").Layer} Layer */
/** @typedef {import("../state.js").Store} Store */
/** @typedef {import("../model.js").Model} Model */
/** @typedef {import("../model.js").TreeNode} TreeNode */
/** @typedef {import("../source.js").Place} Place */

/** Readers that are listed before the rest is folded away. */
const LISTED = 12;
/** Letters of a name that stands among others. */
const LONGEST = 300;
const BY_HAND = "One value by hand";
/** Layers of a group that are asked for the calls that they have in common. */
const ASKED = 4000;

/** What works one value of a layer by hand: null where its output has no places. @typedef {(name: string,
 *  shape: number[]) => {element: HTMLElement, open: (is_open: boolean) => void,
 *  choose: (place: number[]) => void} | null} ByHand */

/** @param {HTMLElement} container @param {Page} page @param {Store} store
 * @param {ByHand|null} [by_hand] where there is an engine behind the page */
export function mount(container, page, store, by_hand = null) {
  /** @type {import("./field_view.js").Memory} */
  const memory = { picture: null, centre: null, input: 0 };
  /** Titles of the sections that the reader has closed. @type {Set<string>} */
  const closed = new Set([BY_HAND]);
  const body = h("div", { class: "chosen" });
  container.append(body);
  let model = model_of(page.networks[store.get().network]);
  let source = source_view(model.network.files);

  /** @param {string} key */
  const go = (key) =>
    store.set({ selected: key, open: with_keys(store.get().open, model.parents(key)) });

  /** @param {string} key @param {string} [text] */
  function link(key, text = key) {
    // A path may break behind its dots.
    const parts = cut(text, LONGEST).split(".");
    const name = h(
      "bdi",
      { title: text.length > LONGEST ? text : null },
      parts.flatMap((part, place) => (place ? [".", h("wbr"), part] : part)),
    );
    if (model.node(key) === undefined) return name;
    return h("button", { type: "button", class: "link", onclick: () => go(key) }, name);
  }

  /** @param {string} title @param {...(Node | string | false | null | undefined)} content */
  function section(title, ...content) {
    if (!content.some(Boolean)) return null;
    const details = h(
      "details",
      {
        open: !closed.has(title),
        ontoggle: () => (details.open ? closed.delete(title) : closed.add(title)),
      },
      h("summary", null, h("h3", null, title)),
      ...content,
    );
    return details;
  }

  function show() {
    const { selected } = store.get();
    const node = selected === null ? undefined : model.node(selected);
    if (!node) {
      replace(body);
      return;
    }
    const layer = node.type === "layer" ? model.layer(node.output) : undefined;
    replace(body, heading(node, layer), ...(layer ? of_layer(node, layer) : of_group(node)));
    container.scrollTop = 0;
  }

  /** @param {TreeNode} node @param {Layer | undefined} layer */
  function heading(node, layer) {
    const around = model
      .parents(node.key)
      .map((key) => model.node(key))
      .filter((one) => one && one.parent && (one.type === "group" || one.type === "repeat"));
    const kind = layer && model.kind(layer);
    const times = node.count > 1 ? ` × ${node.count}` : "";
    return h(
      "header",
      null,
      h(
        "button",
        {
          type: "button",
          class: "quiet sign close",
          "aria-label": "Close",
          title: "Close (Escape)",
          onclick: () => store.set({ selected: null }),
        },
        "×",
      ),
      around.length > 0 &&
        h(
          "p",
          { class: "around" },
          around.map(
            (one) =>
              one &&
              h("span", null, link(one.key, one.label), h("span", { class: "muted" }, " › ")),
          ),
        ),
      h("h2", null, h("bdi", null, node.label || model.network.name), times),
      kind
        ? h(
            "p",
            { class: "op" },
            h("span", { class: "mark", style: { background: `var(--${kind.category})` } }),
            h("code", null, kind.line),
          )
        : h("p", { class: "muted" }, words_of(node)),
      change_view(model, node.change),
    );
  }

  /** @param {TreeNode} node @param {Layer} layer */
  function of_layer(node, layer) {
    const kind = model.kind(layer);
    // In the order of `explain`: sizes and counts, what it sees, bytes.
    const in_bytes = kind.formulas.filter((one) => one.quantity.endsWith("bytes"));
    const steps = [
      ...kind.formulas.filter((one) => !in_bytes.includes(one)),
      ...(layer.field_formulas ?? []),
      ...in_bytes,
    ];
    const said = [
      kind.law && `${/^y\b/.test(kind.law) ? "Computes" : "Gives"} ${kind.law}.`,
      layer.aux && "Of a head that is used in training only.",
      kind.output_shape === null &&
        "Its shape depends on values, or on a tensor without a known shape.",
      kind.figures.macs === null && "Its MACs are not counted.",
      kind.bits && bits_text(kind.bits, kind.figures),
    ].filter(Boolean);
    const value = kind.output_shape && by_hand?.(layer.name, kind.output_shape);
    const works = value && section(BY_HAND, value.element);
    works?.addEventListener("toggle", () => value?.open(works.open));
    return [
      wiring(layer),
      figures_view(model, kind.figures),
      said.map((text) => h("p", null, text)),
      layer.shares &&
        h("p", null, "Works with the weights of ", link(layer.shares), ", which count there."),
      section(
        "What it sees",
        layer.sees && h("p", null, `It ${layer.sees}.`),
        field_view(model.network, layer, memory, value?.choose),
      ),
      works,
      written(layer.origin),
      section(
        "How it is counted",
        ...(steps.length > 0
          ? [explain_view(steps), h("p", { class: "muted letters" }, model.network.letters)]
          : []),
      ),
      section("Arguments", attributes_view(kind.attributes)),
    ];
  }

  /** @param {TreeNode} node */
  function of_group(node) {
    const last = model.layer(node.output);
    const below = layers_below(node)
      .slice(0, ASKED)
      .map((place) => model.network.layers[place].origin);
    return [
      last &&
        h(
          "p",
          null,
          "Gives ",
          h("b", { class: "shape" }, shape(model.kind(last).output_shape)),
          ", from ",
          link(last.name),
          ".",
        ),
      figures_view(model, node.totals),
      section("What it holds", held_view(model, node, link)),
      section(
        "What it sees",
        last?.sees && h("p", null, `Its output ${last.sees}.`),
        last && field_view(model.network, last, memory),
      ),
      written(common_calls(below)),
    ];
  }

  /** What a layer reads and who reads it. @param {Layer} layer */
  function wiring(layer) {
    const kind = model.kind(layer);
    const readers = model.readers(layer.name);
    const outputs = Object.entries(model.network.outputs).filter(
      ([, one]) => one.layer === layer.name,
    );
    const rest = readers.slice(LISTED);
    return h(
      "dl",
      { class: "wiring" },
      layer.inputs.map((name, place) =>
        h(
          "div",
          null,
          h("dt", null, place ? "and" : "reads"),
          h("dd", null, link(name)),
          h("dd", { class: "shape" }, shape(kind.input_shapes[place])),
        ),
      ),
      h(
        "div",
        null,
        h("dt", null, "gives"),
        h(
          "dd",
          null,
          outputs.length > 0 &&
            h(
              "span",
              { class: "muted" },
              `the network's output ${outputs.map(([name]) => cut(name, 80)).join(", ")}`,
            ),
        ),
        h("dd", { class: "shape" }, shape(kind.output_shape)),
      ),
      readers.length > 0 &&
        h(
          "div",
          null,
          h("dt", null, "read by"),
          h(
            "dd",
            null,
            readers.slice(0, LISTED).map((name) => h("div", null, link(name))),
            rest.length > 0 &&
              h(
                "details",
                null,
                h("summary", null, `${rest.length} more`),
                rest.map((name) => h("div", null, link(name))),
              ),
          ),
        ),
    );
  }

  /** The places in the spec. @param {Place[]} calls */
  function written(calls) {
    const { files } = model.network;
    if (!calls.length || !files.length) return null;
    const chain = h("ol", { class: "calls" });
    const has_many = files.length > 1;
    call_chain(
      chain,
      calls.map((call) => ({
        text: cut(call_text(files, call), 60),
        line: call[1],
        file: has_many ? files[call[0]].name : null,
      })),
      (place) => source.show(calls, place),
    );
    // What is shown needs its height to scroll: it is filled once it stands in the page.
    requestAnimationFrame(() => source.show(calls));
    return section("Where it is written", chain, source.element);
  }

  store.subscribe((state, before) => {
    const is_new = state.network !== before.network || state.version !== before.version;
    if (is_new) {
      model = model_of(page.networks[state.network]);
      source = source_view(model.network.files);
      memory.input = 0;
    }
    if (is_new || state.selected !== before.selected) show();
  });
  show();
}

/** What a group is. @param {TreeNode} node */
function words_of(node) {
  const layers = `${node.totals.layers} ${node.totals.layers === 1 ? "layer" : "layers"}`;
  if (node.type === "repeat") return `${node.count} equal rounds, ${layers} together`;
  return node.block ? `block ${cut(node.block, 80)}, ${layers}` : layers;
}

/** The bits of one value of what a layer has to do with. @param {import("../types").Bits} bits
 * @param {Record<string, number | null>} figures */
function bits_text(bits, figures) {
  const keeps = figures.biases || figures.buffers || (figures.weights && !figures.macs);
  const parts = [
    figures.macs && `weights ${bits.weights}`,
    `activations ${bits.activations}`,
    `output ${bits.output}`,
    keeps && `others ${bits.others}`,
  ].filter(Boolean);
  return `Bits of a value: ${parts.join(", ")}.`;
}
