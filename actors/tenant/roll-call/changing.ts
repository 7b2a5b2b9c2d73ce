import type { By } from "../../../protocol/records.ts";
import type { RollCallChange } from "../../../protocol/roll-call-records.ts";
import type { MusterPoint } from "../../../protocol/roll-calls.ts";
import type { Desk } from "../desk.ts";
import { fullName } from "../directory/directory.ts";
import type { OpenedRollCall } from "./roll-call-store.ts";

/** A person's name as it is now; somebody who is gone has none any more. */
export const nameIn =
  (desk: Desk) =>
  (userId: string): string => {
    const person = desk.directory.people.get(userId);
    return person === undefined ? "" : fullName(person);
  };

export const pointsAt = (desk: Desk, siteId: string): MusterPoint[] =>
  [...desk.directory.musterPoints.values()].filter((point) => point.siteId === siteId);

/** The muster points of a roll-call: the site's own while it is open, those of its close after that. */
export const pointsIn = (desk: Desk, { facts }: OpenedRollCall): MusterPoint[] =>
  facts.closed?.points ?? pointsAt(desk, facts.siteId);

/** Tells devices: those of these people, or of everybody who has a line. Each is told what holds when it is sent. */
export const tellDevices = (
  desk: Desk,
  { facts, roll }: OpenedRollCall,
  userIds: readonly string[] | "all",
  now: number,
): void => {
  const places = new Map<string, string[]>();
  for (const userId of userIds === "all" ? roll.userIds : userIds) {
    const person = desk.directory.people.get(userId);
    if (person === undefined) continue;
    const place = desk.placeOf(person);
    const there = places.get(place);
    if (there === undefined) places.set(place, [userId]);
    else there.push(userId);
  }
  for (const [place, only] of places)
    desk.tellSite(
      place,
      { kind: "rollCall", rollCallId: facts.rollCallId, ...(userIds === "all" ? {} : { only }) },
      now,
    );
};

export const nextVersion = ({ roll }: OpenedRollCall, at: number): { version: number; at: number } => ({
  version: roll.version + 1,
  at,
});

/**
 * Stores a change, puts it on record and tells those it concerns, in the caller's transaction: one row, one record and one
 * errand a place, however many lines it has.
 */
export const changeRollCall = (
  desk: Desk,
  opened: OpenedRollCall,
  change: Omit<RollCallChange, "version" | "at">,
  by: By,
  now: number,
  ip?: string,
): void => {
  const { rollCallId } = opened.facts;
  const made: RollCallChange = { ...nextVersion(opened, now), ...change };
  const touched = desk.rollCalls.change(opened, made);
  desk.record("rollCall.changed", rollCallId, now, by, { rollCallId, ...made }, ip);
  desk.rollCallChanged(rollCallId, touched);
  const said = [...(change.joined ?? []), ...(change.words ?? []).map(([userId]) => userId)];
  if (change.points === true) tellDevices(desk, opened, "all", now);
  else if (said.length > 0) tellDevices(desk, opened, said, now);
};
