import { done, type Outcome, refuse } from "../../../protocol/problems.ts";
import type { WordRow } from "../../../protocol/roll-call-records.ts";
import type { RollCallFrame } from "../../../protocol/socket/server-frames.ts";
import type { CheckInFacts } from "../../kernel/messages.ts";
import type { Desk } from "../desk.ts";
import { changeRollCall, pointsIn } from "./changing.ts";
import { lineState } from "./roll.ts";
import { rollCallFrame } from "./roll-call.ts";
import type { OpenedRollCall } from "./roll-call-store.ts";
import { isOnGround, isUnknownAtHome } from "./roster.ts";
import { checkInRow, pressedAt } from "./words.ts";

/** Whether this person has to do with a roll-call: has a line, or is in its site by what presence says or does not say. */
export const isConcerned = (desk: Desk, { facts, roll }: OpenedRollCall, userId: string): boolean => {
  if (roll.indexOf.has(userId)) return true;
  const person = desk.directory.people.get(userId);
  if (person === undefined || facts.closed !== undefined) return false;
  const [site, where] = [{ siteId: facts.siteId }, desk.whereabouts.all.get(userId)];
  return isOnGround(site, where) || isUnknownAtHome(site, person, where);
};

/** The frame that a person's devices get. */
export const frameFor = (desk: Desk, opened: OpenedRollCall, userId: string): RollCallFrame => {
  const i = opened.roll.indexOf.get(userId);
  const frame = rollCallFrame(opened.facts, opened.roll, pointsIn(desk, opened));
  return i === undefined ? frame : { ...frame, you: { state: lineState(opened.roll, i) } };
};

type Taken = { opened: OpenedRollCall; row?: WordRow };

/** Refused: not_found for somebody without a part in it, conflict once it is closed, invalid for an unknown muster point. */
const take = (desk: Desk, facts: CheckInFacts, now: number): Outcome<Taken> => {
  const opened = desk.rollCalls.get(facts.rollCallId);
  if (opened === undefined || !isConcerned(desk, opened, facts.userId)) return refuse("not_found");
  if (opened.facts.closed !== undefined) return refuse("conflict", "this roll-call is closed");
  const point = facts.musterPointId;
  if (point !== undefined && desk.directory.musterPoints.get(point)?.siteId !== opened.facts.siteId)
    return refuse("invalid", undefined, [{ path: "musterPointId", message: "does not exist" }]);
  const at = pressedAt(opened.facts.openedAt, facts.secondsAgo, now);
  const row = checkInRow(opened.roll, facts.userId, point, at);
  return done(row === undefined ? { opened } : { opened, row });
};

/**
 * Takes check-ins of people themselves, many at once in one change a roll-call: ten thousand phones answer in the same
 * minute. The person of each row is who said it.
 */
export const takeCheckIns = (
  desk: Desk,
  list: readonly CheckInFacts[],
  now: number,
  ip?: string,
): Outcome<OpenedRollCall>[] => {
  const changes = new Map<OpenedRollCall, Map<string, WordRow>>();
  const taken = list.map((facts) => {
    const one = take(desk, facts, now);
    if (!one.ok) return one;
    const { opened, row } = one.value;
    if (row !== undefined) {
      const rows = changes.get(opened) ?? new Map<string, WordRow>();
      rows.set(facts.userId, row);
      changes.set(opened, rows);
    }
    return done(opened);
  });
  const by =
    list.length === 1
      ? ({ type: "user", id: list[0]?.userId ?? "" } as const)
      : ({ type: "system", id: "checkIn" } as const);
  for (const [opened, rows] of changes) changeRollCall(desk, opened, { words: [...rows.values()] }, by, now, ip);
  return taken;
};
