/** What is new in a value of JSON since another, put together with that one: see `cnncalc/edit/since.py`. */

/** @typedef {{is: any} | {in: Record<string, Change>} | {at: [number, Change][]}
 *   | {from: number, cut: number, put: any[]}} Change */

/** The value that a change makes of another. Neither is changed: what is the same in both is shared.
 * @param {any} old @param {Change} change @returns {any} */
export function changed(old, change) {
  if ("is" in change) return change.is;
  if ("in" in change) {
    const names = Object.entries(change.in);
    return {
      ...old,
      ...Object.fromEntries(names.map(([name, one]) => [name, changed(old[name], one)])),
    };
  }
  const list = [...old];
  if ("at" in change) for (const [place, one] of change.at) list[place] = changed(old[place], one);
  else list.splice(change.from, change.cut, ...change.put);
  return list;
}

/** Asks so that what is known already is not told again.
 * @param {(request: any) => Promise<any>} ask @param {{number: number, page: any}|null} first the page that
 * is known to begin with
 * @returns {(request: object) => Promise<any>} an answer with its whole page */
export function ask_for_news(ask, first) {
  let known = first;
  return async (request) => {
    const { since, ...found } = await ask({ ...request, known: known?.number ?? null });
    if (since && known) found.page = changed(known.page, since);
    if (found.page) known = { number: found.number, page: found.page };
    return found;
  };
}
