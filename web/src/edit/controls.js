/** What the network is asked to be: its variant, and other values of its variables. */

import { h, replace } from "../dom.js";

/** @typedef {{name: string, written: number, value: any}} Variable */
/** @typedef {{variant: string|null, values: Record<string, string>}} Choice */

/** How far a slider goes: from nothing, or 1 of a whole number, to four times what is written.
 * @param {number} written @returns {{min: number, max: number, step: number}} */
export function range_of_slider(written) {
  if (!Number.isInteger(written)) {
    const most = Math.max(Math.abs(written) * 4, 0.01);
    return { min: written < 0 ? -most : 0, max: most, step: most / 400 };
  }
  const most = Math.max(8, Math.abs(written) * 4);
  return { min: written < 1 ? Math.min(0, written * 4) : 1, max: most, step: 1 };
}

/** @param {HTMLElement} container @param {(choice: Choice) => void} changed
 * @returns {(told: {variants: (string|null)[]|null, variables: Variable[]|null, variant: string|null}) => void} */
export function mount_controls(container, changed) {
  /** @type {Choice} */
  let choice = { variant: null, values: {} };
  let shown = "";

  const choose = (/** @type {Partial<Choice>} */ patch) => {
    choice = { ...choice, ...patch };
    changed(choice);
  };

  return ({ variants, variables, variant }) => {
    if (!variants || !variables) return; // the text cannot be read just now: keep what there is
    choice = { ...choice, variant };
    const sign = JSON.stringify([
      variants,
      variant,
      variables.map((one) => [one.name, one.written]),
    ]);
    if (sign === shown) return; // a slider that is dragged stays the element that it is
    shown = sign;
    const known = new Set(variables.map((one) => one.name));
    choice.values = Object.fromEntries(
      Object.entries(choice.values).filter(([name]) => known.has(name)),
    );
    replace(
      container,
      variants.length > 1 &&
        variant_select(variants, variant, (next) => choose({ variant: next, values: {} })),
      variables.map((one) =>
        variable_field(one, choice.values[one.name], (text) => {
          const values = { ...choice.values };
          if (text === null) delete values[one.name];
          else values[one.name] = text;
          choose({ values });
        }),
      ),
    );
  };
}

/** @param {(string|null)[]} variants @param {string|null} variant @param {(variant: string|null) => void} choose */
function variant_select(variants, variant, choose) {
  const select = h(
    "select",
    { onchange: () => choose(variants[select.selectedIndex]) },
    variants.map((one) => h("option", { selected: one === variant }, one ?? "no variant")),
  );
  return h("label", { class: "control" }, h("span", null, "Variant"), select);
}

/** @param {Variable} variable @param {string|undefined} given @param {(text: string|null) => void} choose */
function variable_field({ name, written }, given, choose) {
  const { min, max, step } = range_of_slider(written);
  const at = given ?? String(written);
  const slider = h("input", { type: "range", min, max, step, value: at, "aria-label": name });
  const field = h("input", {
    type: "text",
    inputmode: "decimal",
    value: at,
    size: 6,
    "aria-label": `${name}, typed`,
  });
  const back = h(
    "button",
    {
      type: "button",
      class: "quiet sign",
      title: `As written: ${written}`,
      "aria-label": `${name} as written`,
    },
    "↺",
  );
  const show = (/** @type {string} */ text) => {
    const is_written = text === String(written);
    back.hidden = is_written;
    choose(is_written ? null : text);
  };
  back.hidden = at === String(written);
  slider.addEventListener("input", () => {
    field.value = Number.isInteger(written)
      ? slider.value
      : String(Number(Number(slider.value).toPrecision(4)));
    show(field.value);
  });
  field.addEventListener("change", () => {
    slider.value = field.value;
    show(field.value.trim() || String(written));
  });
  back.addEventListener("click", () => {
    slider.value = field.value = String(written);
    show(String(written));
  });
  return h("div", { class: "control" }, h("span", null, name), slider, field, back);
}
