import { tenantStub } from "../../actors/kernel/stubs.ts";
import type { CalendarExtra } from "../../actors/tenant/availability/calendar-operations.ts";
import { calendarWays } from "../../actors/tenant/availability/calendar-ways.ts";
import { type FeedExtra, readFeedToken } from "../../actors/tenant/availability/feed.ts";
import { readAtOnce } from "../../actors/tenant/availability/ical.ts";
import { AvailabilityPattern } from "../../protocol/availability.ts";
import type { Route } from "../../protocol/http/route.ts";
import { routes } from "../../protocol/http/routes.ts";
import { Id } from "../../protocol/ids.ts";
import { limits } from "../../protocol/limits.ts";
import { done, type Outcome, refuse } from "../../protocol/problems.ts";
import { writeFeed } from "../calendar-feed/write-feed.ts";
import { answer, json, nothing, problem } from "../http/answers.ts";
import { created } from "../http/created.ts";
import { type PersonCall, personEndpoint, publicEndpoint } from "../http/endpoint.ts";
import { addressOf, perform, performed } from "../http/perform.ts";
import { resolveTenant } from "../http/tenant-cache.ts";
import { text } from "../http/text.ts";

/** Who asks, and in which time zone that person lives: refused for strangers. */
const patternOf = ({
  env,
  tenantId,
  caller,
}: Pick<PersonCall<Route>, "env" | "tenantId" | "caller">): Promise<Outcome<unknown>> =>
  tenantStub(env, tenantId).perform(caller, "getAvailabilityPattern", {});

/**
 * Reads a file here, not in the actor: that one serves alarms. Whoever asks is asked for first, so that strangers make nobody read
 * anything; their own time zone comes along.
 */
const extraOf = async <R extends Route>(
  call: PersonCall<R>,
  file: { text?: string | undefined; timeZone?: string | undefined },
): Promise<Outcome<CalendarExtra>> => {
  const privateHosts = [...calendarWays.privateHosts(call.env)];
  if (file.text === undefined) return done({ privateHosts });
  const pattern = await patternOf(call);
  if (!pattern.ok) return pattern;
  const now = Date.now();
  const read = readAtOnce(file.text, {
    timeZone: file.timeZone ?? AvailabilityPattern.parse(pattern.value).timeZone,
    from: now - 24 * 3_600_000,
    to: now + limits.calendarAheadMs,
  });
  return read === undefined
    ? refuse("invalid", undefined, [{ path: "text", message: "is not a calendar (RFC 5545)" }])
    : done({ privateHosts, read });
};

const feedExtra = ({ settings }: Pick<PersonCall<Route>, "settings">): FeedExtra => ({
  publicUrl: settings.PUBLIC_URL.replace(/\/+$/, ""),
  pepper: settings.PASSWORD_PEPPER,
});

export const availabilityEndpoints = {
  deleteAvailability: performed(routes.deleteAvailability),
  getUserAvailability: performed(routes.getUserAvailability),
  listAvailability: performed(routes.listAvailability),
  getAvailabilityPattern: performed(routes.getAvailabilityPattern),
  putAvailabilityPattern: performed(routes.putAvailabilityPattern),
  createAvailabilityException: created(routes.createAvailabilityException, "exceptionId"),
  listAvailabilityExceptions: performed(routes.listAvailabilityExceptions),
  getAvailabilityException: performed(routes.getAvailabilityException),
  patchAvailabilityException: performed(routes.patchAvailabilityException),
  deleteAvailabilityException: performed(routes.deleteAvailabilityException),
  createCalendar: personEndpoint(routes.createCalendar, async (call) => {
    const extra = await extraOf(call, call.body);
    if (!extra.ok) return problem(extra.refusal);
    return answer(await perform(call, extra.value), (value) =>
      json(201, value, addressOf(call.request, Id.parse((value as { calendarId: unknown }).calendarId))),
    );
  }),
  listCalendars: performed(routes.listCalendars),
  getCalendar: performed(routes.getCalendar),
  patchCalendar: personEndpoint(routes.patchCalendar, async (call) => {
    const extra = await extraOf(call, call.body);
    return extra.ok ? answer(await perform(call, extra.value), (value) => json(200, value)) : problem(extra.refusal);
  }),
  deleteCalendar: performed(routes.deleteCalendar),
  createCalendarFeed: personEndpoint(routes.createCalendarFeed, async (call) =>
    answer(await perform(call, feedExtra(call)), (value) => json(201, value)),
  ),
  getCalendarFeed: personEndpoint(routes.getCalendarFeed, async (call) =>
    answer(await perform(call, feedExtra(call)), (value) => json(200, value)),
  ),
  deleteCalendarFeed: personEndpoint(routes.deleteCalendarFeed, async (call) =>
    answer(await perform(call), () => nothing()),
  ),
  getHolidays: performed(routes.getHolidays),
  putHolidays: performed(routes.putHolidays),
  /** Unknown tenants, tokens of another one and invented ones get the one answer, and wake no actor of a tenant (T13, T21). */
  readCalendarFeed: publicEndpoint(routes.readCalendarFeed, async ({ env, settings, params }) => {
    const tenantId = await resolveTenant(env, params.tenant ?? "");
    const token = (params.file ?? "").replace(/\.ics$/, "");
    const feedId = tenantId === undefined ? undefined : readFeedToken(settings.PASSWORD_PEPPER, tenantId, token);
    if (tenantId === undefined || feedId === undefined) return problem({ code: "not_found" });
    return answer(await tenantStub(env, tenantId).calendarFeed(feedId), (facts) =>
      text("text/calendar; charset=utf-8", writeFeed(facts), { fileName: "standby.ics" }),
    );
  }),
};
