import type { AvailabilityPattern, HolidayList } from "../../../protocol/availability.ts";
import { done, refuse } from "../../../protocol/problems.ts";
import type { Desk } from "../desk.ts";
import type { Operation } from "../operations/operation.ts";
import { allChanged, rulesChanged, userOf, wrongRoles, zoneOf } from "./changing.ts";
import { dayMs, dayOf, wallAt } from "./wall-clock.ts";

export const getAvailabilityPattern: Operation<"getAvailabilityPattern"> = (desk, who) => {
  const none: AvailabilityPattern = { timeZone: zoneOf(desk), holidays: "asUsual" };
  return done(desk.availability.pattern(who.person.userId)?.body ?? none);
};

export const putAvailabilityPattern: Operation<"putAvailabilityPattern"> = (desk, who, { body }, now) => {
  const { userId } = who.person;
  const wrong = wrongRoles(who, body.blocks?.map(({ roleIds }) => roleIds) ?? [], "blocks.*.roleIds");
  if (wrong.length > 0) return refuse("invalid", undefined, wrong);
  const pattern: AvailabilityPattern = {
    timeZone: body.timeZone ?? zoneOf(desk),
    holidays: body.holidays ?? "asUsual",
    ...(body.blocks === undefined ? {} : { blocks: body.blocks }),
  };
  const version = desk.availability.setPattern(userId, pattern);
  desk.record("availability.patternSaved", userId, now, userOf(who), { userId, ...pattern, version }, who.ip);
  rulesChanged(desk, userId, desk.availability.changed(userId, now));
  return done(pattern);
};

const shown = (desk: Desk, year: number): HolidayList => ({
  ...desk.availability.holidaySettings().body,
  year,
  holidays: desk.availability.holidays.inYear(year).map(({ holiday }) => holiday),
});

const thisYear = (desk: Desk, now: number): number =>
  new Date(dayOf(wallAt(zoneOf(desk), now)) * dayMs).getUTCFullYear();

export const getHolidays: Operation<"getHolidays"> = (desk, _who, { query }, now) =>
  done(shown(desk, query.year === undefined ? thisYear(desk, now) : Number(query.year)));

export const putHolidays: Operation<"putHolidays"> = (desk, who, { body }, now) => {
  const version = desk.availability.setHolidays(body);
  const { tenantId = "" } = desk.facts ?? {};
  desk.record("availability.holidaysSaved", tenantId, now, userOf(who), { ...body, version }, who.ip);
  allChanged(desk, now);
  return done(shown(desk, thisYear(desk, now)));
};
