import { toTime } from "../../../protocol/ids.ts";
import { limits } from "../../../protocol/limits.ts";
import { done, type Outcome, refuse } from "../../../protocol/problems.ts";
import type { StartedSession } from "../../kernel/contract.ts";
import { newId } from "../../kernel/ids.ts";
import type { SessionKind } from "../access/permissions.ts";
import { sessionsEnded } from "../conversation/people.ts";
import type { Desk } from "../desk.ts";
import { showPerson } from "../directory/directory.ts";
import type { Operation } from "./operation.ts";

export interface SessionWish {
  kind: SessionKind;
  secretHash: string;
  device?: { name: string; platform: string };
  ip?: string | undefined;
}

/** Starts a session of an enabled person. */
export const startSession = (desk: Desk, userId: string, wish: SessionWish, now: number): Outcome<StartedSession> => {
  const person = desk.directory.people.get(userId);
  if (person === undefined || !person.enabled) return refuse("unauthenticated");
  const device = wish.kind === "device";
  const session = {
    sessionId: newId("ses"),
    userId,
    kind: wish.kind,
    secretHash: wish.secretHash,
    deviceId: newId("dev"),
    ...(wish.device === undefined ? {} : { deviceName: wish.device.name, platform: wish.device.platform }),
    createdAt: now,
    expiresAt: now + (device ? limits.deviceSessionMs : limits.sessionMs),
  };
  desk.sessions.add(session);
  desk.record(
    "session.started",
    userId,
    now,
    { type: "user", id: userId },
    { userId, sessionId: session.sessionId, kind: wish.kind },
    wish.ip,
  );
  return done({
    sessionId: session.sessionId,
    place: desk.placeOf(person),
    expiresAt: session.expiresAt,
    user: showPerson(person),
    ...(device ? { deviceId: session.deviceId } : {}),
  });
};

export const logOut: Operation<"logOut"> = (desk, who, _input, now) => {
  const { sessionId, userId } = who.session;
  desk.sessions.end(sessionId);
  desk.record(
    "session.ended",
    userId,
    now,
    { type: "user", id: userId },
    { userId, sessionId, reason: "loggedOut" },
    who.ip,
  );
  desk.tellSite(desk.placeOf(who.person), { kind: "sessionsEnded", sessionIds: [sessionId] }, now);
  sessionsEnded(desk, who.person, [sessionId], now);
  return done(null);
};

export const createEnrolments: Operation<"createEnrolments", { codes: { userId: string; codeHash: string }[] }> = (
  desk,
  who,
  input,
  now,
) => {
  const { userIds } = input.body;
  if (who.person.permission !== "admin" && userIds.some((id) => id !== who.person.userId)) return refuse("forbidden");
  const errors = userIds.flatMap((id, i) =>
    desk.directory.people.get(id)?.enabled === true ? [] : [{ path: `userIds.${i}`, message: "does not exist" }],
  );
  if (errors.length > 0) return refuse("invalid", undefined, errors);
  const expiresAt = now + limits.enrolmentMs;
  for (const { userId, codeHash } of input.codes) desk.sessions.addCode(codeHash, "enrolment", userId, expiresAt);
  return done({ expiresAt, expires: toTime(expiresAt) });
};
