import { limits } from "../../../protocol/limits.ts";
import { done, type Outcome, refuse } from "../../../protocol/problems.ts";
import type { By } from "../../../protocol/records.ts";
import type { Desk } from "../desk.ts";
import { nextVersion, pointsAt, tellDevices } from "./changing.ts";
import { catchUp } from "./presence.ts";
import { summaryOf } from "./roll-call.ts";
import type { OpenedRollCall } from "./roll-call-store.ts";

export const forgottenTimer = (rollCallId: string): string => `rollCall:${rollCallId}`;

/** Closes a roll-call with its summary. Refused: conflict when it is closed already. */
export const closeRollCall = (
  desk: Desk,
  opened: OpenedRollCall,
  by: By,
  now: number,
  ip?: string,
): Outcome<OpenedRollCall> => {
  const { facts, roll } = opened;
  if (facts.closed !== undefined) return refuse("conflict", "this roll-call is closed already");
  const { rollCallId } = facts;
  const points = pointsAt(desk, facts.siteId);
  desk.rollCalls.change(opened, nextVersion(opened, now));
  desk.rollCalls.update(opened, {
    ...facts,
    closed: { at: now, points, ...(by.type === "user" ? { by: by.id } : {}) },
  });
  const summary = summaryOf(roll, points, now);
  desk.record("rollCall.closed", rollCallId, now, by, { rollCallId, version: roll.version, summary }, ip);
  desk.kernel.timers.cancel(forgottenTimer(rollCallId));
  desk.rollCallChanged(rollCallId, []);
  tellDevices(desk, opened, "all", now);
  return done(opened);
};

/** Opens it again, with everything that presence said meanwhile. Refused: conflict after ten minutes, or when it is open. */
export const reopenRollCall = (
  desk: Desk,
  opened: OpenedRollCall,
  by: By,
  now: number,
  ip?: string,
): Outcome<OpenedRollCall> => {
  const { closed, ...facts } = opened.facts;
  const { rollCallId } = facts;
  if (closed === undefined) return refuse("conflict", "this roll-call is open");
  if (now - closed.at > limits.reopenMs) return refuse("conflict", "it was closed too long ago");
  desk.rollCalls.change(opened, nextVersion(opened, now));
  desk.rollCalls.update(opened, facts);
  desk.record("rollCall.reopened", rollCallId, now, by, { rollCallId, version: opened.roll.version }, ip);
  desk.kernel.timers.set(forgottenTimer(rollCallId), now + limits.rollCallMs);
  tellDevices(desk, opened, "all", now);
  catchUp(desk, opened, now);
  desk.rollCallChanged(rollCallId, []);
  return done(opened);
};

/** The timer of a roll-call that nobody closed: people are not listed for longer than anybody looks for them. */
export const closeForgotten = (desk: Desk, rollCallId: string, now: number): void => {
  const opened = desk.rollCalls.get(rollCallId);
  if (opened === undefined || opened.facts.closed !== undefined) return;
  closeRollCall(desk, opened, { type: "system", id: "forgotten" }, now);
};
