import type { EndReason } from "../../../protocol/alarms.ts";
import type { PushPayload } from "../../../protocol/channels.ts";
import type { Locale } from "../../../protocol/people.ts";
import type { Channel, Kind, Urgency } from "../../../protocol/terms.ts";
import { fitSms } from "./sms-text.ts";
import { type Words, wordsOf } from "./words.ts";

/** What there is to say, of whatever is sent. */
export interface Matter {
  purpose: "alarm" | "reAlarm" | "standDown" | "notice" | "message";
  organisation: string;
  /** The tenant's slug, and where the page is, for the service worker and the link. */
  tenant: string;
  alarmId?: string | undefined;
  conversationId?: string | undefined;
  kind: Kind;
  urgency: Urgency;
  /** A silent or duress alarm: nothing of it shows on a screen that others may see. The link shows all. */
  quiet: boolean;
  title: string;
  message?: string | undefined;
  /** What the recipient's own roles do. */
  instructions: readonly string[];
  /** Local time of day when it was raised. */
  time: string;
  end?: { reason: EndReason; text?: string | undefined } | undefined;
  link?: string | undefined;
  /** The link's token, for the service worker. */
  token?: string | undefined;
}

export interface Worded {
  title: string;
  text: string;
  payload?: string;
}

/** RFC 8030, 7.2 asks push services for 4,096 bytes of ciphertext; encryption takes some. */
const payloadBytes = 3_000;
const spokenLetters = 800;

/** Whole letters only: half of a surrogate pair is none. */
const cutTo = (text: string, most: number): string => {
  const letters = [...text];
  return letters.length <= most
    ? text
    : `${letters
        .slice(0, most - 3)
        .join("")
        .trimEnd()}...`;
};

const sentence = (text: string): string => (/[.!?:]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`);
const joined = (parts: readonly (string | undefined)[], by: string): string =>
  parts.filter((part) => part !== undefined && part !== "").join(by);

/** The mark comes first on every channel (I9): whoever reads or hears only the beginning knows. */
export const markOf = (words: Words, kind: Kind): string => (kind === "actual" ? "" : `${words.mark[kind]}. `);

const headline = (words: Words, { purpose, title }: Matter): string => {
  if (purpose === "standDown") return `${words.ended}: ${title}`;
  return purpose === "reAlarm" ? `${words.again}: ${title}` : title;
};

/** What is said below the headline. */
const details = (words: Words, { purpose, message, end }: Matter): string[] => {
  if (purpose !== "standDown") return message === undefined ? [] : [message];
  return end === undefined ? [] : [words.reasons[end.reason], ...(end.text === undefined ? [] : [end.text])];
};

const sms = (words: Words, matter: Matter): Worded => {
  const mark = markOf(words, matter.kind);
  const link = matter.link === undefined ? "" : ` ${matter.link}`;
  if (matter.quiet) return { title: mark + words.quietSubject, text: `${mark}${words.quiet}${link}` };
  const title = headline(words, matter);
  const middle = joined([sentence(title), ...details(words, matter).map(sentence)], " ");
  const tail = link === "" ? "" : ` ${words.answer}${link}`;
  return { title: mark + title, text: fitSms(`${mark}${matter.organisation}: `, middle, tail) };
};

/** Spoken: no addresses. The words about keys come last, where a provider that hears none can leave them out. */
const voice = (words: Words, matter: Matter): Worded => {
  const mark = markOf(words, matter.kind);
  const keys = matter.purpose === "alarm" || matter.purpose === "reAlarm" ? words.keys : undefined;
  if (matter.quiet) return { title: mark + words.quietSubject, text: joined([`${mark}${words.quiet}`, keys], " ") };
  const opening =
    matter.purpose === "standDown" ? words.endedSpoken(matter.organisation) : words.from(matter.organisation);
  const said = joined([sentence(matter.title), ...details(words, matter).map(sentence)], " ")
    .replace(/https?:\/\/\S+/g, "")
    .replace(/\s+/g, " ");
  const text = joined([`${mark}${opening}`, sentence(cutTo(said, spokenLetters)), keys], " ");
  return { title: mark + headline(words, matter), text };
};

const email = (words: Words, matter: Matter): Worded => {
  const mark = markOf(words, matter.kind);
  const link = matter.link === undefined ? undefined : `${words.answer} ${matter.link}\n${words.once}`;
  if (matter.quiet) return { title: mark + words.quietSubject, text: joined([`${mark}${words.quiet}`, link], "\n\n") };
  const title = headline(words, matter);
  const tasks = matter.instructions.length === 0 ? undefined : [words.instructions, ...matter.instructions].join("\n");
  return {
    title: `${mark}${title} (${matter.organisation})`,
    text: joined(
      [
        `${mark}${matter.organisation}: ${sentence(title)}`,
        ...details(words, matter),
        matter.purpose === "notice" || matter.purpose === "message" ? undefined : words.raised(matter.time),
        matter.purpose === "standDown" ? undefined : tasks,
        link,
      ],
      "\n\n",
    ),
  };
};

const push = (words: Words, matter: Matter): Worded => {
  const mark = markOf(words, matter.kind);
  const title = matter.quiet ? `${mark}${words.quietSubject}` : mark + headline(words, matter);
  const text = matter.quiet ? "" : joined(details(words, matter), "\n");
  const payload = (body: string): PushPayload => ({
    v: 1,
    what: matter.purpose,
    tenant: matter.tenant,
    ...(matter.alarmId === undefined ? {} : { alarmId: matter.alarmId }),
    ...(matter.conversationId === undefined ? {} : { conversationId: matter.conversationId }),
    kind: matter.kind,
    urgency: matter.urgency,
    silent: matter.quiet,
    title,
    ...(body === "" ? {} : { text: body }),
    ...(matter.token === undefined ? {} : { token: matter.token }),
  });
  return { title, text, payload: within(payloadBytes, text, (body) => JSON.stringify(payload(body))) };
};

/** The text is shortened until the whole is small enough, by bytes: some letters take four. */
const within = (bytes: number, text: string, make: (text: string) => string): string => {
  const letters = [...text];
  const size = (made: string) => new TextEncoder().encode(made).byteLength;
  let made = make(text);
  for (let length = letters.length; size(made) > bytes && length > 0; ) {
    length = Math.floor(length * 0.8);
    made = make(length === 0 ? "" : `${letters.slice(0, length).join("")}…`);
  }
  return made;
};

const by: Record<Channel, (words: Words, matter: Matter) => Worded> = { push, sms, voice, email };

/** What one channel says of an alarm, a stand-down or a notice. Pure. */
export const word = (channel: Channel, locale: Locale, matter: Matter): Worded => by[channel](wordsOf[locale], matter);

/** The message with a code that proves an address. */
export const wordCode = (channel: Channel, locale: Locale, code: string): Worded => {
  const words = wordsOf[locale];
  const text = channel === "voice" ? words.codeSpoken([...code].join(", ")) : words.code(code);
  return { title: words.codeSubject, text };
};
