import * as z from "zod";
import type { ChannelAdapter, ChannelMessage, ProviderReceipt, SendResult } from "../channel.ts";
import type { Provided } from "../provider-settings.ts";
import { asMetadata, receiptPath, reportOf } from "./account-receipts.ts";
import { isFailed, post, refusalOf, type Ways } from "./outgoing.ts";
import { mailHeaders, mailOf } from "./wording.ts";

/** https://postmarkapp.com/developer/api/email-api. It knows no idempotency key: a repeat after a crash is a second mail. */

const usualBase = "https://api.postmarkapp.com";

const Answered = z.object({ ErrorCode: z.int(), MessageID: z.string().min(1).max(100).optional() });

/** https://postmarkapp.com/developer/api/overview#error-codes */
const refusals: Record<number, string> = {
  10: "notAuthorized",
  300: "badAddress",
  400: "badSender",
  401: "badSender",
  405: "noCredit",
  406: "inactiveAddress",
  412: "notAuthorized",
  413: "notAuthorized",
};
/** It works again by itself. */
const laterCodes: Record<number, string> = { 100: "providerDown", 429: "rateLimited" };

export const postmark = (settings: Provided<"postmark">, ways: Ways): ChannelAdapter => ({
  channel: "email",
  provider: "postmark",
  perSecond: settings.perSecond ?? 20,
  atOnce: 6,
  send: (message, signal) => send(settings, ways, message, signal),
  readReceipt: async (request) => {
    const report = Report.safeParse(reportOf(settings.receiptSecret, request));
    return report.success ? { receipt: receiptOf(report.data) } : undefined;
  },
});

const send = async (
  settings: Provided<"postmark">,
  ways: Ways,
  message: ChannelMessage,
  signal: AbortSignal,
): Promise<SendResult> => {
  if (message.to.type !== "email") return { ok: false, retry: false, reason: "wrongAddress" };
  const mail = mailOf(message);
  const answer = await post(
    ways,
    `${(settings.baseUrl ?? usualBase).replace(/\/+$/, "")}/email`,
    {
      headers: {
        Accept: "application/json",
        "Content-Type": "application/json",
        "X-Postmark-Server-Token": settings.serverToken,
      },
      body: JSON.stringify({
        From: settings.fromName === undefined ? settings.from : `"${settings.fromName}" <${settings.from}>`,
        To: message.to.address,
        Subject: mail.subject,
        TextBody: mail.text,
        HtmlBody: mail.html,
        MessageStream: settings.messageStream ?? "outbound",
        Tag: message.purpose,
        // An answer link that went through a tracker would be theirs, too; and a picture tells who reads when.
        TrackOpens: false,
        TrackLinks: "None",
        Headers: Object.entries(mailHeaders(message)).map(([Name, Value]) => ({ Name, Value })),
        Metadata: asMetadata(receiptPath(message.receiptUrl)),
      }),
    },
    signal,
  );
  if (isFailed(answer)) return answer;
  const answered = Answered.safeParse(answer.json);
  const code = answered.success ? answered.data.ErrorCode : 0;
  if (laterCodes[code] !== undefined) return { ok: false, retry: true, reason: laterCodes[code] };
  if (refusals[code] !== undefined) return { ok: false, retry: false, reason: refusals[code] };
  const refusal = refusalOf(answer);
  if (refusal !== undefined) return refusal;
  if (!answered.success) return { ok: false, retry: true, reason: "notUnderstood" };
  if (code !== 0) return { ok: false, retry: false, reason: "refused" };
  const { MessageID: providerId } = answered.data;
  return { ok: true, ...(providerId && { providerId }) };
};

/** https://postmarkapp.com/developer/webhooks/webhooks-overview: Delivery, Bounce and SpamComplaint are of use here. */
const Report = z.object({ RecordType: z.string(), Type: z.string().optional() });

/** https://postmarkapp.com/developer/api/bounce-api#bounce-types: those after which the mail did arrive, or still may. */
const noFailures = new Set([
  "Transient",
  "AutoResponder",
  "AddressChange",
  "Subscribe",
  "Unsubscribe",
  "OpenRelayTest",
]);
const bounces = new Map<string, string>([
  ["HardBounce", "unknownAddress"],
  ["BadEmailAddress", "badAddress"],
  ["SpamNotification", "filtered"],
  ["Blocked", "blocked"],
  ["DnsError", "unreachable"],
  ["DMARCPolicy", "blocked"],
  ["ManuallyDeactivated", "inactiveAddress"],
]);

const receiptOf = ({ RecordType, Type }: z.infer<typeof Report>): ProviderReceipt | undefined => {
  if (RecordType === "Delivery") return { state: "delivered" };
  if (RecordType !== "Bounce" || Type === undefined || noFailures.has(Type)) return undefined;
  return { state: "failed", reason: bounces.get(Type) ?? "notDelivered" };
};
