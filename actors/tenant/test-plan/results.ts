import type { TestRun } from "../../../protocol/test-plans.ts";
import type { Desk } from "../desk.ts";
import { type KeptTestRun, type PersonResult, resultsOf, showRun } from "./report.ts";
import { TestPlanStore } from "./test-plan-store.ts";

/** The result of a run: as it was written down, or as it stands right now. Undefined when its alarm is not kept any more. */
export const resultOf = (desk: Desk, run: KeptTestRun): { shown: TestRun; people: PersonResult[] } | undefined => {
  const { alarmId } = run;
  if (run.result !== undefined)
    return { shown: run.result, people: new TestPlanStore(desk.kernel.database).results(alarmId) };
  const opened = desk.alarms.open(alarmId);
  if (opened === undefined) return undefined;
  const tries = desk.sends.ofAlarm(alarmId);
  const endedAt = opened.alarm.end?.at;
  const facts = { progress: opened.progress, endedAt, triesOf: (userId: string) => tries.get(userId) ?? [] };
  const people = resultsOf(run, facts);
  return { shown: showRun(run, people, endedAt), people };
};
