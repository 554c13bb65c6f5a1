/** Builds the page's script and style into the Python package, and those of figures into the documentation.
 *
 *    node build.mjs                        into cnncalc/report/page/ and docs/_static/
 *    node build.mjs --into DIR             into another folder, to compare
 *    node build.mjs --page DOC.json OUT.html   a page to look at, with a document in it
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle } from "./bundle.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const home = join(here, "..", "cnncalc", "report", "page");
/** Name of the built file -> where its source starts. One that has no source yet is left out. */
const entries = { report: "src/main.js", edit: "src/edit/main.js", figures: "src/figures/main.js" };
/** Where a built file lies that is not of the page. @type {Record<string, string>} */
const homes = { figures: join(here, "..", "docs", "_static") };

/** @param {string} text */
const policy_hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** The page as `cnncalc report` writes it, for looking at while developing.
 * @param {any} document @param {{script: string, style: string}} built */
function page(document, { script, style }) {
  const given = document.networks
    ? document
    : {
        made_by: "dev",
        title: document.name,
        networks: [document],
        comparison: null,
        difference: null,
      };
  const json = JSON.stringify(given).replaceAll("<", "\\u003c");
  const title = given.title.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  const policy =
    `default-src 'none'; script-src ${policy_hash(script)}; style-src ${policy_hash(style)}; ` +
    "img-src data: blob:; base-uri 'none'; form-action 'none'";
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${style}</style></head>
<body><noscript>This page draws the network with a script, and scripts are switched off.</noscript>
<script type="application/json" id="document">${json}</script>
<script>${script}</script></body></html>
`;
}

const [option, ...rest] = process.argv.slice(2);
if (option === "--page") {
  const [source, target] = rest;
  const built = await bundle(entries.report);
  writeFileSync(target, page(JSON.parse(readFileSync(source, "utf8")), built));
} else {
  for (const [name, source] of Object.entries(entries)) {
    if (!existsSync(join(here, source))) continue;
    const target = option === "--into" ? rest[0] : (homes[name] ?? home);
    mkdirSync(target, { recursive: true });
    const built = await bundle(source);
    writeFileSync(join(target, `${name}.js`), built.script);
    writeFileSync(join(target, `${name}.css`), built.style);
    console.log(`${name}: script ${built.script.length} bytes, style ${built.style.length} bytes`);
  }
}
