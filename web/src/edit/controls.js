/** What the network is asked to be: its variant, and other values of its variables. */

import { h, replace } from "../dom.js";
import { range_of_slider } from "./sliders.js";

/** @typedef {import("../types").Edit} Place */
/** @typedef {{name: string, written: number, value: any, place: Place|null}} Variable */
/** @typedef {{variant: string|null, values: Record<string, string>}} Choice */
/** @typedef {{variants: (string|null)[]|null, variables: Variable[]|null, variant: string|null}} Told */

/** @param {HTMLElement} container @param {object} act
 * @param {(choice: Choice) => void} act.changed
 * @param {(place: Place, value: string) => void} act.write puts a value into the text
 * @param {Choice} first what is chosen to begin with
 * @returns {(told: Told) => void} */
export function mount_controls(container, { changed, write }, first) {
  let choice = { ...first };
  let shown = "";
  /** Where the values stand in the text that was answered last. @type {Map<string, Place|null>} */
  let places = new Map();

  const choose = (/** @type {Partial<Choice>} */ patch) => {
    choice = { ...choice, ...patch };
    changed(choice);
  };
  /** @param {string} name @param {string|null} value */
  const give = (name, value) => {
    const values = { ...choice.values };
    if (value === null) delete values[name];
    else values[name] = value;
    choose({ values });
  };

  return ({ variants, variables, variant }) => {
    if (!variants || !variables) return; // the text cannot be read just now: keep what there is
    places = new Map(variables.map((one) => [one.name, one.place]));
    choice = { ...choice, variant };
    const known = variables.map((one) => [one.name, one.written, one.place?.line]);
    const sign = JSON.stringify([variants, variant, known]);
    if (sign === shown) return; // a slider that is dragged stays the element that it is
    shown = sign;
    choice.values = Object.fromEntries(
      Object.entries(choice.values).filter(([name]) => places.has(name)),
    );
    const focused = container.contains(document.activeElement)
      ? document.activeElement?.getAttribute("name")
      : null;
    replace(
      container,
      variants.length > 1 &&
        variant_select(variants, variant, (next) => choose({ variant: next, values: {} })),
      variables.map((one) =>
        variable_field(one, choice.values[one.name], {
          give: (value) => give(one.name, value),
          write: (value) => {
            const at = places.get(one.name);
            const { [one.name]: _, ...others } = choice.values;
            choice.values = others; // the text has it now
            if (at) write(at, value);
          },
        }),
      ),
    );
    // Who chooses by keys goes on where they were.
    const again = focused && container.querySelector(`[name="${CSS.escape(focused)}"]`);
    if (again instanceof HTMLElement) again.focus();
  };
}

/** @param {(string|null)[]} variants @param {string|null} variant @param {(variant: string|null) => void} choose */
function variant_select(variants, variant, choose) {
  const select = h(
    "select",
    { name: "variant", onchange: () => choose(variants[select.selectedIndex]) },
    variants.map((one) => h("option", { selected: one === variant }, one ?? "no variant")),
  );
  return h("label", { class: "control" }, h("span", null, "Variant"), select);
}

/** @param {Variable} variable @param {string|undefined} given
 * @param {{give: (value: string|null) => void, write: (value: string) => void}} act */
function variable_field({ name, written, place }, given, { give, write }) {
  const { min, max, step } = range_of_slider(written);
  const file = String(written);
  const slider = h("input", {
    type: "range",
    name: `slider ${name}`,
    min,
    max,
    step,
    "aria-label": name,
  });
  const field = h("input", {
    type: "text",
    name: `field ${name}`,
    inputmode: "decimal",
    autocomplete: "off",
    "aria-label": `${name}, typed`,
  });
  const back = h(
    "button",
    {
      type: "button",
      class: "quiet",
      title: `The file has ${file}`,
      onclick: () => (put(file), slider.focus()),
    },
    `Back to ${file}`,
  );
  const keep = h("button", {
    type: "button",
    class: "quiet",
    onclick: () => write(field.value.trim()),
  });
  const acts = h("span", { class: "control-acts" }, back, place && keep);
  /** @param {string} value */
  const mark = (value) => {
    acts.classList.toggle("idle", value === file);
    back.disabled = keep.disabled = value === file;
    replace(keep, `Write into line ${place?.line}`);
  };
  /** @param {string} value */
  const put = (value) => {
    slider.value = field.value = value;
    mark(value);
    give(value === file ? null : value);
  };
  slider.addEventListener("input", () => {
    const short = Number.isInteger(written) ? slider.value : Number(slider.value).toPrecision(4);
    field.value = String(Number(short));
    mark(field.value);
    give(field.value === file ? null : field.value);
  });
  field.addEventListener("change", () => put(field.value.trim() || file));
  slider.value = field.value = given ?? file;
  mark(field.value);
  return h("div", { class: "control" }, h("span", null, name), slider, field, acts);
}
