import type { ChannelAdapter, ProviderReceipt, SendResult } from "../channel.ts";
import type { Provided } from "../provider-settings.ts";
import type { Ways } from "./outgoing.ts";
import { publicAddress } from "./public-address.ts";
import { create, signedFields } from "./twilio-api.ts";
import { plain } from "./wording.ts";

/** https://www.twilio.com/docs/messaging/api/message-resource */

/** ValidityPeriod: at most four hours on every kind of number; below some seconds nothing arrives at all. */
const validitySeconds = { least: 5, most: 14_400 };

/** https://www.twilio.com/docs/api/errors: why a message that was taken did not arrive. */
const failures = new Map<string, string>([
  ["30003", "unreachable"],
  ["30004", "blocked"],
  ["30005", "unknownNumber"],
  ["30006", "noMobile"],
  ["30007", "filtered"],
  ["30036", "expired"],
]);

export const twilioSms = (settings: Provided<"twilio">, ways: Ways, publicUrl: string): ChannelAdapter => ({
  channel: "sms",
  provider: "twilio",
  perSecond: settings.perSecond ?? 10,
  atOnce: 6,
  send: async (message, signal): Promise<SendResult> => {
    if (message.to.type !== "phone") return { ok: false, retry: false, reason: "wrongAddress" };
    const ttl = Math.round(message.ttlSeconds);
    return await create(
      settings,
      ways,
      "Messages",
      {
        To: message.to.number,
        [settings.from.startsWith("MG") ? "MessagingServiceSid" : "From"]: settings.from,
        Body: plain(message.text),
        ValidityPeriod: String(Math.min(Math.max(ttl, validitySeconds.least), validitySeconds.most)),
        StatusCallback: message.receiptUrl,
      },
      signal,
    );
  },
  readReceipt: async ({ url, headers, bytes }) => {
    const fields = await signedFields(settings.authToken, publicAddress(url, publicUrl), headers, bytes);
    return fields && { receipt: receiptOf(fields) };
  },
});

const receiptOf = (fields: URLSearchParams): ProviderReceipt | undefined => {
  switch (fields.get("MessageStatus")) {
    case "sent":
      return { state: "sent" };
    case "delivered":
    case "read":
      return { state: "delivered" };
    case "undelivered":
    case "failed":
    case "canceled":
      return { state: "failed", reason: failures.get(fields.get("ErrorCode") ?? "") ?? "notDelivered" };
    default:
      // accepted, scheduled, queued, sending: nothing new.
      return undefined;
  }
};
