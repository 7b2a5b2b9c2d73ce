import { limits } from "../../../protocol/limits.ts";

/** Somebody who is on a shift. */
export interface OnShift {
  userId: string;
  roleId: string;
  siteId: string;
}

export interface HeldShift extends OnShift {
  startsAt: number;
  endsAt: number;
}

/** What is read at once, ms: an alarm after an eviction must not wait for the shifts of a whole day. */
const partMs = 6 * 3_600_000;

/** Parts kept in memory; a forecast looks at a week and a bit. */
const mostParts = 48;

/** Moments kept with each part: a forecast asks about the same hour once for every rule. */
const mostMoments = 24;

interface Moment {
  all: readonly OnShift[];
  bySiteAndRole: Map<string, OnShift[]>;
}

interface Part {
  shifts: readonly HeldShift[];
  moments: Map<number, Moment>;
}

/**
 * Who is on shift at a moment, from memory: shifts by the quarter of a day they run in, each read when it is first asked for.
 * What an alarm needs costs one read of one part, once; what it asks after that costs a look at one list.
 */
export class OnShiftIndex {
  #read: (from: number, to: number) => HeldShift[];
  #parts = new Map<number, Part>();

  /** @param read shifts that have somebody and run at some time from `from` up to `to` */
  constructor(read: (from: number, to: number) => HeldShift[]) {
    this.#read = read;
  }

  at(
    at: number,
    { siteId, roleId }: { siteId?: string | undefined; roleId?: string | undefined } = {},
  ): readonly OnShift[] {
    const moment = this.#moment(at);
    if (siteId === undefined && roleId === undefined) return moment.all;
    if (siteId !== undefined && roleId !== undefined) return moment.bySiteAndRole.get(`${siteId} ${roleId}`) ?? [];
    return moment.all.filter((one) => (siteId === undefined ? one.roleId === roleId : one.siteId === siteId));
  }

  /** What runs between these two moments has changed. */
  changed(from: number, to: number): void {
    // A shift is no longer than a week: few parts, whatever the caller says.
    const last = Math.floor(Math.min(to, from + limits.shiftMs) / partMs);
    for (let part = Math.floor(from / partMs); part <= last; part++) this.#parts.delete(part);
  }

  forget(): void {
    this.#parts.clear();
  }

  #moment(at: number): Moment {
    const part = this.#part(Math.floor(at / partMs));
    const known = part.moments.get(at);
    if (known !== undefined) return known;
    const all: OnShift[] = [];
    const bySiteAndRole = new Map<string, OnShift[]>();
    for (const { userId, roleId, siteId, startsAt, endsAt } of part.shifts) {
      if (at < startsAt || at >= endsAt) continue;
      const one = { userId, roleId, siteId };
      all.push(one);
      const there = bySiteAndRole.get(`${siteId} ${roleId}`);
      if (there === undefined) bySiteAndRole.set(`${siteId} ${roleId}`, [one]);
      else there.push(one);
    }
    if (part.moments.size >= mostMoments) part.moments.clear();
    const moment = { all, bySiteAndRole };
    part.moments.set(at, moment);
    return moment;
  }

  #part(number: number): Part {
    const known = this.#parts.get(number);
    if (known !== undefined) return known;
    if (this.#parts.size >= mostParts) this.#parts.delete(this.#parts.keys().next().value ?? number);
    const part = { shifts: this.#read(number * partMs, (number + 1) * partMs), moments: new Map<number, Moment>() };
    this.#parts.set(number, part);
    return part;
  }
}
