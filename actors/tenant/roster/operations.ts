import { limits } from "../../../protocol/limits.ts";
import { pageSize } from "../../../protocol/lists.ts";
import { done, refuse } from "../../../protocol/problems.ts";
import type { NewShift } from "../../../protocol/rosters.ts";
import { newId } from "../../kernel/ids.ts";
import type { Desk, Who } from "../desk.ts";
import { decodeCursor, encodeCursor, notFound, type Operation, wrongCursor } from "../operations/operation.ts";
import { patched } from "../operations/places.ts";
import { carryOut } from "./carrying-out.ts";
import { addShifts, changeShift, leaveShifts, removeShift } from "./changing.ts";
import { watchEmpty } from "./empty-shifts.ts";
import { type ShiftFacts, showShift } from "./shift.ts";

const by = (who: Who) => ({ type: "user", id: who.person.userId }) as const;

const factsOf = ({ startsAt, endsAt, ...rest }: NewShift): ShiftFacts => ({
  ...rest,
  startsAt: Date.parse(startsAt),
  endsAt: Date.parse(endsAt),
});

export const createShifts: Operation<"createShifts"> = (desk, who, { body }, now) => {
  if (desk.rosters.count() + body.shifts.length > limits.shiftsPerTenant)
    return refuse("conflict", "there are too many shifts");
  const added = addShifts(desk.rosters, body.shifts.map(factsOf), () => newId("shf"));
  if (!added.ok) return added;
  carryOut(desk, added.value, by(who), now, who.ip);
  return done({ shifts: added.value.save.map(showShift) });
};

/** The cursor is the start and id of the last shift shown: their order is the list's. */
export const listShifts: Operation<"listShifts"> = (desk, _who, { query }) => {
  const size = pageSize(query);
  const cursor = query.cursor === undefined ? undefined : (decodeCursor(query.cursor) ?? "");
  const [, at, shiftId] = /^(-?[0-9]{1,16}) (\S+)$/.exec(cursor ?? "") ?? [];
  if (cursor !== undefined && (at === undefined || shiftId === undefined)) return wrongCursor();
  const found = desk.rosters.list({
    from: query.from === undefined ? undefined : Date.parse(query.from),
    to: query.to === undefined ? undefined : Date.parse(query.to),
    siteId: query.site,
    roleId: query.role,
    userId: query.user,
    open: query.open === undefined ? undefined : query.open === "true",
    after: at === undefined || shiftId === undefined ? undefined : { startsAt: Number(at), shiftId },
    limit: size + 1,
  });
  const shown = found.slice(0, size);
  const last = shown.at(-1);
  const more = found.length > size && last !== undefined;
  return done({
    items: shown.map(showShift),
    ...(more ? { nextCursor: encodeCursor(`${last.startsAt} ${last.shiftId}`) } : {}),
  });
};

export const getShift: Operation<"getShift"> = (desk, _who, { params }) => {
  const shift = desk.rosters.shift(params.shiftId ?? "");
  return shift === undefined ? notFound() : done(showShift(shift));
};

export const patchShift: Operation<"patchShift"> = (desk, who, { params, body }, now) => {
  const shift = desk.rosters.shift(params.shiftId ?? "");
  if (shift === undefined) return notFound();
  const { startsAt, endsAt, ...rest } = body;
  const facts = patched<ShiftFacts>(shift, {
    ...rest,
    ...(startsAt === undefined ? {} : { startsAt: Date.parse(startsAt) }),
    ...(endsAt === undefined ? {} : { endsAt: Date.parse(endsAt) }),
  });
  const changed = changeShift(desk.rosters, shift, facts, now);
  if (!changed.ok) return changed;
  if (changed.value.save.length > 0) carryOut(desk, changed.value, by(who), now, who.ip);
  return done(showShift(desk.rosters.shift(shift.shiftId) ?? shift));
};

export const deleteShift: Operation<"deleteShift"> = (desk, who, { params }, now) => {
  const shift = desk.rosters.shift(params.shiftId ?? "");
  if (shift === undefined) return notFound();
  carryOut(desk, removeShift(desk.rosters, shift, now), by(who), now, who.ip);
  return done(null);
};

/** The person was disabled: their shifts that have not begun are open, and those who lead are warned of them in time. */
export const leaveShiftsOf = (desk: Desk, userId: string, now: number): void => {
  const change = leaveShifts(desk.rosters, userId, now);
  if (change.save.length > 0) carryOut(desk, change, { type: "system", id: "rosters" }, now);
};

export const getRosterSettings: Operation<"getRosterSettings"> = (desk) => done({ warnHours: desk.rosters.warnHours });

export const putRosterSettings: Operation<"putRosterSettings"> = (desk, who, { body }, now) => {
  if (desk.rosters.warnHours !== body.warnHours) {
    desk.rosters.warnHours = body.warnHours;
    desk.record("rosterSettings.saved", "rosters", now, by(who), body, who.ip);
    watchEmpty(desk, now);
  }
  return done(body);
};
