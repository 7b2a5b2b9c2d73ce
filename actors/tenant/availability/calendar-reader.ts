import { limits } from "../../../protocol/limits.ts";
import type { Ways } from "../channels/adapters/outgoing.ts";
import type { Desk } from "../desk.ts";
import { type Fetched, fetchCalendar } from "./calendar-fetcher.ts";
import { calendarsTimer, fetchAddress, takeRead } from "./calendar-operations.ts";
import type { KeptCalendar } from "./calendar-store.ts";
import { type CalendarRead, readCalendar } from "./ical.ts";

/** Addresses read at the same time. */
const atOnce = 4;
/** Events after which others get a turn: some ms. */
const eventsPerTurn = 50;
/** An address that fails is left alone for longer each time, at most this, ms. */
const longestMs = 24 * 3_600_000;

/** What a reading came to. */
type Outcome = { is: "read"; read: CalendarRead; etag: string | undefined } | Exclude<Fetched, { is: "text" }>;

/**
 * Reads the calendars whose time has come. Beside the alarms, never in their way: nothing is waited for, and long calendars are read
 * some events at a time. Crash windows: until a result is written the calendar stays due, and the timer stays set.
 */
export class CalendarReader {
  #desk: Desk;
  #ways: Ways;
  #commit: <T>(change: (now: number) => T) => T;
  #running: Promise<void> | undefined;

  constructor(desk: Desk, ways: Ways, commit: <T>(change: (now: number) => T) => T) {
    this.#desk = desk;
    this.#ways = ways;
    this.#commit = commit;
  }

  /** Runs until nothing is due. */
  run(): Promise<void> {
    this.#running ??= this.#rounds().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #rounds(): Promise<void> {
    for (;;) {
      const due = this.#desk.availability.calendars.due(Date.now(), atOnce);
      if (due.length === 0) break;
      await Promise.all(due.map((calendar) => this.#one(calendar)));
    }
    this.#commit(() => {
      const next = this.#desk.availability.calendars.nextDue();
      if (next === undefined) this.#desk.kernel.timers.cancel(calendarsTimer);
      else this.#desk.kernel.timers.set(calendarsTimer, next);
    });
  }

  async #one(calendar: KeptCalendar): Promise<void> {
    const { url = "", etag, userId } = calendar;
    // Of somebody who may not log in nothing is read: the address may be gone, and is nobody's business any more.
    if (this.#desk.directory.people.get(userId)?.enabled !== true) {
      this.#commit((now) => this.#desk.availability.calendars.save({ ...calendar, dueAt: now + longestMs }));
      return;
    }
    const fetched = await fetchCalendar(this.#ways, fetchAddress(url), this.#isFresh(calendar) ? etag : undefined);
    const outcome = fetched.is === "text" ? await this.#read(calendar, fetched) : fetched;
    this.#commit((now) => {
      const { calendars } = this.#desk.availability;
      const newest = calendars.find(calendar.calendarId);
      // Removed meanwhile, or given another address: this answer is of no use.
      if (newest === undefined || newest.url !== calendar.url) return;
      // Not all at the same moment, though all were made in the same minute.
      const dueAt = now + limits.calendarEveryMs * (0.9 + 0.2 * Math.random());
      if (outcome.is === "failed") {
        const failures = newest.failures + 1;
        const pause = Math.min(longestMs, limits.calendarEveryMs * 2 ** Math.min(failures - 1, 10));
        const { failure } = outcome;
        calendars.save({ ...newest, state: "failed", failure, failures, dueAt: Math.round(now + pause) });
      } else if (outcome.is === "unchanged") {
        const { failure: _, ...rest } = newest;
        calendars.save({ ...rest, state: "ok", failures: 0, readAt: now, dueAt: Math.round(dueAt) });
      } else takeRead(this.#desk, { ...newest, etag: outcome.etag, dueAt: Math.round(dueAt) }, outcome.read, now);
    });
  }

  /** Series go on for ever and are known for some time: once a week a calendar is read again though it has not changed. */
  #isFresh({ knownUntil }: KeptCalendar): boolean {
    return knownUntil !== undefined && knownUntil > Date.now() + limits.calendarAheadMs - 7 * 24 * 3_600_000;
  }

  async #read(calendar: KeptCalendar, { text, etag }: Extract<Fetched, { is: "text" }>): Promise<Outcome> {
    const now = Date.now();
    const reading = readCalendar(text, {
      timeZone: calendar.timeZone,
      from: now - 24 * 3_600_000,
      to: now + limits.calendarAheadMs,
    });
    for (let turn = 1; ; turn += 1) {
      const next = reading.next();
      if (next.done === true)
        return next.value === undefined
          ? { is: "failed", failure: "notACalendar" }
          : { is: "read", read: next.value, etag };
      if (turn % eventsPerTurn === 0) await new Promise((resolve) => setTimeout(resolve, 0));
    }
  }
}
