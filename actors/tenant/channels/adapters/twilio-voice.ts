import type { ChannelAdapter, ChannelMessage, ProviderReceipt, SendResult } from "../channel.ts";
import type { Provided } from "../provider-settings.ts";
import type { Ways } from "./outgoing.ts";
import { publicAddress } from "./public-address.ts";
import { create, signedFields } from "./twilio-api.ts";
import { askedAgain, confirmed, readOut } from "./twiml.ts";

/** https://www.twilio.com/docs/voice/api/call-resource */

/** Shorter than most voicemails wait, so that an unanswered call says so. */
const ringSeconds = "25";

const failures = new Map<string, string>([
  ["busy", "busy"],
  ["no-answer", "noAnswer"],
  ["failed", "notDelivered"],
  ["canceled", "cancelled"],
]);

export const twilioVoice = (settings: Provided<"twilio">, ways: Ways, publicUrl: string): ChannelAdapter => ({
  channel: "voice",
  provider: "twilio",
  // One call a second is what a new account may make; https://www.twilio.com/docs/voice/api/call-resource
  perSecond: settings.perSecond ?? 1,
  atOnce: 6,
  send: (message, signal) => send(settings, ways, message, signal),
  readReceipt: async ({ url, headers, bytes }) => {
    const address = publicAddress(url, publicUrl);
    const fields = await signedFields(settings.authToken, address, headers, bytes);
    if (fields === undefined) return undefined;
    const key = fields.get("Digits");
    if (key === null) return { receipt: receiptOf(fields) };
    const locale = new URL(address).searchParams.get("locale") === "nl" ? "nl" : "en";
    const pressed = key === "5" ? "coming" : key === "9" ? "notComing" : undefined;
    return {
      // Whatever key it was: a person holds the phone.
      receipt: { state: "delivered", ...(pressed && { pressed }) },
      answer: {
        contentType: "text/xml; charset=utf-8",
        body: pressed === undefined ? askedAgain(locale, address) : confirmed(locale, pressed),
      },
    };
  },
});

const send = async (
  settings: Provided<"twilio">,
  ways: Ways,
  message: ChannelMessage,
  signal: AbortSignal,
): Promise<SendResult> => {
  if (message.to.type !== "phone") return { ok: false, retry: false, reason: "wrongAddress" };
  // The call does not know its language any more when a key is pressed, so the address says it.
  const pressedAt = new URL(message.receiptUrl);
  pressedAt.searchParams.set("locale", message.locale);
  return await create(
    settings,
    ways,
    "Calls",
    {
      To: message.to.number,
      From: settings.from,
      Twiml: readOut(message, pressedAt.href),
      Timeout: ringSeconds,
      StatusCallback: message.receiptUrl,
      StatusCallbackMethod: "POST",
      // Only a person is a delivery: a voicemail that answers must not end the ladder. Asynchronous, so that the person
      // who answers hears the alarm at once. https://www.twilio.com/docs/voice/answering-machine-detection
      MachineDetection: "Enable",
      AsyncAmd: "true",
      AsyncAmdStatusCallback: message.receiptUrl,
      AsyncAmdStatusCallbackMethod: "POST",
    },
    signal,
  );
};

const receiptOf = (fields: URLSearchParams): ProviderReceipt | undefined => {
  const answeredBy = fields.get("AnsweredBy");
  if (answeredBy === "human") return { state: "delivered" };
  if (answeredBy?.startsWith("machine_") || answeredBy === "fax") return { state: "failed", reason: "machine" };
  // `unknown`, or a call that ended without a word about who took it: somebody or something did.
  if (answeredBy !== null) return { state: "sent" };
  const status = fields.get("CallStatus") ?? "";
  if (status === "completed") return { state: "sent" };
  const reason = failures.get(status);
  return reason === undefined ? undefined : { state: "failed", reason };
};
