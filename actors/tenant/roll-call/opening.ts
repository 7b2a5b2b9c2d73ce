import { limits } from "../../../protocol/limits.ts";
import { done, type FieldError, type Outcome, refuse } from "../../../protocol/problems.ts";
import type { NewRollCall } from "../../../protocol/roll-calls.ts";
import type { Kind } from "../../../protocol/terms.ts";
import { newId } from "../../kernel/ids.ts";
import type { Desk, Who } from "../desk.ts";
import { tellDevices } from "./changing.ts";
import { forgottenTimer } from "./closing.ts";
import type { RollCallFacts } from "./roll-call.ts";
import type { OpenedRollCall } from "./roll-call-store.ts";
import { type Ground, rosterOf } from "./roster.ts";

/** Each id that does not exist in this tenant, by path: a foreign id is as unknown as any other (I6). */
const unknownIds = (desk: Desk, body: NewRollCall): FieldError[] => {
  const { siteId, zoneIds = [], alarmId, incidentId } = body;
  const message = "does not exist";
  return [
    ...(desk.directory.sites.has(siteId) ? [] : [{ path: "siteId", message }]),
    ...zoneIds.flatMap((zoneId, i) =>
      desk.directory.zones.get(zoneId)?.siteId === siteId ? [] : [{ path: `zoneIds.${i}`, message }],
    ),
    ...(alarmId === undefined || desk.alarms.open(alarmId) !== undefined ? [] : [{ path: "alarmId", message }]),
    ...(incidentId === undefined || desk.incidents.get(incidentId) !== undefined
      ? []
      : [{ path: "incidentId", message }]),
  ];
};

/**
 * What a roll-call says of itself. It is of the kind of what it belongs to: a real search party for an exercise, or the
 * other way round, must not come about by a slip (I9).
 */
const kindOf = (desk: Desk, body: NewRollCall): Outcome<{ kind: Kind; title?: string; incidentId?: string }> => {
  const alarm = body.alarmId === undefined ? undefined : desk.alarms.open(body.alarmId)?.alarm;
  const incidentId = body.incidentId ?? alarm?.incidentId;
  const incident = incidentId === undefined ? undefined : desk.incidents.get(incidentId);
  const given = alarm?.kind ?? incident?.kind;
  if (body.kind !== undefined && given !== undefined && body.kind !== given)
    return refuse("invalid", undefined, [{ path: "kind", message: "is not that of the alarm or incident" }]);
  const title = body.title ?? alarm?.title ?? incident?.title;
  return done({
    kind: body.kind ?? given ?? "actual",
    ...(title === undefined ? {} : { title }),
    ...(incidentId === undefined ? {} : { incidentId }),
  });
};

const sameGround = (a: Ground, b: Ground): boolean =>
  a.siteId === b.siteId && [...(a.zoneIds ?? [])].sort().join() === [...(b.zoneIds ?? [])].sort().join();

/**
 * Opens a roll-call of everybody who is there by presence. Refused: invalid for unknown ids or another kind than the
 * alarm's, conflict when the same ground is being called already (two coordinators at once, or an answer that was lost).
 */
export const openRollCall = (desk: Desk, who: Who, body: NewRollCall, now: number): Outcome<OpenedRollCall> => {
  const errors = unknownIds(desk, body);
  if (errors.length > 0) return refuse("invalid", undefined, errors);
  const said = kindOf(desk, body);
  if (!said.ok) return said;
  const { siteId, alarmId } = body;
  const ground = { siteId, ...(body.zoneIds === undefined ? {} : { zoneIds: [...new Set(body.zoneIds)] }) };
  const open = desk.rollCalls.open();
  const same = open.find(({ facts }) => facts.kind === said.value.kind && sameGround(facts, ground));
  if (same !== undefined) return refuse("conflict", `a roll-call of this is open: ${same.facts.rollCallId}`);
  if (open.length >= limits.openRollCalls) return refuse("conflict", "there are too many open roll-calls");

  const facts: RollCallFacts = {
    rollCallId: newId("rcl"),
    ...ground,
    ...said.value,
    title: said.value.title ?? desk.directory.sites.get(siteId)?.name ?? "",
    ...(alarmId === undefined ? {} : { alarmId }),
    openedAt: now,
    openedBy: who.person.userId,
  };
  const roster = rosterOf(ground, desk.directory.people.values(), (userId) => desk.whereabouts.all.get(userId));
  const visitors = body.visitors ?? 0;
  const opened = desk.rollCalls.add(facts, roster, visitors);
  const { alarmId: ofAlarmId, zoneIds, ...rest } = facts;
  const by = { type: "user", id: who.person.userId } as const;
  const record = {
    ...rest,
    ...(zoneIds === undefined ? {} : { zoneIds: [...zoneIds] }),
    ...(ofAlarmId === undefined ? {} : { ofAlarmId }),
    visitorsExpected: visitors,
    missing: [...roster.missing],
    unknown: [...roster.unknown],
  };
  desk.record("rollCall.opened", facts.rollCallId, now, by, record, who.ip);
  desk.kernel.timers.set(forgottenTimer(facts.rollCallId), now + limits.rollCallMs);
  desk.rollCallChanged(facts.rollCallId, []);
  tellDevices(desk, opened, "all", now);
  return done(opened);
};
