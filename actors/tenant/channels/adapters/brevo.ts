import * as z from "zod";
import type { ChannelAdapter, ChannelMessage, ProviderReceipt, SendResult } from "../channel.ts";
import type { Provided } from "../provider-settings.ts";
import { receiptPath, reportOf } from "./account-receipts.ts";
import { isFailed, post, refusalOf, type Ways } from "./outgoing.ts";
import { mailHeaders, mailOf } from "./wording.ts";

/** https://developers.brevo.com/reference/sendtransacemail; a company of the EU, with its data there. */

const usualBase = "https://api.brevo.com/v3";

const Made = z.object({ messageId: z.string().min(1).max(300) });
const Refused = z.object({ code: z.string() });
/** https://developers.brevo.com/docs/how-it-works#error-codes */
const refusals = new Map<string, string>([
  ["unauthorized", "notAuthorized"],
  ["permission_denied", "notAuthorized"],
  ["account_under_validation", "notAuthorized"],
  ["not_enough_credits", "noCredit"],
]);

export const brevo = (settings: Provided<"brevo">, ways: Ways): ChannelAdapter => ({
  channel: "email",
  provider: "brevo",
  perSecond: settings.perSecond ?? 20,
  atOnce: 6,
  send: (message, signal) => send(settings, ways, message, signal),
  readReceipt: async (request) => {
    const report = Report.safeParse(reportOf(settings.receiptSecret, request));
    return report.success ? { receipt: receipts.get(report.data.event) } : undefined;
  },
});

const send = async (
  settings: Provided<"brevo">,
  ways: Ways,
  message: ChannelMessage,
  signal: AbortSignal,
): Promise<SendResult> => {
  if (message.to.type !== "email") return { ok: false, retry: false, reason: "wrongAddress" };
  const mail = mailOf(message);
  const answer = await post(
    ways,
    `${(settings.baseUrl ?? usualBase).replace(/\/+$/, "")}/smtp/email`,
    {
      headers: { Accept: "application/json", "Content-Type": "application/json", "api-key": settings.apiKey },
      body: JSON.stringify({
        sender: { email: settings.from, ...(settings.fromName && { name: settings.fromName }) },
        to: [{ email: message.to.address }],
        subject: mail.subject,
        textContent: mail.text,
        htmlContent: mail.html,
        tags: [message.purpose],
        headers: {
          ...mailHeaders(message),
          // A repeat within half an hour is no second mail.
          // https://developers.brevo.com/docs/heterogenous-versions-batch-emails
          idempotencyKey: await uuidOf(message.sendId),
          // Comes back in the reports.
          "X-Mailin-custom": receiptPath(message.receiptUrl),
        },
      }),
    },
    signal,
  );
  if (isFailed(answer)) return answer;
  const refusal = refusalOf(answer);
  if (refusal !== undefined) {
    const { code = "" } = Refused.safeParse(answer.json).data ?? {};
    // An earlier try had arrived after all.
    if (code === "duplicate_request" || code === "duplicate_parameter") return { ok: true };
    const reason = refusals.get(code);
    return reason === undefined || refusal.retry ? refusal : { ...refusal, reason };
  }
  const made = Made.safeParse(answer.json);
  return made.success
    ? { ok: true, providerId: made.data.messageId }
    : { ok: false, retry: true, reason: "notUnderstood" };
};

/** The key must be a UUID: one that is the same for the same sending. */
const uuidOf = async (sendId: string): Promise<string> => {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(sendId)));
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  // Version 4, variant 10 (RFC 9562, 5.4): it is as good as random.
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    "-",
  );
};

/** https://developers.brevo.com/docs/transactional-webhooks */
const Report = z.object({ event: z.string() });

const receipts = new Map<string, ProviderReceipt>([
  ["request", { state: "sent" }],
  ["delivered", { state: "delivered" }],
  ["hard_bounce", { state: "failed", reason: "unknownAddress" }],
  ["invalid_email", { state: "failed", reason: "badAddress" }],
  ["blocked", { state: "failed", reason: "blocked" }],
  ["error", { state: "failed", reason: "notDelivered" }],
  // soft_bounce and deferred: it is tried again there. opened, click and the like say nothing about the alarm.
]);
