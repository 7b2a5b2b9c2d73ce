/** The properties that say when somebody is busy. All others are dropped before anything is made of them: they are nobody's business. */
const wanted =
  /^(BEGIN|END|UID|DTSTART|DTEND|DURATION|RRULE|RDATE|EXDATE|RECURRENCE-ID|STATUS|TRANSP|FREEBUSY|TZID|TZOFFSETFROM|TZOFFSETTO|X-LIC-LOCATION|X-MICROSOFT-CDO-BUSYSTATUS)[;:]/i;

/** Longest component that is looked at, characters of its wanted lines: a series with hundreds of exceptions fits many times. */
const longestComponent = 64 * 1024;

export interface CalendarParts {
  /** X-WR-TIMEZONE. */
  timeZone?: string;
  /** Text of each component, by its name in lower case. */
  zones: string[];
  events: string[];
  freeBusy: string[];
  /** Components that were left out: too long, or too many. */
  skipped: number;
}

/**
 * Cuts a calendar into its components, so that one that is broken spoils none but itself, and each can be read for itself.
 *
 * @returns undefined when it is no calendar
 */
export const cut = (text: string, mostEvents: number): CalendarParts | undefined => {
  if (!/^\uFEFF?\s*BEGIN:VCALENDAR\s*$/im.test(text.slice(0, 1_000))) return undefined;
  const parts: CalendarParts = { zones: [], events: [], freeBusy: [], skipped: 0 };
  const lists: Readonly<Record<string, string[]>> = {
    VTIMEZONE: parts.zones,
    VEVENT: parts.events,
    VFREEBUSY: parts.freeBusy,
  };
  let inside: { name: string; lines: string[]; length: number; depth: number } | undefined;
  // Unfolded (RFC 5545, 3.1): a line that begins with a space goes on from the one before.
  for (const raw of text.replace(/\r?\n[ \t]/g, "").split(/\r?\n|\r/)) {
    const line = raw.trimEnd();
    if (inside === undefined) {
      const name = /^BEGIN:(VTIMEZONE|VEVENT|VFREEBUSY)$/i.exec(line)?.[1]?.toUpperCase();
      if (name !== undefined) inside = { name, lines: [], length: 0, depth: 0 };
      else if (/^X-WR-TIMEZONE:/i.test(line)) parts.timeZone = line.slice(line.indexOf(":") + 1).trim();
      continue;
    }
    if (line.length === inside.name.length + 4 && line.toUpperCase() === `END:${inside.name}`) {
      const list = lists[inside.name];
      if (list === undefined || inside.length > longestComponent || list.length >= mostEvents) parts.skipped += 1;
      else list.push(["BEGIN:VCALENDAR", `BEGIN:${inside.name}`, ...inside.lines, line, "END:VCALENDAR"].join("\r\n"));
      inside = undefined;
      continue;
    }
    // Parts of an event (its reminders) say nothing; parts of a zone are what it is made of.
    if (inside.name === "VEVENT" && /^BEGIN:/i.test(line)) inside.depth += 1;
    else if (inside.name === "VEVENT" && /^END:/i.test(line)) inside.depth = Math.max(0, inside.depth - 1);
    else if (inside.depth === 0 && wanted.test(line)) {
      inside.length += line.length;
      if (inside.length <= longestComponent) inside.lines.push(line);
    }
  }
  if (inside !== undefined) parts.skipped += 1;
  return parts;
};
