import { describe, expect, it, test } from "vitest";
import { hashSecret } from "../../actors/kernel/hashes.ts";
import { makeToken, readToken } from "../../actors/kernel/tokens.ts";
import { Token } from "../../protocol/access.ts";
import { limits } from "../../protocol/limits.ts";
import { withoutPort } from "../../workers/http/client-address.ts";
import { givenToken, isOperator } from "../../workers/http/credentials.ts";
import { idempotencyKey } from "../../workers/http/idempotency-key.ts";
import { sessionCookie } from "../../workers/http/session-cookie.ts";

const pepper = "a pepper of the tests";
const token = makeToken(pepper, "tnt_a", "sit_1", "ses_1", "s".repeat(32));

describe("tokens", () => {
  it("are read back by who made them, without their secret", () => {
    expect(Token.safeParse(token).success).toBe(true);
    expect(readToken(pepper, "tnt_a", token)).toEqual({
      place: "sit_1",
      id: "ses_1",
      secretHash: hashSecret("s".repeat(32)),
    });
  });

  it("are nothing in another tenant or under another pepper", () => {
    expect(readToken(pepper, "tnt_b", token)).toBeUndefined();
    expect(readToken("another pepper", "tnt_a", token)).toBeUndefined();
  });

  it("cannot be changed in any character", () => {
    for (let at = 0; at < token.length; at++) {
      const changed = token.slice(0, at) + (token[at] === "x" ? "y" : "x") + token.slice(at + 1);
      expect(readToken(pepper, "tnt_a", changed), `character ${at}`).toBeUndefined();
    }
    for (const other of ["", ".", "...", `${token}.`, `.${token}`, token.slice(0, -1)])
      expect(readToken(pepper, "tnt_a", other)).toBeUndefined();
  });
});

describe("the token of a request", () => {
  const cookie = { Cookie: `a=b; ${sessionCookie(token, 0).split(";")[0]}` };
  test.each<[string, Record<string, string>, ReturnType<typeof givenToken>]>([
    ["none", {}, undefined],
    ["bearer", { Authorization: `Bearer ${token}` }, { token, byCookie: false }],
    ["bearer in small letters", { Authorization: `bearer ${token}` }, { token, byCookie: false }],
    ["cookie", cookie, { token, byCookie: true }],
    ["bearer before cookie", { ...cookie, Authorization: "Bearer abc" }, { token: "abc", byCookie: false }],
    ["another scheme is no reason to use the cookie", { ...cookie, Authorization: "Basic abc" }, undefined],
    ["a cookie without its prefix", { Cookie: `standby=${token}` }, undefined],
  ])("%s", (_, headers, given) => expect(givenToken(new Headers(headers))).toEqual(given));

  it("is the operator's only in the header and only when equal", () => {
    const operator = "operator-token-0123456789";
    expect(isOperator(new Headers({ Authorization: `Bearer ${operator}` }), operator)).toBe(true);
    expect(isOperator(new Headers({ Authorization: `Bearer ${operator}0` }), operator)).toBe(false);
    expect(isOperator(new Headers({ Cookie: `__Host-standby=${operator}` }), operator)).toBe(false);
    expect(isOperator(new Headers(), operator)).toBe(false);
  });

  it("is kept by browsers for this host alone, out of reach of scripts", () => {
    const expiresAt = Date.now() + limits.sessionMs;
    const expires = new Date(expiresAt).toUTCString();
    expect(sessionCookie(token, expiresAt)).toBe(
      `__Host-standby=${token}; Path=/; Expires=${expires}; HttpOnly; Secure; SameSite=Strict`,
    );
  });
});

test.each([
  ["192.0.2.1:4711", "192.0.2.1"],
  ["192.0.2.1", "192.0.2.1"],
  ["[2001:db8::1]:4711", "2001:db8::1"],
  ["2001:db8::1", "2001:db8::1"],
])("the client address %s", (peer, address) => expect(withoutPort(peer)).toBe(address));

test.each([
  [undefined, true],
  ["a", true],
  ["!~", true],
  ["x".repeat(255), true],
  ["x".repeat(256), false],
  ["", false],
  ["a b", false],
  ["caf\u00e9", false],
])("Idempotency-Key %j", (key, taken) => {
  const headers = new Headers(key === undefined ? {} : { "Idempotency-Key": key });
  expect(idempotencyKey(headers)).toEqual(
    taken
      ? { ok: true, value: key === undefined ? {} : { idempotencyKey: key } }
      : {
          ok: false,
          refusal: {
            code: "invalid",
            errors: [{ path: "Idempotency-Key", message: "use 1 to 255 visible ASCII characters" }],
          },
        },
  );
});
