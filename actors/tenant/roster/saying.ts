import type { Locale } from "../../../protocol/people.ts";
import type { Desk } from "../desk.ts";
import type { ShiftFacts } from "./shift.ts";
import { words } from "./words.ts";

/** The zone that a site's shifts are planned in. */
export const zoneOf = (desk: Desk, siteId: string): string =>
  desk.directory.sites.get(siteId)?.timeZone ?? desk.facts?.timeZone ?? "Europe/Amsterdam";

/** A shift in words: role, site and when, in the site's time. */
export const dutyText = (desk: Desk, { siteId, roleId, startsAt, endsAt }: ShiftFacts, locale: Locale): string => {
  const form = { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" } as const;
  const when = new Intl.DateTimeFormat(locale === "nl" ? "nl-NL" : "en-GB", {
    ...form,
    timeZone: zoneOf(desk, siteId),
  });
  const { roles, sites } = desk.directory;
  return words[locale].duty(
    roles.get(roleId)?.name ?? "",
    sites.get(siteId)?.name ?? "",
    when.formatRange(startsAt, endsAt),
  );
};
