import ICAL from "ical.js";
import type { ImportError } from "../../../protocol/people.ts";
import { done, type Outcome, refuse } from "../../../protocol/problems.ts";
import { type CalendarEvent, readEvent } from "../availability/ical-event.ts";
import { CalendarZones } from "../availability/ical-zones.ts";
import { type Budget, beginnings, wallOf } from "../availability/recurrence.ts";
import type { FileRow, ReadFile } from "./file-row.ts";

const invalid = (message: string) => refuse("invalid", undefined, [{ path: "text", message }]);

/** Steps of all recurrence rules of a file: a rule may look for ever for a 30th of February (T21). */
const mostSteps = 200_000;
/** Of one event: one mad rule leaves the others theirs. */
const stepsPerEvent = 25_000;
const dayMs = 24 * 3_600_000;

export interface IcalLimits {
  /** Recurring events are written out between these two moments. */
  from: number;
  until: number;
  /** Shifts, events, and characters of text that are taken. */
  most: number;
  mostText: number;
}

const textOf = (event: ICAL.Component, name: string): string => String(event.getFirstPropertyValue(name) ?? "").trim();

/** Usernames or e-mail addresses of those invited; an event without any is a shift that nobody has. */
const peopleOf = (event: ICAL.Component): (string | undefined)[] => {
  const people = event.getAllProperties("attendee").flatMap((attendee) => {
    const address = String(attendee.getFirstValue() ?? "").replace(/^mailto:/i, "");
    return address === "" ? [] : [address];
  });
  return people.length === 0 ? [undefined] : people;
};

const rolesOf = (event: ICAL.Component): string[] =>
  [...event.getAllProperties("categories").flatMap((one) => one.getValues().map(String)), textOf(event, "summary")]
    .map((name) => name.trim())
    .filter((name) => name !== "");

/** By the clock on the wall, as those who stand there count: over a night when the clock changes too. */
const lastsOnWall = (component: ICAL.Component): number | undefined => {
  const [start, end] = ["dtstart", "dtend"].map((name) => component.getFirstProperty(name));
  const [from, to] = [start?.getFirstValue(), end?.getFirstValue()];
  if (!(from instanceof ICAL.Time) || !(to instanceof ICAL.Time)) return undefined;
  const sameZone = from.zone === to.zone && start?.getFirstParameter("tzid") === end?.getFirstParameter("tzid");
  return sameZone ? wallOf(to) - wallOf(from) : undefined;
};

/** A wall time as text without a zone: whose it is, is known where the site is. */
const asLocal = (wall: number): string => new Date(wall).toISOString().slice(0, 19);

interface Read {
  row: number;
  component: ICAL.Component;
  event: CalendarEvent;
  /** Its times are those of the site. */
  floating: boolean;
}

const rowsOf = ({ row, component, event, floating }: Read, wall: number, id: string): FileRow[] => {
  const { clock, lasts } = event;
  const onWall = lastsOnWall(component);
  const startsAt = clock(wall);
  const endsAt = onWall === undefined ? startsAt + lasts : clock(wall + onWall);
  const [start, end] = floating
    ? [asLocal(wall), asLocal(wall + (onWall ?? lasts))]
    : [new Date(startsAt).toISOString(), new Date(endsAt).toISOString()];
  const site = textOf(component, "location");
  return peopleOf(component).map((person) => ({
    ...{ row, roles: rolesOf(component), start, end, id },
    ...(person === undefined ? {} : { person }),
    ...(site === "" ? {} : { site }),
  }));
};

/** Beginnings of a series, as wall times, without those that are taken away or stand elsewhere in the file. */
const wallsOf = ({ event }: Read, replaced: ReadonlySet<number>, limits: IcalLimits, budget: Budget): number[] => {
  const { wall, clock, rules, isDate, takenAway, daysTakenAway, lasts } = event;
  const from = limits.from - lasts - dayMs;
  const walls = new Set(rules.flatMap((rule) => beginnings(rule, { wall, isDate }, from, limits.until, budget)));
  // DTSTART is the first of a series, also where its rule would not make it (RFC 5545, 3.8.5.3).
  if (wall >= from) walls.add(wall);
  return [...walls]
    .filter((one) => !takenAway.has(clock(one)) && !replaced.has(clock(one)))
    .filter((one) => !daysTakenAway.has(Math.floor(one / dayMs) * dayMs))
    .sort((a, b) => a - b);
};

/**
 * Reads a roster as iCalendar (RFC 5545): each event is a shift, for each attendee one. Recurring events are written out, with their
 * exceptions. Never hangs: text, shifts and the steps of rules are counted.
 */
export const readIcal = (text: string, limits: IcalLimits): Outcome<ReadFile> => {
  if (text.length > limits.mostText) return invalid("is too long");
  // Times without a zone are looked at as if they were UTC: what they are, only the site knows.
  const zones = new CalendarZones("UTC");
  const budget: Budget = { steps: mostSteps };
  const rows: FileRow[] = [];
  const errors: ImportError[] = [];
  const fail = (row: number, path: string, message: string) => errors.push({ row, path, code: "invalid", message });
  let components: ICAL.Component[];
  try {
    const calendar = new ICAL.Component(ICAL.parse(text) as unknown[]);
    if (calendar.name !== "vcalendar") return invalid("is not iCalendar");
    components = calendar.getAllSubcomponents("vevent");
    for (const zone of calendar.getAllSubcomponents("vtimezone")) zones.add(zone, limits.from, limits.until, budget);
  } catch {
    return invalid("is not iCalendar");
  }
  if (components.length > limits.most) return invalid(`has more than ${limits.most} events`);

  const found: Read[] = [];
  const replaced = new Map<string, Set<number>>();
  for (const [row, component] of components.entries()) {
    try {
      const event = readEvent(component, zones);
      if (event === undefined || event.isDate) {
        fail(row, "dtstart", "is not a time of a day");
        continue;
      }
      if (event.uid === "") fail(row, "uid", "is missing");
      else found.push({ row, component, event, floating: event.clock === zones.fallback });
      if (event.replaces === undefined) continue;
      const known = replaced.get(event.uid);
      if (known === undefined) replaced.set(event.uid, new Set([event.replaces]));
      else known.add(event.replaces);
    } catch {
      fail(row, "", "cannot be read");
    }
  }
  for (const read of found) {
    const { row, component, event } = read;
    if (textOf(component, "status").toUpperCase() === "CANCELLED") {
      fail(row, "status", "is cancelled: passed over");
      continue;
    }
    try {
      const { uid, wall, replaces, rules, clock } = event;
      if (rules.length === 0)
        rows.push(...rowsOf(read, wall, replaces === undefined ? uid : `${uid} ${new Date(replaces).toISOString()}`));
      else {
        const share: Budget = { steps: Math.min(stepsPerEvent, budget.steps) };
        budget.steps -= share.steps;
        const walls = wallsOf(read, replaced.get(uid) ?? new Set(), limits, share);
        budget.steps += share.steps;
        for (const one of walls) rows.push(...rowsOf(read, one, `${uid} ${new Date(clock(one)).toISOString()}`));
      }
    } catch {
      fail(row, "rrule", "cannot be read, or recurs too often");
    }
    if (rows.length > limits.most) return invalid(`has more than ${limits.most} shifts`);
  }
  return done({ rows, errors });
};
