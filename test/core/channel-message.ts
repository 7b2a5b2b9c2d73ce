import type { Address, ChannelMessage } from "../../actors/tenant/channels/channel.ts";

export const publicUrl = "https://standby.example.org";
export const receiptUrl = `${publicUrl}/v1/acme/channel-receipts/sAAAABBBBCCCCDDDDEEEEFFFFGGGGHHHHIIIIJJ`;
export const phone: Address = { type: "phone", number: "+31612345678" };
export const email: Address = { type: "email", address: "jan@example.org" };

/** An alarm as it is handed to an adapter. */
export const messageTo = (to: Address, changes: Partial<ChannelMessage> = {}): ChannelMessage => ({
  sendId: "snd_0123456789abcdef",
  purpose: "alarm",
  to,
  locale: "nl",
  kind: "exercise",
  urgency: "urgent",
  silent: false,
  title: "OEFENING. Brand in hal 3",
  text: `OEFENING. Acme: Brand in hal 3. "Kom" & meld u <bij> de balie. Antwoord: ${publicUrl}/a/acme/token`,
  link: `${publicUrl}/a/acme/token`,
  topic: "alm_0123456789abcdef",
  ttlSeconds: 900,
  receiptUrl,
  ...changes,
});
