import { asc, count, desc, eq, lte, max } from "drizzle-orm";
import type { AvailabilityPattern, HolidaySettings } from "../../../protocol/availability.ts";
import { toTime } from "../../../protocol/ids.ts";
import { limits } from "../../../protocol/limits.ts";
import type { Availability, AvailabilityReport } from "../../../protocol/presence.ts";
import type { Database } from "../../kernel/database.ts";
import { exceptions, feeds, holidayChoice, patterns, words } from "./availability-tables.ts";
import { CalendarStore } from "./calendar-store.ts";
import { Holidays } from "./holidays.ts";
import { together } from "./ical.ts";
import { KnownPeople } from "./known-people.ts";
import { type Exception, type Finding, holdsUntil, type Pattern, type Rules } from "./rules.ts";

/** An exception as it is kept. Instants. */
export interface KeptException extends Exception {
  exceptionId: string;
}

export interface KeptWord {
  available: boolean;
  until?: number;
  note?: string;
  shareNote: boolean;
  since: number;
  holdsUntil?: number;
}

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** The protocol's pattern as the rules read it. */
const patternOf = ({ timeZone, blocks, holidays }: AvailabilityPattern): Pattern => ({
  timeZone,
  holidaysOff: holidays === "unavailable",
  ...(blocks === undefined
    ? {}
    : {
        blocks: blocks.map(({ weekdays, from, to, roleIds }) => ({
          weekdays,
          from: minutesOf(from),
          to: minutesOf(to),
          ...(roleIds === undefined ? {} : { roleIds }),
        })),
      }),
});

/**
 * When people are available (P6): what they said, their patterns, exceptions and calendars, beside their tables. The rules of everybody
 * are in memory whole, with what is known of now (known-people.ts): alarms are targeted by it.
 */
export class AvailabilityStore {
  readonly calendars: CalendarStore;
  #database: Database;
  #people: KnownPeople | undefined;
  #holidays: Holidays | undefined;

  constructor(database: Database) {
    this.#database = database;
    this.calendars = new CalendarStore(database);
  }

  // ---------------------------------------------------------------------------------- what others ask

  /** Whether somebody can be called; as a role, when one is named. Whoever said nothing can. */
  isAvailable(userId: string, at: number, roleId?: string): boolean {
    return this.find(userId, at, roleId).available;
  }

  /** People who cannot be called for anything. Not to be kept: it changes with the next word. */
  unavailableAt(at: number): ReadonlySet<string> {
    return this.#known(at).unavailableAt(at);
  }

  /** The answer, why it is so, and until when it holds at least. */
  find(userId: string, at: number, roleId?: string): Finding {
    const found = this.#known(at).find(userId, at, roleId);
    return found ?? { available: true, because: "default", until: Number.POSITIVE_INFINITY };
  }

  /** See KnownPeople. */
  moveTo(now: number): { changed: string[] | undefined; until: number } {
    return this.#known(now).moveTo(now);
  }

  /** People of whom `isAvailable` may say something else for a role than without one. */
  differing(now: number): ReadonlySet<string> {
    return this.#known(now).differing();
  }

  peopleWithRules(now: number): Iterable<string> {
    return this.#known(now).userIds();
  }

  // ---------------------------------------------------------------------------------- now, until

  wordOf(userId: string): KeptWord | undefined {
    const [row] = this.#database.select().from(words).where(eq(words.userId, userId)).all();
    return row === undefined
      ? undefined
      : {
          available: row.available === 1,
          since: row.since,
          shareNote: row.shareNote === 1,
          ...(row.until === null ? {} : { until: row.until }),
          ...(row.note === null ? {} : { note: row.note }),
          ...(row.holdsUntil === null ? {} : { holdsUntil: row.holdsUntil }),
        };
  }

  setWord(userId: string, report: AvailabilityReport, now: number): Availability & { version: number; ends: number } {
    const [before] = this.#database.select().from(words).where(eq(words.userId, userId)).all();
    const version = (before?.version ?? 0) + 1;
    const until = report.until === undefined ? undefined : Date.parse(report.until);
    const rules = this.#known(now).rulesOf(userId) ?? { exceptions: [], busy: [] };
    const holds = holdsUntil({ available: report.available, until }, rules, this.holidays, now);
    const row = {
      available: report.available ? 1 : 0,
      until: until ?? null,
      note: report.note ?? null,
      shareNote: report.shareNote === true ? 1 : null,
      since: now,
      version,
      holdsUntil: holds ?? null,
    };
    this.#database
      .insert(words)
      .values({ userId, ...row })
      .onConflictDoUpdate({ target: words.userId, set: row })
      .run();
    const ends = this.#known(now).set(userId, { ...rules, word: { available: report.available, until: holds } }, now);
    return { ...report, since: toTime(now), version, ends };
  }

  // ---------------------------------------------------------------------------------- weekly pattern

  pattern(userId: string): { body: AvailabilityPattern; version: number } | undefined {
    const [row] = this.#database.select().from(patterns).where(eq(patterns.userId, userId)).all();
    return row && { body: JSON.parse(row.body) as AvailabilityPattern, version: row.version };
  }

  /** @returns the new version */
  setPattern(userId: string, body: AvailabilityPattern): number {
    const version = (this.pattern(userId)?.version ?? 0) + 1;
    const row = { body: JSON.stringify(body), version };
    this.#database
      .insert(patterns)
      .values({ userId, ...row })
      .onConflictDoUpdate({ target: patterns.userId, set: row })
      .run();
    return version;
  }

  // ---------------------------------------------------------------------------------- exceptions

  /** The one made last first. */
  exceptionsOf(userId: string): KeptException[] {
    return this.#database
      .select()
      .from(exceptions)
      .where(eq(exceptions.userId, userId))
      .orderBy(desc(exceptions.n))
      .all()
      .map(({ exceptionId, body }) => ({ exceptionId, ...(JSON.parse(body) as Omit<KeptException, "exceptionId">) }));
  }

  countExceptions(userId: string): number {
    const where = eq(exceptions.userId, userId);
    return this.#database.select({ n: count() }).from(exceptions).where(where).all()[0]?.n ?? 0;
  }

  /** Makes one, or changes it, which makes it the newest. @returns the new version */
  saveException(userId: string, { exceptionId, ...body }: KeptException): number {
    const [before] = this.#database.select().from(exceptions).where(eq(exceptions.exceptionId, exceptionId)).all();
    const newest =
      this.#database
        .select({ n: max(exceptions.n) })
        .from(exceptions)
        .all()[0]?.n ?? 0;
    const version = (before?.version ?? 0) + 1;
    const row = { userId, endsAt: body.to, body: JSON.stringify(body), version, n: newest + 1 };
    this.#database
      .insert(exceptions)
      .values({ exceptionId, ...row })
      .onConflictDoUpdate({ target: exceptions.exceptionId, set: row })
      .run();
    return version;
  }

  /** @returns the version of its end */
  removeException(exceptionId: string): number {
    const [row] = this.#database.delete(exceptions).where(eq(exceptions.exceptionId, exceptionId)).returning().all();
    return (row?.version ?? 0) + 1;
  }

  // ---------------------------------------------------------------------------------- holidays

  get holidays(): Holidays {
    if (this.#holidays !== undefined) return this.#holidays;
    const { country, days, except } = this.holidaySettings().body;
    this.#holidays = new Holidays({ country, days, except: except ?? [] });
    return this.#holidays;
  }

  holidaySettings(): { body: HolidaySettings; version: number } {
    const [row] = this.#database.select().from(holidayChoice).where(eq(holidayChoice.key, "all")).all();
    if (row === undefined) return { body: { days: [] }, version: 0 };
    return { body: JSON.parse(row.body) as HolidaySettings, version: row.version };
  }

  /** @returns the new version */
  setHolidays(body: HolidaySettings): number {
    const row = { body: JSON.stringify(body), version: this.holidaySettings().version + 1 };
    this.#database
      .insert(holidayChoice)
      .values({ key: "all", ...row })
      .onConflictDoUpdate({ target: holidayChoice.key, set: row })
      .run();
    this.forget();
    return row.version;
  }

  // ---------------------------------------------------------------------------------- feeds

  feedOf(userId: string): { feedId: string; createdAt: number } | undefined {
    return this.#database.select().from(feeds).where(eq(feeds.userId, userId)).all()[0];
  }

  /** A new one takes the place of the former, whose address is dead from now on. */
  setFeed(userId: string, feedId: string, createdAt: number): void {
    this.removeFeed(userId);
    this.#database.insert(feeds).values({ feedId, userId, createdAt }).run();
  }

  removeFeed(userId: string): void {
    this.#database.delete(feeds).where(eq(feeds.userId, userId)).run();
  }

  ownerOfFeed(feedId: string): string | undefined {
    return this.#database.select().from(feeds).where(eq(feeds.feedId, feedId)).all()[0]?.userId;
  }

  // ---------------------------------------------------------------------------------- inside

  /** Reads a person's rules anew after a change. @returns until when the answer of now holds */
  changed(userId: string, now: number): number {
    const word = this.wordOf(userId);
    const pattern = this.pattern(userId);
    return this.#known(now).set(
      userId,
      {
        exceptions: this.exceptionsOf(userId),
        busy: together(this.calendars.busyOf(userId)),
        ...(word === undefined ? {} : { word: { available: word.available, until: word.holdsUntil } }),
        ...(pattern === undefined ? {} : { pattern: patternOf(pattern.body) }),
      },
      now,
    );
  }

  sweep(now: number): void {
    this.#database
      .delete(exceptions)
      .where(lte(exceptions.endsAt, now - limits.exceptionsKeptMs))
      .run();
  }

  /** After a failed transaction what is in memory may not be what is stored. */
  forget(): void {
    this.#people = undefined;
    this.#holidays = undefined;
  }

  #known(now: number): KnownPeople {
    this.#people ??= new KnownPeople(this.#load(), this.holidays, now);
    return this.#people;
  }

  #load(): Map<string, Rules> {
    const found = new Map<string, { -readonly [K in keyof Rules]: Rules[K] }>();
    const of = (userId: string) => {
      const known = found.get(userId) ?? { exceptions: [], busy: [] };
      found.set(userId, known);
      return known;
    };
    for (const { userId, available, holdsUntil } of this.#database.select().from(words).all())
      of(userId).word = { available: available === 1, until: holdsUntil ?? undefined };
    /** Thousands have the same week: it is read, and later looked at, once. */
    const alike = new Map<string, Pattern>();
    for (const { userId, body } of this.#database.select().from(patterns).all()) {
      const pattern = alike.get(body) ?? patternOf(JSON.parse(body) as AvailabilityPattern);
      alike.set(body, pattern);
      of(userId).pattern = pattern;
    }
    for (const { userId, body } of this.#database.select().from(exceptions).orderBy(asc(exceptions.n)).all()) {
      const known = of(userId);
      known.exceptions = [JSON.parse(body) as Exception, ...known.exceptions];
    }
    for (const [userId, busy] of this.calendars.allBusy()) of(userId).busy = together(busy);
    return found;
  }
}
