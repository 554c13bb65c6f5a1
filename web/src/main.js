/** The page of `report` and of `diff --format html`: the document stands in it. */

import "./style.css";
import { h } from "./dom.js";
import { read_page } from "./read.js";
import { show_page } from "./shell.js";
import { parse_exact } from "./exact.js";

const place = document.getElementById("document");
if (place) {
  const root = h("div", { class: "page" });
  document.body.append(root);
  show_page(root, read_page(parse_exact(place.textContent ?? "")));
}
