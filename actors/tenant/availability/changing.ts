import type { FieldError } from "../../../protocol/problems.ts";
import type { Desk, Who } from "../desk.ts";

/** The one timer of all people's boundaries: whatever comes first, for anybody. */
const timer = "availability:next";

export const userOf = (who: Who) => ({ type: "user", id: who.person.userId }) as const;

const tellBoards = (desk: Desk, userId: string): void => {
  const where = desk.whereabouts.all.get(userId);
  if (where?.state === "present") desk.presenceChanged(where.siteId, userId);
};

/** After any change of a person's rules: boards follow, and the timer knows until when the new answer holds. */
export const rulesChanged = (desk: Desk, userId: string, holdsUntil: number): void => {
  tellBoards(desk, userId);
  if (Number.isFinite(holdsUntil)) desk.kernel.timers.setIfSooner(timer, holdsUntil);
};

/** Somebody's word, block, exception, meeting or holiday begins or ends. After an eviction nobody knows whom it changes: all are told. */
export const boundaryDue = (desk: Desk, _ref: string, now: number): void => {
  const { changed, until } = desk.availability.moveTo(now);
  const users = changed ?? [...desk.availability.peopleWithRules(now)];
  for (const userId of users) tellBoards(desk, userId);
  if (users.length > 0) desk.staffing.stir();
  if (Number.isFinite(until)) desk.kernel.timers.set(timer, until);
};

/** Everybody's answer may have changed: the holidays did. */
export const allChanged = (desk: Desk, now: number): void => boundaryDue(desk, "next", now);

/** Rules speak of roles that the person has: those of others would say nothing. */
export const wrongRoles = (who: Who, lists: readonly (readonly string[] | undefined)[], path: string): FieldError[] =>
  lists.flatMap((roleIds, i) =>
    (roleIds ?? []).some((roleId) => !who.person.roleIds.includes(roleId))
      ? [{ path: path.replace("*", String(i)), message: "names a role that you do not have" }]
      : [],
  );

export const zoneOf = (desk: Desk): string => desk.facts?.timeZone ?? "Europe/Amsterdam";
