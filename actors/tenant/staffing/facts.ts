import type { Desk } from "../desk.ts";
import { onDutyNow } from "../targeting/duty.ts";
import { dayIn, isQualified } from "../targeting/qualified.ts";
import type { PresentFacts } from "./counting.ts";
import { coverState } from "./cover.ts";
import type { ExpectedFacts, Shift } from "./expected.ts";
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

export const dayAt = (desk: Desk, at: number): string => dayIn(zoneOf(desk, undefined), at);

export const isQualifiedAt = (desk: Desk, userId: string, roleId: string, at: number): boolean =>
  qualifiedOn(desk, dayAt(desk, at), userId, roleId);

export const isAvailableAt = (desk: Desk, userId: string, roleId: string, at: number): boolean =>
  desk.availability.isAvailable(userId, at, roleId);

/** Who took a request to help out of which no shift was made. */
const covering = (desk: Desk, from: number): { userId: string; siteId?: string; from: number; to: number }[] =>
  desk.staffing.coversFrom(from).flatMap((cover) =>
    cover.takenBy.flatMap(({ userId, shiftId }) =>
      shiftId === undefined
        ? [
            {
              userId,
              from: cover.from,
              to: cover.to,
              ...(cover.siteId === undefined ? {} : { siteId: cover.siteId }),
            },
          ]
        : [],
    ),
  );

/** Who is on shift at a moment from `from` on: by the roster, and those who help out. Not who was put off duty. */
export const shiftsFrom = (desk: Desk, from: number): ((at: number) => Shift[]) => {
  const covers = covering(desk, from);
  return (at) => {
    const shifts: Shift[] = [
      ...desk.rosters.onShiftAt(at),
      ...covers.filter((cover) => cover.from <= at && at < cover.to),
    ];
    const onDuty = onDutyNow(desk.readiness.duty, at, shifts);
    return shifts.filter(({ userId }) => onDuty.has(userId));
  };
};

/** What is true at this moment. Each part is read when it is first asked for. */
export const presentFacts = (desk: Desk, now: number): PresentFacts => {
  const shifts = new Map<string, (string | undefined)[]>();
  const onShift = shiftsFrom(desk, now)(now);
  for (const { userId, siteId } of onShift) {
    const sites = shifts.get(userId);
    if (sites === undefined) shifts.set(userId, [siteId]);
    else sites.push(siteId);
  }
  const day = dayAt(desk, now);
  const where = desk.whereabouts.all;
  return {
    whereaboutsOf: (userId) => where.get(userId),
    onDuty: onDutyNow(desk.readiness.duty, now, onShift),
    shiftsOf: (userId) => shifts.get(userId),
    isAvailable: (userId, roleId) => desk.availability.isAvailable(userId, now, roleId),
    qualifiedFor: (userId, roleId) => qualifiedOn(desk, day, userId, roleId),
    isReachable: (userId) => desk.reach.isReachable(userId, desk.placeOf(desk.directory.people.get(userId) ?? {}), now),
  };
};

/** What is expected of the time from `from` on. Duty that was said holds as long as it was said for. */
export const expectedFacts = (
  desk: Desk,
  from: number,
): ExpectedFacts & { onDutyAt(at: number): ReadonlySet<string> } => {
  let asked: { at: number; shifts: Shift[] } | undefined;
  const shifts = shiftsFrom(desk, from);
  // Asked for more than once an hour.
  const shiftsAt = (at: number): Shift[] => {
    if (asked?.at !== at) asked = { at, shifts: shifts(at) };
    return asked.shifts;
  };
  return {
    availabilityOf: (userId, at) => desk.availability.find(userId, at),
    differing: desk.availability.differing(from),
    isAvailableAs: (userId, at, roleId) => isAvailableAt(desk, userId, roleId, at),
    shiftsAt,
    dayOf: (at) => dayAt(desk, at),
    qualifiedOn: (day, userId, roleId) => qualifiedOn(desk, day, userId, roleId),
    onDutyAt: (at) => onDutyNow(desk.readiness.duty, at, shiftsAt(at)),
  };
};

export const openCovers = (desk: Desk, now: number): number =>
  desk.staffing.coversFrom(now).filter((cover) => coverState(cover, now) === "open").length;
