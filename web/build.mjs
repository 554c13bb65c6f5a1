/** Builds the page's script and style into the Python package.
 *
 *    node build.mjs                        into cnncalc/report/page/
 *    node build.mjs --into DIR             into another folder, to compare
 *    node build.mjs --page DOC.json OUT.html   a page to look at, with a document in it
 */
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const home = join(here, "..", "cnncalc", "report", "page");
/** Name of the built file -> where its source starts. One that has no source yet is left out. */
const entries = { report: "src/main.js", edit: "src/edit/main.js" };

/** The packages that a bundle took files from, with the text of their licences.
 * @param {string[]} files */
function licences(files) {
  const names = new Set();
  for (const file of files) {
    const found = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file);
    if (found) names.add(found[1]);
  }
  // A package that ships another inside its own file does not show in the list of files.
  if (names.has("@dagrejs/dagre")) names.add("@dagrejs/graphlib");
  const texts = new Map();
  for (const name of [...names].sort()) {
    const folder = join(here, "node_modules", name);
    const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    if (!file) throw new Error(`${name} has no licence file`);
    const text = readFileSync(join(folder, file), "utf8").trim();
    texts.set(text, [...(texts.get(text) ?? []), `${name} ${version}`]);
  }
  return [...texts].map(([text, who]) => `${who.join(", ")}\n\n${text}`);
}

/** @param {string} source @returns {Promise<{script: string, style: string}>} */
async function bundle(source) {
  const result = await build({
    entryPoints: [join(here, source)],
    absWorkingDir: here,
    bundle: true,
    minify: true,
    write: false,
    outdir: "out",
    metafile: true,
    format: "iife",
    target: ["chrome100", "firefox100", "safari15.4"],
    legalComments: "none",
    logLevel: "warning",
  });
  const text = (/** @type {string} */ end) =>
    result.outputFiles.find((file) => file.path.endsWith(end))?.text ?? "";
  const notices = licences(Object.keys(result.metafile.inputs));
  const head = notices.length
    ? `/* Bundled with cnncalc's own code:\n\n${notices.join("\n\n----\n\n").replaceAll("*/", "* /")}\n*/\n`
    : "";
  return { script: head + printable(text(".js")), style: text(".css") };
}

/** A script whose strings say control characters by escapes: what prints it is not steered.
 * @param {string} script */
const printable = (script) =>
  script.replace(
    /[\x00-\x09\x0b-\x1f\x7f]/g,
    (mark) => `\\x${mark.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );

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
  const target = option === "--into" ? rest[0] : home;
  mkdirSync(target, { recursive: true });
  for (const [name, source] of Object.entries(entries)) {
    if (!existsSync(join(here, source))) continue;
    const built = await bundle(source);
    writeFileSync(join(target, `${name}.js`), built.script);
    writeFileSync(join(target, `${name}.css`), built.style);
    console.log(`${name}: script ${built.script.length} bytes, style ${built.style.length} bytes`);
  }
}
