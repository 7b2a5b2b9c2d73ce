import { toTime } from "../../../protocol/ids.ts";
import type { StaffingBoard } from "../../../protocol/socket/server-frames.ts";
import type { StaffingLevel, StaffingRule } from "../../../protocol/staffing.ts";
import type { Desk } from "../desk.ts";
import { fullName, nameKey } from "../directory/directory.ts";
import { type Counted, postKey, settledCount } from "./counting.ts";
import { type Look, look, type Standing } from "./episode.ts";
import { clockOf } from "./facts.ts";
import { isOpen } from "./windows.ts";

/** People listed of one rule. */
const mostListed = 100;

/** One look at a rule with what was counted. */
export const lookAt = (desk: Desk, rule: StaffingRule, counted: readonly Counted[], now: number): Look => ({
  open: rule.enabled && isOpen(rule.hours, clockOf(desk, rule.siteId), now),
  counted: settledCount(counted, desk.staffing.standingOf(rule.staffingRuleId)?.counted),
  minimum: rule.minimum,
});

/** The posts that rules ask about. */
export const postsOf = (desk: Desk): Set<string> => {
  const posts = new Set<string>();
  for (const rule of desk.staffing.rules.values()) if (rule.enabled) posts.add(postKey(rule));
  return posts;
};

const shown = (rule: StaffingRule, { state, since, counted, minimum, episode }: Standing): StaffingLevel => ({
  staffingRuleId: rule.staffingRuleId,
  ...(rule.name === undefined ? {} : { name: rule.name }),
  ...(rule.siteId === undefined ? {} : { siteId: rule.siteId }),
  roleId: rule.roleId,
  minimum,
  counted,
  missing: state === "under" ? minimum - counted : 0,
  state,
  since: toTime(since),
  ...(episode?.warnedAt === undefined ? {} : { warnedAt: toTime(episode.warnedAt) }),
});

const named = (desk: Desk, counted: readonly Counted[]): NonNullable<StaffingLevel["people"]> =>
  counted
    .toSorted((a, b) => Number(a.reason !== undefined) - Number(b.reason !== undefined))
    .slice(0, mostListed)
    .map(({ userId, reason }) => {
      const person = desk.directory.people.get(userId);
      const name = person === undefined ? "" : fullName(person);
      return { userId, name, counts: reason === undefined, ...(reason === undefined ? {} : { reason }) };
    });

/** How a rule stands with these people. What is kept of it may be a second old; a state that has changed since is since now. */
export const levelOf = (
  desk: Desk,
  rule: StaffingRule,
  counted: readonly Counted[],
  withPeople: boolean,
  now: number,
): StaffingLevel => {
  const kept = desk.staffing.standingOf(rule.staffingRuleId);
  // A warning is given by the check alone: until then nothing was said.
  const { standing } = look(kept, lookAt(desk, rule, counted, now), Number.POSITIVE_INFINITY, now);
  const level = shown(rule, standing);
  return withPeople ? { ...level, people: named(desk, counted) } : level;
};

export const inOrder = (desk: Desk): StaffingRule[] =>
  [...desk.staffing.rules.values()].sort((a, b) => (orderKey(a) < orderKey(b) ? -1 : 1));

export const orderKey = (rule: StaffingRule): string => `${nameKey(rule.name ?? "")} ${rule.staffingRuleId}`;

/** The board `staffing`, as the last check left it: it also hangs on walls, so it has counts and no people. */
export const staffingBoard = (desk: Desk, now: number): StaffingBoard => ({
  type: "board",
  board: "staffing",
  full: true,
  levels: inOrder(desk).map((rule) =>
    shown(
      rule,
      desk.staffing.standingOf(rule.staffingRuleId) ??
        look(undefined, lookAt(desk, rule, [], now), Number.POSITIVE_INFINITY, now).standing,
    ),
  ),
});
