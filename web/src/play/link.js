/** A text in an address: compressed, in letters that an address may hold. */

/** Bytes of a text that a link carries; what a link brings is a stranger's. */
export const MOST = 256 * 1024;

/** @param {string} text @returns {Promise<string|null>} null where it is too long for a link */
export async function packed(text) {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length > MOST) return null;
  const data = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const compressed = new Uint8Array(await new Response(data).arrayBuffer());
  let letters = "";
  for (const byte of compressed) letters += String.fromCharCode(byte);
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** @param {string} packed @returns {Promise<string|null>} null where it is no text, or too long */
export async function unpacked(packed) {
  if (packed.length > MOST || !/^[\w-]*$/.test(packed)) return null;
  try {
    const letters = atob(packed.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
    const data = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    return await bounded(data.getReader());
  } catch {
    return null;
  }
}

/** Reads no more than a link may carry, however much the compressed bytes stand for.
 * @param {ReadableStreamDefaultReader<Uint8Array>} reader */
async function bounded(reader) {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let text = "";
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    length += value.length;
    if (length > MOST) {
      await reader.cancel();
      return null;
    }
    text += decoder.decode(value, { stream: true });
  }
}
