// What providers report, and that nobody else can (T16): signatures and passwords by their own documentation and vectors,
// then what each state means here. Whether a sending hears it is the tenant's part (sends). T22: a report holds the
// person's address, and nothing of it comes through.
import { SignJWT } from "jose";
import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { receiptPathIn } from "../../actors/tenant/channels/adapters/account-receipts.ts";
import { signedBy } from "../../actors/tenant/channels/adapters/messagebird.ts";
import { publicAddress } from "../../actors/tenant/channels/adapters/public-address.ts";
import { signedFields } from "../../actors/tenant/channels/adapters/twilio-api.ts";
import type { ChannelAdapter } from "../../actors/tenant/channels/channel.ts";
import type { ChannelSettings } from "../../actors/tenant/channels/provider-settings.ts";
import { makeAdapters } from "../../actors/tenant/channels/settings.ts";
import { publicUrl, receiptUrl } from "./channel-message.ts";
import { messagebirdVectors } from "./messagebird-vectors.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const nowhere = () => Promise.reject(new Error("a receipt makes no request"));
const accountSid = `AC${"0".repeat(32)}`;
const secret = `whsec_${btoa("thirty-two bytes of a test secret")}`;
const receiptSecret = "what-the-webhook-shows";
const privateHosts: ReadonlySet<string> = new Set();
const adapterOf = (settings: Omit<ChannelSettings, "privateHosts">): ChannelAdapter => {
  const [adapter] = Object.values(
    makeAdapters({ ...settings, privateHosts }, publicUrl, { public: nowhere, privateHosts }),
  );
  if (adapter === undefined) throw new TypeError("these settings make one adapter");
  return adapter;
};
const twilio = { provider: "twilio", accountSid, authToken: "12345", from: "+31201234567" } as const;
const twilioSms = adapterOf({ sms: twilio });
const twilioVoice = adapterOf({ voice: twilio });
const messagebird = adapterOf({
  sms: { provider: "messagebird", accessKey: "key-of-messagebird", signingKey: "signing", from: "+31201234567" },
});
const webhook = adapterOf({ sms: { provider: "webhook", url: "https://sms.example.org/", secret } });
const postmark = adapterOf({
  email: { provider: "postmark", serverToken: "key-of-postmark", from: "bhv@example.org", receiptSecret },
});
const brevo = adapterOf({
  email: { provider: "brevo", apiKey: "key-of-brevo", from: "bhv@example.org", receiptSecret },
});

describe("the address as the provider called it", () => {
  test.each([
    ["http://127.0.0.1:8787/v1/a?b=%2F+c", `${publicUrl}/v1/a?b=%2F+c`],
    ["https://standby.example.org/v1/a", `${publicUrl}/v1/a`],
    ["http://inside", publicUrl],
  ])("%s", (seen, called) => {
    expect(publicAddress(seen, publicUrl)).toBe(called);
  });
});

describe("Twilio", () => {
  // The example of its documentation and of its own library (twilio-node, spec/validation.spec.js).
  const url = "https://mycompany.com/myapp.php?foo=1&bar=2";
  const body = "CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212";
  const signed = (signature: string) => new Headers({ "X-Twilio-Signature": signature });
  const right = signed("RSOYDt4T1cUTdK1PDd93/VVr8B8=");

  test("its documented example is accepted", async () => {
    const fields = await signedFields("12345", url, right, bytes(body));
    expect(fields?.get("To")).toBe("+18005551212");
  });

  test("so is the order of the fields, which does not matter", async () => {
    const turned = body.split("&").toReversed().join("&");
    expect(await signedFields("12345", url, right, bytes(turned))).toBeDefined();
  });

  test("T16: another key, address, body or signature is not", async () => {
    expect(await signedFields("12346", url, right, bytes(body))).toBeUndefined();
    expect(await signedFields("12345", `${url}&x=1`, right, bytes(body))).toBeUndefined();
    expect(await signedFields("12345", url, right, bytes(body.replace("1234", "5")))).toBeUndefined();
    expect(await signedFields("12345", url, right, bytes(`${body}&Digits=5`))).toBeUndefined();
    expect(await signedFields("12345", url, signed("not base64!"), bytes(body))).toBeUndefined();
    expect(await signedFields("12345", url, signed(""), bytes(body))).toBeUndefined();
    expect(await signedFields("12345", url, new Headers(), bytes(body))).toBeUndefined();
  });

  /** Signed by the documented procedure, for the public address; the Worker sees another one behind its proxy. */
  const hear = async (adapter: ChannelAdapter, fields: Record<string, string>, query = "") => {
    const { pathname } = new URL(receiptUrl);
    const text = Object.keys(fields)
      .sort()
      .reduce((all, name) => all + name + fields[name], receiptUrl + query);
    const hmac = { name: "HMAC", hash: "SHA-1" };
    const key = await crypto.subtle.importKey("raw", bytes("12345"), hmac, false, ["sign"]);
    const signature = btoa(String.fromCharCode(...new Uint8Array(await crypto.subtle.sign("HMAC", key, bytes(text)))));
    return adapter.readReceipt({
      url: `http://127.0.0.1:8787${pathname}${query}`,
      headers: signed(signature),
      bytes: bytes(new URLSearchParams(fields).toString()),
    });
  };

  test.each([
    [{ MessageStatus: "queued" }, undefined],
    [{ MessageStatus: "sent" }, { state: "sent" }],
    [{ MessageStatus: "delivered" }, { state: "delivered" }],
    [
      { MessageStatus: "undelivered", ErrorCode: "30005" },
      { state: "failed", reason: "unknownNumber" },
    ],
    [
      { MessageStatus: "failed", ErrorCode: "+31612345678" },
      { state: "failed", reason: "notDelivered" },
    ],
  ])("SMS: %j", async (fields, receipt) => {
    expect(await hear(twilioSms, { To: "+31612345678", ...fields })).toEqual({ receipt });
  });

  test.each([
    [{ CallStatus: "ringing" }, undefined],
    [{ CallStatus: "busy" }, { state: "failed", reason: "busy" }],
    [{ CallStatus: "no-answer" }, { state: "failed", reason: "noAnswer" }],
    // Somebody or something took it: that alone is no delivery.
    [{ CallStatus: "completed" }, { state: "sent" }],
    [{ AnsweredBy: "unknown" }, { state: "sent" }],
    [{ AnsweredBy: "human" }, { state: "delivered" }],
    [{ AnsweredBy: "machine_start" }, { state: "failed", reason: "machine" }],
    [{ AnsweredBy: "fax" }, { state: "failed", reason: "machine" }],
  ])("voice: %j", async (fields, receipt) => {
    expect(await hear(twilioVoice, { To: "+31612345678", ...fields })).toEqual({ receipt });
  });

  test("BK1: a key answers the alarm, and the caller hears so in the language of the call", async () => {
    const five = await hear(twilioVoice, { CallStatus: "in-progress", Digits: "5" }, "?locale=nl");
    expect(five?.receipt).toEqual({ state: "delivered", pressed: "coming" });
    expect(five?.answer?.body).toContain('<Say language="nl-NL">Dank u. Genoteerd: u komt.</Say><Hangup/>');
    const nine = await hear(twilioVoice, { CallStatus: "in-progress", Digits: "9" }, "?locale=en");
    expect(nine?.receipt).toEqual({ state: "delivered", pressed: "notComing" });
    expect(nine?.answer?.contentType).toMatch(/^text\/xml/);
    const other = await hear(twilioVoice, { CallStatus: "in-progress", Digits: "7" }, "?locale=nl");
    expect(other?.receipt).toEqual({ state: "delivered" });
    expect(other?.answer?.body).toContain(`action="${receiptUrl}?locale=nl"`);
    expect(other?.answer?.body).toContain("Toets 5 als u komt.");
  });
});

describe("MessageBird", () => {
  test.each(messagebirdVectors)("$name", async ({ secret: key, token, url, payload, timestamp, valid }) => {
    expect(await signedBy(key, token, url, bytes(payload ?? ""), new Date(timestamp))).toBe(valid);
  });

  test("T16: without a token, or without a key to check it with, nothing is believed", async () => {
    const request = { url: `${receiptUrl}?status=delivered`, headers: new Headers(), bytes: bytes("") };
    expect(await messagebird.readReceipt(request)).toBeUndefined();
    const { token, url } = messagebirdVectors[0] ?? { token: "", url: "" };
    const headers = new Headers({ "MessageBird-Signature-JWT": token });
    expect(await messagebird.readReceipt({ url, headers, bytes: bytes("") })).toBeUndefined();
    const keyless = adapterOf({
      sms: { provider: "messagebird", accessKey: "key-of-messagebird", from: "+31201234567" },
    });
    expect(await keyless.readReceipt({ url, headers, bytes: bytes("") })).toBeUndefined();
  });

  test.each([
    ["status=sent", { state: "sent" }],
    ["status=delivered", { state: "delivered" }],
    ["status=expired", { state: "failed", reason: "expired" }],
    ["status=delivery_failed&statusReason=unknown+subscriber", { state: "failed", reason: "unknownNumber" }],
    ["status=delivery_failed&statusReason=unavailable_subscriber", { state: "failed", reason: "unreachable" }],
    ["status=delivery_failed&statusReason=31612345678", { state: "failed", reason: "notDelivered" }],
    ["status=answered", { state: "sent" }],
    ["status=scheduled", undefined],
  ])("%s", async (query, receipt) => {
    const url = `${receiptUrl}?recipient=31612345678&${query}`;
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes(url)));
    const url_hash = Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
    const token = await new SignJWT({ jti: "1", url_hash })
      .setProtectedHeader({ alg: "HS256" })
      .setIssuer("MessageBird")
      .setExpirationTime("1m")
      .sign(bytes("signing"));
    const headers = new Headers({ "MessageBird-Signature-JWT": token });
    const seen = url.replace(publicUrl, "http://127.0.0.1:8787");
    expect(await messagebird.readReceipt({ url: seen, headers, bytes: bytes("") })).toEqual({ receipt });
  });
});

describe("the generic webhook", () => {
  const hear = (body: unknown, changes: Record<string, string> = {}, at = new Date()) => {
    const text = JSON.stringify(body);
    const headers = new Headers({
      "webhook-id": "msg_1",
      "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
      "webhook-signature": new Webhook(secret).sign("msg_1", at, text),
      ...changes,
    });
    return webhook.readReceipt({ url: receiptUrl, headers, bytes: bytes(text) });
  };

  test("is heard when it is signed", async () => {
    expect(await hear({ state: "delivered" })).toEqual({ receipt: { state: "delivered" } });
    expect(await hear({ state: "failed", reason: "unknownNumber", to: "+31612345678" })).toEqual({
      receipt: { state: "failed", reason: "unknownNumber" },
    });
    expect(await hear({ state: "delivered", pressed: "coming" })).toEqual({
      receipt: { state: "delivered", pressed: "coming" },
    });
  });

  test("T16, T22: and not when it is forged, old, or says more than words", async () => {
    expect(await hear({ state: "delivered" }, { "webhook-id": "msg_2" })).toBeUndefined();
    expect(await hear({ state: "delivered" }, { "webhook-signature": "v1,AAAA" })).toBeUndefined();
    expect(await hear({ state: "delivered" }, {}, new Date(Date.now() - 360_000))).toBeUndefined();
    expect(await hear({ state: "arrived" })).toBeUndefined();
    expect(await hear({ state: "failed", reason: "no such number: +31612345678" })).toBeUndefined();
  });
});

describe("mail providers", () => {
  const { pathname } = new URL(receiptUrl);
  const basic = { authorization: `Basic ${btoa(`standby:${receiptSecret}`)}` };
  const bearer = { authorization: `Bearer ${receiptSecret}` };
  const hear = (adapter: ChannelAdapter, body: unknown, headers: Record<string, string>, url = receiptUrl) =>
    adapter.readReceipt({ url, headers: new Headers(headers), bytes: bytes(JSON.stringify(body)) });
  const Metadata = { receipt1: pathname.slice(0, 80), receipt2: pathname.slice(80) };

  test.each([
    [{ RecordType: "Delivery" }, { state: "delivered" }],
    [
      { RecordType: "Bounce", Type: "HardBounce" },
      { state: "failed", reason: "unknownAddress" },
    ],
    [
      { RecordType: "Bounce", Type: "SomethingNew" },
      { state: "failed", reason: "notDelivered" },
    ],
    [{ RecordType: "Bounce", Type: "AutoResponder" }, undefined],
    [{ RecordType: "Bounce", Type: "Transient" }, undefined],
    [{ RecordType: "Open" }, undefined],
  ])("Postmark: %j", async (said, receipt) => {
    expect(await hear(postmark, { ...said, Recipient: "jan@example.org", Metadata }, basic)).toEqual({ receipt });
  });

  test.each([
    ["request", { state: "sent" }],
    ["delivered", { state: "delivered" }],
    ["hard_bounce", { state: "failed", reason: "unknownAddress" }],
    ["soft_bounce", undefined],
    ["opened", undefined],
    ["constructor", undefined],
  ])("Brevo: %s", async (event, receipt) => {
    const body = { event, email: "jan@example.org", "X-Mailin-custom": pathname };
    expect(await hear(brevo, body, bearer)).toEqual({ receipt });
  });

  test("T16: nobody is believed who does not show the secret, nor anything about another message", async () => {
    const delivered = { RecordType: "Delivery", Metadata };
    expect(await hear(postmark, delivered, bearer)).toBeDefined();
    for (const headers of [
      {},
      { authorization: "Bearer wrong" },
      { authorization: `Basic ${btoa("standby:wrong")}` },
      { authorization: `Basic ${btoa(receiptSecret)}x` },
      { authorization: "Basic !" },
      { authorization: receiptSecret },
    ])
      expect(await hear(postmark, delivered, headers)).toBeUndefined();
    expect(await hear(postmark, delivered, basic, `${receiptUrl}x`)).toBeUndefined();
    const keyless = adapterOf({
      email: { provider: "postmark", serverToken: "key-of-postmark", from: "bhv@example.org" },
    });
    expect(await hear(keyless, delivered, { authorization: "Bearer undefined" })).toBeUndefined();
  });

  test("the account's webhook learns from the body which message it is about", () => {
    const of = (body: unknown) => receiptPathIn(bytes(JSON.stringify(body)));
    expect(of({ RecordType: "Delivery", Metadata })).toBe(pathname);
    expect(of({ event: "delivered", "X-Mailin-custom": pathname })).toBe(pathname);
    for (const body of [
      {},
      null,
      [],
      { Metadata: { receipt1: 1 } },
      { Metadata: {} },
      { "X-Mailin-custom": "https://elsewhere.example/v1/x" },
      { "X-Mailin-custom": "/v1/with a space" },
      { "X-Mailin-custom": `/v1/${"x".repeat(400)}` },
    ])
      expect(of(body)).toBeUndefined();
    expect(receiptPathIn(bytes("{"))).toBeUndefined();
  });
});

test("a push service reports nothing", async () => {
  const push = adapterOf({ push: { publicKey: "", privateKey: "", subject: publicUrl } });
  expect(await push.readReceipt({ url: receiptUrl, headers: new Headers(), bytes: bytes("{}") })).toBeUndefined();
});
