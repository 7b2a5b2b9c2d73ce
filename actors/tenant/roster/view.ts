import type { Offer } from "./offer.ts";
import type { KeptShift } from "./shift.ts";

/** What the roster's rules look at. The store answers it from its tables, a test from memory. */
export interface RosterView {
  shift(shiftId: string): KeptShift | undefined;
  /** Shifts of these people that run at some time from `from` up to `to`. */
  heldBy(userIds: Iterable<string>, from: number, to: number): KeptShift[];
  /** Offers that are open and about this shift, from either side of a swap. */
  openOffersOf(shiftId: string): Offer[];
  offer(offerId: string): Offer | undefined;
  person(userId: string): { roleIds: readonly string[]; enabled: boolean; permission: string } | undefined;
  hasSite(siteId: string): boolean;
  hasRole(roleId: string): boolean;
  /** Holds the role, and the certificate that it needs, until that moment. */
  isQualified(userId: string, roleId: string, until: number): boolean;
}

/** What a rule wants stored: together, or not at all. */
export interface RosterChange {
  /** New ones and changed ones, as they are from now on. */
  save: KeptShift[];
  remove: KeptShift[];
  offers: Offer[];
}
