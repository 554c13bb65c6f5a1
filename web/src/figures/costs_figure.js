/** What the layers of a network cost, as bars; a logarithm lets small ones be seen beside large ones. */
import { h, replace } from "../dom.js";
import { choice } from "./controls.js";

/** @typedef {{name: string, parameters: number, macs: number}} Cost */
/** @typedef {"parameters"|"macs"} Metric */
/** @typedef {"logarithmic"|"linear"} Scale */

/** The share of a bar's full length. From the power of ten below the smallest value on, or from 0.
 * @param {number} value @param {number[]} values @param {Scale} scale */
export function length_of(value, values, scale) {
  const largest = Math.max(...values);
  if (value <= 0) return 0;
  if (scale === "linear") return value / largest;
  const low = Math.floor(Math.log10(Math.min(...values.filter((one) => one > 0)))) - 1;
  return (Math.log10(value) - low) / (Math.log10(largest) - low);
}

/** @param {HTMLElement} place @param {{layers: Cost[]}} given @param {import("./words.js").Words} words */
export function mount(place, given, words) {
  /** @type {Metric} */
  let metric = "parameters";
  /** @type {Scale} */
  let scale = "logarithmic";
  const bars = h("table", { class: "bars" });

  function draw() {
    const values = given.layers.map((layer) => layer[metric]);
    replace(
      bars,
      h(
        "tbody",
        null,
        given.layers.map(({ name }, index) =>
          h(
            "tr",
            null,
            h("th", { scope: "row" }, name),
            h(
              "td",
              { class: "bar" },
              h("span", { style: { width: `${100 * length_of(values[index], values, scale)}%` } }),
            ),
            h("td", { class: "number" }, values[index].toLocaleString("en")),
          ),
        ),
      ),
    );
  }

  place.append(
    h(
      "div",
      { class: "controls" },
      choice(
        words.cost,
        { parameters: words.parameters, macs: words.macs },
        /** @type {Metric} */ (metric),
        (chosen) => {
          metric = chosen;
          draw();
        },
      ),
      choice(
        words.scale,
        { logarithmic: words.logarithmic, linear: words.linear },
        /** @type {Scale} */ (scale),
        (chosen) => {
          scale = chosen;
          draw();
        },
      ),
    ),
    bars,
  );
  draw();
}
