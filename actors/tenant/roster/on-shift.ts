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

const dayMs = 24 * 3_600_000;

/** Days kept in memory; a forecast looks at a week and a half. */
const mostDays = 16;

/** Moments kept with each day: a forecast asks about the same hour once for every rule. */
const mostMoments = 48;

interface Moment {
  all: readonly OnShift[];
  bySiteAndRole: Map<string, OnShift[]>;
}

interface Day {
  shifts: readonly HeldShift[];
  moments: Map<number, Moment>;
}

/**
 * Who is on shift at a moment, from memory: shifts by the day (UTC) they run on, each day read when it is first asked for. What
 * an alarm needs costs one read of one day, once; what it asks after that costs a look at one list.
 */
export class OnShiftIndex {
  #read: (from: number, to: number) => HeldShift[];
  #days = new Map<number, Day>();

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
    // A shift is no longer than a week: few days, whatever the caller says.
    const last = Math.floor(Math.min(to, from + limits.shiftMs) / dayMs);
    for (let day = Math.floor(from / dayMs); day <= last; day++) this.#days.delete(day);
  }

  forget(): void {
    this.#days.clear();
  }

  #moment(at: number): Moment {
    const day = this.#day(Math.floor(at / dayMs));
    const known = day.moments.get(at);
    if (known !== undefined) return known;
    const all: OnShift[] = [];
    const bySiteAndRole = new Map<string, OnShift[]>();
    for (const { userId, roleId, siteId, startsAt, endsAt } of day.shifts) {
      if (at < startsAt || at >= endsAt) continue;
      const one = { userId, roleId, siteId };
      all.push(one);
      const there = bySiteAndRole.get(`${siteId} ${roleId}`);
      if (there === undefined) bySiteAndRole.set(`${siteId} ${roleId}`, [one]);
      else there.push(one);
    }
    if (day.moments.size >= mostMoments) day.moments.clear();
    const moment = { all, bySiteAndRole };
    day.moments.set(at, moment);
    return moment;
  }

  #day(number: number): Day {
    const known = this.#days.get(number);
    if (known !== undefined) return known;
    if (this.#days.size >= mostDays) this.#days.delete(this.#days.keys().next().value ?? number);
    const day = { shifts: this.#read(number * dayMs, (number + 1) * dayMs), moments: new Map<number, Moment>() };
    this.#days.set(number, day);
    return day;
  }
}
