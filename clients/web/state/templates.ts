import { limits } from "../../../protocol/limits.ts";
import type { Shift, TemplateLine } from "../../../protocol/rosters.ts";
import { dayOf, timeOf, weekdayOf, zoneOf } from "./zoned.ts";

const dayMs = 24 * 3_600_000;

/**
 * A week's shifts as the lines of a template. Shifts of the same that nobody has are places of one line; what is longer than a
 * day no line can say.
 *
 * @param withPeople false: nobody has them
 */
export const linesOf = (
  shifts: readonly Shift[],
  monday: string,
  sunday: string,
  withPeople: boolean,
): { lines: TemplateLine[]; left: number } => {
  const lines = new Map<string, TemplateLine>();
  let left = 0;
  for (const { siteId, roleId, startsAt, endsAt, userId, note } of shifts) {
    const zone = zoneOf(siteId);
    const day = dayOf(startsAt, zone);
    // What began in the week before is that week's.
    if (day < monday || day > sunday) continue;
    if (Date.parse(endsAt) - Date.parse(startsAt) > dayMs) {
      left += 1;
      continue;
    }
    const line: TemplateLine = {
      siteId,
      roleId,
      weekday: weekdayOf(day),
      from: timeOf(startsAt, zone),
      until: timeOf(endsAt, zone),
      ...(withPeople && userId !== undefined ? { userId } : {}),
      ...(note === undefined ? {} : { note }),
    };
    const key = JSON.stringify(line);
    const same = lines.get(key);
    lines.set(key, same === undefined ? line : { ...same, places: (same.places ?? 1) + 1 });
  }
  const all = [...lines.values()].sort((a, b) => a.weekday - b.weekday || a.from.localeCompare(b.from));
  return { lines: all.slice(0, limits.templateLines), left: left + Math.max(0, all.length - limits.templateLines) };
};
