/** Which network an address names: a bundled one, or a text that it carries itself. */

import { kept_of } from "../address.js";
import { packed, unpacked } from "./link.js";

/** A text, which network of it is meant, and what the sliders and fields put in the place of its variables.
 * @typedef {{text: string, variant: string|null, values: Record<string, string>}} Text */

/** A link of a stranger gives no more variables, and no longer values. */
const MOST_VALUES = 100;
const LONGEST = 200;

const CUT = "The network of this link cannot be read: the link is cut off or damaged.";

/** @param {string} address what follows the `#` @param {(name: string) => Promise<string|null>} bundled
 * @returns {Promise<Text|{problem: string}|null>} null where it names none */
export async function named_by(address, bundled) {
  /** @type {Record<string, string>} */
  const given = {};
  for (const part of kept_of(address).split("&")) {
    const at = part.indexOf("=");
    if (at > 0) given[part.slice(0, at)] = part.slice(at + 1);
  }
  const { spec, net } = given;
  if (spec === undefined && net === undefined) return null;
  const text = spec === undefined ? await bundled(net) : await unpacked(spec);
  if (text !== null)
    return {
      text,
      variant: given.variant ? decoded(given.variant) : null,
      values: values_of(given.set ?? ""),
    };
  return { problem: spec === undefined ? "There is no bundled network of this name." : CUT };
}

/** The part of an address that names a network. @param {Text} text @param {string|null} name of the
 * bundled network whose text it is @returns {Promise<string|null>} null where it is too long */
export async function name_of({ text, variant, values }, name) {
  const given = Object.entries(values).map((pair) => pair.map(encodeURIComponent).join(":"));
  const chosen = [
    variant === null ? "" : `&variant=${encodeURIComponent(variant)}`,
    given.length ? `&set=${given.join(",")}` : "",
  ].join("");
  if (name !== null) return `net=${name}${chosen}`;
  const letters = await packed(text);
  return letters === null ? null : `spec=${letters}${chosen}`;
}

/** The address with another network in it, and the rest as it stands, if it is of that network.
 * @param {string} address @param {string} name what `name_of` gives, or nothing @param {boolean} is_same */
export function renamed(address, name, is_same) {
  const kept = new Set(kept_of(address).split("&"));
  const rest = is_same ? address.slice(1).split("&") : [];
  return `#${[name, ...rest.filter((part) => part && !kept.has(part))].filter(Boolean).join("&")}`;
}

/** Whether two texts, or the same, are asked about in the same way. @param {Text} one @param {Text} other */
export function is_same(one, other) {
  const [values, others] = [one, other].map(({ values }) => Object.entries(values).sort());
  return (
    one.text === other.text &&
    one.variant === other.variant &&
    JSON.stringify(values) === JSON.stringify(others)
  );
}

/** @param {string} written as `name_of` writes them @returns {Record<string, string>} */
function values_of(written) {
  const pairs = written
    .split(",")
    .slice(0, MOST_VALUES)
    .map((pair) => pair.split(":").map(decoded));
  return Object.fromEntries(
    pairs.filter(([name, value]) => name && value && value.length <= LONGEST),
  );
}

/** @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
