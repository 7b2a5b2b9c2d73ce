import { and, asc, gt, inArray, sql } from "drizzle-orm";
import type { RecordType } from "../../../protocol/records.ts";
import { log } from "../../kernel/kernel-tables.ts";
import { markOf } from "../channels/wording.ts";
import { wordsOf } from "../channels/words.ts";
import type { Desk } from "../desk.ts";
import type { KeptConversation } from "./conversation.ts";
import { toldTypes } from "./errands.ts";
import { type AlarmNow, type LogEntry, newsOf, type RoomNews } from "./incident-news.ts";
import { changeRoom, join, openRoom, system } from "./rooms.ts";

/** Records of one telling, in one transaction. */
const batch = 1_000;

/** Ten thousand recipients stand in one record of each alarm: what it says is known without reading it again. */
const body = sql<string | null>`CASE ${log.type} WHEN 'alarm.raised' THEN NULL ELSE ${log.body} END`;

const recordsAfter = (desk: Desk, seq: number): LogEntry[] =>
  desk.kernel.database
    .select({
      seq: log.seq,
      eventId: log.eventId,
      type: log.type,
      entity: log.entity,
      at: log.at,
      byType: log.byType,
      byId: log.byId,
      body,
    })
    .from(log)
    .where(and(gt(log.seq, seq), inArray(log.type, [...toldTypes])))
    .orderBy(asc(log.seq))
    .limit(batch)
    .all()
    .map((row) => ({
      ...row,
      type: row.type as RecordType,
      body: row.body === null ? null : (JSON.parse(row.body) as unknown),
    }));

const alarmNow = (desk: Desk, alarmId: string): AlarmNow | undefined => {
  const opened = desk.alarms.open(alarmId);
  if (opened?.alarm.incidentId === undefined) return undefined;
  const { incidentId, kind, title } = opened.alarm;
  const recipients = opened.places.reduce((sum, { userIds }) => sum + userIds.length, 0);
  return { incidentId, kind, title, recipients };
};

/** The incident's room, opened by whatever happens first. What is not real says so in its title (I9). */
const roomOf = (desk: Desk, incidentId: string, now: number): KeptConversation | undefined => {
  const key = `incident:${incidentId}`;
  const known = desk.conversations.byKey(key);
  if (known !== undefined) return known;
  const incident = desk.incidents.get(incidentId);
  if (incident === undefined) return undefined;
  const title = markOf(wordsOf[desk.facts?.locale ?? "nl"], incident.kind) + incident.title;
  return openRoom(desk, { form: "chat", kind: "incident", title, incidentId, key }, system, now);
};

/** Recipients who are in it from now on by name. Those who lead are in it anyway, and named as well: they may not lead for ever. */
const newcomers = (desk: Desk, conversationId: string, userIds: readonly string[]): string[] => {
  if (userIds.length === 0) return [];
  const known = new Map(desk.conversations.members(conversationId).map(({ userId, guest }) => [userId, guest]));
  return userIds.filter((userId) => known.get(userId) !== false && desk.directory.people.has(userId));
};

const tell = (desk: Desk, { incidentId, events, joins, closed }: RoomNews, now: number): void => {
  const room = roomOf(desk, incidentId, now);
  if (room === undefined) return;
  const { conversationId } = room;
  join(desk, conversationId, { userIds: newcomers(desk, conversationId, joins), guests: false, by: system }, now);
  if (events.length > 0) desk.tellRoom(conversationId, { kind: "events", events }, now);
  if (closed !== undefined && closed !== room.closed) changeRoom(desk, room, { closed }, system, now);
};

/**
 * The timer `roomLog`: reads what was written down since the mark and tells the rooms, mark and errands in one transaction. The
 * alarm path only sets the timer. A crash before the commit tells it again from the same mark; after it the errands are rows.
 */
export const tellIncidentRooms = (desk: Desk, ref: string, now: number): void => {
  desk.roomLogTaken();
  const before = desk.conversations.told;
  const entries = recordsAfter(desk, before.seq);
  if (entries.length === 0) return;
  const { told, news } = newsOf(before, entries, (alarmId) => alarmNow(desk, alarmId));
  for (const one of news) tell(desk, one, now);
  desk.conversations.setTold(told);
  if (entries.length === batch) desk.kernel.timers.set(`roomLog:${ref}`, now + 1);
};
