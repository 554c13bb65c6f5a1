/** Feature maps side by side: blue is negative, red positive, white zero; a value is told where one points. */
import { h, set_text } from "../dom.js";
import { moved } from "./controls.js";

/** @typedef {{name: string, rows: number, columns: number, values: number[]}} FeatureMap values row by row */

/** Red, green and blue of a value, from 0 to 255; `most` is the largest amount.
 * @param {number} value @param {number} most @returns {[number, number, number]} */
export function colour_of(value, most) {
  const share = most === 0 ? 0 : Math.max(-1, Math.min(1, value / most));
  const fade = (/** @type {number} */ end) => Math.round(255 + (end - 255) * Math.abs(share));
  return share < 0 ? [fade(33), fade(102), fade(172)] : [fade(178), fade(58), fade(30)];
}

/** @param {HTMLElement} place @param {{maps: FeatureMap[]}} given @param {import("./words.js").Words} words */
export function mount(place, given, words) {
  const told = h("p", { class: "told", role: "status" });
  const most = Math.max(...given.maps.flatMap(({ values }) => values.map(Math.abs)));
  const grid = h("div", { class: "grid" });
  for (const map of given.maps) grid.append(picture_of(map));
  place.append(grid, bar(), told);

  /** @param {FeatureMap} map */
  function picture_of(map) {
    const { name, rows, columns, values } = map;
    /** @type {[number, number]} */
    let at = [0, 0];
    const tell = () => {
      const value = values[at[0] * columns + at[1]];
      set_text(told, `${words.pixel(name, at[0] + 1, at[1] + 1)}: ${value}`);
    };
    const canvas = h("canvas", {
      width: columns,
      height: rows,
      tabindex: 0,
      role: "img",
      "aria-label": name,
      onpointermove: (/** @type {PointerEvent} */ event) => {
        const { width, height } = canvas.getBoundingClientRect();
        at = [
          Math.min(rows - 1, Math.floor((event.offsetY / height) * rows)),
          Math.min(columns - 1, Math.floor((event.offsetX / width) * columns)),
        ];
        tell();
      },
      onfocus: tell,
      onkeydown: (/** @type {KeyboardEvent} */ event) => {
        const next = moved(event.key, at, [rows, columns]);
        if (!next) return;
        event.preventDefault();
        at = next;
        tell();
      },
    });
    const context = canvas.getContext("2d");
    if (context) {
      const image = context.createImageData(columns, rows);
      values.forEach((value, index) => {
        image.data.set([...colour_of(value, most), 255], index * 4);
      });
      context.putImageData(image, 0, 0);
    }
    return h("div", { class: "map" }, canvas, h("div", { class: "name" }, name));
  }

  function bar() {
    const [low, middle, high] = [-most, 0, most].map((value) => colour_of(value, most).join(" "));
    return h(
      "div",
      { class: "colours" },
      h("span", null, String(-most)),
      h("span", {
        class: "band",
        style: { background: `linear-gradient(90deg, rgb(${low}), rgb(${middle}), rgb(${high}))` },
      }),
      h("span", null, String(most)),
    );
  }
}
