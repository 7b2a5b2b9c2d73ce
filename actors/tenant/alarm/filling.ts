import type { Desk } from "../desk.ts";
import { audienceFacts } from "../targeting/facts.ts";
import type { OpenedAlarm } from "./alarm-store.ts";
import { isComing } from "./escalation.ts";
import { type Coming, couldFill, countingRoles, type Filled, fillOf } from "./fill.ts";
import { stateAt } from "./progress.ts";

/** The roles in which each person counts for an alarm. */
const rolesFor = (desk: Desk, { alarm }: OpenedAlarm, now: number): ((userId: string) => readonly string[]) => {
  const { qualifiedFor } = audienceFacts(desk, now);
  return (userId) => {
    const person = desk.directory.people.get(userId);
    return person === undefined ? [] : countingRoles(person, alarm.conditions, qualifiedFor);
  };
};

/** How an alarm's requirement is met right now; undefined without one. Kept in memory until an answer changes it. */
export const fillOfAlarm = (desk: Desk, opened: OpenedAlarm, now: number): Filled | undefined => {
  if (opened.fill !== undefined) return opened.fill ?? undefined;
  const { requirement } = opened.alarm;
  if (requirement === undefined || requirement.length === 0) {
    opened.fill = null;
    return undefined;
  }
  const coming: Coming[] = [];
  const rolesOf = rolesFor(desk, opened, now);
  for (const [i, answer] of opened.progress.answers) {
    const userId = opened.progress.userIds[i];
    if (userId !== undefined && isComing(answer.response))
      coming.push({ userId, roleIds: rolesOf(userId), at: answer.since ?? answer.version });
  }
  opened.fill = fillOf(requirement, coming);
  return opened.fill;
};

/** Whether those who are coming, or have not said that they are not, could meet the requirement. */
export const mayFill = (desk: Desk, opened: OpenedAlarm, now: number): boolean => {
  const { requirement } = opened.alarm;
  if (requirement === undefined) return true;
  const { progress } = opened;
  const rolesOf = rolesFor(desk, opened, now);
  const possible = function* () {
    for (const [i, userId] of progress.userIds.entries()) {
      const answer = progress.answers.get(i);
      if (answer === undefined ? stateAt(progress, i) !== "notReached" : isComing(answer.response))
        yield { roleIds: rolesOf(userId) };
    }
  };
  return couldFill(requirement, possible());
};
