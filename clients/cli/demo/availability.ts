import type { AvailabilityBlock } from "../../../protocol/availability.ts";
import { routes } from "../../../protocol/http/routes.ts";
import type { User } from "../../../protocol/people.ts";
import { StandbyApi } from "../../sdk/api.ts";
import { momentIn } from "./days.ts";
import type { Kept } from "./kept.ts";

const weekdays = [1, 2, 3, 4, 5];

/** Weeks that people have, in turns; the last runs through the night. */
const weeks: readonly AvailabilityBlock[][] = [
  [{ weekdays, from: "08:00", to: "18:00" }],
  [{ weekdays: [1, 2, 4], from: "08:30", to: "17:00" }],
  [{ weekdays: [3, 4, 5], from: "07:00", to: "15:30" }],
  [{ weekdays: [5, 6, 7], from: "22:00", to: "06:00" }],
];

/** Every fourth person has a pattern; every eighth of all is away for some days, or comes in on a day off. */
const patternEvery = 4;
const exceptionEvery = 8;

/** What people said themselves of when they can be called, each with their own device (P6). */
export async function fillAvailability(
  { url, tenant, kept, signal }: { url: string; tenant: string; kept: Kept; signal: AbortSignal },
  people: readonly User[],
  say: (line: string) => void,
): Promise<void> {
  let added = 0;
  for (const [i, { userId }] of people.entries()) {
    const token = kept.token(userId);
    if (i % patternEvery !== 0 || token === undefined || signal.aborted) continue;
    const own = new StandbyApi({ baseUrl: url, tenant, token });
    if ((await own.call(routes.getAvailabilityPattern)).blocks !== undefined) continue;
    const turn = i / patternEvery;
    await own.call(routes.putAvailabilityPattern, {
      body: { blocks: weeks[turn % weeks.length] ?? [], holidays: "unavailable" },
    });
    added++;
    if (i % exceptionEvery === 0) await addException(own, turn);
  }
  if (added > 0) say(`added the weeks of ${added} people, and when some are away`);
}

const addException = (own: StandbyApi, turn: number) =>
  own.call(routes.createAvailabilityException, {
    body:
      turn % 4 === 0
        ? { from: momentIn(3, 0), to: momentIn(10, 0), available: false, note: "Holiday", shareNote: true }
        : { from: momentIn(2, 8), to: momentIn(2, 12), available: true, note: "Stock-taking" },
  });

const calendarName = "Work calendar";

/** A meeting every weekday and a course: the days are read from the file, the titles are not kept. */
const calendarText = (): string => {
  const stamp = (time: string) => time.replaceAll(/[-:]/g, "");
  return [
    ...["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//StandBy//demo//EN"],
    ...["BEGIN:VEVENT", "UID:demo-stand-up", `DTSTART:${stamp(momentIn(0, 8))}`, "DURATION:PT30M"],
    ...["RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "SUMMARY:Stand-up", "END:VEVENT"],
    ...["BEGIN:VEVENT", "UID:demo-course", `DTSTART:${stamp(momentIn(5, 7))}`, `DTEND:${stamp(momentIn(5, 15))}`],
    ...["SUMMARY:First aid course", "END:VEVENT", "END:VCALENDAR", ""],
  ].join("\r\n");
};

/** The administrator's own calendar, and the holidays of the organisation. */
export async function fillCalendar(admin: StandbyApi, say: (line: string) => void): Promise<void> {
  const { country, days } = await admin.call(routes.getHolidays);
  if (country === undefined && days.length === 0) {
    await admin.call(routes.putHolidays, { body: { country: "NL", days: [] } });
    say("added the holidays of the Netherlands");
  }
  for await (const one of admin.items(routes.listCalendars)) if (one.name === calendarName) return;
  await admin.call(routes.createCalendar, { body: { name: calendarName, text: calendarText() } });
  say(`added the calendar ${calendarName} of the administrator`);
}
