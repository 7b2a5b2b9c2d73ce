import type { Desk } from "../desk.ts";
import { changeRollCall } from "./changing.ts";
import type { OpenedRollCall } from "./roll-call-store.ts";
import { isCounted, presenceEffect, type Whereabouts } from "./roster.ts";

export type SeenSomewhere = Whereabouts & { userId: string; at: number };

const system = { type: "system", id: "presence" } as const;

/** What these whereabouts mean for one roll-call, as one change. */
const follow = (desk: Desk, opened: OpenedRollCall, seen: readonly SeenSomewhere[], now: number): void => {
  const joined = new Set<string>();
  const left = new Map<string, number | null>();
  for (const one of seen) {
    const person = desk.directory.people.get(one.userId);
    if (person === undefined) continue;
    const effect = presenceEffect(opened.roll, opened.facts, one);
    // Of several reports of one person in a batch the last one holds.
    if (effect === undefined || "joined" in effect) left.delete(one.userId);
    if (effect === undefined) continue;
    if ("joined" in effect) {
      if (isCounted(person)) joined.add(effect.joined);
    } else left.set(...effect.left);
  }
  if (joined.size + left.size === 0) return;
  const change = {
    ...(joined.size === 0 ? {} : { joined: [...joined] }),
    ...(left.size === 0 ? {} : { left: [...left] }),
  };
  changeRollCall(desk, opened, change, system, now);
};

/** Reports of presence that were taken together: each open roll-call gets at most one change of them. */
export const followPresence = (desk: Desk, seen: readonly SeenSomewhere[], now: number): void => {
  if (seen.length === 0) return;
  for (const opened of desk.rollCalls.open()) follow(desk, opened, seen, now);
};

/** Everything that presence said while a roll-call was closed. */
export const catchUp = (desk: Desk, opened: OpenedRollCall, now: number): void => {
  const seen: SeenSomewhere[] = [];
  for (const [userId, where] of desk.whereabouts.all) seen.push({ userId, ...where, at: where.since });
  follow(desk, opened, seen, now);
};
