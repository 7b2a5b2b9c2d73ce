import type { RaiseAlarm, Raised, Raiser } from "../../../protocol/alarms.ts";
import type { Ladder } from "../../../protocol/course.ts";
import { done, type Outcome, refuse } from "../../../protocol/problems.ts";
import type { By } from "../../../protocol/records.ts";
import { newId } from "../../kernel/ids.ts";
import type { Desk } from "../desk.ts";
import { unknownTargets } from "../directory/directory.ts";
import { join, type KeptIncident } from "../incident/incident.ts";
import { timeWords } from "../local-time.ts";
import { unknownRequirement } from "../operations/scenarios.ts";
import { type Audience, audienceOf, leftOutRows } from "../targeting/audience.ts";
import { audienceFacts } from "../targeting/facts.ts";
import { surroundingsOf } from "../targeting/surroundings.ts";
import type { RaisedAlarm } from "./alarm.ts";
import { byPlace, newRun } from "./calling.ts";
import { type AlarmPlan, planAlarm } from "./plan.ts";
import { setCourse } from "./schedule.ts";
import { fillText, type Template } from "./text.ts";

/** Who or what raises an alarm. */
export interface AlarmSource {
  raisedBy: Raiser;
  by: By;
  ip?: string | undefined;
  /** When the edge took the request, ms since 1970. */
  acceptedAt: number;
  /** Where the button is, or who pressed it: a duress alarm is silent there. Zones and sites, never a position (I7). */
  at?: { userId?: string | undefined; siteId?: string | undefined; zoneId?: string | undefined } | undefined;
  /** What a repeat of the same signal is recognised by (merging.ts). */
  mergeKey?: string | undefined;
  /**
   * Exactly these people, whatever targets say, and this ladder: a test alarm's frozen audience. `socket: false`: only the
   * ladder's channels, no device or page gets it; whoever raises it explains its recipients (I2).
   */
  exactly?: { userIds: readonly string[]; ladder?: Ladder | undefined; socket?: false | undefined } | undefined;
}

/** The incident of the alarm: the one it is for, or a new one. */
const incidentFor = (desk: Desk, request: RaiseAlarm, plan: AlarmPlan, alarmId: string, now: number) => {
  if (request.incidentId === undefined) {
    const { title, kind, severity, category } = plan;
    const incident: KeptIncident = {
      incidentId: newId("inc"),
      title,
      kind,
      openedAt: now,
      ...(severity === undefined ? {} : { severity }),
      ...(category === undefined ? {} : { category }),
      alarmIds: [alarmId],
    };
    return done({ incident, isNew: true });
  }
  const known = desk.incidents.get(request.incidentId);
  if (known === undefined) return refuse("invalid", undefined, [{ path: "incidentId", message: "does not exist" }]);
  const joined = join(known, alarmId, plan.kind);
  return joined.ok ? done({ incident: joined.value, isNew: false }) : joined;
};

/** Whose button it is, or who pressed it. */
const distressed = ({ at, raisedBy }: AlarmSource): string => at?.userId ?? raisedBy.id;

const audienceFor = (desk: Desk, plan: AlarmPlan, source: AlarmSource, now: number): Audience => {
  if (source.exactly !== undefined) {
    const recipients = source.exactly.userIds.filter((id) => desk.directory.people.get(id)?.enabled === true);
    return { recipients, visitors: [], leftOut: new Map() };
  }
  const { targets, conditions, requirement } = plan;
  const raiserId = plan.duress === true ? distressed(source) : undefined;
  return audienceOf(
    { targets, conditions, requirement, raiserId },
    desk.directory.people.values(),
    audienceFacts(desk, now),
  );
};

const aroundRaiser = (desk: Desk, source: AlarmSource) => {
  const userId = distressed(source);
  return surroundingsOf({
    at: source.at,
    whereabouts: desk.whereabouts.all.get(userId),
    homeSiteId: desk.directory.people.get(userId)?.homeSiteId,
  });
};

/** The words of the alarm: placeholders from the request's values and from what is known here. */
const wordsOf = (desk: Desk, request: RaiseAlarm, source: AlarmSource, now: number) => {
  const { siteId, zoneId } = source.at ?? {};
  const zone = zoneId === undefined ? undefined : desk.directory.zones.get(zoneId);
  const site = desk.directory.sites.get(zone?.siteId ?? siteId ?? "");
  const where = [site?.name, zone?.name].filter((name) => name !== undefined).join(", ");
  const locale = desk.facts?.locale ?? "nl";
  const known = {
    raisedBy: source.raisedBy.name,
    organisation: desk.facts?.name ?? "",
    where,
    ...timeWords(now, site?.timeZone ?? desk.facts?.timeZone ?? "Europe/Amsterdam", locale),
  };
  return (template: Template) => fillText(template, request.values ?? {}, known, locale);
};

/**
 * Raises an alarm, whoever asks for it: a person, a webhook, a missed check-in, a test plan. Alarm, incident, recipients as
 * compact lists, record, timer and an errand per place, all in the caller's transaction. Nothing is sent here; that follows
 * the commit (I1). Refused: `invalid` for ids that do not exist here, `conflict` for an incident it cannot join.
 */
export const raiseFor = (desk: Desk, request: RaiseAlarm, source: AlarmSource, now: number): Outcome<Raised> => {
  const errors = [
    ...(request.targets === undefined ? [] : unknownTargets(request.targets, desk.directory)),
    ...unknownRequirement(desk, request.requirement),
  ];
  if (errors.length > 0) return refuse("invalid", undefined, errors);
  const planned = planAlarm(
    request,
    (id) => desk.directory.scenarios.get(id),
    wordsOf(desk, request, source, source.acceptedAt),
  );
  if (!planned.ok) return planned;
  const plan =
    source.exactly?.ladder === undefined ? planned.value : { ...planned.value, ladder: source.exactly.ladder };

  const alarmId = newId("alm");
  const { acceptedAt: raisedAt, by, ip, raisedBy } = source;
  const incident = incidentFor(desk, request, plan, alarmId, raisedAt);
  if (!incident.ok) return incident;
  const { incidentId } = incident.value.incident;
  desk.incidents.save(incident.value.incident);
  if (incident.value.isNew) {
    const { alarmIds: _, ...opened } = incident.value.incident;
    desk.record("incident.opened", incidentId, raisedAt, by, opened, ip);
  }

  const audience = audienceFor(desk, plan, source, now);
  const places = byPlace(desk, audience.recipients);
  const { targets, ...said } = plan;
  const count = audience.recipients.length;
  const alarm: RaisedAlarm = {
    ...said,
    alarmId,
    incidentId,
    seq: desk.nextSeq(),
    raisedAt,
    raisedBy,
    openedAt: raisedAt,
    steps: [],
    runs: plan.ladder.length === 0 ? [] : [newRun(0, count, raisedAt)],
    ...(plan.duress === true ? { spared: distressed(source), surroundings: aroundRaiser(desk, source) } : {}),
  };
  const leftOut = leftOutRows(audience);
  const opened = desk.alarms.add(
    alarm,
    places,
    { targets, conditions: plan.conditions, leftOut, visitors: audience.visitors },
    source.mergeKey,
  );
  const { steps: _, runs: __, openedAt: ___, surroundings: ____, spared: _____, ...recorded } = alarm;
  desk.record("alarm.raised", alarmId, raisedAt, by, { ...recorded, recipients: places, leftOut }, ip);
  if (source.exactly?.socket !== false)
    for (const { place } of places) desk.tellSite(place, { kind: "alarm", alarmId }, raisedAt);
  setCourse(desk, opened, now);
  desk.alarmChanged(alarmId, [], false);
  return done({ alarmId, recipients: count, incidentId, ...(count === 0 ? { warnings: ["no_recipients"] } : {}) });
};
