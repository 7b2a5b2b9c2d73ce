import { toTime } from "../../protocol/ids.ts";
import type { Locale } from "../../protocol/people.ts";
import type { NoticeFrame } from "../../protocol/socket/server-frames.ts";
import type { Desk } from "./desk.ts";

/** How long a push about a roster or a certificate is of use, s. */
const usualTtlSeconds = 24 * 3_600;

/** Those who lead: enabled coordinators and administrators. */
export const leadersOf = (desk: Desk): string[] =>
  [...desk.directory.people.values()].flatMap(({ userId, permission, enabled }) =>
    enabled && (permission === "coordinator" || permission === "admin") ? [userId] : [],
  );

/** A notice on every open socket of these people. */
export const notice = (
  desk: Desk,
  userIds: readonly string[],
  facts: Pick<NoticeFrame, "notice" | "ref"> & { dueAt?: number },
  now: number,
): void => {
  const { dueAt, ...rest } = facts;
  const due = dueAt === undefined ? {} : { dueAt: toTime(dueAt) };
  desk.notify(userIds, { type: "notice", ...rest, at: toTime(now), ...due }, now);
};

/** The same by push, in each person's own language, where that is set up: a telephone in a pocket has no socket. */
export const push = (
  desk: Desk,
  userIds: readonly string[],
  say: (locale: Locale) => { title: string; text: string },
  now: number,
  ttlSeconds = usualTtlSeconds,
): void => {
  const rows = userIds.flatMap((userId) => {
    const person = desk.directory.people.get(userId);
    if (person === undefined || !desk.sends.channelsOf(userId, now).includes("push")) return [];
    const said = say(person.locale);
    return [{ userId, channel: "push" as const, purpose: "notice" as const, ttlSeconds, said }];
  });
  if (rows.length > 0) desk.sends.enqueue(rows, now);
};
