/** The graph on paper: all of it, in sheets that stand side by side where they are narrow. */

import { on, svg } from "../dom.js";
import { sheets } from "./sheets.js";

/** @typedef {import("./scene.js").Scene} Scene */

/** Pixels of a sheet: what A4 and Letter have room for beneath the head of the page. */
const WIDE = 690;
const HIGH = 830;
/** Boxes on paper are so much smaller than on the screen. */
const SCALE = 0.7;
/** Between two sheets. */
const GAP = 5;
const MARGIN = 8;

/** @param {SVGSVGElement} canvas @param {SVGGElement} stage @param {() => Scene} whole draws all of the graph
 * @param {() => void} after draws what is seen again */
export function on_paper(canvas, stage, whole, after) {
  let kept = "";
  /** @type {SVGElement[]} */
  let more = [];
  on(window, "beforeprint", () => {
    const { boxes, width, height } = whole();
    const scale = scale_of(width + 2 * MARGIN, height);
    const [first, ...rest] = sheets(boxes, height + MARGIN, HIGH / scale);
    const looks = ({ top = 0, height: tall = 1 } = first ?? {}) => ({
      viewBox: [-MARGIN, top, width + 2 * MARGIN, tall].join(" "),
      width: Math.round((width + 2 * MARGIN) * scale),
      height: Math.round(tall * scale),
    });
    kept = stage.getAttribute("transform") ?? "";
    stage.removeAttribute("transform");
    for (const [name, value] of Object.entries(looks(first))) {
      canvas.setAttribute(name, String(value));
    }
    more = rest.map((sheet) =>
      svg(
        "svg",
        { class: "g-sheet", "aria-hidden": "true", ...looks(sheet) },
        svg("use", { href: `#${stage.id}` }),
      ),
    );
    canvas.after(...more);
  });
  on(window, "afterprint", () => {
    for (const sheet of more) sheet.remove();
    more = [];
    stage.setAttribute("transform", kept);
    for (const name of ["viewBox", "width", "height"]) canvas.removeAttribute(name);
    after();
  });
}

/** Two sheets that would almost fit beside each other are made a little smaller.
 * @param {number} width @param {number} height */
function scale_of(width, height) {
  const beside = height * SCALE > HIGH ? Math.max(1, Math.round(WIDE / (width * SCALE))) : 1;
  return Math.min(SCALE, (WIDE / beside - GAP) / width);
}
