// Each provider's adapter against a real HTTP server that speaks its documented API: what is sent, and what comes of every
// way in which a provider can fail. A try never throws, never follows a redirect, ends at its deadline, and says nothing
// of the person (T22). Receipts are in channel-receipts.test.ts, trying again and giving up in the sends' own tests.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ChannelAdapter, ChannelMessage } from "../../actors/tenant/channels/channel.ts";
import { readChannelSettings } from "../../actors/tenant/channels/provider-settings.ts";
import { makeAdapters } from "../../actors/tenant/channels/settings.ts";
import { wordsOf } from "../../actors/tenant/channels/words.ts";
import { type ProviderShape, shapes } from "../system/harness/provider-shapes.ts";
import { type Received, Receiver } from "../system/harness/receiver.ts";
import { email, messageTo, phone, publicUrl, receiptUrl } from "./channel-message.ts";

const combinations = [
  ["CHANNEL_SMS", "webhook"],
  ["CHANNEL_SMS", "twilio"],
  ["CHANNEL_SMS", "messagebird"],
  ["CHANNEL_VOICE", "webhook"],
  ["CHANNEL_VOICE", "twilio"],
  ["CHANNEL_VOICE", "messagebird"],
  ["CHANNEL_EMAIL", "webhook"],
  ["CHANNEL_EMAIL", "postmark"],
  ["CHANNEL_EMAIL", "brevo"],
] as const;
type Variable = (typeof combinations)[number][0];
type Name = (typeof combinations)[number][1];

let receiver: Receiver;
let shape: ProviderShape;
let adapter: ChannelAdapter;
let message: ChannelMessage;

const set = async (variable: Variable, name: Name): Promise<void> => {
  shape = shapes[name];
  receiver = await Receiver.start((request) => shape.answer(request));
  adapter = adapterFor(variable, shape.settings(receiver.url));
  // Ids are the same for the tries of one sending and differ between sendings.
  message = messageTo(variable === "CHANNEL_EMAIL" ? email : phone, { sendId: `snd_${crypto.randomUUID()}` });
};

const adapterFor = (variable: Variable, provider: object, privateHosts = receiver.host): ChannelAdapter => {
  const variables = { [variable]: JSON.stringify(provider), CHANNEL_PRIVATE_HOSTS: privateHosts };
  const { settings, wrong } = readChannelSettings(variables, publicUrl);
  expect(wrong).toEqual([]);
  const [made] = Object.values(
    makeAdapters(settings, publicUrl, {
      public: () => Promise.reject(new Error("nothing here is public")),
      private: fetch,
      privateHosts: settings.privateHosts,
    }),
  );
  if (made === undefined) throw new TypeError("these settings make one adapter");
  return made;
};

/** One try with as long a deadline as no test waits for. */
const send = (changes: Partial<ChannelMessage> = {}, deadlineMs = 20_000) =>
  adapter.send({ ...message, ...changes }, AbortSignal.timeout(deadlineMs));
const json = ({ body }: Received) => JSON.parse(new TextDecoder().decode(body));
const form = ({ body }: Received) => Object.fromEntries(new URLSearchParams(new TextDecoder().decode(body)));
const first = (): Received => {
  const [request] = receiver.received;
  if (request === undefined) throw new Error("nothing came");
  return request;
};

afterEach(() => receiver.stop());

describe.each(combinations)("%s by %s", (variable, name) => {
  beforeEach(() => set(variable, name));

  test("is taken, with the words as they are and where to report", async () => {
    expect(await send()).toEqual({ ok: true, providerId: expect.any(String) });
    expect(receiver.received).toHaveLength(1);
    const taken = shape.read(first(), publicUrl);
    expect(taken.receiptUrl).toBe(receiptUrl);
    expect(taken.to).toBe(variable === "CHANNEL_EMAIL" ? "jan@example.org" : "+31612345678");
    const said = name === "twilio" && variable === "CHANNEL_VOICE" ? "Brand in hal 3." : message.text;
    expect(taken.text).toContain(said);
  });

  test("500 is tried again, and then taken", async () => {
    await receiver.set({ is: "error" });
    expect(await send()).toEqual({ ok: false, retry: true, reason: "providerDown" });
    await receiver.set({ is: "up" });
    expect(await send()).toMatchObject({ ok: true });
  });

  test.each([
    ["2", 2_000],
    [new Date(Date.now() - 60_000).toUTCString(), 0],
    ["999999", 3_600_000],
  ])("429 with Retry-After: %s waits %i ms", async (retryAfter, afterMs) => {
    await receiver.set({ is: "limited", retryAfter });
    expect(await send()).toEqual({ ok: false, retry: true, reason: "rateLimited", afterMs });
  });

  test("429 with a Retry-After that is none waits as we think fit", async () => {
    await receiver.set({ is: "limited", retryAfter: "soon" });
    expect(await send()).toEqual({ ok: false, retry: true, reason: "rateLimited" });
  });

  test("slow is waited for; slower than the deadline is tried again, though it may have arrived", async () => {
    await receiver.set({ is: "slow", afterMs: 100 });
    expect(await send()).toMatchObject({ ok: true });
    await receiver.set({ is: "lost" });
    expect(await send({ sendId: "snd_lost" }, 150)).toEqual({ ok: false, retry: true, reason: "timeout" });
    expect(receiver.taken).toHaveLength(2);
  });

  test("a line that is down is tried again", async () => {
    await receiver.set({ is: "down" });
    expect(await send()).toEqual({ ok: false, retry: true, reason: "unreachable" });
  });

  test("T19: a redirect is not followed", async () => {
    await receiver.set({ is: "redirect" });
    expect(await send()).toEqual({ ok: false, retry: false, reason: "redirected" });
    expect(receiver.received).toHaveLength(1);
  });

  test("a page of a proxy in between has taken nothing, but for the webhook, whose answer has no form", async () => {
    await receiver.set({ is: "garbage" });
    expect(await send()).toEqual(
      name === "webhook" ? { ok: true } : { ok: false, retry: true, reason: "notUnderstood" },
    );
  });

  test("a wrong key is final", async () => {
    const provider: Record<string, string> = shape.settings(receiver.url);
    for (const field of ["authToken", "accessKey", "serverToken", "apiKey"])
      if (field in provider) provider[field] = "another-key";
    if (name === "webhook") provider.secret = `whsec_${"A".repeat(32)}`;
    adapter = adapterFor(variable, provider);
    expect(await send()).toEqual({ ok: false, retry: false, reason: "notAuthorized" });
  });

  test("T19: a host that was not named is not asked", async () => {
    const { settings } = readChannelSettings(
      { [variable]: JSON.stringify(shape.settings(receiver.url)), CHANNEL_PRIVATE_HOSTS: receiver.host },
      publicUrl,
    );
    const privateHosts: ReadonlySet<string> = new Set();
    const [unnamed] = Object.values(makeAdapters(settings, publicUrl, { public: fetch, private: fetch, privateHosts }));
    const refused = { ok: false, retry: false, reason: "addressRefused" };
    expect(await unnamed?.send(message, AbortSignal.timeout(5_000))).toEqual(refused);
    expect(receiver.received).toEqual([]);
  });

  test("a push address is none of its own", async () => {
    const to = { type: "push", endpoint: receiver.url, p256dh: "", auth: "" } as const;
    expect(await send({ to })).toEqual({ ok: false, retry: false, reason: "wrongAddress" });
  });
});

describe("Twilio, a message", () => {
  beforeEach(() => set("CHANNEL_SMS", "twilio"));

  test("has the fields of its Messages resource", async () => {
    await send();
    const { method, path, headers } = first();
    expect(`${method} ${path}`).toBe(`POST /2010-04-01/Accounts/AC${"0123456789abcdef".repeat(2)}/Messages.json`);
    expect(headers.get("content-type")).toBe("application/x-www-form-urlencoded");
    expect(form(first())).toEqual({
      To: "+31612345678",
      From: "+3197010240000",
      Body: message.text,
      ValidityPeriod: "900",
      StatusCallback: receiptUrl,
    });
  });

  test.each([
    [21211, "badNumber"],
    [21610, "unsubscribed"],
    [99999, "refused"],
  ])("its error %i is %s", async (code, reason) => {
    shape = { ...shape, answer: () => ({ status: 400, body: JSON.stringify({ code, message: "+31612345678" }) }) };
    expect(await send()).toEqual({ ok: false, retry: false, reason });
  });
});

describe("Twilio, a call", () => {
  beforeEach(() => set("CHANNEL_VOICE", "twilio"));

  test("is read out twice, takes a key at any moment, and tells a person from a machine", async () => {
    await send();
    const { Twiml = "", ...fields } = form(first());
    expect(fields).toEqual({
      To: "+31612345678",
      From: "+3197010240000",
      Timeout: "25",
      StatusCallback: receiptUrl,
      StatusCallbackMethod: "POST",
      MachineDetection: "Enable",
      AsyncAmd: "true",
      AsyncAmdStatusCallback: receiptUrl,
      AsyncAmdStatusCallbackMethod: "POST",
    });
    const parts = Twiml.split("<Gather ");
    expect(parts).toHaveLength(3);
    expect(parts[1]).toBe(parts[2]?.replace("</Response>", ""));
    expect(parts[1]).toContain(`numDigits="1" timeout="5" method="POST" action="${receiptUrl}?locale=nl"`);
    expect(parts[1]).toContain(
      '<Say language="nl-NL">OEFENING. Acme: Brand in hal 3. &#34;Kom&#34; &#38; meld u &#60;bij&#62;',
    );
  });

  test("that is no alarm asks for no key", async () => {
    await send({ purpose: "verification", locale: "en", text: "Your code is: 1, 2, 3." });
    expect(form(first()).Twiml).toContain('<Say language="en-GB">Your code is: 1, 2, 3.</Say><Pause length="1"/>');
    expect(form(first()).Twiml).not.toContain("Gather");
  });

  test.each(["&".repeat(3_000), "é😀".repeat(2_000), "a".repeat(9_000), "\u0000\ud800\uffff<"])(
    "fits the 4,000 characters of the parameter and is well-formed (text %#)",
    async (text) => {
      expect(await send({ text })).toMatchObject({ ok: true });
      const { Twiml = "" } = form(first());
      expect(Twiml.length).toBeLessThanOrEqual(4_000);
      expect(Twiml.length).toBeGreaterThan(text.length > 100 ? 3_800 : 0);
      expect(Twiml).toMatch(/<\/Response>$/);
      expect(Twiml.isWellFormed()).toBe(true);
      expect(Twiml).not.toMatch(/[\u0000-\u0008\uffff]/);
      // Every & begins a whole reference.
      expect(Twiml.replace(/&#\d{2};/g, "")).not.toContain("&");
    },
  );
});

describe("MessageBird", () => {
  test("a message has the fields of its API", async () => {
    await set("CHANNEL_SMS", "messagebird");
    await send();
    expect(`${first().method} ${first().path}`).toBe("POST /messages");
    expect(json(first())).toEqual({
      recipients: ["31612345678"],
      originator: "3197010240000",
      body: message.text,
      reference: message.sendId,
      reportUrl: receiptUrl,
      datacoding: "auto",
      validity: 900,
    });
  });

  test("a call does not speak of keys, which it would not hear", async () => {
    await set("CHANNEL_VOICE", "messagebird");
    expect(wordsOf.nl.keys).toContain("Toets 5");
    await send({ text: `OEFENING. Brand in hal 3. ${wordsOf.nl.keys}` });
    expect(`${first().method} ${first().path}`).toBe("POST /voicemessages");
    expect(json(first())).toEqual({
      recipients: ["31612345678"],
      originator: "3197010240000",
      body: "OEFENING. Brand in hal 3.",
      reference: message.sendId,
      reportUrl: receiptUrl,
      language: "nl-nl",
      voice: "female",
      repeat: 2,
      ifMachine: "continue",
    });
  });

  test("its errors are named", async () => {
    await set("CHANNEL_SMS", "messagebird");
    const errors = [{ code: 9, description: "no (correct) recipients found", parameter: "recipients" }];
    shape = { ...shape, answer: () => ({ status: 422, body: JSON.stringify({ errors }) }) };
    expect(await send()).toEqual({ ok: false, retry: false, reason: "badNumber" });
  });
});

describe("mail", () => {
  test("Postmark gets text and HTML, no tracking, and the receipt's path in pieces", async () => {
    await set("CHANNEL_EMAIL", "postmark");
    await send({ receiptUrl: `${receiptUrl}${"x".repeat(60)}` });
    const { HtmlBody, Metadata, ...rest } = json(first());
    expect(rest).toEqual({
      From: "bhv@example.org",
      To: "jan@example.org",
      Subject: "OEFENING. Brand in hal 3",
      TextBody: message.text,
      MessageStream: "outbound",
      Tag: "alarm",
      TrackOpens: false,
      TrackLinks: "None",
      Headers: [
        { Name: "Auto-Submitted", Value: "auto-generated" },
        { Name: "Importance", Value: "high" },
        { Name: "X-Priority", Value: "1" },
      ],
    });
    expect(HtmlBody).toContain("&#34;Kom&#34; &#38; meld u &#60;bij&#62; de balie");
    expect(HtmlBody).toContain(`<a href="${message.link}">${message.link}</a>`);
    expect(Object.values(Metadata)).toHaveLength(2);
    expect(publicUrl + Object.values(Metadata).join("")).toBe(`${receiptUrl}${"x".repeat(60)}`);
  });

  test.each([
    [422, 406, { retry: false, reason: "inactiveAddress" }],
    [422, 300, { retry: false, reason: "badAddress" }],
    [422, 100, { retry: true, reason: "providerDown" }],
    [200, 9999, { retry: false, reason: "refused" }],
  ])("Postmark's %i with error %i", async (status, ErrorCode, result) => {
    await set("CHANNEL_EMAIL", "postmark");
    shape = { ...shape, answer: () => ({ status, body: JSON.stringify({ ErrorCode, Message: "jan@example.org" }) }) };
    expect(await send()).toEqual({ ok: false, ...result });
  });

  test("Brevo knows a repeat by its key, which is as good as sent", async () => {
    await set("CHANNEL_EMAIL", "brevo");
    await receiver.set({ is: "lost" });
    expect(await send({}, 150)).toMatchObject({ retry: true, reason: "timeout" });
    await receiver.set({ is: "up" });
    expect(await send()).toEqual({ ok: true });
    expect(await send({ sendId: "snd_another" })).toMatchObject({ ok: true, providerId: expect.any(String) });
    const keys = receiver.received.map((request) => json(request).headers.idempotencyKey);
    expect(keys[0]).toBe(keys[1]);
    expect(keys[2]).not.toBe(keys[1]);
  });

  test("a subject is one line, whatever the title holds", async () => {
    await set("CHANNEL_EMAIL", "brevo");
    await send({ title: "Brand\r\nBcc: all@example.org\u0007", urgency: "normal" });
    expect(json(first()).subject).toBe("Brand Bcc: all@example.org");
    expect(json(first()).headers).not.toHaveProperty("Importance");
  });
});

describe("the generic webhook", () => {
  beforeEach(() => set("CHANNEL_SMS", "webhook"));

  test("is told everything, signed, with the same id for every try", async () => {
    await send();
    await send();
    const [one, two] = receiver.received;
    expect(one?.headers.get("webhook-id")).toBe(message.sendId);
    expect(two?.headers.get("webhook-id")).toBe(message.sendId);
    expect(json(first())).toEqual({
      type: "standby.message",
      channel: "sms",
      sendId: message.sendId,
      purpose: "alarm",
      to: "+31612345678",
      locale: "nl",
      kind: "exercise",
      urgency: "urgent",
      silent: false,
      title: message.title,
      text: message.text,
      link: message.link,
      topic: message.topic,
      ttlSeconds: 900,
      receiptUrl,
    });
  });

  test.each([
    [400, { retry: false, reason: "refused" }],
    [402, { retry: false, reason: "noCredit" }],
    [403, { retry: false, reason: "notAuthorized" }],
    [404, { retry: false, reason: "notFound" }],
    [408, { retry: true, reason: "providerBusy" }],
    [410, { retry: false, reason: "notFound" }],
    [413, { retry: false, reason: "tooLarge" }],
    [503, { retry: true, reason: "providerDown" }],
  ])("%i", async (status, result) => {
    shape = { ...shape, answer: () => ({ status, body: "jan@example.org" }) };
    expect(await send()).toEqual({ ok: false, ...result });
  });

  test("an answer without an end, or with a megabyte, is as good as its status", async () => {
    shape = { ...shape, answer: () => ({ status: 200, body: "x".repeat(1_000_000) }) };
    expect(await send()).toEqual({ ok: true });
  });
});
