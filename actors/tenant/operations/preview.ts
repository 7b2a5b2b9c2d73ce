import { done, refuse } from "../../../protocol/problems.ts";
import { countingRoles, fillOf } from "../alarm/fill.ts";
import { planAlarm } from "../alarm/plan.ts";
import { fullName, unknownTargets } from "../directory/directory.ts";
import { join } from "../incident/incident.ts";
import { audienceOf, visits } from "../targeting/audience.ts";
import { audienceFacts } from "../targeting/facts.ts";
import { previewOf } from "../targeting/preview.ts";
import { sidesOf } from "../targeting/recipients.ts";
import type { Operation } from "./operation.ts";
import { unknownRequirement } from "./scenarios.ts";

/** Answers by the same rules as raising (alarm/raise.ts), refusals too, and writes nothing. */
export const previewAlarm: Operation<"previewAlarm"> = (desk, who, { body }, now) => {
  const { people, scenarios } = desk.directory;
  const errors = [
    ...(body.targets === undefined ? [] : unknownTargets(body.targets, desk.directory)),
    ...unknownRequirement(desk, body.requirement),
  ];
  if (errors.length > 0) return refuse("invalid", undefined, errors);
  const planned = planAlarm(body, (id) => scenarios.get(id));
  if (!planned.ok) return planned;
  if (body.incidentId !== undefined) {
    const incident = desk.incidents.get(body.incidentId);
    if (incident === undefined)
      return refuse("invalid", undefined, [{ path: "incidentId", message: "does not exist" }]);
    const joined = join(incident, "", planned.value.kind);
    if (!joined.ok) return joined;
  }
  const { targets, conditions, requirement, ladder, duress } = planned.value;
  const facts = audienceFacts(desk, now);
  const raiserId = duress === true ? who.person.userId : undefined;
  const audience = audienceOf({ targets, conditions, requirement, raiserId }, people.values(), facts);

  const sides = sidesOf(targets);
  const rolesOf = (userId: string) => people.get(userId)?.roleIds ?? [];
  const all = audience.recipients.map((userId, at) => ({
    userId,
    roleIds: countingRoles({ userId, roleIds: rolesOf(userId) }, conditions, facts.qualifiedFor),
    at,
  }));
  const preview = previewOf(
    audience,
    people.keys(),
    ladder.map(({ channel }) => channel),
    {
      name: (userId) => {
        const person = people.get(userId);
        return person === undefined ? "" : fullName(person);
      },
      roleIds: rolesOf,
      device: (userId) => desk.sessions.hasDevice(userId, now),
      channels: (userId) => desk.sends.channelsOf(userId, now),
      visiting: (userId) => {
        const person = people.get(userId);
        return person !== undefined && visits(sides, person, facts.whereaboutsOf(userId));
      },
    },
    requirement === undefined || requirement.length === 0 ? undefined : fillOf(requirement, all).fill,
  );
  return done(preview);
};
