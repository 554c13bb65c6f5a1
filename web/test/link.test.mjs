import assert from "node:assert/strict";
import test from "node:test";
import { deflateRawSync } from "node:zlib";
import { kept_of } from "../src/address.js";
import { MOST, packed, unpacked } from "../src/play/link.js";
import { name_of, named_by, renamed } from "../src/play/named.js";

const base64url = (/** @type {Buffer} */ data) => data.toString("base64url");

for (const text of ["", "name: Net\n", "\ufeffé 中文 🙂\r\n\0", "x: y\n".repeat(20_000)]) {
  test(`a text of ${text.length} goes into an address and comes back`, async () => {
    const letters = await packed(text);
    assert.match(letters, /^[\w-]*$/);
    assert.equal(await unpacked(letters), text);
  });
}

test("what another program packed is read", async () => {
  assert.equal(await unpacked(base64url(deflateRawSync("input: 3x8x8"))), "input: 3x8x8");
});

test("a link is no longer than a text may be, however well it is compressed", async () => {
  assert.equal(await packed("a".repeat(MOST + 1)), null);
  assert.equal((await unpacked(base64url(deflateRawSync("a".repeat(MOST))))).length, MOST);
  assert.equal(await unpacked(base64url(deflateRawSync("a".repeat(MOST + 1)))), null);
  assert.equal(await unpacked(base64url(deflateRawSync(Buffer.alloc(200 * MOST)))), null);
});

test("what is damaged, cut off or no text is none", async () => {
  const letters = await packed("name: Net\ninput: 3x8x8\nlayers: []\n");
  for (const bad of ["%", "!", letters.slice(0, -6), `A${letters}`, "A".repeat(MOST + 1)])
    assert.equal(await unpacked(bad), null, bad.slice(0, 20));
  assert.equal(await unpacked(base64url(deflateRawSync(Buffer.from([0xff, 0xfe])))), null);
});

test("an address names a text or a bundled network, and a variant", async () => {
  const bundled = async (/** @type {string} */ name) => (name === "vgg" ? "VGG" : null);
  assert.equal(await named_by("#layer=conv1", bundled), null);
  assert.deepEqual(await named_by("#net=vgg&layer=a", bundled), {
    text: "VGG",
    variant: null,
    values: {},
  });
  assert.deepEqual(await named_by("#net=vgg&variant=a%20b", bundled), {
    text: "VGG",
    variant: "a b",
    values: {},
  });
  assert.match((await named_by("#net=../x", bundled)).problem, /no bundled network/);
  assert.match((await named_by("#spec=%%", bundled)).problem, /cut off or damaged/);
  const own = {
    text: "name: own",
    variant: "a&b",
    values: { width: "1.5", "w,:=&#": "a if b else c:d" },
  };
  assert.deepEqual(await named_by(`#${await name_of(own, null)}&layer=c`, bundled), own);
  assert.equal(await name_of({ text: "VGG", variant: null, values: {} }, "vgg"), "net=vgg");
});

test("values of a stranger's link are few and short", async () => {
  const bundled = async () => "VGG";
  const many = Array.from({ length: 900 }, (_, place) => `v${place}:1`).join(",");
  const { values } = await named_by(`#net=vgg&set=${many}`, bundled);
  assert.equal(Object.keys(values).length, 100);
  const odd = await named_by(`#net=vgg&set=a:${"1".repeat(201)},b,:2,c:,d:%E0%A4%A,e:2`, bundled);
  assert.deepEqual(odd.values, { d: "%E0%A4%A", e: "2" });
});

test("a name takes the place of another, and what is chosen stays where it is the same", () => {
  assert.equal(renamed("#net=vgg&layer=a", "spec=x", true), "#spec=x&layer=a");
  assert.equal(renamed("#net=vgg&layer=a", "spec=x", false), "#spec=x");
  assert.equal(renamed("", "net=vgg", true), "#net=vgg");
  assert.equal(renamed("#spec=x&variant=b&panel=table", "", true), "#panel=table");
  assert.equal(kept_of("#spec=x&panel=table&variant=b&specs=y"), "spec=x&variant=b");
});
