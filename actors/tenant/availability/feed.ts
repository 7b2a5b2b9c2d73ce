import type { CalendarFeed } from "../../../protocol/availability.ts";
import { toTime } from "../../../protocol/ids.ts";
import { limits } from "../../../protocol/limits.ts";
import { done, type Outcome, refuse } from "../../../protocol/problems.ts";
import { hmac, sameText } from "../../kernel/hashes.ts";
import { newId } from "../../kernel/ids.ts";
import type { Desk } from "../desk.ts";
import { notFound, type Operation } from "../operations/operation.ts";
import { userOf } from "./changing.ts";
import { segmentsOf } from "./rules.ts";

const prefix = "cfd_";
const form = /^([A-Za-z0-9_-]{16})([A-Za-z0-9_-]{22})$/;
const seal = (pepper: string, tenantId: string, feedId: string): string =>
  hmac(pepper, `standby feed v1|${tenantId}|${feedId}`).slice(0, 22);

/**
 * The token of a feed's address: 96 random bits that name the feed, and a seal of 132 that only this installation can make. So
 * whoever reads the database has no address, and the edge refuses invented ones without waking an actor (T13, T21).
 */
export const feedToken = (pepper: string, tenantId: string, feedId: string): string =>
  feedId.slice(prefix.length) + seal(pepper, tenantId, feedId);

export const readFeedToken = (pepper: string, tenantId: string, token: string): string | undefined => {
  const [, random = "", given = ""] = form.exec(token) ?? [];
  const feedId = prefix + random;
  return sameText(given, seal(pepper, tenantId, feedId)) ? feedId : undefined;
};

/** What the edge adds. */
export interface FeedExtra {
  publicUrl: string;
  pepper: string;
}

const shown = (desk: Desk, feed: { feedId: string; createdAt: number }, extra: FeedExtra): CalendarFeed => {
  const { slug = "", tenantId = "" } = desk.facts ?? {};
  const token = feedToken(extra.pepper, tenantId, feed.feedId);
  return { url: `${extra.publicUrl}/v1/${slug}/calendars/${token}.ics`, createdAt: toTime(feed.createdAt) };
};

export const createCalendarFeed: Operation<"createCalendarFeed", FeedExtra> = (desk, who, extra, now) => {
  const { userId } = who.person;
  const feed = { feedId: newId("cfd"), createdAt: now };
  desk.availability.setFeed(userId, feed.feedId, now);
  desk.record("availability.feedMade", userId, now, userOf(who), { userId }, who.ip);
  return done(shown(desk, feed, extra));
};

export const getCalendarFeed: Operation<"getCalendarFeed", FeedExtra> = (desk, who, extra) => {
  const feed = desk.availability.feedOf(who.person.userId);
  return feed === undefined ? notFound() : done(shown(desk, feed, extra));
};

export const deleteCalendarFeed: Operation<"deleteCalendarFeed"> = (desk, who, _input, now) => {
  const { userId } = who.person;
  if (desk.availability.feedOf(userId) === undefined) return notFound();
  desk.availability.removeFeed(userId);
  desk.record("availability.feedEnded", userId, now, userOf(who), { userId }, who.ip);
  return done(null);
};

/** What a feed tells of its owner; the edge writes it as iCalendar. Instants. */
export interface FeedFacts {
  feedId: string;
  locale: "nl" | "en";
  madeAt: number;
  away: { from: number; to: number }[];
  duties: { id: string; from: number; to: number; role?: string; site?: string }[];
}

/** The owner's own availability and shifts. A feed that was ended, and one of somebody who may not log in, is unknown. */
export const feedFacts = (desk: Desk, feedId: string, now: number): Outcome<FeedFacts> => {
  const userId = desk.availability.ownerOfFeed(feedId);
  const person = userId === undefined ? undefined : desk.directory.people.get(userId);
  if (userId === undefined || person === undefined || !person.enabled) return refuse("not_found");
  const to = now + limits.feedAheadMs;
  const away = segmentsOf((at) => desk.availability.find(userId, at), now, to, 2_000)
    // What comes from the owner's calendars they see there already.
    .filter(({ available, because }) => !available && because !== "calendar")
    .map(({ from, to: end }) => ({ from, to: end }));
  const duties: FeedFacts["duties"] = desk.rosters.heldBy([userId], now, to).map((shift) => {
    const role = desk.directory.roles.get(shift.roleId)?.name;
    const site = desk.directory.sites.get(shift.siteId)?.name;
    return {
      id: shift.shiftId,
      from: shift.startsAt,
      to: shift.endsAt,
      ...(role === undefined ? {} : { role }),
      ...(site === undefined ? {} : { site }),
    };
  });
  const word = desk.readiness.duty.get(userId);
  if (word?.onDuty === true && word.until !== undefined && word.until > now)
    duties.push({ id: "duty", from: word.since, to: word.until });
  return done({ feedId, locale: person.locale, madeAt: now, away, duties });
};
