import { Webhook } from "standardwebhooks";
import { describe, expect, it, test } from "vitest";
import { signedWebhookId } from "../../workers/access/webhook-signature.ts";

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const body = '{"type":"fire","data":{"title":"Brand"}}';
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const signed = (changes: { id?: string; at?: number; by?: string; over?: string } = {}): Headers => {
  const { id = "msg_1", at = Date.now(), by = secret, over = body } = changes;
  return new Headers({
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at / 1_000)),
    "webhook-signature": new Webhook(by).sign(id, new Date(at), over),
  });
};

describe("a Standard Webhooks message", () => {
  it("is taken when it is signed, and names itself", () => {
    expect(signedWebhookId(signed(), bytes(body), secret)).toBe("msg_1");
  });

  it("is the one of the specification's own example", () => {
    const example = new Webhook(secret).sign(
      "msg_p5jXN8AQM9LWM0D4loKWxJek",
      new Date(1_614_265_330_000),
      '{"test": 2432232314}',
    );
    expect(example).toBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  });

  it("may carry several signatures, while a secret is changed", () => {
    const headers = signed();
    headers.set("webhook-signature", `v1,AAAA v2,BBBB ${headers.get("webhook-signature")}`);
    expect(signedWebhookId(headers, bytes(body), secret)).toBe("msg_1");
  });

  const minute = 60_000;
  test.each<[string, Headers, Uint8Array, string | undefined]>([
    ["another secret", signed({ by: `whsec_${btoa("another secret of 24 byte")}` }), bytes(body), secret],
    ["no integration", signed(), bytes(body), undefined],
    ["another body", signed(), bytes(`${body} `), secret],
    ["bytes that are not text", signed({ over: "\ufffd" }), new Uint8Array([0xff]), secret],
    ["too old", signed({ at: Date.now() - 6 * minute }), bytes(body), secret],
    ["from the future", signed({ at: Date.now() + 6 * minute }), bytes(body), secret],
    ["no headers", new Headers(), bytes(body), secret],
    ["an id that could not be kept", signed({ id: "x".repeat(256) }), bytes(body), secret],
  ])("is refused: %s", (_, headers, given, key) => expect(signedWebhookId(headers, given, key)).toBeUndefined());

  it("is refused when the id was changed: a repeat cannot come under another name", () => {
    const headers = signed();
    headers.set("webhook-id", "msg_2");
    expect(signedWebhookId(headers, bytes(body), secret)).toBeUndefined();
  });
});

it("signs for integrations that do not exist with a secret that is one", () => {
  // A dummy that the library refuses would answer sooner than a real check.
  const nobody = signed({ by: `whsec_${btoa("no integration has this secret!!")}` });
  expect(signedWebhookId(nobody, bytes(body), undefined)).toBeUndefined();
});
