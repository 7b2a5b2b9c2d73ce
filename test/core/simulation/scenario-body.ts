import type { Conditions, Targets } from "../../../protocol/targets.ts";
import type { AimedAt, Conditioned, Plan } from "./deeds.ts";
import { all, at } from "./picks.ts";
import type { Town } from "./town.ts";

export const targetsOf = (town: Town, aim: AimedAt): Targets => {
  const sides = {
    roles: all(town.roles, aim.roles).map(({ roleId }) => roleId),
    sites: all(town.sites, aim.sites).map(({ siteId }) => siteId),
    zones: all(town.zones, aim.zones).map(({ zoneId }) => zoneId),
    users: all(town.citizens, aim.users).map(({ userId }) => userId),
  };
  const named = Object.fromEntries(Object.entries(sides).filter(([, ids]) => ids.length > 0));
  const everyone = aim.everyone || Object.keys(named).length === 0;
  return { ...named, ...(everyone ? { everyone: true as const } : {}) };
};

const conditionsOf = (wish: Conditioned | undefined): { conditions?: Conditions } => {
  if (wish === undefined) return {};
  return { conditions: Object.fromEntries(Object.entries(wish).filter(([, value]) => value)) as Conditions };
};

/** A plan as the API takes it. */
export const scenarioBody = (town: Town, plan: Plan, name: string) => {
  const roleId = (i: number): string => at(town.roles, i)?.roleId ?? "";
  const escalation = plan.steps.map(({ afterSeconds, when, percent, role, action, aim, conditions, who }, i) => ({
    name: `Step ${i}`,
    afterSeconds,
    when:
      when === "noReceipt" || when === "noResponse"
        ? { type: when, percent }
        : when === "roleMissing"
          ? { type: when, roleId: roleId(role) }
          : { type: when },
    action:
      action === "widen"
        ? { type: action, targets: targetsOf(town, aim), ...conditionsOf(conditions) }
        : action === "reAlarm"
          ? { type: action, who }
          : action === "contacts"
            ? { type: action, contactIds: town.contactIds }
            : { type: action },
  }));
  const requirement = [...new Map(plan.requirement.map(({ role, count }) => [roleId(role), count]))];
  const targets = targetsOf(town, plan.aim);
  return {
    name: name,
    title: "Fire at {where}",
    message: "Come",
    targets,
    ...conditionsOf(plan.conditions),
    ...(requirement.length === 0 ? {} : { requirement: requirement.map(([roleId, count]) => ({ roleId, count })) }),
    ...(plan.whenFilled === undefined ? {} : { whenFilled: plan.whenFilled }),
    escalation,
    ...(plan.ladder === undefined ? {} : { ladder: plan.ladder }),
    forgotten: plan.forgotten,
    ...(plan.duress ? { duress: true } : {}),
    silent: plan.silent,
  };
};
