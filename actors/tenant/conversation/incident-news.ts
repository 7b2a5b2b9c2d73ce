import type { RoomEvent } from "../../../protocol/conversation/rooms.ts";
import type { RecordBody, RecordType } from "../../../protocol/records.ts";
import type { Kind, Response } from "../../../protocol/terms.ts";

/** A record of the tenant's log. `body` is null for those that are told by what is known of the alarm. */
export interface LogEntry {
  seq: number;
  eventId: string;
  type: RecordType;
  entity: string;
  at: number;
  byType: string;
  byId: string;
  body: unknown;
}

/** What is known of an alarm. */
export interface AlarmNow {
  incidentId: string;
  kind: Kind;
  title: string;
  /** People who were called when it was raised. */
  recipients: number;
}

/** How far rooms were told, and which alarms they know to have enough people. */
export interface Told {
  seq: number;
  filled: Readonly<Record<string, boolean>>;
}

/** What an incident's room is told at once. */
export interface RoomNews {
  incidentId: string;
  events: { eventId: string; at: number; event: RoomEvent }[];
  /** Recipients who are coming or there: they are in the room from now on. */
  joins: string[];
  /** How the incident stands at the end of it, when that changed. */
  closed?: boolean;
}

type Answers = { coming: Set<string>; onScene: Set<string>; notComing: Set<string> };

const heading: Record<Response, keyof Answers> = {
  coming: "coming",
  enRoute: "coming",
  onScene: "onScene",
  notComing: "notComing",
};

/**
 * What records say to the rooms of incidents, in their order. Pure: the same records make the same news with the same ids, so
 * that telling them twice shows them once (I4). Answers of one alarm that come together become one event, in the place of the
 * first of them; of two answers of one person the later holds.
 */
export const newsOf = (
  told: Told,
  entries: readonly LogEntry[],
  alarmOf: (alarmId: string) => AlarmNow | undefined,
): { told: Told; news: RoomNews[] } => {
  const all = new Map<string, RoomNews>();
  const answers = new Map<string, Answers>();
  const filled = { ...told.filled };
  const newsFor = (incidentId: string): RoomNews => {
    const known = all.get(incidentId);
    if (known !== undefined) return known;
    const fresh: RoomNews = { incidentId, events: [], joins: [] };
    all.set(incidentId, fresh);
    return fresh;
  };

  for (const entry of entries) {
    const { eventId, at, type, entity } = entry;
    const ofIncident = type.startsWith("incident.");
    const alarm = ofIncident ? undefined : alarmOf(entity);
    const incidentId = ofIncident ? entity : alarm?.incidentId;
    if (incidentId === undefined) continue;
    const news = newsFor(incidentId);
    const say = (event: RoomEvent) => news.events.push({ eventId, at, event });
    const alarmId = entity;

    switch (type) {
      case "alarm.raised":
        if (alarm !== undefined)
          say({ type: "alarmRaised", alarmId, kind: alarm.kind, title: alarm.title, recipients: alarm.recipients });
        break;
      case "alarm.widened": {
        // A step says it itself, with its name.
        const { step, recipients } = entry.body as RecordBody<"alarm.widened">;
        const people = recipients.reduce((sum, { userIds }) => sum + userIds.length, 0);
        if (step === undefined) say({ type: "widened", alarmId, people });
        break;
      }
      case "alarm.stepFired": {
        const { name, action, people } = entry.body as RecordBody<"alarm.stepFired">;
        if (action === "widen") say({ type: "widened", alarmId, name, people });
        break;
      }
      case "alarm.reAlarmed":
        say({ type: "reAlarmed", alarmId, people: (entry.body as RecordBody<"alarm.reAlarmed">).people });
        break;
      case "alarm.fill": {
        const met = (entry.body as RecordBody<"alarm.fill">).filled;
        if (met !== (filled[alarmId] ?? false)) say({ type: "filled", alarmId, met });
        filled[alarmId] = met;
        break;
      }
      case "alarm.answered": {
        const { userId, response } = entry.body as RecordBody<"alarm.answered">;
        let known = answers.get(alarmId);
        if (known === undefined) {
          known = { coming: new Set(), onScene: new Set(), notComing: new Set() };
          answers.set(alarmId, known);
          say({ type: "answered", alarmId, coming: [], onScene: [], notComing: [] });
        }
        for (const side of Object.values(known)) side.delete(userId);
        known[heading[response]].add(userId);
        break;
      }
      case "alarm.stoodDown": {
        const { reason, text } = entry.body as RecordBody<"alarm.stoodDown">;
        say({ type: "stoodDown", alarmId, reason, ...(text === undefined ? {} : { text }) });
        delete filled[alarmId];
        break;
      }
      case "alarm.reopened":
        say({ type: "reopened", alarmId });
        break;
      case "incident.noted": {
        const { text } = entry.body as Partial<RecordBody<"incident.noted">>;
        say({
          type: "noted",
          ...(entry.byType === "user" ? { userId: entry.byId } : {}),
          ...(text === undefined ? {} : { text }),
        });
        break;
      }
      case "incident.closed":
        say({ type: "closed" });
        news.closed = true;
        break;
      case "incident.reopened":
        say({ type: "opened" });
        news.closed = false;
        break;
      default:
    }
  }

  for (const news of all.values()) {
    for (const { event } of news.events) {
      if (event.type !== "answered") continue;
      const { coming, onScene, notComing } = answers.get(event.alarmId) ?? {};
      event.coming = [...(coming ?? [])];
      event.onScene = [...(onScene ?? [])];
      event.notComing = [...(notComing ?? [])];
      news.joins.push(...event.coming, ...event.onScene);
    }
    news.joins = [...new Set(news.joins)];
  }
  return { told: { seq: entries.at(-1)?.seq ?? told.seq, filled }, news: [...all.values()] };
};
