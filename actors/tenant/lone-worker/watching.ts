import type { RaiseAlarm, Raised } from "../../../protocol/alarms.ts";
import { toTime } from "../../../protocol/ids.ts";
import type { LoneWorkerEnd } from "../../../protocol/lone-workers.ts";
import type { Outcome } from "../../../protocol/problems.ts";
import type { By } from "../../../protocol/records.ts";
import type { Values } from "../../../protocol/targets.ts";
import { raiseFor } from "../alarm/raise.ts";
import type { Desk } from "../desk.ts";
import { fullName } from "../directory/directory.ts";
import { timeOfDay } from "../local-time.ts";
import { ended, type LoneWorker, type Moved, nextAt, pressed, timePassed } from "./lone-worker.ts";
import { LoneWorkerStore } from "./lone-worker-store.ts";
import { words } from "./words.ts";

const system: By = { type: "system", id: "loneWorker" };

const storeOf = (desk: Desk) => new LoneWorkerStore(desk.kernel.database);

/** Stores a session with the timer that it needs next: one cannot be without the other (I11). */
export const keep = (desk: Desk, session: LoneWorker): void => {
  storeOf(desk).save(session);
  desk.kernel.timers.set(`loneWorker:${session.loneWorkerSessionId}`, nextAt(session));
};

const nameOf = (desk: Desk, userId: string): string => {
  const person = desk.directory.people.get(userId);
  return person === undefined ? "" : fullName(person);
};

/** What the scenario's placeholders are filled with: the place that the person named, and the note. */
const valuesOf = (desk: Desk, { siteId, zoneId, note }: LoneWorker): Values => {
  const zone = desk.directory.zones.get(zoneId ?? "");
  const site = desk.directory.sites.get(siteId ?? zone?.siteId ?? "");
  const where = [zone?.name, site?.name].filter((name) => name !== undefined).join(", ");
  return { ...(where === "" ? {} : { where: where.slice(0, 200) }), ...(note === undefined ? {} : { note }) };
};

/** When the scenario is gone or says what cannot be raised: those who lead are called all the same. */
const forLeaders = (desk: Desk, name: string, { where, note }: Values): RaiseAlarm => {
  const leaders = [...desk.directory.people.values()].filter(
    ({ permission, enabled }) => enabled && (permission === "coordinator" || permission === "admin"),
  );
  const message = [where, note].filter((part) => part !== undefined).join("\n");
  return {
    title: `${words[desk.facts?.locale ?? "nl"].missed}: ${name}`.slice(0, 200),
    targets: { users: leaders.slice(0, 1_000).map(({ userId }) => userId) },
    ...(message === "" ? {} : { message }),
  };
};

/** The scenario's alarm. A session is missed once and this is in the same transaction, so it is raised exactly once (I1). */
const raise = (desk: Desk, session: LoneWorker, now: number): string => {
  const { userId, scenarioId, siteId, zoneId } = session;
  const name = nameOf(desk, userId);
  const values = valuesOf(desk, session);
  const raisedBy = { type: "user", id: userId, name } as const;
  const attempt = (request: RaiseAlarm): Outcome<Raised> =>
    raiseFor(desk, request, { raisedBy, by: system, acceptedAt: now, at: { userId, siteId, zoneId } }, now);
  const asked = attempt({ scenarioId, values });
  const raised = asked.ok ? asked : attempt(forLeaders(desk, name, values));
  // The timer tries again for ever: a lone worker's alarm is never given up.
  if (!raised.ok) throw new Error("a missed check-in could not be raised");
  return raised.value.alarmId;
};

const missed = (desk: Desk, session: LoneWorker, dueAt: number, now: number): LoneWorker => {
  const { loneWorkerSessionId, userId, scenarioId } = session;
  const alarmId = raise(desk, session, now);
  desk.record("loneWorker.missed", loneWorkerSessionId, now, system, { loneWorkerSessionId, userId, dueAt, alarmId });
  // Where the alarm must not be heard, the person's own device says nothing either.
  if (desk.directory.scenarios.get(scenarioId)?.duress !== true)
    desk.notify([userId], { type: "notice", notice: "checkInMissed", ref: loneWorkerSessionId, at: toTime(now) }, now);
  return { ...session, alarmId };
};

/** On the open page, and by push where that is set up: a telephone in a pocket has no socket. */
const warn = (desk: Desk, { loneWorkerSessionId, userId }: LoneWorker, dueAt: number, now: number): void => {
  const due = toTime(dueAt);
  desk.notify(
    [userId],
    { type: "notice", notice: "checkInDue", ref: loneWorkerSessionId, at: toTime(now), dueAt: due },
    now,
  );
  if (!desk.sends.channelsOf(userId, now).includes("push")) return;
  const { checkInNow, otherwise } = words[desk.directory.people.get(userId)?.locale ?? "nl"];
  const timeZone = desk.facts?.timeZone ?? "Europe/Amsterdam";
  const time = timeOfDay(dueAt, timeZone, "nl");
  const ttlSeconds = Math.max(1, Math.ceil((dueAt - now) / 1_000));
  const said = { title: checkInNow, text: otherwise(time) };
  desk.sends.enqueue([{ userId, channel: "push", purpose: "notice", ttlSeconds, said }], now);
};

/** Carries out what follows from a move, in the caller's transaction. @returns the session as it is stored */
const carryOut = (desk: Desk, { session: moved, happened }: Moved, by: By, now: number): LoneWorker => {
  let session = moved;
  const { loneWorkerSessionId, userId } = session;
  const facts = { loneWorkerSessionId, userId };
  for (const one of happened)
    switch (one.type) {
      case "warned":
        warn(desk, session, one.dueAt, now);
        break;
      case "missed":
        session = missed(desk, session, one.dueAt, now);
        break;
      case "checkedIn": {
        const { pressedAt, dueAt } = one;
        const said = { ...facts, pressedAt, ...(dueAt === undefined ? { late: true as const } : { dueAt }) };
        desk.record("loneWorker.checkedIn", loneWorkerSessionId, now, by, said);
        break;
      }
      case "ended":
        desk.record("loneWorker.ended", loneWorkerSessionId, now, by, { ...facts, reason: one.reason });
        break;
      case "forgotten":
        storeOf(desk).remove(loneWorkerSessionId);
        return session;
    }
  keep(desk, session);
  return session;
};

/** The timer `loneWorker:<id>`: warns, raises, and in the end forgets. After a restart past the deadline it raises at once. */
export const loneWorkerDue = (desk: Desk, ref: string, now: number): void => {
  const session = storeOf(desk).get(ref);
  if (session !== undefined) carryOut(desk, timePassed(session, now), system, now);
};

/** A press of the person's own. */
export const takePress = (desk: Desk, session: LoneWorker, pressedAt: number, by: By, now: number): LoneWorker =>
  carryOut(desk, pressed(session, pressedAt, now), by, now);

export const takeEnd = (desk: Desk, session: LoneWorker, reason: LoneWorkerEnd, by: By, now: number): void => {
  if (session.state !== "ended") carryOut(desk, ended(session, reason, now), by, now);
};

/** The person was disabled: nobody waits for them any more. */
export const endLoneWorkerOf = (desk: Desk, userId: string, now: number): void => {
  for (const session of storeOf(desk).of(userId)) takeEnd(desk, session, "disabled", system, now);
};
