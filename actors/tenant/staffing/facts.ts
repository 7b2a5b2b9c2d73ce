import type { Desk } from "../desk.ts";
import { onDutyNow } from "../targeting/duty.ts";
import { dayIn, isQualified } from "../targeting/qualified.ts";
import type { PresentFacts } from "./counting.ts";
import type { ExpectedFacts, Shift } from "./forecast.ts";
import { type LocalTime, localTime } from "./windows.ts";

/** The zone of a site, or the organisation's. */
export const zoneOf = (desk: Desk, siteId: string | undefined): string =>
  (siteId === undefined ? undefined : desk.directory.sites.get(siteId)?.timeZone) ??
  desk.facts?.timeZone ??
  "Europe/Amsterdam";

export const clockOf = (desk: Desk, siteId: string | undefined): LocalTime => localTime(zoneOf(desk, siteId));

const qualifiedOn = (desk: Desk, day: string, userId: string, roleId: string): boolean =>
  isQualified(
    desk.directory.people.get(userId),
    desk.directory.roles.get(roleId),
    desk.readiness.certificatesOf(userId),
    day,
  );

const today = (desk: Desk, at: number): string => dayIn(zoneOf(desk, undefined), at);

/** Who is on shift: by the roster, or because they took a request to help out that no shift was made of. */
const shiftsAt = (desk: Desk, at: number, covers: readonly Shift[]): Shift[] => [...rosterAt(desk, at), ...covers];
