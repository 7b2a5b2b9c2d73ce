import { toTime } from "../../../protocol/ids.ts";
import { limits } from "../../../protocol/limits.ts";
import { done, type Outcome, refuse } from "../../../protocol/problems.ts";
import type { By } from "../../../protocol/records.ts";
import type { Desk } from "../desk.ts";
import type { OpenedAlarm } from "./alarm-store.ts";
import { reachBy, rungGo } from "./calling.ts";
import { endAlarm } from "./ending.ts";
import { stepByHand, stepToFire } from "./escalation.ts";
import { isForgotten } from "./forgotten.ts";
import { isOver, takeRung } from "./ladder.ts";
import { courseFacts, enough, marksOf, setCourse } from "./schedule.ts";
import { takeStep } from "./steps.ts";

/** What those who lead are reminded with. */
const stillOpen = { nl: "Dit alarm staat nog open", en: "This alarm is still open" } as const;

const system = { type: "system", id: "course" } as const;
const fire = (
  desk: Desk,
  opened: OpenedAlarm,
  step: number,
  cause: "time" | "condition" | "hand",
  by: By,
  now: number,
): void => {
  const definition = opened.alarm.escalation[step];
  if (definition === undefined) return;
  const people = takeStep(desk, opened, step, definition, now);
  const steps = opened.alarm.escalation.map((_, i) => opened.alarm.steps[i] ?? null);
  steps[step] = { state: "fired", at: now, cause, people };
  desk.alarms.update(opened, { ...opened.alarm, steps });
  const { alarmId } = opened.alarm;
  const { name, action } = definition;
  desk.record("alarm.stepFired", alarmId, now, by, { alarmId, step, name, action: action.type, cause, people });
  desk.alarmChanged(alarmId, [], false);
};

/** Fires what is due and holds, one after the other: each may change what the next one's condition looks at. */
const fireSteps = (desk: Desk, opened: OpenedAlarm, now: number): void => {
  for (;;) {
    const { escalation, openedAt } = opened.alarm;
    const next = stepToFire(escalation, marksOf(opened), openedAt, now, courseFacts(desk, opened, now));
    if (next === undefined) return;
    fire(desk, opened, next.step, next.cause, system, now);
  }
};

/** One go over each due rung; what is left comes with the next firing of the timer, so that nothing waits for it. */
const climb = (desk: Desk, opened: OpenedAlarm, now: number): void => {
  if (enough(desk, opened, now)) return;
  const { alarm, progress } = opened;
  const runs = alarm.runs.map((run) => {
    const taken = takeRung(alarm.ladder, run, progress, now, rungGo);
    if (taken === undefined) return run;
    reachBy(desk, opened, taken.channel, taken.indexes, run.round, now);
    return taken.run;
  });
  if (runs.some((run, i) => run !== alarm.runs[i]))
    desk.alarms.update(opened, {
      ...opened.alarm,
      runs: runs.filter((run) => !isOver(alarm.ladder, run, progress)),
    });
};

const remind = (desk: Desk, opened: OpenedAlarm, now: number): void => {
  const { alarm } = opened;
  const forgotten = isForgotten(alarm.forgotten, alarm.openedAt, alarm.reminders ?? 0, now);
  if (forgotten === "end") {
    endAlarm(desk, opened, { reason: alarm.kind === "exercise" ? "exerciseOver" : "over" }, system, now);
    return;
  }
  if (forgotten !== "remind") return;
  const userIds = [...desk.directory.people.values()].flatMap(({ userId, permission, enabled }) =>
    enabled && (permission === "coordinator" || permission === "admin" || userId === alarm.raisedBy.id) ? [userId] : [],
  );
  desk.alarms.update(opened, { ...alarm, reminders: (alarm.reminders ?? 0) + 1 });
  const { alarmId } = alarm;
  desk.record("alarm.reminded", alarmId, now, system, { alarmId, people: userIds.length });
  const dueAt = toTime(alarm.openedAt + alarm.forgotten.endMinutes * 60_000);
  desk.notify(userIds, { type: "notice", notice: "alarmForgotten", ref: alarmId, at: toTime(now), dueAt }, now);
  desk.sends.enqueue(
    userIds
      .filter((userId) => desk.sends.channelsOf(userId, now).includes("push"))
      .map((userId) => ({
        alarmId,
        userId,
        channel: "push" as const,
        purpose: "notice" as const,
        ttlSeconds: limits.alarmTtlSeconds,
        said: { title: stillOpen[desk.directory.people.get(userId)?.locale ?? "nl"], text: alarm.title },
      })),
    now,
  );
};

/** The timer `course:<alarm>`: everything of an open alarm that happens by itself. Run twice it finds nothing more to do (I11). */
export const moveOn = (desk: Desk, alarmId: string, now: number): void => {
  const opened = desk.alarms.open(alarmId);
  if (opened === undefined || opened.alarm.end !== undefined) return;
  // The end first: after a long absence nobody is called any more for an alarm that is over.
  remind(desk, opened, now);
  if (opened.alarm.end !== undefined) return;
  fireSteps(desk, opened, now);
  climb(desk, opened, now);
  setCourse(desk, opened, now);
};

/** After an answer or a report: a step whose time has passed may fire by its condition now. */
export const courseChanged = (desk: Desk, opened: OpenedAlarm, now: number): void => {
  const { alarm } = opened;
  if (alarm.end !== undefined || alarm.escalation.length === 0) return;
  const before = alarm.steps;
  fireSteps(desk, opened, now);
  if (opened.alarm.steps !== before) setCourse(desk, opened, now);
};

/** By hand, to a step or to the next one. Refused: conflict when the alarm has ended or there is no such step left. */
export const escalateByHand = (
  desk: Desk,
  opened: OpenedAlarm,
  wanted: number | undefined,
  by: By,
  now: number,
): Outcome<null> => {
  if (opened.alarm.end !== undefined) return refuse("conflict", "this alarm has ended");
  const found = stepByHand(opened.alarm.escalation, marksOf(opened), wanted);
  if (found === undefined) return refuse("conflict", "there is no such step left to take");
  const steps = opened.alarm.escalation.map((_, i) =>
    found.skipped.includes(i) ? ({ state: "skipped", at: now } as const) : (opened.alarm.steps[i] ?? null),
  );
  desk.alarms.update(opened, { ...opened.alarm, steps });
  fire(desk, opened, found.step, "hand", by, now);
  setCourse(desk, opened, now);
  return done(null);
};
