import { toTime } from "../../../protocol/ids.ts";
import { limits } from "../../../protocol/limits.ts";
import type { Locale } from "../../../protocol/people.ts";
import type { RoomCall } from "../../kernel/room-messages.ts";
import { wordsOf } from "../channels/words.ts";
import type { Desk } from "../desk.ts";
import { fullName } from "../directory/directory.ts";
import type { KeptConversation } from "./conversation.ts";
import { metBy } from "./rooms.ts";

/** What is known of the incident that a room belongs to. */
interface Discretion {
  /** A silent or duress alarm is among its alarms: nothing of it shows on a screen that others may see. */
  quiet: boolean;
  /** People in distress whose own devices must not show that help is on its way, while it is. */
  spared: ReadonlySet<string>;
}

const discretionOf = (desk: Desk, { incidentId }: KeptConversation): Discretion => {
  const alarms = (incidentId === undefined ? undefined : desk.incidents.get(incidentId))?.alarmIds ?? [];
  let quiet = false;
  const spared = new Set<string>();
  for (const alarmId of alarms) {
    const alarm = desk.alarms.open(alarmId)?.alarm;
    if (alarm === undefined) continue;
    quiet ||= alarm.silent || alarm.duress === true;
    if (alarm.end === undefined && alarm.spared !== undefined) spared.add(alarm.spared);
  }
  return { quiet, spared };
};

const wordsFor = (locale: Locale, author: string, why: RoomCall["why"], room: string | undefined): string => {
  const words = wordsOf[locale];
  if (room === undefined) return words.quietSubject;
  return why === "direct" ? words.direct(author) : words.mention(author, room);
};

const take = (desk: Desk, call: RoomCall, now: number): void => {
  const { conversationId, messageId, authorId, why } = call;
  const kept = desk.conversations.get(conversationId);
  if (kept === undefined) return;
  const { quiet, spared } = discretionOf(desk, kept);
  const called = call.userIds.filter((userId) => {
    const person = desk.directory.people.get(userId);
    return (
      userId !== authorId &&
      !spared.has(userId) &&
      person !== undefined &&
      metBy(desk, person, conversationId) !== undefined
    );
  });
  const fresh = desk.conversations.callOnce(messageId, called, now);
  if (fresh.length === 0) return;
  const message = { messageId, authorId, why };
  desk.notify(fresh, { type: "notice", notice: "message", ref: conversationId, at: toTime(call.at), message }, now);
  const writer = desk.directory.people.get(authorId);
  const author = writer === undefined ? "" : fullName(writer);
  const rows = fresh.flatMap((userId) => {
    const person = desk.directory.people.get(userId);
    if (person === undefined || !desk.sends.channelsOf(userId, now).includes("push")) return [];
    const title = wordsFor(person.locale, author, why, quiet ? undefined : kept.title);
    const said = { title, text: "", conversationId };
    const ttlSeconds = limits.messagePushTtlSeconds;
    return [{ userId, channel: "push" as const, purpose: "message" as const, ttlSeconds, said }];
  });
  if (rows.length > 0) desk.sends.enqueue(rows, now);
};

/**
 * People who are to be told of a message: on their open pages and by push, each once however often the room asks (I4). Only
 * those who are in the room (T1), and by web push alone: a chat never rings a telephone that an alarm would ring.
 */
export const takeCalls = (desk: Desk, calls: readonly RoomCall[], now: number): void => {
  for (const call of calls) take(desk, call, now);
};
