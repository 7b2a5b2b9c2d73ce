import type { LineState } from "../../../protocol/roll-calls.ts";
import type { SiteMessage } from "../../kernel/messages.ts";
import type { Desk } from "../desk.ts";
import { pointsIn } from "./changing.ts";
import { lineState } from "./roll.ts";
import { rollCallFrame } from "./roll-call.ts";

/**
 * What a place is told of a roll-call: as it stands when it is sent, so that an errand that was held up says nothing that is
 * no longer true.
 */
export const rollCallMessages = (
  desk: Desk,
  place: string,
  errand: { rollCallId: string; only?: string[] },
): SiteMessage[] => {
  const opened = desk.rollCalls.get(errand.rollCallId);
  if (opened === undefined) return [];
  const { facts, roll } = opened;
  const people: Partial<Record<LineState, string[]>> = {};
  for (const userId of errand.only ?? roll.userIds) {
    const i = roll.indexOf.get(userId);
    const person = desk.directory.people.get(userId);
    if (i === undefined || person === undefined || desk.placeOf(person) !== place) continue;
    const state = lineState(roll, i);
    const same = people[state];
    if (same === undefined) people[state] = [userId];
    else same.push(userId);
  }
  const all = errand.only === undefined;
  return [
    { kind: "rollCall", frame: rollCallFrame(facts, roll, pointsIn(desk, opened)), people, ...(all ? { all } : {}) },
  ];
};
