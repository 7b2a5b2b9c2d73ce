import { toTime } from "../../../protocol/ids.ts";
import type { Shift } from "../../../protocol/rosters.ts";

/** From a moment up to and not including another, ms since 1970. */
export interface Span {
  startsAt: number;
  endsAt: number;
}

/** Who has which role, where and when. Without a person it is open. */
export interface ShiftFacts extends Span {
  siteId: string;
  roleId: string;
  userId?: string | undefined;
  note?: string | undefined;
}

/** A shift as the tenant keeps it. */
export interface KeptShift extends ShiftFacts {
  shiftId: string;
  /** Grows with each change; copies elsewhere never go back. */
  version: number;
  /** When those who lead were warned that nobody has it; gone when somebody has. */
  warnedAt?: number | undefined;
  /** What it was made from (a row of a file, a line of a template), and as what: a repeat finds it by this. */
  origin?: string | undefined;
  made?: ShiftFacts | undefined;
}

/** One that ends as another begins does not overlap it. */
export const overlaps = (a: Span, b: Span): boolean => a.startsAt < b.endsAt && b.startsAt < a.endsAt;

/** Whether what people agreed to is still the same: a note changes nothing of it. */
export const isSameDuty = (a: ShiftFacts, b: ShiftFacts): boolean =>
  a.siteId === b.siteId &&
  a.roleId === b.roleId &&
  a.startsAt === b.startsAt &&
  a.endsAt === b.endsAt &&
  a.userId === b.userId;

export const showShift = ({ shiftId, siteId, roleId, startsAt, endsAt, userId, note, warnedAt }: KeptShift): Shift => ({
  shiftId,
  siteId,
  roleId,
  startsAt: toTime(startsAt),
  endsAt: toTime(endsAt),
  ...(userId === undefined ? {} : { userId }),
  ...(note === undefined ? {} : { note }),
  ...(warnedAt === undefined ? {} : { warnedAt: toTime(warnedAt) }),
});
