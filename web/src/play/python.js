/** The worker, as the page speaks with it: it answers in the order in which it is asked. */

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
  /** Who waits for an answer, in the order of what was asked. @type {((answer: Record<string, any>) => void)[]} */
  let waiting = [];

  const begin = () => {
    tell("loading");
    worker = new Worker("worker.js", { type: "module" });
    ready = new Promise((resolve) => {
      let is_ready = false;
      /** @param {string} problem */
      const fail = (problem) => {
        worker.terminate();
        if (is_ready) {
          const left = waiting;
          waiting = [];
          for (const tell_one of left) tell_one({ problem: STOPPED });
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
        } else if (data.type === "answer") waiting.shift()?.(parse_exact(data.text));
        else fail(data.problem);
      };
    });
    worker.postMessage({ type: "start", text: JSON.stringify({ text: usual }) });
  };
  begin();

  return async (request) => {
    if (!(await ready)) return { problem: null };
    return new Promise((resolve) => {
      waiting.push(resolve);
      worker.postMessage({ type: "run", text: JSON.stringify(request) });
    });
  };
}
