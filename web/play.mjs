/** Builds the page that needs no server: files for any host of static files.
 *
 *    node play.mjs               into web/dist/
 *    node play.mjs --into DIR    into another folder
 *
 *  Python runs in the page, by Pyodide. `PYTHON` names the one that gathers its sources; it has PyYAML.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle } from "./bundle.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const pyodide = join(here, "node_modules", "pyodide");
const own = join(here, "..", ".venv", "bin", "python");
const python = process.env.PYTHON || (existsSync(own) ? own : "python3");

/** Browsers that have both `deflate-raw` and workers that are modules. */
const target = ["chrome103", "firefox114", "safari16.4"];

/** @param {string} start what the page starts with, as JSON @param {string} nonce
 * of the styles that the editor makes; nothing in the page is a stranger's */
const html = (start, nonce) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src data: blob:; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>cnncalc</title>
<link rel="stylesheet" href="play.css">
</head>
<body>
<noscript>This page runs cnncalc in your browser, and scripts are switched off.</noscript>
<script type="application/json" id="document" data-nonce="${nonce}">${start.replaceAll("<", "\\u003c")}</script>
<script src="play.js"></script>
</body>
</html>
`;

const notice = (/** @type {string} */ version) => `What this folder holds beside cnncalc itself:

Pyodide ${version} (pyodide.mjs, pyodide.asm.mjs, pyodide.asm.wasm), Mozilla Public License 2.0;
its source is at https://github.com/pyodide/pyodide.
CPython's standard library (python_stdlib.zip), Python Software Foundation License Version 2;
its source is at https://github.com/python/cpython.
PyYAML (in cnncalc.zip), MIT; its source is at https://github.com/yaml/pyyaml.
What play.js is bundled of stands at its head.
`;

const [option, folder] = process.argv.slice(2);
const dist = option === "--into" ? folder : join(here, "dist");
rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });

const start = execFileSync(python, [join(here, "gather.py"), dist], {
  encoding: "utf8",
  maxBuffer: 2 ** 26,
});
const page = await bundle("src/play/main.js", { target });
const worker = await bundle("src/play/worker.js", {
  target,
  format: "esm",
  plugins: [
    {
      name: "pyodide stays the file that it is",
      setup: (one) =>
        one.onResolve({ filter: /^pyodide$/ }, () => ({ path: "./pyodide.mjs", external: true })),
    },
  ],
});
const nonce = createHash("sha256").update(page.script).digest("base64url").slice(0, 22);
writeFileSync(join(dist, "index.html"), html(start, nonce));
writeFileSync(join(dist, "play.js"), page.script);
writeFileSync(join(dist, "play.css"), page.style);
writeFileSync(join(dist, "worker.js"), worker.script);
for (const name of ["pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip"])
  copyFileSync(join(pyodide, name), join(dist, name));
// Packages that Pyodide could ask a server for: none is wanted.
const lock = JSON.parse(readFileSync(join(pyodide, "pyodide-lock.json"), "utf8"));
writeFileSync(join(dist, "pyodide-lock.json"), JSON.stringify({ ...lock, packages: {} }));
const { version } = JSON.parse(readFileSync(join(pyodide, "package.json"), "utf8"));
writeFileSync(join(dist, "LICENCES.txt"), notice(version));
