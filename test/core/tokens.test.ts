import fc from "fast-check";
import { expect, test } from "vitest";
import { hashSecret, sameText } from "../../actors/kernel/hashes.ts";
import { newId, newSecret } from "../../actors/kernel/ids.ts";
import { makeToken, readToken } from "../../actors/kernel/tokens.ts";
import { Id } from "../../protocol/ids.ts";

// Proves what the edge can tell of a token without an actor: that it was made here, for this tenant, unchanged. That its
// session exists and is not over is the actor's to check (test/workerd).

const pepper = "a pepper of the tests";
const part = fc.stringMatching(/^[A-Za-z0-9_-]{1,24}$/);

test("a token is read as it was made, and holds the hash where the secret was", () => {
  fc.assert(
    fc.property(part, part, part, part, (tenantId, place, id, secret) => {
      const token = makeToken(pepper, tenantId, place, id, secret);
      expect(readToken(pepper, tenantId, token)).toEqual({ place, id, secretHash: hashSecret(secret) });
    }),
  );
});

test("T2, I6: a token of another tenant, or made with another pepper, is none", () => {
  fc.assert(
    fc.property(part, part, (tenantId, other) => {
      fc.pre(tenantId !== other);
      const token = makeToken(pepper, tenantId, "sit_1", "ses_1", "secret");
      expect(readToken(pepper, other, token)).toBeUndefined();
      expect(readToken("another pepper", tenantId, token)).toBeUndefined();
    }),
  );
});

const token = makeToken(pepper, "tnt_1", "sit_1", "ses_1", "secret");
const [place, id, secret, seal] = token.split(".") as [string, string, string, string];

test.each([
  ["another place", `sit_2.${id}.${secret}.${seal}`],
  ["another session", `${place}.ses_2.${secret}.${seal}`],
  ["another secret", `${place}.${id}.other.${seal}`],
  ["parts moved across the dots", `${place}.ses_1secret..${seal}`],
  ["a seal cut short", `${place}.${id}.${secret}.${seal.slice(0, -1)}`],
  ["no seal", `${place}.${id}.${secret}.`],
  ["no seal's dot", `${place}.${id}.${secret}`],
  ["one part more", `${token}.x`],
  ["nothing", ""],
  ["dots", "..."],
])("T13, T21: a token with %s is none", (_, forged) => {
  expect(readToken(pepper, "tnt_1", forged)).toBeUndefined();
});

test("T13: no single changed character passes", () => {
  fc.assert(
    fc.property(fc.nat(token.length - 1), fc.constantFrom(..."AZaz09_-."), (i, letter) => {
      fc.pre(token[i] !== letter);
      expect(readToken(pepper, "tnt_1", `${token.slice(0, i)}${letter}${token.slice(i + 1)}`)).toBeUndefined();
    }),
  );
});

test("T13: whatever is sent as a token, reading it never throws", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
      expect(readToken(pepper, "tnt_1", text)).toBeUndefined();
    }),
  );
});

test("secrets have at least 128 bits of chance, ids are the wire's", () => {
  const secrets = new Set(Array.from({ length: 1_000 }, () => newSecret()));
  expect(secrets.size).toBe(1_000);
  for (const each of secrets) expect(each).toMatch(/^[A-Za-z0-9_-]{22,}$/);
  for (let i = 0; i < 100; i++) expect(Id.safeParse(newId("usr")).success).toBe(true);
});

test("texts are the same or not, whatever their lengths and letters", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "grapheme" }),
      fc.string({ unit: "grapheme" }),
      (a, b) => sameText(a, b) === (a === b),
    ),
  );
  expect(sameText("é", "é")).toBe(true);
});
