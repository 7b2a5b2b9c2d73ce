import ICAL from "ical.js";
import { TimeZone } from "../../../protocol/places.ts";
import { type Budget, beginnings, wallOf } from "./recurrence.ts";
import { instantIn, instantOf, type Piece } from "./wall-clock.ts";

/** Turns wall times of a calendar into instants. */
export type Clock = (wall: number) => number;

const namedClock = (timeZone: string): Clock => {
  return (wall) => instantOf(timeZone, wall);
};

/** Older programs write a path before the name: `/mozilla.org/20050126_1/Europe/Amsterdam`. */
const ianaName = (tzid: string): string | undefined => {
  const parts = tzid.split("/").filter((part) => part !== "");
  const names = [tzid, parts.slice(-2).join("/"), parts.slice(-3).join("/")];
  // Numbers like +01:00 are zones to some runtimes; calendars write names.
  return names.find((name) => /^[A-Za-z]/.test(name) && TimeZone.safeParse(name).success);
};

const secondsOf = (observance: ICAL.Component, property: string): number | undefined => {
  const value = observance.getFirstPropertyValue(property);
  return value instanceof ICAL.UtcOffset ? value.toSeconds() : undefined;
};

/** When the clock of a VTIMEZONE is put to each of its offsets, from some years before `from` to `to`. */
const piecesOf = (zone: ICAL.Component, from: number, to: number, budget: Budget): Piece[] => {
  const year = 366 * 24 * 3_600_000;
  const onsets: { at: number; offset: number; before: number }[] = [];
  for (const observance of [...zone.getAllSubcomponents("standard"), ...zone.getAllSubcomponents("daylight")]) {
    const start = observance.getFirstPropertyValue("dtstart");
    const before = secondsOf(observance, "tzoffsetfrom");
    const offset = secondsOf(observance, "tzoffsetto");
    if (!(start instanceof ICAL.Time) || before === undefined || offset === undefined) continue;
    const walls = [wallOf(start)];
    for (const property of observance.getAllProperties("rdate"))
      for (const value of property.getValues()) if (value instanceof ICAL.Time) walls.push(wallOf(value));
    const rule = observance.getFirstPropertyValue("rrule");
    if (rule instanceof ICAL.Recur)
      walls.push(...beginnings(rule, { wall: wallOf(start), isDate: false }, from - 2 * year, to, budget));
    for (const wall of walls)
      onsets.push({ at: wall - before * 1_000, offset: offset * 1_000, before: before * 1_000 });
  }
  onsets.sort((a, b) => a.at - b.at);
  const first = onsets[0];
  if (first === undefined) return [];
  const pieces: Piece[] = [{ from: Number.NEGATIVE_INFINITY, to: first.at, offset: first.before }];
  for (const [i, { at, offset }] of onsets.entries())
    pieces.push({ from: at, to: onsets[i + 1]?.at ?? Number.POSITIVE_INFINITY, offset });
  return pieces;
};

/**
 * The zones that a calendar's times are in. A name of the IANA list means that zone, whatever the calendar says of it; one of the
 * calendar's own ("W. Europe Standard Time") what its VTIMEZONE says; an unknown one the zone of the person.
 */
export class CalendarZones {
  #own = new Map<string, Clock>();
  #named = new Map<string, Clock>();
  readonly fallback: Clock;

  constructor(timeZone: string) {
    this.fallback = namedClock(timeZone);
  }

  /** Throws what the library throws for a zone that is none. */
  add(zone: ICAL.Component, from: number, to: number, budget: Budget): void {
    const tzid = zone.getFirstPropertyValue("tzid");
    if (typeof tzid !== "string" || ianaName(tzid) !== undefined) return;
    const location = zone.getFirstPropertyValue("x-lic-location");
    const name = typeof location === "string" ? ianaName(location) : undefined;
    const pieces = name === undefined ? piecesOf(zone, from, to, budget) : [];
    if (name !== undefined) this.#own.set(tzid, namedClock(name));
    else if (pieces.length > 0) this.#own.set(tzid, (wall) => instantIn(pieces, wall));
  }

  clockOf(tzid: string): Clock {
    const known = this.#own.get(tzid) ?? this.#named.get(tzid);
    if (known !== undefined) return known;
    const name = ianaName(tzid);
    const clock = name === undefined ? this.fallback : namedClock(name);
    this.#named.set(tzid, clock);
    return clock;
  }
}
