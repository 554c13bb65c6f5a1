/** What one output value sees, drawn on the input to scale. */

import { fields_of, separated } from "../columns.js";
import { h, on, replace, set_attributes, set_text, svg } from "../dom.js";
import { inside, middle, moved, nearest, places, seen_text, span } from "../field.js";
import { field_plan } from "../field_plan.js";
import { shape } from "../format.js";
import { output_map } from "./output_map.js";
import { magnify, paint_picture, picture_choice } from "./picture.js";

/** @typedef {import("../types").Field} Field */
/** @typedef {import("../types").Layer} Layer */
/** @typedef {import("../types").Network} Network */
/** @typedef {import("../types").Shape} Shape */

/** What stays when another layer is looked at: the picture, the input, and where on it one looks.
 * @typedef {{picture: ImageBitmap | null, centre: number[] | null, input: number}} Memory */

/** The field of a layer, one input at a time; null where it has none.
 * @param {Network} network @param {Layer} layer @param {Memory} memory
 * @param {(position: number[]) => void} [choose] hears of the output that is clicked */
export function field_view(network, layer, memory, choose = () => {}) {
  const all = fields_of(network.fields[layer.field]).filter(
    ([, field]) => !field || field.size.length,
  );
  if (!all.length) return null;
  const body = h("div");
  const draw = () => {
    const [name, field] = all[memory.input] ?? all[0];
    const input = network.input[name] ?? Object.values(network.input)[0];
    const output = network.kinds[layer.kind].output_shape;
    replace(
      body,
      field
        ? figure(field, input, output, memory, choose)
        : h("p", { class: "quiet" }, "What it sees does not move in even steps, and is not told."),
    );
  };
  const choice = h(
    "select",
    {
      "aria-label": "Input",
      onchange: () => {
        memory.input = choice.selectedIndex;
        draw();
      },
    },
    all.map(([name], place) => h("option", { selected: place === memory.input }, name)),
  );
  draw();
  return h("div", { class: "field" }, all.length > 1 && choice, body);
}

/** @param {Field} field @param {Shape} input @param {Shape | null} output @param {Memory} memory
 * @param {(position: number[]) => void} choose */
function figure(field, input, output, memory, choose) {
  const counts = places(field, output);
  const lengths = input.slice(1);
  const plan = field_plan(field, lengths, counts);
  let position =
    memory.centre?.length === counts.length
      ? memory.centre.map((part, axis) =>
          nearest(field, axis, part * lengths[axis] - 0.5, counts[axis]),
        )
      : middle(counts);

  const said = h("p", { class: "said", "aria-live": "polite" });
  const picture = h("canvas", {
    width: Math.round(plan.width * 2),
    height: Math.round(plan.height * 2),
  });
  const glass = h("canvas", {
    class: "glass",
    role: "img",
    "aria-label": "What it sees, magnified",
    hidden: true,
  });
  const lens = svg("rect", { class: "lens" });
  const part = svg("rect", { class: "part" });
  const shade = svg("path", { class: "shade", "fill-rule": "evenodd" });
  const stage = h(
    "div",
    {
      class: "stage",
      tabindex: 0,
      role: "application",
      "aria-label": "The input and what one output sees of it; arrow keys choose the output",
      style: { width: `${plan.width}px`, "aspect-ratio": `${plan.width} / ${plan.height}` },
    },
    picture,
    svg(
      "svg",
      { viewBox: `0 0 ${plan.width} ${plan.height}`, "aria-hidden": "true" },
      svg("rect", { class: "input", ...plan.input }),
      svg("path", { class: "centres", d: plan.centres }),
      shade,
      lens,
      part,
    ),
  );
  const map = output_map(output, counts, go);

  function update() {
    const spans = counts.map((_, axis) => span(field, axis, position[axis]));
    const whole = plan.box(spans);
    const seen = plan.box(spans.map((one, axis) => inside(one, lengths[axis])));
    const none = { x: 0, y: 0, width: 0, height: 0 };
    set_attributes(lens, whole ?? none);
    set_attributes(part, seen ?? none);
    const { x, y, width, height } = whole ?? none;
    set_attributes(shade, {
      d: `M0 0H${plan.width}V${plan.height}H0ZM${x} ${y}h${width}v${height}h${-width}Z`,
    });
    const which = counts.some((count) => count > 1)
      ? `Output ${position.join(", ")}`
      : "Every output";
    set_text(said, `${which} sees ${seen_text(field, position, input)}.`);
    map?.update(position);
    glass.hidden = !memory.picture || !seen || lengths.length !== 2;
    if (!glass.hidden && memory.picture) magnify(glass, memory.picture, spans, lengths);
  }

  /** @param {number[]} next */
  function go(next) {
    position = next;
    memory.centre = counts.map((_, axis) => {
      const seen = span(field, axis, position[axis]);
      return seen ? (seen.first + seen.last + 1) / 2 / lengths[axis] : 0.5;
    });
    update();
  }

  function repaint() {
    stage.classList.toggle("pictured", Boolean(memory.picture) && lengths.length === 2);
    paint_picture(picture, memory.picture, plan.input, lengths);
    update();
  }

  /** @param {PointerEvent} event */
  function follow(event) {
    const edge = stage.getBoundingClientRect();
    const scale = plan.width / edge.width;
    const point = plan.place(
      (event.clientX - edge.left) * scale,
      (event.clientY - edge.top) * scale,
    );
    go(
      counts.map((count, axis) => {
        const at = point[axis];
        return at === null ? position[axis] : nearest(field, axis, at - 0.5, count);
      }),
    );
  }
  on(stage, "pointerdown", follow);
  on(stage, "pointermove", (event) => {
    if (event.pointerType === "mouse" || event.buttons) follow(event);
  });
  for (const one of [stage, map?.element]) {
    if (one) on(one, "click", () => choose(position));
  }
  on(stage, "keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Enter") choose(position);
    const next = moved(position, counts, event.key, event.shiftKey);
    if (!next) return;
    event.preventDefault();
    go(next);
  });
  repaint();
  return [
    h(
      "p",
      { class: "facts" },
      fact("size", separated(field.size)),
      fact("stride", separated(field.stride)),
      fact("start", separated(field.start)),
    ),
    h(
      "div",
      { class: "drawings" },
      h("figure", null, stage, h("figcaption", null, `input ${shape(input)}`)),
      map?.element,
      glass,
    ),
    said,
    lengths.length === 2 && picture_choice(stage, memory, repaint),
  ];
}

/** @param {string} name @param {string} text */
function fact(name, text) {
  return h("span", null, `${name} `, h("b", null, text));
}
