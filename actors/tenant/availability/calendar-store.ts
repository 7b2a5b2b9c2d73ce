import { and, asc, eq, isNotNull, lte, min } from "drizzle-orm";
import type { CalendarFailure } from "../../../protocol/availability.ts";
import type { Database } from "../../kernel/database.ts";
import { calendars } from "./availability-tables.ts";
import type { Interval } from "./wall-clock.ts";

/** A person's calendar, but for its times. */
export interface CalendarBody {
  name: string;
  url?: string | undefined;
  timeZone: string;
  state: "waiting" | "ok" | "failed";
  failure?: CalendarFailure | undefined;
  readAt?: number | undefined;
  skipped: number;
  knownUntil?: number | undefined;
  /** What the server called the version that was read last. */
  etag?: string | undefined;
  /** Failures in a row. */
  failures: number;
}

export interface KeptCalendar extends CalendarBody {
  calendarId: string;
  userId: string;
  busy: Interval[];
  dueAt?: number | undefined;
  version: number;
}

type Row = typeof calendars.$inferSelect;

const busyOf = (text: string): Interval[] =>
  (JSON.parse(text) as [number, number][]).map(([from, to]) => ({ from, to }));

const kept = (row: Row): KeptCalendar => ({
  ...(JSON.parse(row.body) as CalendarBody),
  calendarId: row.calendarId,
  userId: row.userId,
  busy: busyOf(row.busy),
  dueAt: row.dueAt ?? undefined,
  version: row.version,
});

/** Calendars that say when people are busy. Of their events nothing is kept but when they are. */
export class CalendarStore {
  #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  of(userId: string): KeptCalendar[] {
    const where = eq(calendars.userId, userId);
    return this.#database.select().from(calendars).where(where).orderBy(asc(calendars.calendarId)).all().map(kept);
  }

  find(calendarId: string): KeptCalendar | undefined {
    const [row] = this.#database.select().from(calendars).where(eq(calendars.calendarId, calendarId)).all();
    return row && kept(row);
  }

  save({ calendarId, userId, busy, dueAt, version, ...body }: KeptCalendar): void {
    const row = {
      userId,
      body: JSON.stringify(body),
      busy: JSON.stringify(busy.map(({ from, to }) => [from, to])),
      dueAt: dueAt ?? null,
      version,
    };
    this.#database
      .insert(calendars)
      .values({ calendarId, ...row })
      .onConflictDoUpdate({ target: calendars.calendarId, set: row })
      .run();
  }

  remove(calendarId: string): void {
    this.#database.delete(calendars).where(eq(calendars.calendarId, calendarId)).run();
  }

  due(now: number, most: number): KeptCalendar[] {
    const where = and(isNotNull(calendars.dueAt), lte(calendars.dueAt, now));
    return this.#database
      .select()
      .from(calendars)
      .where(where)
      .orderBy(asc(calendars.dueAt))
      .limit(most)
      .all()
      .map(kept);
  }

  nextDue(): number | undefined {
    return (
      this.#database
        .select({ at: min(calendars.dueAt) })
        .from(calendars)
        .all()[0]?.at ?? undefined
    );
  }

  busyOf(userId: string): Interval[] {
    return this.#database
      .select({ busy: calendars.busy })
      .from(calendars)
      .where(eq(calendars.userId, userId))
      .all()
      .flatMap(({ busy }) => busyOf(busy));
  }

  allBusy(): Map<string, Interval[]> {
    const found = new Map<string, Interval[]>();
    for (const row of this.#database.select({ userId: calendars.userId, busy: calendars.busy }).from(calendars).all())
      found.set(row.userId, [...(found.get(row.userId) ?? []), ...busyOf(row.busy)]);
    return found;
  }
}
