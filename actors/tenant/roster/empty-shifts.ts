import type { Desk } from "../desk.ts";
import { leadersOf, notice, push } from "../telling.ts";
import { dutyText } from "./saying.ts";
import { words } from "./words.ts";

const hourMs = 3_600_000;

/** Warned of in one run of the timer; the rest follows at once in the next. */
const atOnce = 50;

export const emptyShiftsTimer = "emptyShifts:next";

/**
 * Sets the timer for the next shift of which somebody has to be warned: at once for what is near already. Not in the very ms of the
 * run that sets it, which would take it away as its own.
 */
export const watchEmpty = (desk: Desk, now: number): void => {
  const leadMs = desk.rosters.warnHours * hourMs;
  if (desk.rosters.unwarned(now + leadMs, now, 1).length > 0) desk.kernel.timers.set(emptyShiftsTimer, now + 1);
  else {
    const next = desk.rosters.nextUnwarned(now + leadMs);
    if (next === undefined) desk.kernel.timers.cancel(emptyShiftsTimer);
    else desk.kernel.timers.set(emptyShiftsTimer, next - leadMs);
  }
};

/**
 * The timer: warns those who lead of shifts that nobody has, once each. A shift that is warned of is marked in the same
 * transaction, so a run that is repeated finds nothing. After an absence it still warns of what is not over.
 */
export const emptyShiftsDue = (desk: Desk, _ref: string, now: number): void => {
  const empty = desk.rosters.unwarned(now + desk.rosters.warnHours * hourMs, now, atOnce);
  const leaders = leadersOf(desk);
  const by = { type: "system", id: "rosters" } as const;
  desk.rosters.apply({ save: empty.map((shift) => ({ ...shift, warnedAt: now })), remove: [], offers: [] });
  for (const { shiftId, siteId, roleId, startsAt, endsAt } of empty) {
    desk.record("shift.warned", shiftId, now, by, {
      shiftId,
      siteId,
      roleId,
      startsAt,
      endsAt,
      people: leaders.length,
    });
    notice(desk, leaders, { notice: "shiftEmpty", ref: shiftId, dueAt: startsAt }, now);
  }
  const [first] = empty;
  if (first !== undefined)
    push(
      desk,
      leaders,
      (locale) => ({ title: words[locale].empty(empty.length), text: dutyText(desk, first, locale) }),
      now,
    );
  watchEmpty(desk, now);
};
