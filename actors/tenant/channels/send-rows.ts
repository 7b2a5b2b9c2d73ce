import type { ChannelTry } from "../../../protocol/alarms.ts";
import { toTime } from "../../../protocol/ids.ts";
import type { Channel } from "../../../protocol/terms.ts";
import type { sends } from "./channel-tables.ts";
import { type Purpose, type Said, type Send, type SendState, shownState } from "./send.ts";

/** Something to send: to a user or to a contact, never both. */
export interface NewSend {
  alarmId?: string | undefined;
  purpose: Purpose;
  channel: Channel;
  userId?: string | undefined;
  contactId?: string | undefined;
  /** Of no use any more after this. */
  ttlSeconds: number;
  /** Only for `notice` and `message`: their words. */
  said?: Said | undefined;
}

/** Rows that share everything but the recipient: they go into the table by one statement and into one record. */
export const grouped = (rows: readonly NewSend[]): NewSend[][] => {
  const groups = new Map<string, NewSend[]>();
  for (const row of rows) {
    const key = `${row.alarmId}|${row.purpose}|${row.channel}|${row.ttlSeconds}|${JSON.stringify(row.said)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return [...groups.values()];
};

/** Tries that did not call anybody say so where no other reason stands. */
export const reasonOf = (purpose: Purpose): string | null =>
  purpose === "standDown" || purpose === "notice" || purpose === "message" ? purpose : null;

export const toTry = (send: Send): ChannelTry => {
  const reason = send.reason ?? reasonOf(send.purpose);
  return {
    channel: send.channel,
    state: shownState(send.state),
    at: toTime(send.changedAt),
    ...(reason === null ? {} : { reason }),
  };
};

export const toSend = (row: typeof sends.$inferSelect): Send => ({
  sendId: row.sendId,
  ...(row.alarmId === null ? {} : { alarmId: row.alarmId }),
  // Written by this actor alone.
  purpose: row.purpose as Purpose,
  channel: row.channel as Channel,
  recipient: row.recipient,
  contact: row.contact === 1,
  state: row.state as SendState,
  attempts: row.attempts,
  nextAt: row.nextAt,
  ...(row.reason === null ? {} : { reason: row.reason }),
  createdAt: row.createdAt,
  changedAt: row.changedAt,
  deadline: row.deadline,
  ...(row.unwanted === 1 ? { unwanted: true as const } : {}),
  ...(row.answered === 1 ? { answered: true as const } : {}),
  ...(row.reached === null ? {} : { reached: JSON.parse(row.reached) as string[] }),
  ...(row.said === null ? {} : { said: JSON.parse(row.said) as Said }),
});
