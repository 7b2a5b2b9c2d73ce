import ICAL from "ical.js";
import type { ImportError } from "../../../protocol/people.ts";
import { done, type Outcome, refuse } from "../../../protocol/problems.ts";
import type { FileRow, ReadFile } from "./file-row.ts";
import { isTimeZone } from "./local-time.ts";

const invalid = (message: string) => refuse("invalid", undefined, [{ path: "text", message }]);

/** Steps of one recurrence that are looked at: RFC 5545 lets a rule run for ever. */
const mostSteps = 20_000;

/** A time that a zone's own rules were worked out for, or one without a zone: as text. */
const timeOf = (time: ICAL.Time): { text: string; timeZone?: string } => {
  const two = (n: number) => String(n).padStart(2, "0");
  const date = `${String(time.year).padStart(4, "0")}-${two(time.month)}-${two(time.day)}`;
  const local = `${date}T${two(time.hour)}:${two(time.minute)}:${two(time.second)}`;
  const { zone } = time;
  if (zone === ICAL.Timezone.utcTimezone) return { text: `${local}Z` };
  if (zone === null || zone === ICAL.Timezone.localTimezone) return { text: local };
  // A name that everybody knows goes by today's rules; one of the file's own by what the file says of it.
  if (isTimeZone(zone.tzid)) return { text: local, timeZone: zone.tzid };
  return { text: time.toJSDate().toISOString() };
};

/** The zone that a time names but the file does not describe: ical.js takes such a time for one without a zone. */
const namedZone = (event: ICAL.Event, name: string): string | undefined => {
  const tzid: unknown = event.component.getFirstProperty(name)?.getFirstParameter("tzid");
  return typeof tzid === "string" && isTimeZone(tzid) ? tzid : undefined;
};

const peopleOf = (event: ICAL.Event): (string | undefined)[] => {
  const people = event.attendees.flatMap((attendee) => {
    const address = String(attendee.getFirstValue() ?? "").replace(/^mailto:/i, "");
    return address === "" ? [] : [address];
  });
  return people.length === 0 ? [undefined] : people;
};

const rolesOf = (event: ICAL.Event): string[] => {
  const categories = event.component.getAllProperties("categories").flatMap((one) => one.getValues().map(String));
  const { summary } = event;
  return [...categories, ...(summary ? [summary] : [])].map((name) => name.trim()).filter((name) => name !== "");
};

const rowsOf = (event: ICAL.Event, row: number, start: ICAL.Time, end: ICAL.Time, key: string): FileRow[] => {
  const [from, to] = [timeOf(start), timeOf(end)];
  const timeZone = from.timeZone ?? namedZone(event, "dtstart");
  const { location } = event;
  return peopleOf(event).map((person) => ({
    ...{ row, roles: rolesOf(event), start: from.text, end: to.text, id: key },
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(person === undefined ? {} : { person }),
    ...(location ? { site: location.trim() } : {}),
  }));
};

/**
 * Reads a roster as iCalendar (RFC 5545): each event is a shift, for each attendee one. Recurring events are written out, with their
 * exceptions, from `from` until `until`: a rule may run for ever.
 *
 * @param most shifts that are taken
 */
export const readIcal = (
  text: string,
  { from, until, most }: { from: number; until: number; most: number },
): Outcome<ReadFile> => {
  let events: ICAL.Event[];
  try {
    const calendar = new ICAL.Component(ICAL.parse(text) as unknown[]);
    if (calendar.name !== "vcalendar") return invalid("is not iCalendar");
    events = calendar.getAllSubcomponents("vevent").map((component) => new ICAL.Event(component));
  } catch {
    return invalid("is not iCalendar");
  }
  const masters = new Map(events.filter((event) => !event.isRecurrenceException()).map((event) => [event.uid, event]));
  const rows: FileRow[] = [];
  const errors: ImportError[] = [];
  const fail = (row: number, path: string, message: string) => errors.push({ row, path, code: "invalid", message });
  const rowNumber = new Map(events.map((event, row) => [event.component, row]));
  const add = (event: ICAL.Event, start: ICAL.Time, end: ICAL.Time, key: string): boolean => {
    const row = rowNumber.get(event.component) ?? 0;
    if (event.component.getFirstPropertyValue("status") === "CANCELLED")
      fail(row, "status", "is cancelled: passed over");
    else if (start.isDate) fail(row, "dtstart", "is a day without a time");
    else rows.push(...rowsOf(event, row, start, end, key));
    return rows.length <= most;
  };

  for (const [row, event] of events.entries()) {
    try {
      // An exception is written out with its series; without one it is an event by itself.
      if (event.isRecurrenceException()) {
        const master = masters.get(event.uid);
        if (master !== undefined) master.relateException(event);
        else add(event, event.startDate, event.endDate, `${event.uid} ${event.recurrenceId}`);
      } else if (!event.uid) fail(row, "uid", "is missing");
    } catch {
      fail(row, "", "cannot be read");
    }
  }
  for (const event of masters.values()) {
    const row = rowNumber.get(event.component) ?? 0;
    if (!event.uid) continue;
    try {
      if (!event.isRecurring()) {
        add(event, event.startDate, event.endDate, event.uid);
        continue;
      }
      const times = event.iterator();
      for (let step = 0, next = times.next(); next !== null && next !== undefined; step++, next = times.next()) {
        const { item, startDate, endDate } = event.getOccurrenceDetails(next);
        if (next.toUnixTime() * 1_000 >= until) break;
        if (step >= mostSteps) {
          fail(row, "rrule", "recurs too often");
          break;
        }
        if (endDate.toUnixTime() * 1_000 > from && !add(item, startDate, endDate, `${event.uid} ${next}`)) break;
      }
    } catch {
      fail(row, "", "cannot be read");
    }
    if (rows.length > most) return invalid(`has more than ${most} shifts`);
  }
  return done({ rows, errors });
};
