import type { Targets } from "../../../protocol/targets.ts";
import type { CourseLedger } from "./course-ledger.ts";
import type { Town } from "./town.ts";

/** Whom a step may call at this moment, by the words of its action (protocol/course.ts, issue 4, 5). */
export const wantedBy = (course: CourseLedger, step: number, town: Town, now: number): Set<string> => {
  const facts = { except: course.except, now };
  const action = course.escalation[step]?.action;
  const own = new Set([
    ...(course.targets.sites ?? []),
    ...town.zones.filter(({ zoneId }) => course.targets.zones?.includes(zoneId)).map(({ siteId }) => siteId),
  ]);
  const by = (targets: Targets, conditions = course.conditions) => {
    const visitors = conditions?.visitors === "never" ? "never" : "included";
    return town.called(targets, { ...conditions, visitors }, facts).recipients;
  };
  switch (action?.type) {
    case "widen":
      return by(action.targets, action.conditions);
    case "neighbours": {
      const sites = town.sites
        .filter(({ siteId }) => own.has(siteId))
        .flatMap(({ neighbourIds }) => neighbourIds)
        .filter((siteId) => !own.has(siteId));
      const roles = course.targets.roles === undefined ? {} : { roles: course.targets.roles };
      return sites.length === 0 ? new Set() : by({ sites, ...roles });
    }
    case "visitors":
      return new Set([...course.guests].filter((userId) => town.citizen(userId)?.enabled));
    case "everyone": {
      const { sites, zones } = course.targets;
      return by({ everyone: true, ...(sites && { sites }), ...(zones && { zones }) }, {});
    }
    default:
      return new Set();
  }
};
