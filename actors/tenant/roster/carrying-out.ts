import type { By } from "../../../protocol/records.ts";
import type { Desk } from "../desk.ts";
import { leadersOf, notice, push } from "../telling.ts";
import { watchEmpty } from "./empty-shifts.ts";
import { dutyText } from "./saying.ts";
import type { KeptShift } from "./shift.ts";
import type { RosterChange } from "./view.ts";
import { words } from "./words.ts";

/** Shifts of one record: its body must stay far below SQLite's 2 MB. */
const shiftsOfRecord = 2_000;

/** Frames to those who lead about one change; what comes after that, the list shows. */
const mostNotices = 20;

type Cleared = "filled" | "removed";

const recorded = (shift: KeptShift, deleted: boolean) => {
  const { shiftId, siteId, roleId, startsAt, endsAt, userId, note } = shift;
  return {
    ...{ shiftId, siteId, roleId, startsAt, endsAt },
    ...(userId === undefined ? {} : { userId }),
    ...(note === undefined ? {} : { note }),
    ...(deleted ? { version: shift.version + 1, deleted } : { version: shift.version }),
  };
};

/** A warning that nobody has a shift is over: on record, and those who were warned are told when somebody has it now. */
const clearWarnings = (desk: Desk, list: readonly [KeptShift, Cleared][], now: number): void => {
  if (list.length === 0) return;
  for (const [{ shiftId }, reason] of list)
    desk.record("shift.warningCleared", shiftId, now, { type: "system", id: "rosters" }, { shiftId, reason });
  const filled = list.flatMap(([shift, reason]) => (reason === "filled" ? [shift] : []));
  const [first] = filled;
  if (first === undefined) return;
  const leaders = leadersOf(desk);
  for (const { shiftId, startsAt } of filled.slice(0, mostNotices))
    notice(desk, leaders, { notice: "shiftFilled", ref: shiftId, dueAt: startsAt }, now);
  push(
    desk,
    leaders,
    (locale) => ({ title: words[locale].filled(filled.length), text: dutyText(desk, first, locale) }),
    now,
  );
};

/**
 * Carries a change of the roster out, in the caller's transaction: state, record, the warning that it ends, and the timer that
 * looks for shifts that nobody has (I1, I11).
 */
export const carryOut = (desk: Desk, change: RosterChange, by: By, now: number, ip?: string): void => {
  const cleared: [KeptShift, Cleared][] = [];
  const save = change.save.map((shift): KeptShift => {
    if (shift.userId === undefined || shift.warnedAt === undefined) return shift;
    const filled: KeptShift = { ...shift, warnedAt: undefined };
    cleared.push([filled, "filled"]);
    return filled;
  });
  for (const shift of change.remove) if (shift.warnedAt !== undefined) cleared.push([shift, "removed"]);
  desk.rosters.apply({ ...change, save });

  const rows = [...save.map((one) => recorded(one, false)), ...change.remove.map((one) => recorded(one, true))];
  for (let i = 0; i < rows.length; i += shiftsOfRecord) {
    const part = rows.slice(i, i + shiftsOfRecord);
    const entity = part.length === 1 ? (part[0]?.shiftId ?? "rosters") : "rosters";
    desk.record("shifts.saved", entity, now, by, { shifts: part }, ip);
  }
  for (const { offerId, shiftId, swapFor, by: userId, to, state, acceptedBy } of change.offers)
    desk.record("shift.offered", offerId, now, by, {
      ...{ offerId, shiftId, userId, state },
      ...(swapFor === undefined ? {} : { swapFor }),
      ...(to === undefined ? {} : { to: [...to] }),
      ...(acceptedBy === undefined ? {} : { acceptedBy }),
    });
  clearWarnings(desk, cleared, now);
  if (save.some(({ userId }) => userId === undefined)) watchEmpty(desk, now);
};
