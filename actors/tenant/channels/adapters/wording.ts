import type { ChannelMessage } from "../channel.ts";
import { wordsOf } from "../words.ts";

/** How a message's words are laid out on the wire. The words themselves are made elsewhere (../wording.ts). */

/** Without what no text message, mail subject or XML may hold: control characters and lone surrogates. */
export const plain = (text: string): string =>
  text.toWellFormed().replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]|\r(?=\n)/g, "");

/** What a voice reads out, at most so many UTF-16 units of it. */
export const spokenText = (message: ChannelMessage, longest: number): string => {
  const text = plain(message.text);
  if (text.length <= longest) return text;
  // Not through the middle of a surrogate pair.
  return `${text.slice(0, Math.max(longest - 1, 0)).replace(/[\ud800-\udbff]$/, "")}.`;
};

/** Without the words about keys, for a provider that does not hear them: nobody must believe to have answered. */
export const withoutKeys = (message: ChannelMessage): ChannelMessage => ({
  ...message,
  text: message.text.replace(wordsOf[message.locale].keys, "").trim(),
});

export interface Mail {
  subject: string;
  text: string;
  html: string;
}

/** A mail with the same words as text and as HTML; no picture and no tracking in it. */
export const mailOf = (message: ChannelMessage): Mail => {
  const subject = plain(message.title).replace(/\s+/g, " ").trim();
  const text = plain(message.text);
  const link = message.link === undefined ? undefined : markup(message.link);
  const html = text
    .split(/\n{2,}/)
    .map((paragraph) => `<p>${markup(paragraph).replaceAll("\n", "<br>")}</p>`)
    .join("\n");
  return { subject, text, html: link === undefined ? html : html.replace(link, () => `<a href="${link}">${link}</a>`) };
};

/** For XML 1.0 and HTML, in text and between quotes. */
export const markup = (text: string): string =>
  plain(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** RFC 3834: no automatic answers to it. An urgent one is marked as such, in the two ways that mail programs know. */
export const mailHeaders = (message: ChannelMessage): Record<string, string> => ({
  "Auto-Submitted": "auto-generated",
  ...(message.urgency === "urgent" && { Importance: "high", "X-Priority": "1" }),
});
