import type { LoneWorkerSession } from "../../../protocol/lone-workers.ts";
import { done, type FieldError, type Outcome, refuse } from "../../../protocol/problems.ts";
import { newId } from "../../kernel/ids.ts";
import type { Desk, Who } from "../desk.ts";
import { fullName } from "../directory/directory.ts";
import { notFound, type Operation, pageOf } from "../operations/operation.ts";
import { type LoneWorker, showSession, startSession } from "./lone-worker.ts";
import { LoneWorkerStore } from "./lone-worker-store.ts";
import { keep, takeEnd, takePress } from "./watching.ts";

/** Warned this long before the deadline when the person does not say how long, s. */
const usualWarnSeconds = 60;

const storeOf = (desk: Desk) => new LoneWorkerStore(desk.kernel.database);

const leads = (who: Who) => who.person.permission === "coordinator" || who.person.permission === "admin";

const shown = (desk: Desk, session: LoneWorker): LoneWorkerSession => {
  const person = desk.directory.people.get(session.userId);
  return showSession(session, person === undefined ? "" : fullName(person));
};

/** Somebody else's session is as unknown as any other to those who do not lead. */
const sessionFor = (desk: Desk, who: Who, id: string | undefined): LoneWorker | undefined => {
  const session = storeOf(desk).get(id ?? "");
  return session !== undefined && (session.userId === who.person.userId || leads(who)) ? session : undefined;
};

export const startLoneWorkerSession: Operation<"startLoneWorkerSession"> = (desk, who, { body }, now) => {
  const { scenarios, sites, zones } = desk.directory;
  const warnSeconds = body.warnSeconds ?? Math.min(usualWarnSeconds, body.intervalMinutes * 30);
  const zone = body.zoneId === undefined ? undefined : zones.get(body.zoneId);
  const errors: FieldError[] = [];
  const missing = (path: string) => errors.push({ path, message: "does not exist" });
  if (!scenarios.has(body.scenarioId)) missing("scenarioId");
  if (body.siteId !== undefined && !sites.has(body.siteId)) missing("siteId");
  if (body.zoneId !== undefined && zone === undefined) missing("zoneId");
  if (zone !== undefined && body.siteId !== undefined && zone.siteId !== body.siteId)
    errors.push({ path: "zoneId", message: "is a zone of another site" });
  if (warnSeconds >= body.intervalMinutes * 60)
    errors.push({ path: "warnSeconds", message: "must be shorter than the interval" });
  if (errors.length > 0) return refuse("invalid", undefined, errors);

  const { userId } = who.person;
  const by = { type: "user", id: userId } as const;
  const before = storeOf(desk).of(userId);
  if (before.some(({ state }) => state === "running")) return refuse("conflict", "you have a session that is running");
  for (const old of before) takeEnd(desk, old, "replaced", by, now);

  const { scenarioId, intervalMinutes, note } = body;
  const siteId = body.siteId ?? zone?.siteId;
  const facts = {
    loneWorkerSessionId: newId("lws"),
    userId,
    scenarioId,
    intervalMinutes,
    warnSeconds,
    ...(note === undefined ? {} : { note }),
    ...(siteId === undefined ? {} : { siteId }),
    ...(zone === undefined ? {} : { zoneId: zone.zoneId }),
  };
  const session = startSession(facts, now);
  keep(desk, session);
  const { dueAt } = session;
  desk.record("loneWorker.started", facts.loneWorkerSessionId, now, by, { ...facts, dueAt }, who.ip);
  return done(shown(desk, session));
};

/** Milliseconds as text that sorts the newest first. */
const newestFirst = (at: number): string => String(1e14 - at).padStart(15, "0");

export const listOwnLoneWorkerSessions: Operation<"listOwnLoneWorkerSessions"> = (desk, who, { query }) => {
  const page = pageOf(
    storeOf(desk).of(who.person.userId),
    ({ startedAt, loneWorkerSessionId }) => `${newestFirst(startedAt)} ${loneWorkerSessionId}`,
    query,
  );
  return page.ok ? done({ ...page.value, items: page.value.items.map((session) => shown(desk, session)) }) : page;
};

export const listLoneWorkerSessions: Operation<"listLoneWorkerSessions"> = (desk, _who, { query }) => {
  const page = pageOf(
    storeOf(desk).out(),
    ({ dueAt, loneWorkerSessionId }) => `${String(dueAt).padStart(15, "0")} ${loneWorkerSessionId}`,
    query,
  );
  return page.ok ? done({ ...page.value, items: page.value.items.map((session) => shown(desk, session)) }) : page;
};

export const getLoneWorkerSession: Operation<"getLoneWorkerSession"> = (desk, who, { params }) => {
  const session = sessionFor(desk, who, params.loneWorkerSessionId);
  return session === undefined ? notFound() : done(shown(desk, session));
};

/** From the person's own call or socket: nobody checks in for somebody else. */
export const checkInOf = (
  desk: Desk,
  userId: string,
  facts: { loneWorkerSessionId: string; secondsAgo?: number | undefined },
  now: number,
): Outcome<LoneWorkerSession> => {
  const session = storeOf(desk).get(facts.loneWorkerSessionId);
  if (session === undefined || session.userId !== userId) return notFound();
  if (session.state === "ended") return refuse("conflict", "this session has ended");
  const pressedAt = now - (facts.secondsAgo ?? 0) * 1_000;
  return done(shown(desk, takePress(desk, session, pressedAt, { type: "user", id: userId }, now)));
};

export const loneWorkerCheckIn: Operation<"loneWorkerCheckIn"> = (desk, who, { params, body }, now) =>
  checkInOf(desk, who.person.userId, { loneWorkerSessionId: params.loneWorkerSessionId ?? "", ...body }, now);

/** By the person, or by somebody who leads and knows that the person is safe. Twice is harmless. */
export const endLoneWorkerSession: Operation<"endLoneWorkerSession"> = (desk, who, { params }, now) => {
  const session = sessionFor(desk, who, params.loneWorkerSessionId);
  if (session === undefined) return notFound();
  takeEnd(desk, session, "safe", { type: "user", id: who.person.userId }, now);
  return done(null);
};
