import type { Raised } from "../../../protocol/alarms.ts";
import { limits } from "../../../protocol/limits.ts";
import type { Outcome } from "../../../protocol/problems.ts";
import type { By } from "../../../protocol/records.ts";
import type { OpenedAlarm } from "../alarm/alarm-store.ts";
import { endAlarm } from "../alarm/ending.ts";
import { stateAt } from "../alarm/progress.ts";
import { raiseFor } from "../alarm/raise.ts";
import type { Desk } from "../desk.ts";
import type { KeptTestRun } from "./report.ts";
import { resultOf } from "./results.ts";
import { type KeptTestPlan, planned, settledMs, testLadder, testMs, whatIsDue } from "./test-plan.ts";
import { TestPlanStore } from "./test-plan-store.ts";

const system: By = { type: "system", id: "testPlan" };

export const storeOf = (desk: Desk) => new TestPlanStore(desk.kernel.database);

/** Sets the plan's timer to its next time, or takes it away; in the transaction that stores the plan (I11). */
export const setTimer = (desk: Desk, { testPlanId, enabled, nextAt }: KeptTestPlan): void => {
  const name = `testPlan:${testPlanId}`;
  if (enabled) desk.kernel.timers.set(name, nextAt);
  else desk.kernel.timers.cancel(name);
};

/**
 * Raises the test alarm for the frozen audience, in the caller's transaction. Whoever of it cannot be called any more is written
 * down, not dropped: a report of fewer people than were planned would look better than it is.
 */
export const runTest = (
  desk: Desk,
  plan: KeptTestPlan,
  cause: "time" | "hand",
  by: By,
  now: number,
): Outcome<Raised> => {
  const { testPlanId, channels, title, message, name } = plan;
  const userIds: string[] = [];
  const notCalled: KeptTestRun["notCalled"] = [];
  for (const userId of storeOf(desk).audience(testPlanId)) {
    const person = desk.directory.people.get(userId);
    if (person?.enabled === true) userIds.push(userId);
    else notCalled.push({ userId, reason: person === undefined ? "gone" : "disabled" });
  }
  const raised = raiseFor(
    desk,
    {
      kind: "test",
      title,
      ...(message === undefined ? {} : { message }),
      // What the alarm is for is the frozen audience; its first ids stand for it where only targets can be shown.
      targets: { users: userIds.slice(0, limits.targetIds) },
    },
    {
      raisedBy: { type: "system", id: testPlanId, name },
      by,
      acceptedAt: now,
      exactly: { userIds, ladder: testLadder(channels), ...(channels.includes("socket") ? {} : { socket: false }) },
    },
    now,
  );
  if (!raised.ok) return raised;
  const { alarmId } = raised.value;
  storeOf(desk).addRun({ alarmId, testPlanId, startedAt: now, cause, channels, notCalled });
  desk.kernel.timers.set(`testRun:${alarmId}`, now + testMs);
  const people = userIds.length + notCalled.length;
  desk.record("testPlan.ran", testPlanId, now, by, { testPlanId, alarmId, cause, people, notCalled });
  return raised;
};

/** The timer `testPlan:<id>`: raises at its time and waits for the next one; both are one commit, so no test runs twice. */
export const testPlanDue = (desk: Desk, ref: string, now: number): void => {
  const plan = storeOf(desk).get(ref);
  if (plan === undefined || !plan.enabled) return;
  const due = whatIsDue(plan, now);
  if (due === undefined) {
    setTimer(desk, plan);
    return;
  }
  const next = planned(plan, now);
  storeOf(desk).update(next);
  setTimer(desk, next);
  if (due === "skip") {
    const { testPlanId, nextAt: dueAt } = plan;
    desk.record("testPlan.skipped", testPlanId, now, system, { testPlanId, dueAt });
  } else if (!runTest(desk, plan, "time", system, now).ok) throw new Error("a test alarm could not be raised");
};

/** Of a test without the socket no site explains anybody: it is done here, at the end of the test (I2). Twice is harmless. */
const explain = (desk: Desk, opened: OpenedAlarm, now: number): void => {
  const { progress, alarm } = opened;
  const rows = progress.userIds.flatMap((userId, i) =>
    stateAt(progress, i) === "pending" ? [[userId, "endedBefore", now] as [string, "endedBefore", number]] : [],
  );
  if (rows.length === 0) return;
  const changed = desk.alarms.addPiece(opened, { notReached: rows });
  desk.record("alarm.notReached", alarm.alarmId, now, system, { alarmId: alarm.alarmId, rows });
  desk.alarmChanged(alarm.alarmId, changed, false);
};

/**
 * The timer `testRun:<alarm>`: ends the test, unless somebody has done so. A day later the result is written down for good: by
 * then every receipt that comes at all has come, and what it is read from does not stay.
 */
export const testRunDue = (desk: Desk, ref: string, now: number): void => {
  const run = storeOf(desk).run(ref);
  const opened = desk.alarms.open(ref);
  if (opened === undefined || run?.result !== undefined) return;
  const startedAt = run?.startedAt ?? opened.alarm.raisedAt;
  if (now >= startedAt + testMs) {
    if (opened.alarm.end === undefined) endAlarm(desk, opened, { reason: "exerciseOver" }, system, now);
    explain(desk, opened, now);
  }
  // The plan was removed meanwhile, and its reports with it: the alarm has been ended all the same.
  if (run === undefined) return;
  if (now >= startedAt + settledMs) {
    const result = resultOf(desk, run);
    if (result !== undefined) storeOf(desk).settle({ ...run, result: result.shown }, result.people);
    return;
  }
  desk.kernel.timers.set(`testRun:${ref}`, startedAt + (now < startedAt + testMs ? testMs : settledMs));
};
