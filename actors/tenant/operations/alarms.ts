import type { RaiseAlarm, Raised, Raiser } from "../../../protocol/alarms.ts";
import { limits } from "../../../protocol/limits.ts";
import { pageSize } from "../../../protocol/lists.ts";
import { done, type Outcome, refuse } from "../../../protocol/problems.ts";
import type { By } from "../../../protocol/records.ts";
import type { HookRaise, RaiseResult } from "../../kernel/contract.ts";
import { hashSecret } from "../../kernel/hashes.ts";
import { newId } from "../../kernel/ids.ts";
import { type AlarmPlan, standDown as endAlarm, planAlarm, showAlarm, showRecipient } from "../alarm/alarm.ts";
import type { OpenedAlarm, PlaceRecipients } from "../alarm/alarm-store.ts";
import type { Desk, Who } from "../desk.ts";
import { fullName, unknownTargets } from "../directory/directory.ts";
import { recipientsOf } from "../targeting/recipients.ts";
import { decodeCursor, encodeCursor, notFound, type Operation, wrongCursor } from "./operation.ts";
import { unknownRequirement } from "./scenarios.ts";

/** Recipients by the site actor that holds their sockets. */
const byPlace = (desk: Desk, userIds: readonly string[]): PlaceRecipients[] => {
  const places = new Map<string, string[]>();
  for (const userId of userIds) {
    const person = desk.directory.people.get(userId);
    if (person === undefined) continue;
    const place = desk.placeOf(person);
    const there = places.get(place);
    if (there === undefined) places.set(place, [userId]);
    else there.push(userId);
  }
  return [...places].map(([place, there]) => ({ place, userIds: there }));
};

/**
 * Stores an alarm: itself, its recipients as compact lists, its record and an errand per place, in the caller's
 * transaction. Nothing is sent here; that follows the commit (I1).
 */
const store = (desk: Desk, plan: AlarmPlan, raisedBy: Raiser, by: By, raisedAt: number, ip?: string): Raised => {
  const { targets, ...said } = plan;
  const places = byPlace(
    desk,
    recipientsOf(targets, desk.directory.people.values(), (userId) => desk.whereabouts.all.get(userId)),
  );
  const alarm = { ...said, alarmId: newId("alm"), seq: desk.nextSeq(), raisedAt, raisedBy };
  desk.alarms.add(alarm, places);
  desk.record("alarm.raised", alarm.alarmId, raisedAt, by, { ...alarm, recipients: places }, ip);
  for (const { place } of places) desk.tellSite(place, { kind: "alarm", alarmId: alarm.alarmId }, raisedAt);
  desk.alarmChanged(alarm.alarmId, [], false);
  const recipients = places.reduce((sum, part) => sum + part.userIds.length, 0);
  return { alarmId: alarm.alarmId, recipients, ...(recipients === 0 ? { warnings: ["no_recipients"] } : {}) };
};

/** Fields that say more than "this scenario, now": for those who lead only. */
const beyondScenario = ["title", "targets", "urgency", "silent", "requirement"] as const;

export const raiseAlarm: Operation<"raiseAlarm", { idempotencyKey?: string; acceptedAt: number }> = (
  desk,
  who,
  input,
  now,
) => {
  const body: RaiseAlarm = input.body;
  const leads = who.person.permission === "coordinator" || who.person.permission === "admin";
  const plain = body.scenarioId !== undefined && beyondScenario.every((field) => body[field] === undefined);
  if (!leads && !plain) return refuse("forbidden", "you may raise scenarios as they are");

  // The key belongs to the person: two people who chose the same key by accident both get their alarm.
  const key = input.idempotencyKey === undefined ? undefined : `user:${who.person.userId}:${input.idempotencyKey}`;
  const bodyHash = hashSecret(JSON.stringify(body));
  if (key !== undefined) {
    const before = desk.replay(key, now);
    if (before !== undefined)
      return before.bodyHash === bodyHash
        ? done<RaiseResult>({ raised: before.answer as Raised, replayed: true })
        : refuse("idempotency_key_reused");
  }

  const errors = [
    ...(body.targets === undefined ? [] : unknownTargets(body.targets, desk.directory)),
    ...unknownRequirement(desk, body.requirement),
  ];
  if (errors.length > 0) return refuse("invalid", undefined, errors);
  const plan = planAlarm(body, (id) => desk.directory.scenarios.get(id));
  if (!plan.ok) return plan;
  const by = { type: "user", id: who.person.userId } as const;
  const raised = store(desk, plan.value, { ...by, name: fullName(who.person) }, by, input.acceptedAt, who.ip);
  if (key !== undefined) desk.remember(key, bodyHash, raised, now + limits.idempotencyMs);
  return done<RaiseResult>({ raised, replayed: false });
};

/** An integration's signed message, already verified at the edge. The same webhook-id raises nothing twice (I5). */
export const raiseFromHook = (desk: Desk, hook: HookRaise, now: number): Outcome<RaiseResult> => {
  const integration = desk.directory.integrations.get(hook.integrationId);
  if (integration === undefined) return refuse("invalid_signature");
  const key = `hook:${hook.integrationId}:${hook.webhookId}`;
  const before = desk.replay(key, now);
  if (before !== undefined) return done({ raised: before.answer as Raised, replayed: true });

  const { alarm } = integration;
  const { title, message } = hook.body.data;
  const request: RaiseAlarm = {
    ...("scenarioId" in alarm
      ? { scenarioId: alarm.scenarioId }
      : {
          title: alarm.title,
          message: alarm.message,
          targets: alarm.targets,
          urgency: alarm.urgency,
          kind: alarm.kind,
        }),
    ...(title === undefined ? {} : { title }),
    ...(message === undefined ? {} : { message }),
  };
  const plan = planAlarm(request, (id) => desk.directory.scenarios.get(id));
  if (!plan.ok) return plan;
  const by = { type: "integration", id: hook.integrationId } as const;
  const raised = store(desk, plan.value, { ...by, name: integration.name }, by, hook.acceptedAt, hook.ip);
  desk.remember(key, "", raised, now + limits.webhookIdMs);
  return done({ raised, replayed: false });
};

const leads = (who: Who) => ["coordinator", "admin", "wallboard"].includes(who.person.permission);

/** Those who lead see every alarm; others the ones that they raised or received. */
const maySee = (who: Who, opened: OpenedAlarm): boolean =>
  leads(who) || opened.alarm.raisedBy.id === who.person.userId || opened.progress.indexOf.has(who.person.userId);

export const listAlarms: Operation<"listAlarms"> = (desk, who, { query }) => {
  const size = pageSize(query);
  let before = Number.MAX_SAFE_INTEGER;
  if (query.cursor !== undefined) {
    before = Number(decodeCursor(query.cursor) ?? Number.NaN);
    if (!Number.isSafeInteger(before)) return wrongCursor();
  }
  const items: OpenedAlarm[] = [];
  let more = true;
  while (more && items.length <= size) {
    const ids = desk.alarms.ids(query.state, before, size + 1);
    more = ids.length > size;
    for (const id of ids) {
      const opened = desk.alarms.open(id);
      if (opened === undefined) continue;
      before = opened.alarm.seq;
      if (maySee(who, opened)) items.push(opened);
    }
  }
  const shown = items.slice(0, size);
  const last = shown.at(-1);
  return done({
    items: shown.map(({ alarm, progress }) => showAlarm(alarm, progress)),
    ...(items.length > size && last !== undefined ? { nextCursor: encodeCursor(String(last.alarm.seq)) } : {}),
  });
};

export const getAlarm: Operation<"getAlarm"> = (desk, who, { params }) => {
  const opened = desk.alarms.open(params.alarmId ?? "");
  if (opened === undefined || !maySee(who, opened)) return notFound();
  return done(showAlarm(opened.alarm, opened.progress));
};

/** A recipient's name as it is now; somebody who is gone has none any more. */
export const recipientAt = (desk: Desk, opened: OpenedAlarm, i: number) => {
  const person = desk.directory.people.get(opened.progress.userIds[i] ?? "");
  return showRecipient(opened.progress, i, person === undefined ? "" : fullName(person));
};

export const listRecipients: Operation<"listRecipients"> = (desk, _who, { params, query }) => {
  const opened = desk.alarms.open(params.alarmId ?? "");
  if (opened === undefined) return notFound();
  const from = query.cursor === undefined ? 0 : Number(decodeCursor(query.cursor) ?? Number.NaN);
  if (!Number.isSafeInteger(from) || from < 0) return wrongCursor();
  const to = Math.min(from + pageSize(query), opened.progress.userIds.length);
  const items = [];
  for (let i = from; i < to; i++) items.push(recipientAt(desk, opened, i));
  return done({ items, ...(to < opened.progress.userIds.length ? { nextCursor: encodeCursor(String(to)) } : {}) });
};

export const standDown: Operation<"standDown"> = (desk, who, { params, body }, now) => {
  const opened = desk.alarms.open(params.alarmId ?? "");
  if (opened === undefined) return notFound();
  const end = { at: now, reason: body.reason, ...(body.text === undefined ? {} : { text: body.text }) };
  const ended = endAlarm(opened.alarm, { seq: 0, ...end });
  if (!ended.ok) return ended;
  const seq = desk.nextSeq();
  const alarm = { ...ended.value, end: { seq, ...end } };
  desk.alarms.update(opened, alarm);
  const { alarmId } = alarm;
  const said = { reason: body.reason, ...(body.text === undefined ? {} : { text: body.text }) };
  desk.record(
    "alarm.stoodDown",
    alarmId,
    now,
    { type: "user", id: who.person.userId },
    { alarmId, seq, ...said },
    who.ip,
  );
  const frame = { type: "standDown", seq, alarmId, ...said } as const;
  for (const place of desk.placesOf(opened)) desk.tellSite(place, { kind: "standDown", frame }, now);
  // Devices have the stand-down itself; counts go to the boards.
  desk.alarmChanged(alarmId, [], false);
  return done(showAlarm(alarm, opened.progress));
};
