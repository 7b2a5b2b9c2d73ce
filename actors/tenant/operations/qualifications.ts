import { done, refuse } from "../../../protocol/problems.ts";
import type { Qualifications } from "../../../protocol/readiness.ts";
import type { ExpiringQualification } from "../../../protocol/rosters.ts";
import type { Desk, Who } from "../desk.ts";
import { fullName } from "../directory/directory.ts";
import { dayIn, isValid, type Qualification } from "../targeting/qualified.ts";
import { watchExpiry } from "../targeting/reminding.ts";
import { notFound, type Operation, pageOf } from "./operation.ts";

const save = (desk: Desk, who: Who, userId: string, list: readonly Qualification[], now: number): void => {
  const version = desk.readiness.setCertificates(userId, list);
  desk.alarms.reckonAgain();
  const by = { type: "user", id: who.person.userId } as const;
  desk.record("qualifications.saved", userId, now, by, { userId, qualifications: [...list], version }, who.ip);
  watchExpiry(desk, now);
};

const shown = (desk: Desk, userId: string, now: number): Qualifications => {
  const today = dayIn(desk.facts?.timeZone ?? "Europe/Amsterdam", now);
  const qualifications = desk.readiness
    .certificatesOf(userId)
    .map((one) => (isValid(one, today) ? one : { ...one, expired: true as const }));
  return { userId, qualifications };
};

export const putQualifications: Operation<"putQualifications"> = (desk, who, { params, body }, now) => {
  const person = desk.directory.people.get(params.userId ?? "");
  if (person === undefined) return notFound();
  const errors = body.qualifications.flatMap(({ roleId }, i) =>
    desk.directory.roles.has(roleId) ? [] : [{ path: `qualifications.${i}.roleId`, message: "does not exist" }],
  );
  if (errors.length > 0) return refuse("invalid", undefined, errors);
  save(desk, who, person.userId, body.qualifications, now);
  return done(shown(desk, person.userId, now));
};

/** One's own, or by those who lead. Others are refused whether the person exists or not. */
export const getQualifications: Operation<"getQualifications"> = (desk, who, { params }, now) => {
  const userId = params.userId ?? "";
  const leads = who.person.permission === "coordinator" || who.person.permission === "admin";
  if (!leads && who.person.userId !== userId) return refuse("forbidden");
  return desk.directory.people.has(userId) ? done(shown(desk, userId, now)) : notFound();
};

/** Certificates with a last day, the earliest first: expired ones too, which wait to be renewed. */
export const listExpiringQualifications: Operation<"listExpiringQualifications"> = (desk, _who, { query }, now) => {
  const { expiringBefore, role } = query;
  const today = dayIn(desk.facts?.timeZone ?? "Europe/Amsterdam", now);
  const found: ExpiringQualification[] = [];
  for (const [userId, list] of desk.readiness.certificates()) {
    const person = desk.directory.people.get(userId);
    if (person === undefined || !person.enabled) continue;
    for (const { roleId, validUntil } of list) {
      if (validUntil === undefined || (role !== undefined && roleId !== role)) continue;
      if (expiringBefore !== undefined && validUntil >= expiringBefore) continue;
      const expired = isValid({ roleId, validUntil }, today) ? {} : { expired: true as const };
      found.push({ userId, name: fullName(person), roleId, validUntil, ...expired });
    }
  }
  return pageOf(found, ({ validUntil, userId, roleId }) => `${validUntil} ${userId} ${roleId}`, query);
};

/** A role that is removed takes its certificates along: they would say nothing to anybody (P17). */
export const dropQualificationsFor = (desk: Desk, who: Who, roleId: string, now: number): void => {
  for (const userId of desk.readiness.holdersOf(roleId)) {
    const rest = desk.readiness.certificatesOf(userId).filter((one) => one.roleId !== roleId);
    save(desk, who, userId, rest, now);
  }
};
