import type { ChannelTry, RaiseAlarm, Raised } from "../../../protocol/alarms.ts";
import { limits } from "../../../protocol/limits.ts";
import { pageSize } from "../../../protocol/lists.ts";
import { done, type Outcome, refuse } from "../../../protocol/problems.ts";
import type { HookRaise, RaiseResult } from "../../kernel/contract.ts";
import { hashSecret } from "../../kernel/hashes.ts";
import { showAlarm, showRecipient } from "../alarm/alarm.ts";
import type { OpenedAlarm } from "../alarm/alarm-store.ts";
import { callSameAgain } from "../alarm/calling.ts";
import { escalateByHand } from "../alarm/course.ts";
import { endAlarm, reopenAlarm as reopen } from "../alarm/ending.ts";
import { fillOfAlarm } from "../alarm/filling.ts";
import { floods, sourceOf } from "../alarm/merging.ts";
import { raiseFor } from "../alarm/raise.ts";
import { repeatOf } from "../alarm/repeats.ts";
import { setCourse } from "../alarm/schedule.ts";
import type { Desk, Who } from "../desk.ts";
import { fullName } from "../directory/directory.ts";
import { decodeCursor, encodeCursor, notFound, type Operation, wrongCursor } from "./operation.ts";

/** Fields that say more than "this scenario, now": for those who lead only. */
const beyondScenario = ["title", "targets", "conditions", "urgency", "silent", "requirement", "incidentId"] as const;

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

  const { userId } = who.person;
  const ofLate = (desk.raisedOfLate.get(userId) ?? []).filter((at) => at > now - limits.floodMs);
  if (body.confirm !== true && floods(ofLate, now, limits.floodAlarms, limits.floodMs))
    return refuse("confirmation_needed", `you raised ${ofLate.length} alarms in the last minute`);
  const by = { type: "user", id: userId } as const;
  const raised = raiseFor(
    desk,
    body,
    { raisedBy: { ...by, name: fullName(who.person) }, by, ip: who.ip, acceptedAt: input.acceptedAt },
    now,
  );
  if (!raised.ok) return raised;
  desk.raisedOfLate.set(userId, [...ofLate, now]);
  if (key !== undefined) desk.remember(key, bodyHash, raised.value, now + limits.idempotencyMs);
  return done<RaiseResult>({ raised: raised.value, replayed: false });
};

/** An integration's signed message, already verified at the edge. The same webhook-id raises nothing twice (I5). */
export const raiseFromHook = (desk: Desk, hook: HookRaise, now: number): Outcome<RaiseResult> => {
  const integration = desk.directory.integrations.get(hook.integrationId);
  if (integration?.kind !== "webhook") return refuse("invalid_signature");
  const key = `hook:${hook.integrationId}:${hook.webhookId}`;
  const before = desk.replay(key, now);
  if (before !== undefined) return done({ raised: before.answer as Raised, replayed: true });

  const { alarm } = integration;
  const { title, message, values } = hook.body.data;
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
    ...(values === undefined ? {} : { values }),
  };
  const by = { type: "integration", id: hook.integrationId } as const;
  const mergeKey = sourceOf(hook.integrationId, request);
  const repeated = repeatOf(desk, mergeKey, integration.mergeSeconds ?? limits.mergeSeconds, now);
  if (repeated !== undefined) {
    desk.remember(key, "", repeated, now + limits.webhookIdMs);
    return done({ raised: repeated, replayed: false });
  }
  const raised = raiseFor(
    desk,
    request,
    {
      raisedBy: { ...by, name: integration.name },
      by,
      ip: hook.ip,
      acceptedAt: hook.acceptedAt,
      at: integration.at,
      mergeKey,
    },
    now,
  );
  if (!raised.ok) return raised;
  desk.remember(key, "", raised.value, now + limits.webhookIdMs);
  return done({ raised: raised.value, replayed: false });
};

export const leads = (who: Who) => ["coordinator", "admin", "wallboard"].includes(who.person.permission);

/** Those who lead see every alarm; others the ones that they raised or received. */
export const maySee = (who: Who, opened: OpenedAlarm): boolean =>
  (leads(who) && !(who.person.permission === "wallboard" && opened.alarm.duress === true)) ||
  opened.alarm.raisedBy.id === who.person.userId ||
  opened.progress.indexOf.has(who.person.userId);

export const listAlarms: Operation<"listAlarms"> = (desk, who, { query }, now) => {
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
    items: shown.map((opened) => alarmNow(desk, opened, now)),
    ...(items.length > size && last !== undefined ? { nextCursor: encodeCursor(String(last.alarm.seq)) } : {}),
  });
};

/** An alarm with how its need is met right now. */
export const alarmNow = (desk: Desk, opened: OpenedAlarm, now: number) =>
  showAlarm(opened.alarm, opened.progress, fillOfAlarm(desk, opened, now), now);

/** What somebody who leads does to an alarm; answered with the alarm as it is then. */
const changed = (
  desk: Desk,
  alarmId: string | undefined,
  now: number,
  change: (opened: OpenedAlarm, by: { type: "user"; id: string }) => Outcome<null>,
  who: Who,
): Outcome<unknown> => {
  const opened = desk.alarms.open(alarmId ?? "");
  if (opened === undefined) return notFound();
  const outcome = change(opened, { type: "user", id: who.person.userId });
  return outcome.ok ? done(alarmNow(desk, opened, now)) : outcome;
};

export const getAlarm: Operation<"getAlarm"> = (desk, who, { params }, now) => {
  const opened = desk.alarms.open(params.alarmId ?? "");
  if (opened === undefined || !maySee(who, opened)) return notFound();
  return done(alarmNow(desk, opened, now));
};

/** A recipient's name as it is now; somebody who is gone has none any more. */
export const recipientAt = (
  desk: Desk,
  opened: OpenedAlarm,
  i: number,
  tries: Pick<ReadonlyMap<string, ChannelTry[]>, "get">,
  now: number,
) => {
  const userId = opened.progress.userIds[i] ?? "";
  const person = desk.directory.people.get(userId);
  const name = person === undefined ? "" : fullName(person);
  return showRecipient(opened.progress, i, name, fillOfAlarm(desk, opened, now), tries.get(userId));
};

export const listRecipients: Operation<"listRecipients"> = (desk, who, { params, query }, now) => {
  const opened = desk.alarms.open(params.alarmId ?? "");
  if (opened === undefined || !maySee(who, opened)) return notFound();
  const from = query.cursor === undefined ? 0 : Number(decodeCursor(query.cursor) ?? Number.NaN);
  if (!Number.isSafeInteger(from) || from < 0) return wrongCursor();
  const to = Math.min(from + pageSize(query), opened.progress.userIds.length);
  const items = [];
  const tries = desk.sends.ofAlarm(opened.alarm.alarmId);
  for (let i = from; i < to; i++) items.push(recipientAt(desk, opened, i, tries, now));
  return done({ items, ...(to < opened.progress.userIds.length ? { nextCursor: encodeCursor(String(to)) } : {}) });
};

export const standDown: Operation<"standDown"> = (desk, who, { params, body }, now) =>
  changed(desk, params.alarmId, now, (opened, by) => endAlarm(desk, opened, body, by, now, who.ip), who);

export const reopenAlarm: Operation<"reopenAlarm"> = (desk, who, { params }, now) =>
  changed(desk, params.alarmId, now, (opened, by) => reopen(desk, opened, by, now, who.ip), who);

export const escalate: Operation<"escalate"> = (desk, who, { params, body }, now) =>
  changed(desk, params.alarmId, now, (opened, by) => escalateByHand(desk, opened, body.step, by, now), who);

export const reAlarm: Operation<"reAlarm"> = (desk, who, { params, body }, now) =>
  changed(
    desk,
    params.alarmId,
    now,
    (opened, by) => {
      if (opened.alarm.end !== undefined) return refuse("conflict", "this alarm has ended");
      callSameAgain(desk, opened, body.who, by, now);
      setCourse(desk, opened, now);
      return done(null);
    },
    who,
  );
