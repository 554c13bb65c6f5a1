/** What changed in each network of a page: one of two networks, or many since a commit. Pure. */

/** @typedef {import("./types").Page} Page */
/** @typedef {import("./types").Difference} Difference */

/** What changed in a network of the page, by its number. @param {Page} page @param {number} network
 * @returns {Difference | null} */
export function difference_of({ difference }, network) {
  return Array.isArray(difference) ? (difference[network] ?? null) : difference;
}

/** What a network was or is called. @param {Difference} difference @param {0|1} place */
export function title_of(difference, place) {
  const { name, variant } = place ? difference.new : difference.old;
  return difference.titles?.[place] ?? (variant ? `${name}:${variant}` : name);
}

/** What a network of the page is called. @param {Page} page @param {number} network */
export function name_of(page, network) {
  const difference = Array.isArray(page.difference) && difference_of(page, network);
  if (difference) return title_of(difference, 1);
  const { name, variant } = page.networks[network];
  return variant ? `${name}:${variant}` : name;
}
