import type { Desk } from "../desk.ts";
import type { OpenedAlarm } from "./alarm-store.ts";
import { isComing, nextStepAt, stepToFire } from "./escalation.ts";
import { fillOfAlarm, mayFill } from "./filling.ts";
import { forgottenAt } from "./forgotten.ts";
import { rungDueAt } from "./ladder.ts";
import { countsOf } from "./progress.ts";

export const marksOf = ({ alarm }: OpenedAlarm) => alarm.steps.map((mark) => mark ?? undefined);

/** Enough are coming, and the scenario says that no more are to be called. */
export const enough = (desk: Desk, opened: OpenedAlarm, now: number): boolean =>
  opened.alarm.whenFilled === "stop" && fillOfAlarm(desk, opened, now)?.fill.filled === true;

/** What the conditions of steps look at, read when one's time has come. */
export const courseFacts = (desk: Desk, opened: OpenedAlarm, now: number) => () => {
  const counts = countsOf(opened.progress);
  return {
    recipients: counts.recipients,
    received: counts.received,
    answered: opened.progress.answers.size,
    fill: fillOfAlarm(desk, opened, now)?.fill,
    couldFill: mayFill(desk, opened, now),
    roleComing: (roleId: string) =>
      [...opened.progress.answers].some(
        ([i, answer]) =>
          isComing(answer.response) &&
          desk.directory.people.get(opened.progress.userIds[i] ?? "")?.roleIds.includes(roleId) === true,
      ),
  };
};

/** When something of this alarm happens by itself next, ms since 1970. */
const nextAt = (desk: Desk, opened: OpenedAlarm, now: number): number | undefined => {
  const { alarm } = opened;
  if (alarm.end !== undefined) return undefined;
  // While enough are coming the ladder rests: an answer that changes that sets the timer anew.
  const rungs = enough(desk, opened, now) ? [] : alarm.runs.map((run) => rungDueAt(alarm.ladder, run));
  // A step that may fire already is due at once: at 0 seconds, or because the timer that this takes the place of was late.
  const ripe = stepToFire(alarm.escalation, marksOf(opened), alarm.openedAt, now, courseFacts(desk, opened, now));
  const times = [
    ripe === undefined ? undefined : now,
    nextStepAt(alarm.escalation, marksOf(opened), alarm.openedAt, now),
    forgottenAt(alarm.forgotten, alarm.openedAt, alarm.reminders ?? 0),
    ...rungs,
  ].filter((at) => at !== undefined);
  return times.length === 0 ? undefined : Math.min(...times);
};

/** Sets the alarm's one timer to what comes next. Call it in the transaction of every change of the course. */
export const setCourse = (desk: Desk, opened: OpenedAlarm, now: number): void => {
  const name = `course:${opened.alarm.alarmId}`;
  const at = nextAt(desk, opened, now);
  if (at === undefined) desk.kernel.timers.cancel(name);
  else desk.kernel.timers.set(name, Math.max(at, now + 1));
};
