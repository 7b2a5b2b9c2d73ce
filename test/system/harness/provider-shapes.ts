import { createHash, createHmac } from "node:crypto";
import { SignJWT } from "jose";
import { Webhook } from "standardwebhooks";
import { z } from "zod";
import type { Received, Reply } from "./receiver.ts";

/** What a provider took, in the same words for each of them. */
export interface TakenMessage {
  to: string;
  text: string;
  /** Mail only. */
  subject?: string | undefined;
  receiptUrl: string;
}

export type ReportedState = "sent" | "delivered" | "failed" | "coming" | "notComing";
/** A request of the provider's to us. */
export interface Report {
  url: string;
  init: { method: string; headers: Record<string, string>; body?: string };
}

/** One provider as its documentation has it: what it is set up with, what it answers, and how it reports. */
export interface ProviderShape {
  /** CHANNEL_SMS and its like, for a receiver at this address. */
  settings(url: string): Record<string, string>;
  answer(request: Received): Reply;
  read(request: Received, publicUrl: string): TakenMessage;
  /** `pressed` keys are reported by those that hear them. */
  report(message: TakenMessage, state: ReportedState): Promise<Report>;
}

const json = (status: number, body: object): Reply => ({
  status,
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(body),
});
const textOf = ({ body }: Received): string => new TextDecoder().decode(body);
const idOf = (request: Received, length: number): string =>
  createHash("sha256").update(request.body).digest("hex").slice(0, length);
const refused = json(401, { message: "wrong key" });
const key = "a-key-of-the-tests";

const webhookSecret = `whsec_${btoa("thirty-two bytes of a test secret")}`;
const WebhookBody = z.object({ to: z.string(), title: z.string(), text: z.string(), receiptUrl: z.string() });

const webhook: ProviderShape = {
  settings: (url) => ({ provider: "webhook", url: `${url}/send`, secret: webhookSecret }),
  answer: (request) => {
    try {
      new Webhook(webhookSecret).verify(textOf(request), Object.fromEntries(request.headers));
    } catch {
      return refused;
    }
    return json(202, { id: idOf(request, 12) });
  },
  read: (request) => {
    const { title, ...rest } = WebhookBody.parse(JSON.parse(textOf(request)));
    return { ...rest, subject: title };
  },
  report: async ({ receiptUrl }, state) => {
    const pressed = state === "coming" || state === "notComing";
    const body = JSON.stringify(pressed ? { state: "delivered", pressed: state } : { state });
    const [id, at] = [`msg_${crypto.randomUUID()}`, new Date()];
    const headers = {
      "Content-Type": "application/json",
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
      "webhook-signature": new Webhook(webhookSecret).sign(id, at, body),
    };
    return { url: receiptUrl, init: { method: "POST", headers, body } };
  },
};

const accountSid = `AC${"0123456789abcdef".repeat(2)}`;

/** Twilio's signature, by its documentation: the address, and each field's name and value in the order of the names. */
export const twilioSignature = (authToken: string, url: string, fields: Record<string, string>): string => {
  const text = Object.keys(fields)
    .sort()
    .reduce((all, name) => all + name + fields[name], url);
  return createHmac("sha1", authToken).update(text).digest("base64");
};

/** The Messages and the Calls of one account. */
const twilio: ProviderShape = {
  settings: (baseUrl) => ({ provider: "twilio", accountSid, authToken: key, from: "+3197010240000", baseUrl }),
  answer: (request) => {
    if (request.headers.get("authorization") !== `Basic ${btoa(`${accountSid}:${key}`)}`) return refused;
    const call = request.path.endsWith("/Calls.json");
    return json(201, { sid: `${call ? "CA" : "SM"}${idOf(request, 32)}`, status: "queued", error_code: null });
  },
  read: (request) => {
    const fields = new URLSearchParams(textOf(request));
    const value = (name: string) => fields.get(name) ?? "";
    return { to: value("To"), text: value("Body") + value("Twiml"), receiptUrl: value("StatusCallback") };
  },
  report: async ({ receiptUrl, text }, state) => {
    const call = text.startsWith("<?xml");
    const action = /action="([^"]+)"/.exec(text)?.[1]?.replaceAll("&#38;", "&");
    const digits = { coming: "5", notComing: "9" }[String(state)];
    const url = digits === undefined ? receiptUrl : (action ?? "");
    const calls = { sent: "completed", delivered: "in-progress", failed: "no-answer" }[String(state)] ?? "in-progress";
    const fields: Record<string, string> = call
      ? {
          CallSid: "CA1",
          CallStatus: calls,
          ...(state === "delivered" && { AnsweredBy: "human" }),
          ...(digits && { Digits: digits }),
        }
      : { MessageSid: "SM1", MessageStatus: state === "failed" ? "undelivered" : state, ErrorCode: "30003" };
    const headers = {
      "Content-Type": "application/x-www-form-urlencoded",
      "X-Twilio-Signature": twilioSignature(key, url, fields),
    };
    return { url, init: { method: "POST", headers, body: new URLSearchParams(fields).toString() } };
  },
};

const MessagebirdBody = z.object({ recipients: z.tuple([z.string()]), body: z.string(), reportUrl: z.url() });

const messagebird: ProviderShape = {
  settings: (baseUrl) => ({
    provider: "messagebird",
    accessKey: key,
    signingKey: "a-signing-key-of-the-tests",
    from: "+3197010240000",
    baseUrl,
  }),
  answer: (request) =>
    request.headers.get("authorization") === `AccessKey ${key}` ? json(201, { id: idOf(request, 32) }) : refused,
  read: (request) => {
    const { recipients, body, reportUrl } = MessagebirdBody.parse(JSON.parse(textOf(request)));
    return { to: `+${recipients[0]}`, text: body, receiptUrl: reportUrl };
  },
  report: async ({ receiptUrl }, state) => {
    const url = new URL(receiptUrl);
    url.searchParams.set("status", state === "failed" ? "delivery_failed" : state);
    const token = await new SignJWT({ jti: crypto.randomUUID(), url_hash: sha256(url.href) })
      .setProtectedHeader({ alg: "HS256" })
      .setIssuer("MessageBird")
      .setNotBefore("0s")
      .setExpirationTime("1m")
      .sign(new TextEncoder().encode("a-signing-key-of-the-tests"));
    return { url: url.href, init: { method: "GET", headers: { "MessageBird-Signature-JWT": token } } };
  },
};

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

const receiptSecret = "what-the-webhook-shows";
const PostmarkBody = z.object({
  To: z.string(),
  Subject: z.string(),
  TextBody: z.string(),
  Metadata: z.record(z.string(), z.string().max(80)),
});

/** Its webhook is the account's; here it posts to the message's own receipt address, where ours hands it on to. */
const postmark: ProviderShape = {
  settings: (baseUrl) => ({ provider: "postmark", serverToken: key, from: "bhv@example.org", receiptSecret, baseUrl }),
  answer: (request) =>
    request.headers.get("x-postmark-server-token") === key
      ? json(200, { ErrorCode: 0, Message: "OK", MessageID: idOf(request, 32) })
      : refused,
  read: (request, publicUrl) => {
    const { To, Subject, TextBody, Metadata } = PostmarkBody.parse(JSON.parse(textOf(request)));
    return { to: To, subject: Subject, text: TextBody, receiptUrl: publicUrl + Object.values(Metadata).join("") };
  },
  report: async ({ receiptUrl, to }, state) => {
    const { pathname, search } = new URL(receiptUrl);
    const carried = { receipt1: (pathname + search).slice(0, 80), receipt2: (pathname + search).slice(80) };
    const said = state === "failed" ? { RecordType: "Bounce", Type: "HardBounce" } : { RecordType: "Delivery" };
    const body = JSON.stringify({ ...said, Recipient: to, Metadata: carried, MessageStream: "outbound" });
    const headers = { "Content-Type": "application/json", Authorization: `Basic ${btoa(`standby:${receiptSecret}`)}` };
    return { url: receiptUrl, init: { method: "POST", headers, body } };
  },
};

const BrevoBody = z.object({
  to: z.tuple([z.object({ email: z.string() })]),
  subject: z.string(),
  textContent: z.string(),
  headers: z.object({ idempotencyKey: z.uuid(), "X-Mailin-custom": z.string() }),
});
const brevoKeys = new Set<string>();

const brevo: ProviderShape = {
  settings: (baseUrl) => ({ provider: "brevo", apiKey: key, from: "bhv@example.org", receiptSecret, baseUrl }),
  answer: (request) => {
    if (request.headers.get("api-key") !== key) return refused;
    const { idempotencyKey } = BrevoBody.parse(JSON.parse(textOf(request))).headers;
    if (brevoKeys.has(idempotencyKey)) return json(400, { code: "duplicate_request", message: "was sent" });
    brevoKeys.add(idempotencyKey);
    return json(201, { messageId: `<${idOf(request, 16)}@smtp-relay.mailin.fr>` });
  },
  read: (request, publicUrl) => {
    const { to, subject, textContent, headers } = BrevoBody.parse(JSON.parse(textOf(request)));
    return { to: to[0].email, subject, text: textContent, receiptUrl: publicUrl + headers["X-Mailin-custom"] };
  },
  report: async ({ receiptUrl, to }, state) => {
    const { pathname, search } = new URL(receiptUrl);
    const events: Record<string, string> = { sent: "request", delivered: "delivered", failed: "hard_bounce" };
    const body = JSON.stringify({ event: events[state], email: to, "X-Mailin-custom": pathname + search });
    const headers = { "Content-Type": "application/json", Authorization: `Bearer ${receiptSecret}` };
    return { url: receiptUrl, init: { method: "POST", headers, body } };
  },
};

export const shapes = { webhook, twilio, messagebird, postmark, brevo };
