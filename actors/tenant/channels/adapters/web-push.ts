import { encryptNotification, vapidHeaders } from "@block65/webcrypto-web-push";
import type { Urgency } from "../../../../protocol/terms.ts";
import type { Address, ChannelAdapter, ChannelMessage, SendResult } from "../channel.ts";
import type { PushKeys } from "../provider-settings.ts";
import { isFailed, post, refusalOf, type Ways } from "./outgoing.ts";
import { answerWithinMs, Patience } from "./patience.ts";

type PushAddress = Extract<Address, { type: "push" }>;

/** RFC 8030, 5.3. `high` wakes a phone that saves its battery. */
const urgencies: Record<Urgency, "high" | "normal" | "low"> = { urgent: "high", normal: "normal", information: "low" };

/** 4,096 bytes that every push service takes (RFC 8030, 7.2), less header, padding and tag. */
const longestPayload = 3_993;

/** Web Push: RFC 8030 with RFC 8291 (the payload, sealed for the browser) and RFC 8292 (who sends). */
export const webPush = (keys: PushKeys, ways: Ways): ChannelAdapter => {
  const patience = new Patience();
  return {
    channel: "push",
    provider: "webpush",
    perSecond: 100,
    atOnce: 6,
    send: (message, signal) => sendPatiently(patience, keys, ways, message, signal),
    // A push service reports nothing: that it arrived is said by the service worker, with the device's own log-in.
    readReceipt: () => Promise.resolve(undefined),
  };
};

const sendPatiently = async (
  patience: Patience,
  keys: PushKeys,
  ways: Ways,
  message: ChannelMessage,
  signal: AbortSignal,
): Promise<SendResult> => {
  const origin = message.to.type === "push" ? originOf(message.to.endpoint) : undefined;
  if (origin === undefined) return send(keys, ways, message, signal);
  const wait = patience.waitFor(origin, Date.now());
  if (wait > 0) return { ok: false, retry: true, reason: "silent", afterMs: wait };
  const limited = AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)]);
  const result = await send(keys, ways, message, limited);
  if (!result.ok && result.reason === "timeout") patience.saidNothing(origin, Date.now());
  else patience.answered(origin);
  return result;
};

const originOf = (endpoint: string): string | undefined =>
  URL.canParse(endpoint) ? new URL(endpoint).origin : undefined;

const send = async (keys: PushKeys, ways: Ways, message: ChannelMessage, signal: AbortSignal): Promise<SendResult> => {
  const { to, payload } = message;
  if (to.type !== "push") return { ok: false, retry: false, reason: "wrongAddress" };
  const plaintext = new TextEncoder().encode(payload ?? "");
  if (plaintext.byteLength === 0) return { ok: false, retry: false, reason: "noPayload" };
  if (plaintext.byteLength > longestPayload) return { ok: false, retry: false, reason: "tooLarge" };
  const subscription = subscriptionOf(to);
  const body = await sealed(subscription, plaintext);
  // Keys that are no keys: it will never work, as if the subscription had ended.
  if (body === undefined) return { ok: false, retry: false, reason: "badSubscription", gone: true };
  const headers = await signedHeaders(subscription, keys);
  if (headers === undefined) return { ok: false, retry: false, reason: "badKeys" };
  const answer = await post(
    ways,
    to.endpoint,
    {
      headers: {
        ...headers,
        TTL: String(Math.max(0, Math.round(message.ttlSeconds))),
        Urgency: urgencies[message.urgency],
        Topic: await topicOf(message.topic),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
      },
      body,
    },
    signal,
  );
  if (isFailed(answer)) return answer;
  const refusal = refusalOf(answer);
  if (refusal === undefined) return { ok: true };
  // RFC 8030, 7.3: the subscription ended. 410 is what the services answer in fact.
  if (answer.status === 404 || answer.status === 410) return { ok: false, retry: false, reason: "gone", gone: true };
  return refusal;
};

const subscriptionOf = ({ endpoint, p256dh, auth }: PushAddress) => ({
  // The library insists on https (RFC 8030, 2). Plain http gets this far only to a host that the operator named
  // (way-out.ts), and is signed for the same host as https.
  endpoint: endpoint.replace(/^http:/, "https:"),
  expirationTime: null,
  keys: { p256dh, auth },
});
type Subscription = ReturnType<typeof subscriptionOf>;

/** Padded to one length, so that it does not tell the push service which kind of message it is. */
const sealed = async (to: Subscription, text: Uint8Array): Promise<Uint8Array<ArrayBuffer> | undefined> => {
  try {
    return await encryptNotification(to, text);
  } catch {
    return undefined;
  }
};

const signedHeaders = async (to: Subscription, keys: PushKeys): Promise<{ authorization: string } | undefined> => {
  try {
    return (await vapidHeaders(to, keys)).headers;
  } catch {
    return undefined;
  }
};

/** RFC 8030, 5.4: at most 32 characters of URL-safe base64. What is longer becomes its hash: cut off, two could be one. */
export const topicOf = async (topic: string): Promise<string> => {
  if (/^[A-Za-z0-9_-]{1,32}$/.test(topic)) return topic;
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(topic)));
  return btoa(String.fromCharCode(...hash.subarray(0, 24)))
    .replaceAll("+", "-")
    .replaceAll("/", "_");
};
