import { Webhook } from "standardwebhooks";
import * as z from "zod";
import type { Channel } from "../../../../protocol/terms.ts";
import type { ChannelAdapter, ChannelMessage, SendResult } from "../channel.ts";
import type { Provided } from "../provider-settings.ts";
import { isFailed, post, refusalOf, type Ways } from "./outgoing.ts";

/**
 * Any other provider, by a small program of the operator's between the two: Standard Webhooks both ways
 * (https://www.standardwebhooks.com), with one secret. docs/operations.md, "Channels", has the bodies.
 */

const Taken = z.object({ id: z.string().min(1).max(200) });

const Receipt = z.object({
  state: z.enum(["sent", "delivered", "failed"]),
  /** A word: whatever is longer could hold the person's address (T22). */
  reason: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9]{0,39}$/)
    .optional(),
  pressed: z.enum(["coming", "notComing"]).optional(),
});

export const signedWebhook = (
  channel: Exclude<Channel, "push">,
  settings: Provided<"webhook">,
  ways: Ways,
): ChannelAdapter => {
  const signer = new Webhook(settings.secret);
  return {
    channel,
    provider: "webhook",
    perSecond: settings.perSecond ?? 20,
    atOnce: 6,
    send: (message, signal) => send(channel, settings, signer, ways, message, signal),
    readReceipt: async ({ headers, bytes }) => {
      const body = verified(signer, headers, bytes);
      const receipt = Receipt.safeParse(body);
      if (!receipt.success) return undefined;
      // For which sending it is, is in its address, which nobody could invent (link-token.ts).
      const { state, reason, pressed } = receipt.data;
      return { receipt: { state, ...(reason && { reason }), ...(pressed && { pressed }) } };
    },
  };
};

const send = async (
  channel: Channel,
  settings: Provided<"webhook">,
  signer: Webhook,
  ways: Ways,
  message: ChannelMessage,
  signal: AbortSignal,
): Promise<SendResult> => {
  const { to } = message;
  if (to.type === "push") return { ok: false, retry: false, reason: "wrongAddress" };
  const body = JSON.stringify({
    type: "standby.message",
    channel,
    sendId: message.sendId,
    purpose: message.purpose,
    to: to.type === "phone" ? to.number : to.address,
    locale: message.locale,
    kind: message.kind,
    urgency: message.urgency,
    silent: message.silent,
    title: message.title,
    text: message.text,
    link: message.link,
    topic: message.topic,
    ttlSeconds: message.ttlSeconds,
    receiptUrl: message.receiptUrl,
  });
  const now = new Date();
  const answer = await post(
    ways,
    settings.url,
    {
      headers: {
        "Content-Type": "application/json",
        // The same for every try: the receiver knows a repeat by it, as the standard says.
        "webhook-id": message.sendId,
        "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
        "webhook-signature": signer.sign(message.sendId, now, body),
      },
      body,
    },
    signal,
  );
  if (isFailed(answer)) return answer;
  const refusal = refusalOf(answer);
  if (refusal !== undefined) return refusal;
  const taken = Taken.safeParse(answer.json);
  return { ok: true, ...(taken.success && { providerId: taken.data.id }) };
};

const verified = (signer: Webhook, headers: Headers, bytes: Uint8Array): unknown => {
  try {
    return signer.verify(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes), {
      "webhook-id": headers.get("webhook-id") ?? "",
      "webhook-timestamp": headers.get("webhook-timestamp") ?? "",
      "webhook-signature": headers.get("webhook-signature") ?? "",
    });
  } catch {
    return undefined;
  }
};
