/** Bundles a source file with what it imports: one script and one style, licences at the head. */
import { build } from "esbuild";
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));

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

/** @param {string} source @param {import("esbuild").BuildOptions} [options] others than the page's
 * @returns {Promise<{script: string, style: string}>} */
export async function bundle(source, options = {}) {
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
    ...options,
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
