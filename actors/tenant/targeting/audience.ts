import type { LeftOutReason } from "../../../protocol/explanations.ts";
import type { Conditions, Targets } from "../../../protocol/targets.ts";
import type { Requirement } from "../../../protocol/terms.ts";
import { couldFill, countingRoles } from "../alarm/fill.ts";
import { type Candidate, calls, sidesOf, type TargetSides, type Whereabouts } from "./recipients.ts";

/** Whom an alarm, or a step of it, wants. */
export interface Wish {
  targets: Targets;
  conditions?: Conditions | undefined;
  requirement?: Requirement | undefined;
  /** Given when the raiser must not get it: a duress alarm stays silent where it was pressed. */
  raiserId?: string | undefined;
}

/** What is true of people at this moment (facts.ts reads it from the tenant). */
export interface AudienceFacts {
  whereaboutsOf(userId: string): Whereabouts | undefined;
  unavailable: ReadonlySet<string>;
  /** Whether somebody can be called as one of these roles: who is available as first aider need not be as team lead. */
  availableAs(userId: string, roleIds: readonly string[]): boolean;
  onDuty: ReadonlySet<string>;
  qualifiedFor(userId: string, roleId: string): boolean;
}

/** Everybody of the tenant is in one of these, or is not targeted at all. */
export interface Audience {
  recipients: string[];
  /** Held back by `visitors: "whenNeeded"`: a step may call them yet. */
  visitors: string[];
  /** People one would expect among the recipients, by the first restriction that kept them out. */
  leftOut: Map<LeftOutReason, string[]>;
}

/**
 * A guest is present at a targeted site while at home at another (SafeGuard's default location). Somebody without a home site
 * is nobody's guest: in doubt a person is called.
 */
export const visits = (sides: TargetSides, person: Candidate, where: Whereabouts | undefined): boolean =>
  where?.state === "present" &&
  person.homeSiteId !== undefined &&
  where.siteId !== person.homeSiteId &&
  sides.there(person, where);

/** Whether one would expect this person to be called: named, of a targeted role, or at home at a targeted site. */
const expected = (sides: TargetSides, person: Candidate, everybody: boolean): boolean =>
  everybody || sides.named(person) || (sides.byRole && sides.ofRole(person)) || sides.atHome(person);

/** As one of the roles that are asked for, where it is by a role that the person is called; else for anything. */
const isAvailable = (sides: TargetSides, person: Candidate, facts: AudienceFacts): boolean => {
  if (facts.unavailable.has(person.userId)) return false;
  if (!sides.byRole || sides.named(person)) return true;
  return facts.availableAs(person.userId, person.roleIds.filter(sides.asksFor));
};

const unmet = (
  wish: Wish,
  sides: TargetSides,
  person: Candidate,
  where: Whereabouts | undefined,
  facts: AudienceFacts,
): LeftOutReason | undefined => {
  const { userId } = person;
  if (userId === wish.raiserId) return "raiser";
  const { conditions } = wish;
  if (conditions === undefined) return undefined;
  // The formula has seen to the place: present there when places are targeted, anywhere when not or when named.
  if (conditions.present === true && where?.state !== "present") return "notPresent";
  if (conditions.available === true && !isAvailable(sides, person, facts)) return "unavailable";
  if (conditions.onDuty === true && !facts.onDuty.has(userId)) return "offDuty";
  if (conditions.qualified === true) {
    const qualified = person.roleIds.some((roleId) => sides.asksFor(roleId) && facts.qualifiedFor(userId, roleId));
    if (!qualified) return "notQualified";
  }
  return conditions.visitors === "never" && visits(sides, person, where) ? "visiting" : undefined;
};

/**
 * Who gets an alarm (P1), and why those one would expect do not (I2). The wire's formula (recipients.ts) chooses, then each
 * condition narrows, also for people named by id. Without conditions and without `raiserId` the recipients are exactly
 * the formula's (I3).
 *
 * Visitors with `whenNeeded` are held back while the regular recipients could meet the requirement if all of them came.
 * Without a requirement any regular recipient will do: an alarm is never left to nobody while a guest stands there.
 */
export const audienceOf = (wish: Wish, people: Iterable<Candidate>, facts: AudienceFacts): Audience => {
  const { targets, conditions, requirement } = wish;
  const sides = sidesOf(targets);
  const everybody = targets.everyone === true && !sides.byPlace;
  const holdsBack = conditions?.visitors === "whenNeeded";
  const regular: Candidate[] = [];
  const guests: Candidate[] = [];
  const leftOut = new Map<LeftOutReason, string[]>();
  const leave = (reason: LeftOutReason, userId: string) => {
    const known = leftOut.get(reason);
    if (known === undefined) leftOut.set(reason, [userId]);
    else known.push(userId);
  };

  for (const person of people) {
    const { userId } = person;
    if (!person.enabled) {
      if (expected(sides, person, everybody)) leave("disabled", userId);
    } else if (!calls(sides, person, facts.whereaboutsOf)) {
      if (!expected(sides, person, everybody)) continue;
      leave(sides.byRole && !sides.ofRole(person) ? "wrongRole" : "notThere", userId);
    } else {
      const where = facts.whereaboutsOf(userId);
      const reason = unmet(wish, sides, person, where, facts);
      if (reason !== undefined) leave(reason, userId);
      else if (holdsBack && visits(sides, person, where)) guests.push(person);
      else regular.push(person);
    }
  }

  const ids = (list: readonly Candidate[]) => list.map(({ userId }) => userId);
  if (guests.length === 0) return { recipients: ids(regular), visitors: [], leftOut };
  const possible = regular.map((person) => ({ roleIds: countingRoles(person, conditions, facts.qualifiedFor) }));
  const enough = regular.length > 0 && couldFill(requirement ?? [], possible);
  return enough
    ? { recipients: ids(regular), visitors: ids(guests), leftOut }
    : { recipients: [...ids(regular), ...ids(guests)], visitors: [], leftOut };
};

/** Why somebody is not among the recipients; undefined for a recipient. */
export const reasonOf = ({ recipients, visitors, leftOut }: Audience, userId: string): LeftOutReason | undefined => {
  if (recipients.includes(userId)) return undefined;
  if (visitors.includes(userId)) return "visiting";
  for (const [reason, userIds] of leftOut) if (userIds.includes(userId)) return reason;
  return "notTargeted";
};

/** As the alarm and its record keep it: people held back are `visiting`. */
export const leftOutRows = ({ visitors, leftOut }: Audience): { reason: LeftOutReason; userIds: string[] }[] => {
  const rows = new Map(leftOut);
  if (visitors.length > 0) rows.set("visiting", visitors);
  return [...rows].map(([reason, userIds]) => ({ reason, userIds }));
};
