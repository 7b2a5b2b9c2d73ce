import type { UserAvailability } from "../../../protocol/availability.ts";
import { toTime } from "../../../protocol/ids.ts";
import { limits } from "../../../protocol/limits.ts";
import { done, type Outcome, refuse } from "../../../protocol/problems.ts";
import type { Desk, Who } from "../desk.ts";
import { fullName, type Person } from "../directory/directory.ts";
import { notFound, type Operation, pageOf } from "../operations/operation.ts";
import { type Segment, segmentsOf } from "./rules.ts";
import { dayMs, type Interval } from "./wall-clock.ts";

/** Segments of one answer: more than a pattern of fifty blocks has in a month. */
const mostSegments = 5_000;

const rangeOf = (
  query: { from?: string | undefined; to?: string | undefined },
  most: number,
  now: number,
): Outcome<Interval> => {
  const from = query.from === undefined ? now : Date.parse(query.from);
  const to = query.to === undefined ? from + 7 * dayMs : Date.parse(query.to);
  if (to <= from) return refuse("invalid", undefined, [{ path: "to", message: "is not after from" }]);
  if (to - from > most)
    return refuse("invalid", undefined, [{ path: "to", message: `is more than ${most / dayMs} days after from` }]);
  return done({ from, to });
};

/** The note that goes with what was said for a time: one's own, or what a colleague shares. */
const noteOf = (desk: Desk, userId: string, segment: Segment, isOwn: boolean): string | undefined => {
  const visible = (one: { note?: string | undefined; shareNote?: boolean | undefined } | undefined) =>
    one !== undefined && (isOwn || one.shareNote === true) ? one.note : undefined;
  if (segment.because === "said") return visible(desk.availability.wordOf(userId));
  return visible(segment.exception);
};

/** P6: every colleague sees when somebody can be called. Why, and notes that are not shared, only the person. */
const shown = (
  desk: Desk,
  who: Who,
  person: Person,
  range: Interval,
  roleId: string | undefined,
  most = mostSegments,
): UserAvailability => {
  const { userId } = person;
  const isOwn = who.person.userId === userId;
  const found = segmentsOf((at) => desk.availability.find(userId, at, roleId), range.from, range.to, mostSegments).map(
    (segment) => ({ ...segment, note: noteOf(desk, userId, segment, isOwn) }),
  );
  const segments: UserAvailability["segments"] = [];
  for (const { from, to, available, because, note } of found) {
    const last = segments.at(-1);
    // To others two reasons for the same look like one time.
    if (!isOwn && last?.available === available && last.note === note) last.to = toTime(to);
    else
      segments.push({
        from: toTime(from),
        to: toTime(to),
        available,
        ...(isOwn ? { because } : {}),
        ...(note === undefined ? {} : { note }),
      });
  }
  // After those of one reason were taken together: what is left says all it can of the time that it covers.
  segments.splice(most);
  return { userId, name: fullName(person), from: toTime(range.from), to: toTime(range.to), segments };
};

export const getUserAvailability: Operation<"getUserAvailability"> = (desk, who, { params, query }, now) => {
  const person = desk.directory.people.get(params.userId ?? "");
  if (person === undefined) return notFound();
  const range = rangeOf(query, limits.availabilityRangeMs, now);
  return range.ok ? done(shown(desk, who, person, range.value, query.role)) : range;
};

/** Colleagues by id, a page at a time. */
export const listAvailability: Operation<"listAvailability"> = (desk, who, { query }, now) => {
  const { role, site } = query;
  const range = rangeOf(query, limits.availabilityListMs, now);
  if (!range.ok) return range;
  const isThere = ({ userId, homeSiteId }: Person) => {
    if (site === undefined || homeSiteId === site) return true;
    const where = desk.whereabouts.all.get(userId);
    return where?.state === "present" && where.siteId === site;
  };
  const people = [...desk.directory.people.values()].filter(
    (person) => person.enabled && (role === undefined || person.roleIds.includes(role)) && isThere(person),
  );
  const page = pageOf(people, ({ userId }) => userId, query);
  if (!page.ok) return page;
  const { items, ...rest } = page.value;
  const most = query.segments === undefined ? mostSegments : Number(query.segments);
  return done({ items: items.map((person) => shown(desk, who, person, range.value, role, most)), ...rest });
};
