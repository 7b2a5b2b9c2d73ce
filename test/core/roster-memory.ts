import type { Offer } from "../../actors/tenant/roster/offer.ts";
import type { KeptShift } from "../../actors/tenant/roster/shift.ts";
import type { RosterChange, RosterView } from "../../actors/tenant/roster/view.ts";

interface Person {
  roleIds: string[];
  enabled: boolean;
  permission: string;
}

/** The roster that the rules look at, in memory, for tests. */
export class RosterMemory implements RosterView {
  readonly shifts = new Map<string, KeptShift>();
  readonly offers = new Map<string, Offer>();
  readonly people = new Map<string, Person>();
  /** `user role`: holds the role, but no certificate for it. */
  readonly uncertified = new Set<string>();

  constructor(people: Readonly<Record<string, string[]>>) {
    for (const [userId, roleIds] of Object.entries(people))
      this.people.set(userId, { roleIds, enabled: true, permission: "responder" });
  }

  shift(shiftId: string) {
    return this.shifts.get(shiftId);
  }

  heldBy(userIds: Iterable<string>, from: number, to: number) {
    const asked = new Set(userIds);
    return [...this.shifts.values()].filter(
      ({ userId, startsAt, endsAt }) => userId !== undefined && asked.has(userId) && startsAt < to && endsAt > from,
    );
  }

  openOffersOf(shiftId: string) {
    return [...this.offers.values()].filter(
      (offer) => offer.state === "open" && (offer.shiftId === shiftId || offer.swapFor === shiftId),
    );
  }

  offer(offerId: string) {
    return this.offers.get(offerId);
  }

  person(userId: string) {
    return this.people.get(userId);
  }

  hasSite(siteId: string) {
    return siteId.startsWith("site");
  }

  hasRole(roleId: string) {
    return roleId.startsWith("role");
  }

  isQualified(userId: string, roleId: string) {
    return this.people.get(userId)?.roleIds.includes(roleId) === true && !this.uncertified.has(`${userId} ${roleId}`);
  }

  byOrigin(origins: Iterable<string>) {
    const asked = new Set(origins);
    const found = [...this.shifts.values()].filter(({ origin }) => origin !== undefined && asked.has(origin));
    return Map.groupBy(found, ({ origin }) => origin ?? "");
  }

  apply({ save, remove, offers }: RosterChange): void {
    for (const shift of save) this.shifts.set(shift.shiftId, shift);
    for (const { shiftId } of remove) this.shifts.delete(shiftId);
    for (const offer of offers) this.offers.set(offer.offerId, offer);
  }
}
