/** What the page asks its server. Every answer is a value: one that did not come says why. */

import { parse_exact } from "../exact.js";

/** @typedef {Record<string, any>} Answer */

/** @param {string} name @param {object} [told] sent as JSON; without it the server is only read
 * @returns {Promise<Answer>} `problem` where it was refused, and `gone` where nobody answers */
export async function ask(name, told) {
  try {
    const response = await fetch(
      name,
      told && {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(told),
      },
    );
    return parse_exact(await response.text());
  } catch {
    return { gone: true, problem: "The server is gone: start `cnncalc edit` again." };
  }
}

/** Runs the newest request only: one at a time, and of those that came meanwhile the last.
 * @template Request
 * @param {(request: Request) => Promise<void>} run @returns {(request: Request) => void} */
export function newest_only(run) {
  let busy = false;
  /** @type {{request: Request}|null} */
  let waiting = null;
  const next = async () => {
    busy = true;
    while (waiting) {
      const { request } = waiting;
      waiting = null;
      await run(request);
    }
    busy = false;
  };
  return (request) => {
    waiting = { request };
    if (!busy) void next();
  };
}
