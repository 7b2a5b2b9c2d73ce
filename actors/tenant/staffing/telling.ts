import { toTime } from "../../../protocol/ids.ts";
import type { NoticeFrame } from "../../../protocol/socket/server-frames.ts";
import type { StaffingRule } from "../../../protocol/staffing.ts";
import type { Desk } from "../desk.ts";
import { type StaffingWords, words } from "./words.ts";

/** A push about staffing is of no use after this, s. */
const ttlSeconds = 3_600;

/** What a rule or request is about: "First aid, Head office". */
export const postName = (desk: Desk, { name, roleId, siteId }: Pick<StaffingRule, "name" | "roleId" | "siteId">) => {
  if (name !== undefined) return name;
  const role = desk.directory.roles.get(roleId)?.name ?? "";
  const site = siteId === undefined ? undefined : desk.directory.sites.get(siteId)?.name;
  return site === undefined ? role : `${role}, ${site}`;
};

/** Those whom a rule names; those who lead when it names nobody. */
export const warnedBy = (desk: Desk, { warn }: StaffingRule): string[] => {
  const named = new Set(warn?.userIds);
  const roles = new Set(warn?.roles);
  const found: string[] = [];
  for (const { userId, enabled, permission, roleIds } of desk.directory.people.values()) {
    if (!enabled) continue;
    const leads = permission === "coordinator" || permission === "admin";
    if (warn === undefined ? leads : named.has(userId) || roleIds.some((id) => roles.has(id))) found.push(userId);
  }
  return found;
};

/** On every open page, and by push where that is set up: a telephone in a pocket has no socket. */
export const tell = (
  desk: Desk,
  userIds: readonly string[],
  notice: { notice: NoticeFrame["notice"]; ref: string; dueAt?: number | undefined },
  say: (word: StaffingWords) => { title: string; text: string },
  now: number,
): void => {
  if (userIds.length === 0) return;
  frame(desk, userIds, notice, now);
  push(desk, userIds, say, now);
};

export const frame = (
  desk: Desk,
  userIds: readonly string[],
  { notice, ref, dueAt }: { notice: NoticeFrame["notice"]; ref: string; dueAt?: number | undefined },
  now: number,
): void => {
  const due = dueAt === undefined ? {} : { dueAt: toTime(dueAt) };
  desk.notify(userIds, { type: "notice", notice, ref, at: toTime(now), ...due }, now);
};

export const push = (
  desk: Desk,
  userIds: readonly string[],
  say: (word: StaffingWords) => { title: string; text: string },
  now: number,
): void => {
  const said = { nl: say(words.nl), en: say(words.en) };
  desk.sends.enqueue(
    userIds
      .filter((userId) => desk.sends.channelsOf(userId, now).includes("push"))
      .map((userId) => ({
        userId,
        channel: "push" as const,
        purpose: "notice" as const,
        ttlSeconds,
        said: said[desk.directory.people.get(userId)?.locale ?? "nl"],
      })),
    now,
  );
};
