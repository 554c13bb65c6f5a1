/** The worker, as the page speaks with it: one request at a time. */

import { parse_exact } from "../exact.js";

/** @typedef {"loading"|"ready"|"failed"} Stage */

const STOPPED = "Python stopped on this text, and is started again.";

/** @param {string} usual a text to start with, whose answer nobody waits for
 * @param {(stage: Stage, problem?: string) => void} tell
 * @returns {(request: object) => Promise<Record<string, any>>} asks; `problem` where no answer comes */
export function start_python(usual, tell) {
  /** @type {Worker} */
  let worker;
  /** Settles when Python can be asked. @type {Promise<boolean>} */
  let ready;
  /** @type {((answer: Record<string, any>) => void)|null} */
  let waiting = null;

  const begin = () => {
    tell("loading");
    worker = new Worker("worker.js", { type: "module" });
    ready = new Promise((resolve) => {
      let is_ready = false;
      /** @param {string} problem */
      const fail = (problem) => {
        worker.terminate();
        if (is_ready) {
          waiting?.({ problem: STOPPED });
          begin();
        } else {
          tell("failed", problem);
          resolve(false);
        }
      };
      worker.onerror = (event) => fail(event.message || "the worker does not start");
      worker.onmessage = ({ data }) => {
        if (data.type === "ready") {
          is_ready = true;
          tell("ready");
          resolve(true);
        } else if (data.type === "answer") waiting?.(parse_exact(data.text));
        else fail(data.problem);
      };
    });
    worker.postMessage({ type: "start", text: JSON.stringify({ text: usual }) });
  };
  begin();

  return async (request) => {
    if (!(await ready)) return { problem: null };
    return new Promise((resolve) => {
      waiting = (answer) => {
        waiting = null;
        resolve(answer);
      };
      worker.postMessage({ type: "run", text: JSON.stringify(request) });
    });
  };
}
