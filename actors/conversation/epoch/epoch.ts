import { limits } from "../../../protocol/limits.ts";

/** An epoch of a chat: one document, small enough to be sent and joined at once. Times in ms since 1970. */
export interface KeptEpoch {
  number: number;
  generation: number;
  /** Number of its first message. */
  firstSeq: number;
  /** Messages in it; the place of a message in the document is its `seq - firstSeq`. */
  messages: number;
  startedAt: number;
  endedAt?: number | undefined;
}

/** As clients name it. Another generation is another document. */
export const epochName = ({ number, generation }: Pick<KeptEpoch, "number" | "generation">): string =>
  `${number}.${generation}`;

const months = new Map<string, Intl.DateTimeFormat>();

/** The month there, such as `2026-11`. */
export const monthIn = (at: number, timeZone: string): string => {
  const format =
    months.get(timeZone) ?? new Intl.DateTimeFormat("sv-SE", { year: "numeric", month: "2-digit", timeZone });
  months.set(timeZone, format);
  return format.format(at);
};

/** Whether the next message begins a new epoch: another month has come, or this one is full (issue 6, 4). Pure. */
export const isOver = (epoch: KeptEpoch, timeZone: string, now: number): boolean =>
  epoch.messages >= limits.epochMessages || monthIn(epoch.startedAt, timeZone) !== monthIn(now, timeZone);

/** The epoch after one, or the first. @param nextSeq number of the message that begins it */
export const nextEpoch = (former: KeptEpoch | undefined, nextSeq: number, now: number): KeptEpoch => ({
  number: (former?.number ?? 0) + 1,
  generation: 0,
  firstSeq: nextSeq,
  messages: 0,
  startedAt: now,
});

/** Whether an epoch's term has come: its last message is older than chats are kept (P13, P17). Those still written never. */
export const isPast = (epoch: KeptEpoch, now: number): boolean =>
  epoch.endedAt !== undefined && epoch.endedAt + limits.messagesKeptMs <= now;
