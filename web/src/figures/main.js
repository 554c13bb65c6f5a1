/** Brings the figures of a page of the documentation to life. What a figure shows is written into the page by
 *  cnncalc; without this script it stands there as a table. */
import "./figures.css";
import { h } from "../dom.js";
import * as channels from "./channels_figure.js";
import * as costs from "./costs_figure.js";
import * as field from "./field_figure.js";
import * as lines from "./lines_figure.js";
import * as maps from "./maps_figure.js";
import * as window_figure from "./window_figure.js";
import { words_of } from "./words.js";

/** @type {Record<string, (place: HTMLElement, given: any, words: import("./words.js").Words) => void>} */
const KINDS = {
  activations: lines.mount,
  channels: channels.mount,
  costs: costs.mount,
  field: field.mount,
  gradients: lines.mount,
  maps: maps.mount,
  window: window_figure.mount,
};

for (const figure of /** @type {NodeListOf<HTMLElement>} */ (
  document.querySelectorAll("figure[data-cnncalc]")
)) {
  const mount = KINDS[figure.dataset.cnncalc ?? ""];
  const data = figure.querySelector("script[type='application/json']");
  if (!mount || !data) continue;
  const place = h("div", { class: `figure-${figure.dataset.cnncalc}` });
  const language = figure.closest("[lang]")?.getAttribute("lang") ?? "en";
  mount(place, JSON.parse(data.textContent ?? ""), words_of(language));
  figure.querySelector(".still")?.replaceWith(place);
}
