import { done, type FieldError, type Outcome, refuse } from "../../../protocol/problems.ts";
import { overlapMessage, wrongWith } from "./holding.ts";
import { occupancyFor } from "./occupancy.ts";
import { lapsed } from "./offer.ts";
import { isSameDuty, type KeptShift, type ShiftFacts } from "./shift.ts";
import type { RosterChange, RosterView } from "./view.ts";

const most = 50;

/** New shifts, all or none. Errors name the shift by its place in the list. */
export const addShifts = (
  view: RosterView,
  list: readonly ShiftFacts[],
  newShiftId: () => string,
): Outcome<RosterChange> => {
  const occupancy = occupancyFor(view, list);
  const errors: FieldError[] = [];
  const save: KeptShift[] = [];
  list.forEach((facts, i) => {
    const shift: KeptShift = { ...facts, shiftId: newShiftId(), version: 1 };
    const wrong = wrongWith(view, facts);
    if (wrong.length === 0 && !occupancy.take(shift)) wrong.push({ path: "userId", message: overlapMessage });
    for (const { path, message } of wrong) errors.push({ path: `shifts.${i}.${path}`, message });
    save.push(shift);
  });
  if (errors.length > 0) return refuse("invalid", undefined, errors.slice(0, most));
  return done({ save, remove: [], offers: [] });
};

/** Another person, time or place for a shift, or another note. What was offered of it before is not there any more. */
export const changeShift = (
  view: RosterView,
  before: KeptShift,
  facts: ShiftFacts,
  now: number,
): Outcome<RosterChange> => {
  const { shiftId, version, warnedAt, origin, made } = before;
  const after: KeptShift = { ...facts, shiftId, version: version + 1, warnedAt, origin, made };
  const same = isSameDuty(before, after);
  if (same && before.note === after.note) return done({ save: [], remove: [], offers: [] });
  const wrong = same ? [] : wrongWith(view, after);
  if (wrong.length > 0) return refuse("invalid", undefined, wrong);
  const occupancy = occupancyFor(view, [after]);
  occupancy.release(before);
  if (!occupancy.take(after)) return refuse("invalid", undefined, [{ path: "userId", message: overlapMessage }]);
  return done({ save: [after], remove: [], offers: same ? [] : lapsed(view, [shiftId], now) });
};

export const removeShift = (view: RosterView, shift: KeptShift, now: number): RosterChange => ({
  save: [],
  remove: [shift],
  offers: lapsed(view, [shift.shiftId], now),
});

/** The person is disabled: shifts of theirs that have not begun are open from now on. */
export const leaveShifts = (view: RosterView, userId: string, now: number): RosterChange => {
  const left = view
    .heldBy([userId], now, Number.MAX_SAFE_INTEGER)
    .filter(({ startsAt }) => startsAt > now)
    .map((shift): KeptShift => ({ ...shift, userId: undefined, version: shift.version + 1 }));
  const ids = left.map(({ shiftId }) => shiftId);
  return { save: left, remove: [], offers: lapsed(view, ids, now) };
};
