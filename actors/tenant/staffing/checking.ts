import type { StaffingRule } from "../../../protocol/staffing.ts";
import type { Desk } from "../desk.ts";
import type { Counted } from "./counting.ts";
import { postKey } from "./counting.ts";
import { type Happening, look, lookAgainAt, type Standing } from "./episode.ts";
import { clockOf } from "./facts.ts";
import { lookAt } from "./level.ts";
import { notice, postName, push, tell, warnedBy } from "./telling.ts";
import { nextChange, nextDaily } from "./windows.ts";
import type { StaffingWords } from "./words.ts";

/** The timer that looks at the rules when nothing else has made anybody look. */
export const checkTimer = "staffing:check";

/**
 * While a rule is open it is looked at this often: words of availability and duty run out by themselves, devices fall silent, and a
 * check that was owed when the process died is made up for. ms.
 */
const everyMs = 60_000;

const system = { type: "system", id: "staffing" } as const;

const dailyAt = ({ digest }: StaffingRule): string | undefined =>
  digest === "atOnce" ? undefined : digest.slice("daily ".length);

/**
 * Looks at every rule with what was counted, in the caller's transaction: records, warns once an episode, and says when it is
 * solved. Run twice it finds nothing more to do (I11).
 */
export const checkStaffing = (desk: Desk, counts: ReadonlyMap<string, readonly Counted[]>, now: number): void => {
  const saved: [string, Standing][] = [];
  const digests = new Map<string, { rule: StaffingRule; times: number }[]>();
  let next = Number.POSITIVE_INFINITY;
  for (const rule of desk.staffing.rules.values()) {
    const before = desk.staffing.standingOf(rule.staffingRuleId);
    const seen = lookAt(desk, rule, counts.get(postKey(rule)) ?? [], now);
    const { standing: after, happened } = look(before, seen, rule.afterSeconds * 1_000, now);
    let standing = after;
    for (const one of happened) standing = carryOut(desk, rule, standing, one, now);
    const { digest } = standing;
    if (digest !== undefined && now >= digest.dueAt) {
      for (const userId of warnedBy(desk, rule)) {
        const list = digests.get(userId) ?? [];
        list.push({ rule, times: digest.unsaid });
        digests.set(userId, list);
      }
      const { digest: _, ...rest } = standing;
      standing = rest;
    }
    if (JSON.stringify(before) !== JSON.stringify(standing)) saved.push([rule.staffingRuleId, standing]);
    next = Math.min(next, nextLook(desk, rule, standing, seen.open, now));
  }
  desk.staffing.saveStandings(saved);
  if (saved.length > 0) desk.changes.staffing = true;
  for (const [userId, list] of digests) sayDigest(desk, userId, list, now);
  if (next < Number.POSITIVE_INFINITY) desk.kernel.timers.set(checkTimer, Math.max(next, now + 1));
  else desk.kernel.timers.cancel(checkTimer);
};

/** The rule is removed: nobody is short of anything by it any more. */
export const closeRule = (desk: Desk, rule: StaffingRule, now: number): void => {
  const before = desk.staffing.standingOf(rule.staffingRuleId);
  if (before === undefined) return;
  const { counted, minimum } = before;
  const { standing, happened } = look(before, { open: false, counted, minimum }, 0, now);
  for (const one of happened) carryOut(desk, rule, standing, one, now);
};

const nextLook = (desk: Desk, rule: StaffingRule, standing: Standing, open: boolean, now: number): number => {
  if (!rule.enabled) return standing.digest?.dueAt ?? Number.POSITIVE_INFINITY;
  return Math.min(
    open ? now + everyMs : Number.POSITIVE_INFINITY,
    nextChange(rule.hours, clockOf(desk, rule.siteId), now) ?? Number.POSITIVE_INFINITY,
    lookAgainAt(standing, rule.afterSeconds * 1_000) ?? Number.POSITIVE_INFINITY,
    standing.digest?.dueAt ?? Number.POSITIVE_INFINITY,
  );
};

/** @returns the standing, with what its next digest has to tell */
const carryOut = (desk: Desk, rule: StaffingRule, standing: Standing, one: Happening, now: number): Standing => {
  const { staffingRuleId } = rule;
  const { counted, minimum } = standing;
  if (one.type === "changed") {
    const { state } = one;
    desk.record("staffing.changed", staffingRuleId, now, system, { staffingRuleId, state, counted, minimum });
    return standing;
  }
  const userIds = warnedBy(desk, rule);
  const time = dailyAt(rule);
  if (one.type === "cleared") {
    const { startedAt, reason } = one;
    desk.record("staffing.cleared", staffingRuleId, now, system, { staffingRuleId, startedAt, reason });
    // Pages take their warning away in any case; a telephone hears of the end when it heard of the beginning.
    notice(desk, userIds, { notice: "staffingSolved", ref: staffingRuleId }, now);
    if (time === undefined && reason === "solved") push(desk, userIds, levelSaid(desk, rule, standing, "solved"), now);
    return standing;
  }
  desk.record("staffing.warned", staffingRuleId, now, system, {
    staffingRuleId,
    counted,
    minimum,
    people: userIds.length,
    ...(time === undefined ? {} : { digest: true as const }),
  });
  if (time === undefined) {
    tell(
      desk,
      userIds,
      { notice: "staffingShort", ref: staffingRuleId },
      levelSaid(desk, rule, standing, "short"),
      now,
    );
    return standing;
  }
  const { digest } = standing;
  const dueAt = digest?.dueAt ?? nextDaily(clockOf(desk, rule.siteId), time, now);
  return { ...standing, digest: { unsaid: (digest?.unsaid ?? 0) + 1, dueAt } };
};

const levelSaid =
  (desk: Desk, rule: StaffingRule, { counted, minimum }: Standing, what: "short" | "solved") =>
  (word: StaffingWords) => ({ title: word[what], text: word.level(postName(desk, rule), counted, minimum) });

/** Lines of one digest on a telephone; the page shows all. */
const mostLines = 5;

const sayDigest = (
  desk: Desk,
  userId: string,
  list: readonly { rule: StaffingRule; times: number }[],
  now: number,
): void => {
  for (const { rule } of list) notice(desk, [userId], { notice: "staffingShort", ref: rule.staffingRuleId }, now);
  push(
    desk,
    [userId],
    (word) => ({
      title: word.digest,
      text: list
        .slice(0, mostLines)
        .map(({ rule, times }) => word.shortages(postName(desk, rule), times))
        .join("\n"),
    }),
    now,
  );
};
