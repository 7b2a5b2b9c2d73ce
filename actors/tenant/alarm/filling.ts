import type { Desk } from "../desk.ts";
import { audienceFacts } from "../targeting/facts.ts";
import type { OpenedAlarm } from "./alarm-store.ts";
import { isComing } from "./escalation.ts";
import { type Coming, couldFill, countingRoles, type Filled, fillOf } from "./fill.ts";
import { stateAt } from "./progress.ts";

const rolesOf = (desk: Desk, opened: OpenedAlarm, userId: string, now: number): readonly string[] => {
  const person = desk.directory.people.get(userId);
  if (person === undefined) return [];
  const { conditions } = opened.alarm;
  return conditions?.qualified === true
    ? countingRoles(person, conditions, audienceFacts(desk, now).qualifiedFor)
    : person.roleIds;
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
  for (const [i, answer] of opened.progress.answers) {
    const userId = opened.progress.userIds[i];
    if (userId !== undefined && isComing(answer.response))
      coming.push({ userId, roleIds: rolesOf(desk, opened, userId, now), at: answer.since ?? answer.version });
  }
  opened.fill = fillOf(requirement, coming);
  return opened.fill;
};

/** Whether those who are coming, or have not said that they are not, could meet the requirement. */
export const mayFill = (desk: Desk, opened: OpenedAlarm, now: number): boolean => {
  const { requirement } = opened.alarm;
  if (requirement === undefined) return true;
  const { progress } = opened;
  const possible = function* () {
    for (const [i, userId] of progress.userIds.entries()) {
      const answer = progress.answers.get(i);
      if (answer === undefined ? stateAt(progress, i) !== "notReached" : isComing(answer.response))
        yield { roleIds: rolesOf(desk, opened, userId, now) };
    }
  };
  return couldFill(requirement, possible());
};
