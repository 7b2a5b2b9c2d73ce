import { scrypt } from "node:crypto";
import { expect, it, test } from "vitest";
import { hashPassword, verifyPassword } from "../../workers/access/passwords.ts";

const pepper = "a pepper of the tests";

/** RFC 7914, section 12; the fourth vector needs 1 GiB. */
test.each([
  [
    "",
    "",
    16,
    1,
    1,
    "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906",
  ],
  [
    "password",
    "NaCl",
    1024,
    8,
    16,
    "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640",
  ],
  [
    "pleaseletmein",
    "SodiumChloride",
    16384,
    8,
    1,
    "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887",
  ],
])("scrypt of this runtime: RFC 7914's vector for %j and %j", async (password, salt, N, r, p, expected) => {
  const key = await new Promise<Uint8Array>((resolve, reject) =>
    scrypt(password, salt, 64, { N, r, p, maxmem: 96 * 1024 * 1024 }, (error, made) =>
      error ? reject(error) : resolve(made),
    ),
  );
  expect([...key].map((byte) => byte.toString(16).padStart(2, "0")).join("")).toBe(expected);
});

it("verifies what it hashed, and nothing else", async () => {
  const stored = await hashPassword(pepper, "correct horse battery");
  expect(stored).toMatch(/^scrypt\$15\$8\$3\$[\w-]{22}\$[\w-]{43}$/);
  expect(await verifyPassword(pepper, "correct horse battery", stored)).toBe(true);
  expect(await verifyPassword(pepper, "correct horse battery ", stored)).toBe(false);
  expect(await verifyPassword("another pepper", "correct horse battery", stored)).toBe(false);
  expect(await verifyPassword(pepper, "correct horse battery", undefined)).toBe(false);
});

it("gives the same password another hash each time", async () => {
  const [a, b] = await Promise.all([hashPassword(pepper, "the same"), hashPassword(pepper, "the same")]);
  expect(a).not.toBe(b);
});

it("takes a password as typed on any keyboard: composed and decomposed are the same", async () => {
  const stored = await hashPassword(pepper, "caf\u00e9 au lait");
  expect(await verifyPassword(pepper, "cafe\u0301 au lait", stored)).toBe(true);
});

test.each([
  ["more memory than allowed", "scrypt$17$8$1$"],
  ["more work than allowed", "scrypt$16$8$4$"],
  ["another method", "pbkdf2$15$8$3$"],
])("refuses stored hashes with %s, without doing the work", async (_, parameters) => {
  const stored = `${parameters}${"A".repeat(22)}$${"A".repeat(43)}`;
  const started = performance.now();
  expect(await verifyPassword(pepper, "password", stored)).toBe(false);
  // One real verification takes 50 ms and more everywhere.
  expect(performance.now() - started).toBeLessThan(20);
});

it("spends the same work on somebody who does not exist", async () => {
  const stored = await hashPassword(pepper, "correct horse battery");
  const time = async (hash: string | undefined): Promise<number> => {
    const started = performance.now();
    await verifyPassword(pepper, "wrong", hash);
    return performance.now() - started;
  };
  const known: number[] = [];
  const unknown: number[] = [];
  for (let n = 0; n < 5; n++) {
    known.push(await time(stored));
    unknown.push(await time(undefined));
  }
  const ratio = Math.min(...unknown) / Math.min(...known);
  expect(ratio).toBeGreaterThan(0.5);
  expect(ratio).toBeLessThan(2);
});
