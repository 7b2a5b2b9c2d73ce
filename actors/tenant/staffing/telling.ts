import type { NoticeFrame } from "../../../protocol/socket/server-frames.ts";
import type { StaffingRule } from "../../../protocol/staffing.ts";
import type { Desk } from "../desk.ts";
import * as telling from "../telling.ts";
import { type StaffingWords, words } from "./words.ts";

/** A push about staffing is of no use after this, s. */
const ttlSeconds = 3_600;

/** What a rule or request is about: "First aid, Head office". */
export const postName = (
  desk: Desk,
  { name, roleId, siteId }: Pick<StaffingRule, "name" | "roleId" | "siteId">,
): string => {
  if (name !== undefined) return name;
  const role = desk.directory.roles.get(roleId)?.name ?? "";
  const site = siteId === undefined ? undefined : desk.directory.sites.get(siteId)?.name;
  return site === undefined ? role : `${role}, ${site}`;
};

/** Those whom a rule names; those who lead when it names nobody. */
export const warnedBy = (desk: Desk, { warn }: StaffingRule): string[] => {
  if (warn?.userIds === undefined && warn?.roles === undefined) return telling.leadersOf(desk);
  const named = new Set(warn.userIds);
  const roles = new Set(warn.roles);
  return [...desk.directory.people.values()].flatMap(({ userId, enabled, roleIds }) =>
    enabled && (named.has(userId) || roleIds.some((id) => roles.has(id))) ? [userId] : [],
  );
};

export interface Notice {
  notice: NoticeFrame["notice"];
  ref: string;
  dueAt?: number;
}

type Say = (word: StaffingWords) => { title: string; text: string };

/** On every open page: whoever looks at one sees it come and go. */
export const notice = (desk: Desk, userIds: readonly string[], facts: Notice, now: number): void => {
  if (userIds.length > 0) telling.notice(desk, userIds, facts, now);
};

/** On telephones. */
export const push = (desk: Desk, userIds: readonly string[], say: Say, now: number): void =>
  telling.push(desk, userIds, (locale) => say(words[locale]), now, ttlSeconds);

export const tell = (desk: Desk, userIds: readonly string[], facts: Notice, say: Say, now: number): void => {
  notice(desk, userIds, facts, now);
  push(desk, userIds, say, now);
};
