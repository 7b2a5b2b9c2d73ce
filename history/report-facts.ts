import { and, asc, eq, inArray, isNotNull, sql } from "drizzle-orm";
import type { ChannelTry } from "../protocol/alarms.ts";
import type { AlarmRecord } from "../protocol/history.ts";
import { triesOf } from "./alarm-recipients.ts";
import { getAlarmRecord } from "./alarm-record.ts";
import type { History } from "./client.ts";
import {
  alarmRecipients,
  alarms,
  contacts,
  incidentNotes,
  incidents,
  integrations,
  roles,
  sites,
  tenants,
  users,
} from "./schema.ts";
import { reach } from "./unavailable.ts";

/** Times of an alarm that its record does not say by itself, ms since 1970; null for what did not happen. */
export interface Firsts {
  answeredAt: number | null;
  comingAt: number | null;
  onSceneAt: number | null;
  filledAt: number | null;
}

/** Everything that a report or a CAP message of one alarm is made of. */
export interface ReportFacts {
  record: AlarmRecord;
  organisation: { slug: string; name: string; locale: string; timeZone: string };
  firsts: Firsts;
  /** Of users, roles, sites, integrations and contacts, by id, as they are called now. */
  names: ReadonlyMap<string, string>;
  /** By the id of a recipient or of a contact outside. */
  tries: ReadonlyMap<string, readonly ChannelTry[]>;
  incident?: { incidentId: string; title: string; notes: { at: number; byId: string; text: string }[] };
}

/** People that one statement asks for: SQLite takes 32,766 parameters. */
const idsPerStatement = 5_000;

const namesOf = async (history: History, tenantId: string, userIds: readonly string[]) => {
  const parts = Array.from({ length: Math.ceil(userIds.length / idsPerStatement) }, (_, i) =>
    userIds.slice(i * idsPerStatement, (i + 1) * idsPerStatement),
  );
  const people = await Promise.all(
    parts.map((ids) =>
      history
        .select({ id: users.userId, name: sql<string>`${users.firstName} || ' ' || ${users.lastName}` })
        .from(users)
        .where(and(eq(users.tenantId, tenantId), inArray(users.userId, ids))),
    ),
  );
  const things = await history.batch([
    history.select({ id: roles.roleId, name: roles.name }).from(roles).where(eq(roles.tenantId, tenantId)),
    history.select({ id: sites.siteId, name: sites.name }).from(sites).where(eq(sites.tenantId, tenantId)),
    history
      .select({ id: integrations.integrationId, name: integrations.name })
      .from(integrations)
      .where(eq(integrations.tenantId, tenantId)),
    history
      .select({ id: contacts.contactId, name: contacts.name })
      .from(contacts)
      .where(eq(contacts.tenantId, tenantId)),
  ]);
  return new Map([...people, ...things].flat().map(({ id, name }) => [id, name]));
};

const firstsOf = async (history: History, tenantId: string, alarmId: string): Promise<Firsts> => {
  const r = alarmRecipients;
  const [[answers], [alarm]] = await history.batch([
    history
      .select({
        answeredAt: sql<number | null>`min(${r.firstRespondedAt})`,
        comingAt: sql<number | null>`min(${r.firstComingAt})`,
        onSceneAt: sql<number | null>`min(${r.firstOnSceneAt})`,
      })
      .from(r)
      .where(and(eq(r.tenantId, tenantId), eq(r.alarmId, alarmId))),
    history
      .select({ filledAt: alarms.firstFilledAt })
      .from(alarms)
      .where(and(eq(alarms.tenantId, tenantId), eq(alarms.alarmId, alarmId))),
  ]);
  return {
    answeredAt: answers?.answeredAt ?? null,
    comingAt: answers?.comingAt ?? null,
    onSceneAt: answers?.onSceneAt ?? null,
    filledAt: alarm?.filledAt ?? null,
  };
};

const incidentOf = async (history: History, tenantId: string, incidentId: string): Promise<ReportFacts["incident"]> => {
  const [[incident], notes] = await history.batch([
    history
      .select({ title: incidents.title })
      .from(incidents)
      .where(
        and(eq(incidents.tenantId, tenantId), eq(incidents.incidentId, incidentId), isNotNull(incidents.openedAt)),
      ),
    history
      .select({ at: incidentNotes.at, byId: incidentNotes.byId, text: incidentNotes.text })
      .from(incidentNotes)
      .where(and(eq(incidentNotes.tenantId, tenantId), eq(incidentNotes.incidentId, incidentId)))
      .orderBy(asc(incidentNotes.at), asc(incidentNotes.noteId)),
  ]);
  return incident?.title == null ? undefined : { incidentId, title: incident.title, notes };
};

/** Undefined as getAlarmRecord is. Throws HistoryUnavailable. */
export const reportFacts = (history: History, tenantId: string, alarmId: string): Promise<ReportFacts | undefined> =>
  reach(async () => {
    const record = await getAlarmRecord(history, tenantId, alarmId);
    if (record === undefined) return undefined;
    const [[organisation], firsts, tries, incident] = await Promise.all([
      history.select().from(tenants).where(eq(tenants.tenantId, tenantId)),
      firstsOf(history, tenantId, alarmId),
      triesOf(history, tenantId, alarmId),
      record.incidentId === undefined ? undefined : incidentOf(history, tenantId, record.incidentId),
    ]);
    const people = new Set([
      ...record.events.flatMap(({ by }) => (by?.type === "user" ? [by.id] : [])),
      ...(incident?.notes.map(({ byId }) => byId) ?? []),
    ]);
    const names = await namesOf(history, tenantId, [...people]);
    for (const { userId, name } of record.recipients) names.set(userId, name);
    const { slug = tenantId, name = tenantId, locale = "en", timeZone = "UTC" } = organisation ?? {};
    const kept = incident === undefined ? {} : { incident };
    return { record, organisation: { slug, name, locale, timeZone }, firsts, names, tries, ...kept };
  });
