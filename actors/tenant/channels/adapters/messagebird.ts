import { jwtVerify } from "jose";
import * as z from "zod";
import type { ChannelAdapter, ProviderReceipt, SendResult } from "../channel.ts";
import type { Provided } from "../provider-settings.ts";
import { isFailed, post, refusalOf, type Ways } from "./outgoing.ts";
import { publicAddress } from "./public-address.ts";
import { plain, spokenText, withoutKeys } from "./wording.ts";

/**
 * MessageBird (now Bird), its REST API: https://developers.messagebird.com/api/sms-messaging and …/voice-messaging.
 * It reports by GET, with the state in the query.
 */

const usualBase = "https://rest.messagebird.com";

const longestSpoken = 1_000;
const languages = { nl: "nl-nl", en: "en-gb" };

const Made = z.object({ id: z.string().min(1).max(100) });
const Refused = z.object({ errors: z.array(z.object({ code: z.int() })).min(1) });
/** https://developers.messagebird.com/api/#api-errors */
const refusals: Record<number, string> = { 2: "notAuthorized", 9: "badNumber", 25: "noCredit" };

/** Text after `statusReason`: https://developers.messagebird.com/api/sms-messaging/#sms-statuses */
const failures = new Map<string, string>([
  ["unknown subscriber", "unknownNumber"],
  ["unavailable subscriber", "unreachable"],
  ["expired network", "expired"],
  ["opted out", "unsubscribed"],
  ["received network error", "providerDown"],
  ["insufficient balance", "noCredit"],
  ["carrier rejected", "blocked"],
  ["capacity limit reached", "rateLimited"],
]);

export const messagebirdSms = (settings: Provided<"messagebird">, ways: Ways, publicUrl: string): ChannelAdapter => ({
  channel: "sms",
  provider: "messagebird",
  perSecond: settings.perSecond ?? 20,
  atOnce: 6,
  send: async (message, signal) =>
    await create(settings, ways, "messages", message, signal, {
      body: plain(message.text),
      datacoding: "auto",
      validity: Math.max(Math.round(message.ttlSeconds), 5),
    }),
  readReceipt: (request) => readReceipt(settings, publicUrl, request),
});

/** Reads out and nothing more: this API takes no keys, so the answer has to come by another way. */
export const messagebirdVoice = (settings: Provided<"messagebird">, ways: Ways, publicUrl: string): ChannelAdapter => ({
  channel: "voice",
  provider: "messagebird",
  perSecond: settings.perSecond ?? 5,
  atOnce: 6,
  send: async (message, signal) =>
    await create(settings, ways, "voicemessages", message, signal, {
      body: spokenText(withoutKeys(message), longestSpoken),
      language: languages[message.locale],
      voice: "female",
      repeat: 2,
      // Who answers hears it at once; waiting for the end of a voicemail's greeting would be silence for a person.
      ifMachine: "continue",
    }),
  readReceipt: (request) => readReceipt(settings, publicUrl, request),
});

const create = async (
  settings: Provided<"messagebird">,
  ways: Ways,
  resource: "messages" | "voicemessages",
  message: Parameters<ChannelAdapter["send"]>[0],
  signal: AbortSignal,
  fields: Record<string, string | number>,
): Promise<SendResult> => {
  if (message.to.type !== "phone") return { ok: false, retry: false, reason: "wrongAddress" };
  const answer = await post(
    ways,
    `${(settings.baseUrl ?? usualBase).replace(/\/+$/, "")}/${resource}`,
    {
      headers: {
        Authorization: `AccessKey ${settings.accessKey}`,
        "Content-Type": "application/json",
        Accept: "application/json",
      },
      body: JSON.stringify({
        recipients: [message.to.number.replace(/^\+/, "")],
        originator: settings.from.replace(/^\+/, ""),
        // Without a reference there are no reports.
        reference: message.sendId.slice(0, 128),
        reportUrl: message.receiptUrl,
        ...fields,
      }),
    },
    signal,
  );
  if (isFailed(answer)) return answer;
  const refusal = refusalOf(answer);
  if (refusal !== undefined) {
    const refused = Refused.safeParse(answer.json);
    const reason = refused.success ? refusals[refused.data.errors[0]?.code ?? 0] : undefined;
    return reason === undefined || refusal.retry ? refusal : { ...refusal, reason };
  }
  const made = Made.safeParse(answer.json);
  return made.success ? { ok: true, providerId: made.data.id } : { ok: false, retry: true, reason: "notUnderstood" };
};

const readReceipt = async (
  settings: Provided<"messagebird">,
  publicUrl: string,
  request: { url: string; headers: Headers; bytes: Uint8Array },
): Promise<{ receipt: ProviderReceipt | undefined } | undefined> => {
  const address = publicAddress(request.url, publicUrl);
  const token = request.headers.get("messagebird-signature-jwt");
  if (settings.signingKey === undefined || token === null) return undefined;
  if (!(await signedBy(settings.signingKey, token, address, request.bytes))) return undefined;
  return { receipt: receiptOf(new URL(address).searchParams) };
};

/**
 * Whether the token is MessageBird's for this address and body, as its own library checks it (messagebird-nodejs,
 * lib/webhook-signature-jwt.js). The same report twice within the token's minute does no harm.
 *
 * @param now for tests against the vectors of that library
 */
export const signedBy = async (
  signingKey: string,
  token: string,
  address: string,
  bytes: Uint8Array,
  now?: Date,
): Promise<boolean> => {
  try {
    const { payload } = await jwtVerify(token, new TextEncoder().encode(signingKey), {
      issuer: "MessageBird",
      algorithms: ["HS256", "HS384", "HS512"],
      clockTolerance: 5,
      requiredClaims: ["exp", "jti", "url_hash"],
      ...(now && { currentDate: now }),
    });
    if (payload.url_hash !== (await sha256(new TextEncoder().encode(address)))) return false;
    if (payload.payload_hash === undefined) return bytes.byteLength === 0;
    return payload.payload_hash === (await sha256(bytes));
  } catch {
    return false;
  }
};

const sha256 = async (bytes: Uint8Array): Promise<string> =>
  Array.from(new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(bytes))), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");

const receiptOf = (fields: URLSearchParams): ProviderReceipt | undefined => {
  const reason = failures.get((fields.get("statusReason") ?? "").replaceAll("_", " ").replaceAll("+", " "));
  switch (fields.get("status")) {
    case "sent":
    case "buffered":
    // A call that somebody took, or a voicemail: it does not say which, so it is no delivery.
    case "answered":
      return { state: "sent" };
    case "delivered":
      return { state: "delivered" };
    case "expired":
      return { state: "failed", reason: reason ?? "expired" };
    case "busy":
    case "machine":
      return { state: "failed", reason: fields.get("status") ?? "" };
    case "delivery_failed":
    case "failed":
      return { state: "failed", reason: reason ?? "notDelivered" };
    default:
      return undefined;
  }
};
