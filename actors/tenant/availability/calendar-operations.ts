import type { Calendar } from "../../../protocol/availability.ts";
import { toTime } from "../../../protocol/ids.ts";
import { limits } from "../../../protocol/limits.ts";
import { done, refuse } from "../../../protocol/problems.ts";
import { newId } from "../../kernel/ids.ts";
import { wayOut } from "../channels/way-out.ts";
import type { Desk, Who } from "../desk.ts";
import { notFound, type Operation, pageOf } from "../operations/operation.ts";
import type { KeptCalendar } from "./calendar-store.ts";
import { rulesChanged, userOf, zoneOf } from "./changing.ts";
import type { CalendarRead } from "./ical.ts";

/** The timer of the next address to be read. */
export const calendarsTimer = "calendars";

/** What the edge adds: the text of a file as it was read there, never in the actor that serves alarms; where a calendar may be. */
export interface CalendarExtra {
  read?: CalendarRead;
  privateHosts: string[];
}

/** webcal: is https: in links that programs are to open. */
export const fetchAddress = (url: string): string => url.replace(/^webcals?:/i, "https:");

const shown = (calendar: KeptCalendar): Calendar => ({
  calendarId: calendar.calendarId,
  name: calendar.name,
  source: calendar.url === undefined ? "file" : "url",
  timeZone: calendar.timeZone,
  state: calendar.state,
  busy: calendar.busy.length,
  skipped: calendar.skipped,
  ...(calendar.url === undefined ? {} : { url: calendar.url }),
  ...(calendar.failure === undefined ? {} : { failure: calendar.failure }),
  ...(calendar.readAt === undefined ? {} : { readAt: toTime(calendar.readAt) }),
  ...(calendar.knownUntil === undefined ? {} : { knownUntil: toTime(calendar.knownUntil) }),
});

/** The record says that a calendar is there and how it is called; its address is a secret, and its times are the person's. */
const recordSaved = (desk: Desk, who: Who, calendar: KeptCalendar, now: number, deleted?: true): void => {
  const { calendarId, userId, name, url, version } = calendar;
  const source = url === undefined ? ("file" as const) : ("url" as const);
  const body = { userId, calendarId, name, source, version, ...(deleted === undefined ? {} : { deleted }) };
  desk.record("availability.calendarSaved", userId, now, userOf(who), body, who.ip);
};

/** Takes what was read of a calendar. The person's rules follow. */
export const takeRead = (desk: Desk, calendar: KeptCalendar, read: CalendarRead, now: number): KeptCalendar => {
  const { failure: _, ...rest } = calendar;
  const taken: KeptCalendar = {
    ...rest,
    state: "ok",
    failures: 0,
    readAt: now,
    busy: read.busy,
    skipped: read.skipped,
    knownUntil: read.knownUntil,
    version: calendar.version + 1,
  };
  desk.availability.calendars.save(taken);
  const { calendarId, userId, version } = taken;
  const same = JSON.stringify(calendar.busy) === JSON.stringify(read.busy);
  if (!same) {
    const body = { userId, calendarId, busy: read.busy.length, skipped: read.skipped, version };
    desk.record("availability.calendarRead", userId, now, { type: "system", id: "calendars" }, body);
    rulesChanged(desk, userId, desk.availability.changed(userId, now));
  }
  return taken;
};

const refused = (body: { url?: string | undefined }, { privateHosts }: CalendarExtra) =>
  body.url !== undefined && wayOut(fetchAddress(body.url), new Set(privateHosts)).way === "none"
    ? refuse("invalid", undefined, [{ path: "url", message: "is not a public https address" }])
    : undefined;

/** An address is read soon; a file has been. */
const start = (desk: Desk, calendar: KeptCalendar, read: CalendarRead | undefined, now: number): Calendar => {
  if (read !== undefined) return shown(takeRead(desk, calendar, read, now));
  desk.availability.calendars.save(calendar);
  if (calendar.dueAt !== undefined) desk.kernel.timers.setIfSooner(calendarsTimer, calendar.dueAt);
  return shown(calendar);
};

export const createCalendar: Operation<"createCalendar", CalendarExtra> = (desk, who, { body, ...extra }, now) => {
  const { userId } = who.person;
  const wrong = refused(body, extra);
  if (wrong !== undefined) return wrong;
  if (desk.availability.calendars.of(userId).length >= limits.calendarsPerPerson)
    return refuse("conflict", "there are too many calendars");
  const calendar: KeptCalendar = {
    calendarId: newId("cal"),
    userId,
    name: body.name,
    timeZone: body.timeZone ?? desk.availability.pattern(userId)?.body.timeZone ?? zoneOf(desk),
    state: "waiting",
    skipped: 0,
    failures: 0,
    busy: [],
    version: 1,
    ...(body.url === undefined ? {} : { url: body.url, dueAt: now }),
  };
  recordSaved(desk, who, calendar, now);
  return done(start(desk, calendar, extra.read, now));
};

/** One's own. That of a colleague is answered as an unknown one. */
const own = (desk: Desk, who: Who, params: Readonly<Record<string, string>>): KeptCalendar | undefined => {
  const calendar = desk.availability.calendars.find(params.calendarId ?? "");
  return calendar?.userId === who.person.userId ? calendar : undefined;
};

export const listCalendars: Operation<"listCalendars"> = (desk, who, { query }) =>
  pageOf(desk.availability.calendars.of(who.person.userId).map(shown), ({ calendarId }) => calendarId, query);

export const getCalendar: Operation<"getCalendar"> = (desk, who, { params }) => {
  const calendar = own(desk, who, params);
  return calendar === undefined ? notFound() : done(shown(calendar));
};

export const patchCalendar: Operation<"patchCalendar", CalendarExtra> = (
  desk,
  who,
  { params, body, ...extra },
  now,
) => {
  const before = own(desk, who, params);
  if (before === undefined) return notFound();
  const wrong = refused(body, extra);
  if (wrong !== undefined) return wrong;
  // What was read under another address says nothing of this one.
  const { url: _, etag: __, dueAt: ___, ...rest } = before;
  const source =
    body.url !== undefined
      ? { url: body.url, dueAt: now }
      : extra.read !== undefined
        ? {}
        : { url: before.url, etag: before.etag, dueAt: before.dueAt };
  const calendar: KeptCalendar = { ...rest, ...source, name: body.name ?? before.name, version: before.version + 1 };
  recordSaved(desk, who, calendar, now);
  return done(start(desk, calendar, extra.read, now));
};

export const deleteCalendar: Operation<"deleteCalendar"> = (desk, who, { params }, now) => {
  const calendar = own(desk, who, params);
  if (calendar === undefined) return notFound();
  desk.availability.calendars.remove(calendar.calendarId);
  recordSaved(desk, who, { ...calendar, version: calendar.version + 1 }, now, true);
  rulesChanged(desk, calendar.userId, desk.availability.changed(calendar.userId, now));
  return done(null);
};
