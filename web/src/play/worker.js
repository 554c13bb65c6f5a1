/** Python beside the page. It hears `start` and `run`, and says `ready`, `failed` or `answer`. */

import { loadPyodide } from "pyodide";

/** What a request comes to, both as JSON. @type {((request: string) => string)|null} */
let answered = null;

self.onmessage = async ({ data }) => {
  try {
    switch (data.type) {
      case "start":
        answered = await start();
        self.postMessage({ type: "ready" });
        answered?.(data.text); // Python imports and compiles now what the first answer needs
        break;
      case "run":
        self.postMessage({ type: "answer", text: answered?.(data.text) });
        break;
    }
  } catch (fault) {
    self.postMessage({ type: "failed", problem: String(fault) });
  }
};

async function start() {
  const folder = new URL(".", self.location.href).href;
  const [python, sources] = await Promise.all([
    loadPyodide({ indexURL: folder }),
    fetch("cnncalc.zip").then((response) => {
      if (!response.ok) throw new Error(`cnncalc.zip: ${response.status}`);
      return response.arrayBuffer();
    }),
  ]);
  python.FS.writeFile("/cnncalc.zip", new Uint8Array(sources));
  return python.runPython(
    "import sys; sys.path.insert(0, '/cnncalc.zip')\n" +
      "from cnncalc.edit.alone import Alone\n" +
      "Alone().answered",
  );
}
