/** Channels that are joined: each layer reads all that was made before it, and adds its own. */
import { h, replace, set_text, svg } from "../dom.js";
import { moved } from "./controls.js";

/** @typedef {{name: string, reads: number, adds: number}} Joined */

const WIDTH = 34;
const HEIGHT = 220;

/** @param {HTMLElement} place @param {{layers: Joined[]}} given @param {import("./words.js").Words} words */
export function mount(place, given, words) {
  const { layers } = given;
  let at = layers.length - 1;
  const picture = h("div", { class: "picture" });
  const told = h("p", { class: "told", role: "status" });
  const largest = Math.max(...layers.map(({ reads, adds }) => reads + adds));
  const tall = (/** @type {number} */ channels) => (channels / largest) * HEIGHT;

  /** Where the channels of a column come from: the input's, then each layer's.
   * @param {number} index */
  function parts(index) {
    const made = layers.slice(0, index).map(({ adds }) => adds);
    const first = layers[index].reads - made.reduce((sum, one) => sum + one, 0);
    return [first, ...made, layers[index].adds];
  }

  function draw() {
    const columns = layers.flatMap((_, index) => {
      let top = HEIGHT + 8;
      return parts(index).map((channels, part, all) => {
        top -= tall(channels);
        return svg("rect", {
          x: 8 + index * WIDTH,
          y: top,
          width: WIDTH - 8,
          height: Math.max(tall(channels) - 1, 0.5),
          class: [part === all.length - 1 ? "new" : "old", index === at ? "lit" : ""].join(" "),
          onpointerenter: () => {
            if (at === index) return;
            at = index;
            draw();
          },
        });
      });
    });
    const { name, reads, adds } = layers[at];
    const sentence = words.joined(name, reads, adds);
    const drawn = svg(
      "svg",
      {
        viewBox: `0 0 ${layers.length * WIDTH + 8} ${HEIGHT + 12}`,
        width: layers.length * WIDTH + 8,
        role: "img",
        tabindex: 0,
        "aria-label": sentence,
        onkeydown: (/** @type {KeyboardEvent} */ event) => {
          const next = moved(event.key, [0, at], [1, layers.length]);
          if (!next) return;
          event.preventDefault();
          at = next[1];
          draw();
        },
      },
      ...columns,
    );
    const had_focus = picture.contains(document.activeElement);
    replace(picture, drawn);
    if (had_focus) drawn.focus();
    set_text(told, sentence);
  }

  place.append(h("p", { class: "hint" }, words.arrows), picture, told);
  draw();
}
