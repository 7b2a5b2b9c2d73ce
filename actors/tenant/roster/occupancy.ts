import { type KeptShift, overlaps, type ShiftFacts, type Span } from "./shift.ts";
import type { RosterView } from "./view.ts";

interface Held extends Span {
  shiftId: string;
}

/** Whose time is taken: what is stored, with what is being changed. The one place that keeps people's shifts from overlapping. */
export class Occupancy {
  #held = new Map<string, Held[]>();

  constructor(shifts: Iterable<KeptShift>) {
    for (const shift of shifts) if (shift.userId !== undefined) this.#add(shift.userId, shift);
  }

  /** Gives a shift's time back to its holder. */
  release({ shiftId, userId }: { shiftId: string; userId?: string | undefined }): void {
    if (userId === undefined) return;
    const held = this.#held.get(userId);
    if (held !== undefined)
      this.#held.set(
        userId,
        held.filter((one) => one.shiftId !== shiftId),
      );
  }

  /** @returns false when the person has a shift at that time already: then nothing is taken */
  take(shift: Held & { userId?: string | undefined }): boolean {
    const { userId } = shift;
    if (userId === undefined) return true;
    if (this.#held.get(userId)?.some((one) => overlaps(one, shift)) === true) return false;
    this.#add(userId, shift);
    return true;
  }

  #add(userId: string, { shiftId, startsAt, endsAt }: Held): void {
    const held = this.#held.get(userId);
    if (held === undefined) this.#held.set(userId, [{ shiftId, startsAt, endsAt }]);
    else held.push({ shiftId, startsAt, endsAt });
  }
}

/** The time that is taken of everybody who is to have one of these, read at once. */
export const occupancyFor = (view: RosterView, wanted: readonly ShiftFacts[]): Occupancy => {
  const userIds = new Set<string>();
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (const { userId, startsAt, endsAt } of wanted) {
    if (userId === undefined) continue;
    userIds.add(userId);
    from = Math.min(from, startsAt);
    to = Math.max(to, endsAt);
  }
  return new Occupancy(userIds.size === 0 ? [] : view.heldBy(userIds, from, to));
};
