import ICAL from "ical.js";
import type { CalendarZones, Clock } from "./ical-zones.ts";
import { type Budget, beginnings, timeOf, wallOf } from "./recurrence.ts";
import { dayMs, type Interval } from "./wall-clock.ts";

/** What an event says, as far as it matters here. */
export interface CalendarEvent {
  uid: string;
  wall: number;
  isDate: boolean;
  clock: Clock;
  /** For a day as a whole in wall time, else in real time. ms. */
  lasts: number;
  rules: ICAL.Recur[];
  /** Beginnings besides the rule's, and those taken away: instants. Days taken away: wall times of their midnights. */
  added: number[];
  takenAway: Set<number>;
  daysTakenAway: Set<number>;
  /** The beginning of the series that this event stands in for. */
  replaces?: number;
  /** Neither free nor cancelled. */
  busy: boolean;
}

const isUtc = (time: ICAL.Time): boolean => time.zone === ICAL.Timezone.utcTimezone;

const clockOf = (property: ICAL.Property, time: ICAL.Time, zones: CalendarZones): Clock => {
  if (isUtc(time)) return (wall) => wall;
  const tzid = property.getFirstParameter("tzid");
  return tzid ? zones.clockOf(tzid) : zones.fallback;
};

const times = (event: ICAL.Component, name: string): { property: ICAL.Property; time: ICAL.Time }[] =>
  event.getAllProperties(name).flatMap((property) =>
    property.getValues().flatMap((value: unknown) => {
      const time = value instanceof ICAL.Period ? value.start : value;
      return time instanceof ICAL.Time ? [{ property, time }] : [];
    }),
  );

const lengthOf = (event: ICAL.Component, start: ICAL.Time, clock: Clock, zones: CalendarZones): number => {
  const [end] = times(event, "dtend");
  if (end !== undefined) {
    if (start.isDate) return wallOf(end.time) - wallOf(start);
    return clockOf(end.property, end.time, zones)(wallOf(end.time)) - clock(wallOf(start));
  }
  const duration = event.getFirstPropertyValue("duration");
  if (duration instanceof ICAL.Duration) return duration.toSeconds() * 1_000;
  // RFC 5545, 3.6.1: a day without an end is that day, a time without one takes no time.
  return start.isDate ? dayMs : 0;
};

/** UNTIL is written in UTC (RFC 5545, 3.3.10), and the rule counts in wall time. A date means that day, to its end. */
const inWallTime = (rule: ICAL.Recur, isDate: boolean, clock: Clock): ICAL.Recur => {
  const { until } = rule;
  if (!(until instanceof ICAL.Time)) return rule;
  const own = wallOf(until);
  const offset = isUtc(until) ? own - clock(own) : 0;
  const wall = until.isDate && !isDate ? own + dayMs - 1_000 : own + offset;
  rule.until = timeOf(wall, isDate);
  return rule;
};

/** Reads one VEVENT. Throws what the library throws for what is none. */
export const readEvent = (event: ICAL.Component, zones: CalendarZones): CalendarEvent | undefined => {
  const [start] = times(event, "dtstart");
  if (start === undefined || Number.isNaN(wallOf(start.time))) return undefined;
  const clock = clockOf(start.property, start.time, zones);
  const { isDate } = start.time;
  const textOf = (name: string) => String(event.getFirstPropertyValue(name) ?? "").toUpperCase();
  const instants = (name: string) =>
    times(event, name).map(({ property, time }) => clockOf(property, time, zones)(wallOf(time)));
  const [replaced] = instants("recurrence-id");
  const taken = times(event, "exdate");
  return {
    uid: String(event.getFirstPropertyValue("uid") ?? ""),
    wall: wallOf(start.time),
    isDate,
    clock,
    lasts: lengthOf(event, start.time, clock, zones),
    rules: event
      .getAllProperties("rrule")
      .flatMap((property) => property.getValues())
      .flatMap((rule: unknown) => (rule instanceof ICAL.Recur ? [inWallTime(rule, isDate, clock)] : [])),
    added: instants("rdate"),
    takenAway: new Set(instants("exdate")),
    daysTakenAway: new Set(taken.flatMap(({ time }) => (time.isDate ? [wallOf(time)] : []))),
    ...(replaced === undefined ? {} : { replaces: replaced }),
    busy:
      textOf("status") !== "CANCELLED" &&
      textOf("transp") !== "TRANSPARENT" &&
      !["FREE", "WORKINGELSEWHERE"].includes(textOf("x-microsoft-cdo-busystatus")),
  };
};

/** When an event takes place, as far as that lies between two instants. `replaced`: beginnings that another event stands in for. */
export const timesOf = (
  event: CalendarEvent,
  replaced: ReadonlySet<number>,
  from: number,
  to: number,
  budget: Budget,
): Interval[] => {
  const { wall, clock, lasts, isDate } = event;
  if (!event.busy || !(lasts > 0)) return [];
  const found: Interval[] = [];
  const take = (at: number, end: number) => {
    if (end > from && at < to) found.push({ from: Math.max(at, from), to: Math.min(end, to) });
  };
  const takeWall = (one: number) => {
    const at = clock(one);
    if (event.takenAway.has(at) || replaced.has(at) || event.daysTakenAway.has(one - (((one % dayMs) + dayMs) % dayMs)))
      return;
    take(at, isDate ? clock(one + lasts) : at + lasts);
  };
  // A day on each side: wall times and instants differ by less.
  const first = from - lasts - dayMs;
  const walls = new Set(event.rules.flatMap((rule) => beginnings(rule, { wall, isDate }, first, to + dayMs, budget)));
  // DTSTART is the first of a series, also where its rule would not make it (RFC 5545, 3.8.5.3).
  for (const one of walls.add(wall)) takeWall(one);
  for (const at of event.added) if (!event.takenAway.has(at) && !replaced.has(at)) take(at, at + lasts);
  return found;
};
