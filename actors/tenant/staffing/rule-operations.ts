import { limits } from "../../../protocol/limits.ts";
import { done, type FieldError, refuse } from "../../../protocol/problems.ts";
import type { StaffingRule } from "../../../protocol/staffing.ts";
import { newId } from "../../kernel/ids.ts";
import type { Desk, Who } from "../desk.ts";
import { notFound, type Operation, pageOf } from "../operations/operation.ts";
import { patched } from "../operations/places.ts";
import { checkTimer, closeRule } from "./checking.ts";
import { type Counted, countPresent, postKey } from "./counting.ts";
import { presentFacts } from "./facts.ts";
import { inOrder, levelOf, orderKey, postsOf } from "./level.ts";
import { straight } from "./paced.ts";
import { beginSampling } from "./sampling.ts";

/** Warned after this when the rule does not say, s: who fetches a coffee is no shortage. */
const usualAfterSeconds = 60;

const errorsIn = (
  desk: Desk,
  { siteId, roleId, warn }: Pick<StaffingRule, "siteId" | "roleId" | "warn">,
): FieldError[] => {
  const { sites, roles, people } = desk.directory;
  const missing = (path: string) => ({ path, message: "does not exist" });
  return [
    ...(siteId === undefined || sites.has(siteId) ? [] : [missing("siteId")]),
    ...(roles.has(roleId) ? [] : [missing("roleId")]),
    ...(warn?.userIds ?? []).flatMap((id, i) => (people.has(id) ? [] : [missing(`warn.userIds.${i}`)])),
    ...(warn?.roles ?? []).flatMap((id, i) => (roles.has(id) ? [] : [missing(`warn.roles.${i}`)])),
  ];
};

const recordRule = (desk: Desk, who: Who, rule: StaffingRule, now: number, deleted?: true): void => {
  const by = { type: "user", id: who.person.userId } as const;
  const { warn: _, ...facts } = rule;
  desk.record(
    "staffingRule.saved",
    rule.staffingRuleId,
    now,
    by,
    { ...facts, ...(deleted === undefined ? {} : { deleted }) },
    who.ip,
  );
};

const save = (desk: Desk, who: Who, rule: StaffingRule, now: number) => {
  desk.staffing.saveRule(rule);
  recordRule(desk, who, rule, now);
  // The check follows the commit at once; the timer is for the process that dies in between.
  desk.kernel.timers.setIfSooner(checkTimer, now + 2_000);
  beginSampling(desk, now);
  return done(rule);
};

export const createStaffingRule: Operation<"createStaffingRule"> = (desk, who, { body }, now) => {
  const errors = errorsIn(desk, body);
  if (errors.length > 0) return refuse("invalid", undefined, errors);
  if (desk.staffing.rules.size >= limits.staffingRulesPerTenant) return refuse("conflict", "there are too many rules");
  const { roleId, minimum } = body;
  const usual = { digest: "atOnce", afterSeconds: usualAfterSeconds, enabled: true };
  const rule = { staffingRuleId: newId("stf"), version: 1, roleId, minimum, ...usual };
  return save(desk, who, patched<StaffingRule>(rule, body), now);
};

export const listStaffingRules: Operation<"listStaffingRules"> = (desk, _who, { query }) =>
  pageOf(inOrder(desk), orderKey, query);

export const getStaffingRule: Operation<"getStaffingRule"> = (desk, _who, { params }) => {
  const rule = desk.staffing.rules.get(params.staffingRuleId ?? "");
  return rule === undefined ? notFound() : done(rule);
};

export const patchStaffingRule: Operation<"patchStaffingRule"> = (desk, who, { params, body }, now) => {
  const before = desk.staffing.rules.get(params.staffingRuleId ?? "");
  if (before === undefined) return notFound();
  const changed = { ...patched(before, body), version: before.version + 1 };
  const errors = errorsIn(desk, changed);
  return errors.length > 0 ? refuse("invalid", undefined, errors) : save(desk, who, changed, now);
};

export const deleteStaffingRule: Operation<"deleteStaffingRule"> = (desk, who, { params }, now) => {
  const rule = desk.staffing.rules.get(params.staffingRuleId ?? "");
  if (rule === undefined) return notFound();
  closeRule(desk, rule, now);
  desk.staffing.removeRule(rule.staffingRuleId);
  recordRule(desk, who, { ...rule, version: rule.version + 1 }, now, true);
  desk.changes.staffing = true;
  return done(null);
};

/** The last look is as good as a new one for so long, ms: while nothing has changed, and while everything changes. */
const freshMs = { unchanged: 30_000, changed: 1_500 };

const countsNow = (desk: Desk, now: number): ReadonlyMap<string, readonly Counted[]> => {
  const { latest, generation } = desk.staffing;
  const posts = postsOf(desk);
  const freshness = latest?.generation === generation ? freshMs.unchanged : freshMs.changed;
  if (latest !== undefined && now - latest.at < freshness && [...posts].every((post) => latest.posts.has(post)))
    return latest.counts;
  return straight(countPresent(desk.directory.people.values(), posts, presentFacts(desk, now)));
};

/** With the people for those who lead; a wall hangs where everybody sees it. */
export const getStaffing: Operation<"getStaffing"> = (desk, who, { query }, now) => {
  const leads = who.person.permission === "coordinator" || who.person.permission === "admin";
  const page = pageOf(inOrder(desk), orderKey, query);
  if (!page.ok) return page;
  const counts = countsNow(desk, now);
  const items = page.value.items.map((rule) => levelOf(desk, rule, counts.get(postKey(rule)) ?? [], leads, now));
  return done({ ...page.value, items });
};
