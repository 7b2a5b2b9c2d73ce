import ICAL from "ical.js";
import { limits } from "../../../protocol/limits.ts";
import { TimeZone } from "../../../protocol/places.ts";
import { type CalendarEvent, readEvent, timesOf } from "./ical-event.ts";
import { cut } from "./ical-lines.ts";
import { CalendarZones } from "./ical-zones.ts";
import type { Budget } from "./recurrence.ts";
import type { Interval } from "./wall-clock.ts";

/** What is kept of a calendar: when its owner is busy, and nothing of why. */
export interface CalendarRead {
  /** Sorted, apart from each other. */
  busy: Interval[];
  /** Events that could not be understood, or were too many. */
  skipped: number;
  knownUntil: number;
}

export interface ReadOptions {
  /** For times and days without a zone of their own, unless the calendar names one. */
  timeZone: string;
  from: number;
  to: number;
}

/** Steps that one event may take of those of its calendar: one mad rule leaves the others theirs. */
const stepsPerEvent = 25_000;

/**
 * Reads a calendar of anybody's making (T21). Never throws, and never hangs: size, events, steps of their rules and times found are
 * counted. Stops for breath (`yield`) between events, so that an actor can answer an alarm meanwhile.
 *
 * @returns undefined when it is no calendar
 */
export function* readCalendar(text: string, options: ReadOptions): Generator<void, CalendarRead | undefined, void> {
  const { from, to } = options;
  const parts = text.length > limits.calendarBytes ? undefined : cut(text, limits.calendarEvents);
  if (parts === undefined) return undefined;
  yield;
  let { skipped } = parts;
  const budget: Budget = { steps: limits.calendarSteps };
  const own = TimeZone.safeParse(parts.timeZone).data;
  const zones = new CalendarZones(own ?? options.timeZone);
  /** Does something that a broken component makes fail; what it took is taken from the whole. */
  const attempt = <T>(work: (own: Budget) => T): T | undefined => {
    const share: Budget = { steps: Math.min(stepsPerEvent, budget.steps) };
    const given = share.steps;
    try {
      return work(share);
    } catch {
      skipped += 1;
      return undefined;
    } finally {
      budget.steps -= given - Math.max(0, share.steps);
    }
  };
  const component = (source: string, name: string): ICAL.Component => {
    const found = new ICAL.Component(ICAL.parse(source)).getFirstSubcomponent(name);
    if (found === null) throw new Error("no such component");
    return found;
  };

  for (const source of parts.zones) {
    attempt((share) => zones.add(component(source, "vtimezone"), from, to, share));
    yield;
  }
  const events: CalendarEvent[] = [];
  for (const source of parts.events) {
    const event = attempt(() => readEvent(component(source, "vevent"), zones));
    if (event !== undefined) events.push(event);
    yield;
  }
  /** Of each series the beginnings that an event of their own stands in for. */
  const replaced = new Map<string, Set<number>>();
  for (const { uid, replaces } of events) {
    if (replaces === undefined) continue;
    const known = replaced.get(uid);
    if (known === undefined) replaced.set(uid, new Set([replaces]));
    else known.add(replaces);
  }
  const none: ReadonlySet<number> = new Set();
  let found: Interval[] = [];
  for (const event of events) {
    const gone = event.replaces === undefined ? (replaced.get(event.uid) ?? none) : none;
    for (const one of attempt((share) => timesOf(event, gone, from, to, share)) ?? []) found.push(one);
    if (found.length > 10 * limits.calendarBusy) found = together(found);
    yield;
  }
  for (const source of parts.freeBusy) {
    for (const one of attempt(() => freeBusyOf(component(source, "vfreebusy"), from, to)) ?? []) found.push(one);
    yield;
  }
  const whole = together(found);
  const busy = whole.slice(0, limits.calendarBusy);
  return { busy, skipped, knownUntil: whole[limits.calendarBusy]?.from ?? to };
}

/** VFREEBUSY: times are always in UTC, and FREE ones say nothing (RFC 5545, 3.2.9). */
const freeBusyOf = (part: ICAL.Component, from: number, to: number): Interval[] =>
  part.getAllProperties("freebusy").flatMap((property) => {
    if (String(property.getFirstParameter("fbtype") ?? "BUSY").toUpperCase() === "FREE") return [];
    return property.getValues().flatMap((value: unknown) => {
      if (!(value instanceof ICAL.Period)) return [];
      const start = value.start.toUnixTime() * 1_000;
      const end = value.getEnd().toUnixTime() * 1_000;
      return end > from && start < to && end > start ? [{ from: Math.max(start, from), to: Math.min(end, to) }] : [];
    });
  });

/** Sorted, and joined where they overlap or touch. */
export const together = (intervals: readonly Interval[]): Interval[] => {
  const joined: Interval[] = [];
  for (const one of [...intervals].sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1);
    if (last !== undefined && one.from <= last.to) last.to = Math.max(last.to, one.to);
    else joined.push({ ...one });
  }
  return joined;
};

/** Reads it in one go: where nothing else waits. */
export const readAtOnce = (text: string, options: ReadOptions): CalendarRead | undefined => {
  const reading = readCalendar(text, options);
  for (;;) {
    const next = reading.next();
    if (next.done === true) return next.value;
  }
};
