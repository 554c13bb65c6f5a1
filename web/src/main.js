/** The page of `report`, of `diff --format html` and of `sweep`: the document stands in it. */

import "./style.css";
import { h } from "./dom.js";
import { read_page } from "./read.js";
import { show_page } from "./shell.js";
import { show_sweep } from "./views/sweep.js";
import { parse_exact } from "./exact.js";

const place = document.getElementById("document");
if (place) {
  const root = h("div", { class: "page" });
  document.body.append(root);
  const stored = parse_exact(place.textContent ?? "");
  if (stored.sweep) show_sweep(root, stored.title, stored.sweep);
  else show_page(root, read_page(stored));
}
