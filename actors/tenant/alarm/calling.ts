import { limits } from "../../../protocol/limits.ts";
import type { Conditions, Targets } from "../../../protocol/targets.ts";
import type { Desk } from "../desk.ts";
import { audienceOf } from "../targeting/audience.ts";
import { audienceFacts } from "../targeting/facts.ts";
import { callAgain } from "./alarm.ts";
import type { OpenedAlarm, PlaceRecipients } from "./alarm-store.ts";
import type { LadderRun } from "./ladder.ts";

/** People by the site actor that holds their sockets. Strangers are passed over. */
export const byPlace = (desk: Desk, userIds: Iterable<string>): PlaceRecipients[] => {
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

/** Who would be called by these targets at this moment. */
export const audienceNow = (
  desk: Desk,
  wish: { targets: Targets; conditions?: Conditions | undefined; raiserId?: string | undefined },
  now: number,
) => audienceOf(wish, desk.directory.people.values(), audienceFacts(desk, now));

/** A run of the ladder over recipients who are called at this moment. */
export const newRun = (from: number, to: number, startAt: number, round = 0): LadderRun => ({
  from,
  to,
  startAt,
  rung: 0,
  cursor: from,
  round,
});

/**
 * Calls more people for an open alarm, in the caller's transaction: they are recipients from now on, with a ladder of their own.
 * Those who were called before are not called again. @returns how many were new
 */
export const callMore = (
  desk: Desk,
  opened: OpenedAlarm,
  userIds: readonly string[],
  step: number | undefined,
  now: number,
): number => {
  const { alarmId } = opened.alarm;
  // Held back a while ago: who was disabled since is not called.
  const fresh = userIds.filter(
    (userId) => !opened.progress.indexOf.has(userId) && desk.directory.people.get(userId)?.enabled === true,
  );
  const places = byPlace(desk, fresh);
  const from = opened.progress.userIds.length;
  const changed = desk.alarms.addPiece(opened, { widened: { step, places } });
  if (changed.length === 0) return 0;
  if (opened.alarm.ladder.length > 0) {
    const run = newRun(from, opened.progress.userIds.length, now);
    desk.alarms.update(opened, { ...opened.alarm, runs: [...opened.alarm.runs, run] });
  }
  const by = { type: "system", id: "course" } as const;
  desk.record("alarm.widened", alarmId, now, by, {
    alarmId,
    recipients: places,
    ...(step === undefined ? {} : { step }),
  });
  for (const { place, userIds: only } of places) desk.tellSite(place, { kind: "alarm", alarmId, only }, now);
  desk.alarmChanged(alarmId, changed, false);
  return changed.length;
};

/** Those whom a re-alarm is for. */
export const calledAgain = (opened: OpenedAlarm, who: "unanswered" | "unreceived" | "all"): string[] => {
  const { userIds, answers, receivedAt, seenAt } = opened.progress;
  return userIds.filter((_, i) => {
    if (who === "all") return true;
    if (answers.has(i)) return false;
    return who === "unanswered" || (receivedAt[i] === 0 && seenAt[i] === 0);
  });
};

/**
 * Alarms the same people again: a new number, so that devices that were away get it as well, and the ladder from its first rung
 * for everybody who has not answered. @returns how many
 */
export const callSameAgain = (
  desk: Desk,
  opened: OpenedAlarm,
  who: "unanswered" | "unreceived" | "all",
  by: { type: "user" | "system"; id: string },
  now: number,
): number => {
  const userIds = calledAgain(opened, who);
  const seq = desk.nextSeq();
  const again = callAgain(opened.alarm);
  const { alarmId, reAlarms: times = 1 } = again;
  // One ladder at a time: what is left of the earlier call's is overtaken by this one.
  desk.alarms.update(opened, { ...again, runs: [newRun(0, opened.progress.userIds.length, now, times)] });
  desk.record("alarm.reAlarmed", alarmId, now, by, { alarmId, seq, times, who, people: userIds.length });
  for (const { place, userIds: only } of byPlace(desk, userIds))
    desk.tellSite(place, { kind: "again", alarmId, seq, only }, now);
  desk.alarmChanged(alarmId, [], false);
  return userIds.length;
};

/** Recipients of one go over a rung: so many are looked up and stored in a few ms. */
export const rungGo = 500;

/** Reaches recipients by a channel of the ladder. Crash window: none, the sends are rows of the caller's transaction. */
export const reachBy = (
  desk: Desk,
  opened: OpenedAlarm,
  channel: "push" | "sms" | "voice" | "email",
  indexes: readonly number[],
  round: number,
  now: number,
): void => {
  const { alarmId } = opened.alarm;
  const userIds = indexes.flatMap((i) => opened.progress.userIds[i] ?? []);
  if (userIds.length === 0) return;
  desk.sends.enqueue(
    userIds.map((userId) => ({
      alarmId,
      userId,
      channel,
      purpose: round > 0 ? ("reAlarm" as const) : ("alarm" as const),
      ttlSeconds: limits.alarmTtlSeconds,
    })),
    now,
  );
};
