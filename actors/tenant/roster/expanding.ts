import { Temporal } from "temporal-polyfill";
import type { ExpandTemplate, ShiftTemplate, TemplateLine } from "../../../protocol/rosters.ts";
import { spanOf } from "./local-time.ts";
import type { WantedShift } from "./planning.ts";

/** How many shifts it would be. */
export const sizeOf = ({ lines }: ShiftTemplate, { weeks }: ExpandTemplate): number =>
  lines.reduce((sum, { places = 1 }) => sum + places * weeks, 0);

const spanOn = (day: Temporal.PlainDate, { from, until }: TemplateLine, timeZone: string) => {
  const nextDay = until <= from;
  const start = day.toPlainDateTime(Temporal.PlainTime.from(from));
  const end = day.add({ days: nextDay ? 1 : 0 }).toPlainDateTime(Temporal.PlainTime.from(until));
  return spanOf(start, end, timeZone);
};

/**
 * The shifts of a template's weeks, in the local time of each site. Their origin says which line on which day, by what the line
 * says and not by where it stands: lines may be added and moved, and what was made before is found again.
 *
 * @param zoneOf the time zone of a site
 */
export const expand = (
  template: ShiftTemplate,
  { from, weeks }: ExpandTemplate,
  zoneOf: (siteId: string) => string,
): WantedShift[] => {
  const first = Temporal.PlainDate.from(from);
  return template.lines.flatMap((line, row) => {
    const { siteId, roleId, userId, note, places = 1, weekday } = line;
    const offset = (weekday - first.dayOfWeek + 7) % 7;
    return Array.from({ length: weeks }, (_, week) => {
      const day = first.add({ days: offset + 7 * week });
      const facts = {
        ...{ siteId, roleId, ...spanOn(day, line, zoneOf(siteId)) },
        ...(note === undefined ? {} : { note }),
      };
      const origin = `template:${template.templateId} ${day} ${siteId} ${roleId} ${line.from} ${line.until}`;
      // A person has the first of several places: nobody can be in two.
      return Array.from({ length: places }, (_, place) => ({
        row,
        origin,
        facts: place === 0 && userId !== undefined ? { ...facts, userId } : facts,
      }));
    }).flat();
  });
};
