import { and, count, eq, isNull, min, sql } from "drizzle-orm";
import { limits } from "../../../protocol/limits.ts";
import type { Database } from "../../kernel/database.ts";
import type { Directory } from "../directory/directory.ts";
import type { Offer } from "./offer.ts";
import { type HeldShift, type OnShift, OnShiftIndex } from "./on-shift.ts";
import { rosterSettings, shiftOffers, shifts } from "./roster-tables.ts";
import type { KeptShift, ShiftFacts } from "./shift.ts";
import type { RosterChange, RosterView } from "./view.ts";

type Row = typeof shifts.$inferSelect;

const read = ({ userId, note, warnedAt, origin, made, ...row }: Row): KeptShift => ({
  ...row,
  ...(userId === null ? {} : { userId }),
  ...(note === null ? {} : { note }),
  ...(warnedAt === null ? {} : { warnedAt }),
  ...(origin === null ? {} : { origin }),
  // Written by this actor from decoded input.
  ...(made === null ? {} : { made: JSON.parse(made) as ShiftFacts }),
});

const readOffer = (row: { body: string }): Offer => JSON.parse(row.body) as Offer;

/** Rows of one statement: its one parameter stays far below SQLite's 2 MB. */
const rowsAtOnce = 1_000;

const fewShifts = 50;

export interface ShiftFilter {
  from?: number | undefined;
  to?: number | undefined;
  siteId?: string | undefined;
  roleId?: string | undefined;
  userId?: string | undefined;
  open?: boolean | undefined;
  /** Shifts after this one, in the order of the list. */
  after?: { startsAt: number; shiftId: string } | undefined;
  limit: number;
}

/** Shifts and offers as they are stored, and who is on shift, from memory. */
export class RosterStore implements RosterView {
  #database: Database;
  #directory: () => Directory;
  #qualified: (userId: string, roleId: string, at: number) => boolean;
  #onShift: OnShiftIndex;

  constructor(
    database: Database,
    directory: () => Directory,
    qualified: (userId: string, roleId: string, at: number) => boolean,
  ) {
    this.#database = database;
    this.#directory = directory;
    this.#qualified = qualified;
    this.#onShift = new OnShiftIndex((from, to) => this.#held(from, to));
  }

  /** Who is on shift at a moment. Fast: alarms and forecasts ask. */
  onShiftAt(at: number, where?: { siteId?: string | undefined; roleId?: string | undefined }): readonly OnShift[] {
    return this.#onShift.at(at, where);
  }

  // ---------------------------------------------------------------------------------- what the rules look at

  shift(shiftId: string): KeptShift | undefined {
    const [row] = this.#database.select().from(shifts).where(eq(shifts.shiftId, shiftId)).all();
    return row === undefined ? undefined : read(row);
  }

  heldBy(userIds: Iterable<string>, from: number, to: number): KeptShift[] {
    const ids = JSON.stringify([...userIds]);
    return this.#database
      .select()
      .from(shifts)
      .where(
        sql`${shifts.userId} IN (SELECT value FROM json_each(${ids})) AND ${shifts.startsAt} > ${from - limits.shiftMs - 1}
          AND ${shifts.startsAt} < ${to} AND ${shifts.endsAt} > ${from}`,
      )
      .all()
      .map(read);
  }

  offer(offerId: string): Offer | undefined {
    const [row] = this.#database
      .select({ body: shiftOffers.body })
      .from(shiftOffers)
      .where(eq(shiftOffers.offerId, offerId))
      .all();
    return row === undefined ? undefined : readOffer(row);
  }

  openOffersOf(shiftId: string): Offer[] {
    return this.#database
      .select({ body: shiftOffers.body })
      .from(shiftOffers)
      .where(
        sql`${shiftOffers.state} = 'open' AND (${shiftOffers.shiftId} = ${shiftId} OR ${shiftOffers.swapFor} = ${shiftId})`,
      )
      .orderBy(shiftOffers.createdAt, shiftOffers.offerId)
      .all()
      .map(readOffer);
  }

  person(userId: string) {
    return this.#directory().people.get(userId);
  }

  hasSite(siteId: string): boolean {
    return this.#directory().sites.has(siteId);
  }

  hasRole(roleId: string): boolean {
    return this.#directory().roles.has(roleId);
  }

  isQualified(userId: string, roleId: string, until: number): boolean {
    return this.#qualified(userId, roleId, until);
  }

  // ---------------------------------------------------------------------------------- what lists and imports ask

  openOffers(): Offer[] {
    return this.#database
      .select({ body: shiftOffers.body })
      .from(shiftOffers)
      .where(sql`${shiftOffers.state} = 'open'`)
      .all()
      .map(readOffer);
  }

  list({ from, to, siteId, roleId, userId, open, after, limit }: ShiftFilter): KeptShift[] {
    return this.#database
      .select()
      .from(shifts)
      .where(
        and(
          from === undefined
            ? undefined
            : sql`${shifts.endsAt} > ${from} AND ${shifts.startsAt} > ${from - limits.shiftMs - 1}`,
          to === undefined ? undefined : sql`${shifts.startsAt} < ${to}`,
          siteId === undefined ? undefined : eq(shifts.siteId, siteId),
          roleId === undefined ? undefined : eq(shifts.roleId, roleId),
          userId === undefined ? undefined : eq(shifts.userId, userId),
          open === undefined ? undefined : open ? isNull(shifts.userId) : sql`${shifts.userId} IS NOT NULL`,
          after === undefined
            ? undefined
            : sql`(${shifts.startsAt}, ${shifts.shiftId}) > (${after.startsAt}, ${after.shiftId})`,
        ),
      )
      .orderBy(shifts.startsAt, shifts.shiftId)
      .limit(limit)
      .all()
      .map(read);
  }

  byOrigin(origins: Iterable<string>): Map<string, KeptShift[]> {
    const found = this.#database
      .select()
      .from(shifts)
      .where(sql`${shifts.origin} IN (SELECT value FROM json_each(${JSON.stringify([...new Set(origins)])}))`)
      .orderBy(shifts.shiftId)
      .all()
      .map(read);
    return Map.groupBy(found, ({ origin }) => origin ?? "");
  }

  count(): number {
    const [row] = this.#database.select({ n: count() }).from(shifts).all();
    return row?.n ?? 0;
  }

  /** Whether a shift that is not over uses this role or site. */
  uses(id: string, now: number): boolean {
    const [row] = this.#database
      .select({ shiftId: shifts.shiftId })
      .from(shifts)
      .where(sql`${shifts.endsAt} > ${now} AND (${shifts.siteId} = ${id} OR ${shifts.roleId} = ${id})`)
      .limit(1)
      .all();
    return row !== undefined;
  }

  // ---------------------------------------------------------------------------------- shifts that nobody has

  /** Open shifts that begin before a moment, are not over, and of which nobody was warned. */
  unwarned(before: number, now: number, limit: number): KeptShift[] {
    return this.#database
      .select()
      .from(shifts)
      .where(
        sql`${shifts.userId} IS NULL AND ${shifts.warnedAt} IS NULL AND ${shifts.startsAt} <= ${before} AND ${shifts.endsAt} > ${now}`,
      )
      .orderBy(shifts.startsAt, shifts.shiftId)
      .limit(limit)
      .all()
      .map(read);
  }

  /** When the first of those begins that begin after a moment. */
  nextUnwarned(after: number): number | undefined {
    const [row] = this.#database
      .select({ at: min(shifts.startsAt) })
      .from(shifts)
      .where(sql`${shifts.userId} IS NULL AND ${shifts.warnedAt} IS NULL AND ${shifts.startsAt} > ${after}`)
      .all();
    return row?.at ?? undefined;
  }

  get warnHours(): number {
    const [row] = this.#database.select().from(rosterSettings).all();
    return row?.warnHours ?? limits.shiftWarnHours;
  }

  set warnHours(warnHours: number) {
    this.#database
      .insert(rosterSettings)
      .values({ only: 1, warnHours })
      .onConflictDoUpdate({ target: rosterSettings.only, set: { warnHours } })
      .run();
  }

  // ---------------------------------------------------------------------------------- changes

  /** One statement for a thousand shifts: an import must not hold up an alarm for long. */
  apply({ save, remove, offers }: RosterChange): void {
    // Of many, reading each as it was costs more than reading a few days anew.
    if (save.length > fewShifts) this.#onShift.forget();
    else for (const { shiftId } of save) this.#stale(this.shift(shiftId));
    for (let i = 0; i < save.length; i += rowsAtOnce) this.#save(save.slice(i, i + rowsAtOnce));
    for (const shift of save) this.#stale(shift);
    for (const shift of remove) {
      this.#database.delete(shifts).where(eq(shifts.shiftId, shift.shiftId)).run();
      this.#stale(shift);
    }
    for (const offer of offers) this.#saveOffer(offer);
  }

  /** Shifts that were over long ago, with their offers: the history has them (I10). */
  sweep(now: number): void {
    const before = now - limits.shiftKeptMs;
    this.#database.run(sql`DELETE FROM shifts WHERE ends_at < ${before}`);
    this.#database.run(sql`DELETE FROM shift_offers WHERE state <> 'open' AND created_at < ${before}`);
    this.#database.run(sql`DELETE FROM shift_offers WHERE shift_id NOT IN (SELECT shift_id FROM shifts)`);
  }

  /** After a failed transaction what is in memory may not be what is stored. */
  forget(): void {
    this.#onShift.forget();
  }

  // ---------------------------------------------------------------------------------- inside

  #stale(shift: KeptShift | undefined): void {
    if (shift !== undefined) this.#onShift.changed(shift.startsAt, shift.endsAt);
  }

  #save(list: readonly KeptShift[]): void {
    const rows = JSON.stringify(
      list.map((one) => [
        ...[one.shiftId, one.siteId, one.roleId, one.startsAt, one.endsAt, one.userId ?? null, one.note ?? null],
        ...[
          one.version,
          one.warnedAt ?? null,
          one.origin ?? null,
          one.made === undefined ? null : JSON.stringify(one.made),
        ],
      ]),
    );
    const columns = sql.raw(Array.from({ length: 11 }, (_, i) => `json_extract(value, '$[${i}]')`).join(", "));
    this.#database.run(sql`
      INSERT INTO shifts (shift_id, site_id, role_id, starts_at, ends_at, user_id, note, version, warned_at, origin, made)
      SELECT ${columns} FROM json_each(${rows}) WHERE true
      ON CONFLICT (shift_id) DO UPDATE SET site_id = excluded.site_id, role_id = excluded.role_id,
        starts_at = excluded.starts_at, ends_at = excluded.ends_at, user_id = excluded.user_id, note = excluded.note,
        version = excluded.version, warned_at = excluded.warned_at, origin = excluded.origin, made = excluded.made`);
  }

  #saveOffer(offer: Offer): void {
    const { offerId, shiftId, swapFor, by, state, createdAt } = offer;
    const body = JSON.stringify(offer);
    this.#database
      .insert(shiftOffers)
      .values({ offerId, shiftId, swapFor: swapFor ?? null, by, state, createdAt, body })
      .onConflictDoUpdate({ target: shiftOffers.offerId, set: { state, body } })
      .run();
  }

  #held(from: number, to: number): HeldShift[] {
    return this.#database.all<HeldShift>(
      sql`SELECT user_id AS userId, role_id AS roleId, site_id AS siteId, starts_at AS startsAt, ends_at AS endsAt FROM shifts
        WHERE starts_at > ${from - limits.shiftMs - 1} AND starts_at < ${to} AND ends_at > ${from} AND user_id IS NOT NULL`,
    );
  }
}
