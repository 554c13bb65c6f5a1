/** A picture of the reader's on the input. It is drawn here and goes nowhere. */

import { h, on, set_attributes } from "../dom.js";
import { covering } from "../field_plan.js";

/** @typedef {import("../field.js").Span} Span */
/** @typedef {import("./field_view.js").Memory} Memory */

/** The longer side of what is magnified, in pixels; and of a picture that is kept. */
const GLASS = 160;
const LARGEST = 2048;

/** Buttons that take a picture and put it away; a picture may also be dropped on the drawing.
 * @param {HTMLElement} stage @param {Memory} memory @param {() => void} changed */
export function picture_choice(stage, memory, changed) {
  const said = h("span", { role: "status" });
  const input = h("input", {
    type: "file",
    accept: "image/*",
    hidden: true,
    "aria-label": "Picture",
  });
  const choose = h("button", { type: "button", onclick: () => input.click() }, "Choose a picture");
  const remove = h("button", { type: "button", onclick: () => take(null) }, "Remove it");

  /** @param {Blob | null} file */
  async function take(file) {
    try {
      const picture = file && (await reduced(file));
      memory.picture?.close();
      memory.picture = picture;
      said.textContent = "";
    } catch {
      said.textContent = "This file is not a picture that this browser reads.";
    }
    show();
    changed();
  }

  function show() {
    remove.hidden = !memory.picture;
  }
  on(input, "change", () => {
    const [file] = input.files ?? [];
    if (file) take(file);
    input.value = "";
  });
  on(stage, "dragover", (event) => {
    event.preventDefault();
    stage.classList.add("over");
  });
  on(stage, "dragleave", () => stage.classList.remove("over"));
  on(stage, "drop", (event) => {
    event.preventDefault();
    stage.classList.remove("over");
    const [file] = event.dataTransfer?.files ?? [];
    if (file) take(file);
  });
  show();
  return h(
    "p",
    { class: "choice" },
    input,
    choose,
    remove,
    h("span", { class: "quiet" }, "or drop one on the input; it stays in this page."),
    said,
  );
}

/** @param {Blob} file @returns {Promise<ImageBitmap>} */
async function reduced(file) {
  const whole = await createImageBitmap(file);
  const scale = LARGEST / Math.max(whole.width, whole.height);
  if (scale >= 1) return whole;
  const picture = await createImageBitmap(whole, {
    resizeWidth: Math.max(1, Math.round(whole.width * scale)),
    resizeHeight: Math.max(1, Math.round(whole.height * scale)),
  });
  whole.close();
  return picture;
}

/** The middle of a picture on the input's place.
 * @param {HTMLCanvasElement} canvas twice as fine as the plan @param {ImageBitmap | null} picture
 * @param {import("../field_plan.js").Box} input @param {number[]} lengths */
export function paint_picture(canvas, picture, input, lengths) {
  const context = canvas.getContext("2d");
  context?.clearRect(0, 0, canvas.width, canvas.height);
  if (!picture || lengths.length !== 2) return;
  const { x, y, width, height } = input;
  context?.drawImage(picture, ...covering(picture, lengths), 2 * x, 2 * y, 2 * width, 2 * height);
}

/** What is seen of a picture, as large as a stamp, with the padding around it.
 * @param {HTMLCanvasElement} canvas @param {ImageBitmap} picture @param {(Span | null)[]} spans
 * @param {number[]} lengths */
export function magnify(canvas, picture, [high, wide], lengths) {
  if (!high || !wide) return;
  const rows = high.last - high.first + 1;
  const columns = wide.last - wide.first + 1;
  const scale = GLASS / Math.max(rows, columns);
  set_attributes(canvas, {
    width: Math.max(1, Math.round(columns * scale)),
    height: Math.max(1, Math.round(rows * scale)),
  });
  const context = canvas.getContext("2d");
  context?.drawImage(
    picture,
    ...covering(picture, lengths),
    -wide.first * scale,
    -high.first * scale,
    lengths[1] * scale,
    lengths[0] * scale,
  );
}
