import type { ChannelMessage } from "../channel.ts";
import { wordsOf } from "../words.ts";
import { markup, spokenText } from "./wording.ts";

/** A call in TwiML. https://www.twilio.com/docs/voice/twiml/gather */

type Locale = ChannelMessage["locale"];

/** The parameter Twiml of a call: 4,000 characters. */
const longest = 4_000;

const voices: Record<Locale, string> = { nl: "nl-NL", en: "en-GB" };

const thanks: Record<Locale, Record<"coming" | "notComing", string>> = {
  nl: { coming: "Dank u. Genoteerd: u komt.", notComing: "Dank u. Genoteerd: u komt niet." },
  en: { coming: "Thank you. Noted: you are coming.", notComing: "Thank you. Noted: you are not coming." },
};

const document = (content: string): string => `<?xml version="1.0" encoding="UTF-8"?><Response>${content}</Response>`;

const say = (locale: Locale, text: string): string => `<Say language="${voices[locale]}">${markup(text)}</Say>`;

/** One key ends it; without a key the call goes on with what comes after. */
const gather = (address: string, content: string): string =>
  `<Gather input="dtmf" numDigits="1" timeout="5" method="POST" action="${markup(address)}">${content}</Gather>`;

/** Read out twice. While an alarm is read a key answers it, at any moment; anything else is only said. */
export const readOut = (message: ChannelMessage, address: string): string => {
  const { locale, purpose } = message;
  const asks = purpose === "alarm" || purpose === "reAlarm";
  const of = (text: string): string => {
    const once = say(locale, text);
    const heard = asks ? gather(address, once) : `${once}<Pause length="1"/>`;
    return document(heard + heard);
  };
  // A character may take five when it is written as markup, so the room is found by trying.
  let room = longest;
  for (;;) {
    const twiml = of(spokenText(message, room));
    if (twiml.length <= longest || room === 0) return twiml;
    room = Math.max(0, Math.min(room, message.text.length) - Math.max(1, Math.ceil((twiml.length - longest) / 10)));
  }
};

/** After a key that means nothing: which do. */
export const askedAgain = (locale: Locale, address: string): string =>
  document(gather(address, say(locale, wordsOf[locale].keys)));

/** After 5 or 9. */
export const confirmed = (locale: Locale, pressed: "coming" | "notComing"): string =>
  document(`${say(locale, thanks[locale][pressed])}<Hangup/>`);
