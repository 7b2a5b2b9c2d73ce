import type { EscalationStep } from "../../../protocol/course.ts";
import { limits } from "../../../protocol/limits.ts";
import type { Targets } from "../../../protocol/targets.ts";
import type { Desk } from "../desk.ts";
import type { OpenedAlarm } from "./alarm-store.ts";
import { audienceNow, callMore, callSameAgain } from "./calling.ts";

const system = { type: "system", id: "course" } as const;

/** The sites that targets name, by themselves or by their zones. */
const sitesOf = (desk: Desk, targets: Targets): Set<string> =>
  new Set([
    ...(targets.sites ?? []),
    ...(targets.zones ?? []).flatMap((zoneId) => desk.directory.zones.get(zoneId)?.siteId ?? []),
  ]);

/** The same roles, or everybody, at the sites that border on those of the alarm. */
const neighboursOf = (desk: Desk, targets: Targets): Targets | undefined => {
  const own = sitesOf(desk, targets);
  const sites = [...own]
    .flatMap((siteId) => desk.directory.sites.get(siteId)?.neighbourIds ?? [])
    .filter((siteId) => !own.has(siteId) && desk.directory.sites.has(siteId));
  if (sites.length === 0) return undefined;
  return { sites: [...new Set(sites)], ...(targets.roles === undefined ? {} : { roles: targets.roles }) };
};

/** Everybody at the places of the alarm; in the whole organisation when it names no place. */
const everybodyOf = (targets: Targets): Targets => ({
  everyone: true,
  ...(targets.sites === undefined ? {} : { sites: targets.sites }),
  ...(targets.zones === undefined ? {} : { zones: targets.zones }),
});

/** People outside: never in an exercise or test (I9). */
const callContacts = (desk: Desk, opened: OpenedAlarm, contactIds: readonly string[], now: number): number => {
  if (opened.alarm.kind !== "actual") return 0;
  const { alarmId } = opened.alarm;
  desk.sends.enqueue(
    contactIds.flatMap((contactId) =>
      (["sms", "voice", "email"] as const).map((channel) => ({
        alarmId,
        contactId,
        channel,
        purpose: "alarm" as const,
        ttlSeconds: limits.alarmTtlSeconds,
      })),
    ),
    now,
  );
  return contactIds.length;
};

/** Does what a step says, in the caller's transaction. @returns how many people it called */
export const takeStep = (
  desk: Desk,
  opened: OpenedAlarm,
  step: number,
  { action }: EscalationStep,
  now: number,
): number => {
  const audience = desk.alarms.audience(opened.alarm.alarmId);
  const { spared: raiserId } = opened.alarm;
  const widen = (targets: Targets | undefined, conditions = audience?.conditions): number => {
    if (targets === undefined) return 0;
    // A step is the moment at which visitors are needed.
    const visitors = conditions?.visitors === "never" ? "never" : "included";
    const found = audienceNow(desk, { targets, conditions: { ...conditions, visitors }, raiserId }, now);
    return callMore(desk, opened, found.recipients, step, now);
  };
  switch (action.type) {
    case "widen":
      return widen(action.targets, action.conditions);
    case "neighbours":
      return widen(audience && neighboursOf(desk, audience.targets));
    case "visitors":
      return callMore(desk, opened, audience?.visitors ?? [], step, now);
    case "everyone":
      // Nobody is spared any more: the conditions of the first call do not hold for this one.
      return widen(audience && everybodyOf(audience.targets), {});
    case "reAlarm":
      return callSameAgain(desk, opened, action.who, system, now);
    case "contacts":
      return callContacts(desk, opened, action.contactIds, now);
  }
};
