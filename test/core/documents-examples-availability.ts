/** Realistic values of what the documents say about availability, calendars and holidays (documents-examples.ts). */
const userId = "usr_b0XkW3nQp7LmT2vYc";
const roleId = "rol_f2HjU8sKd4QwZ1nMx";
const at = "2026-11-23T09:41:07.412Z";
const later = "2026-11-23T10:02:55.000Z";
const office = { weekdays: [1, 2, 3, 4, 5], from: "09:00", to: "17:30" };
const night = { weekdays: [6], from: "22:00", to: "06:00", roleIds: [roleId] };
const pattern = { timeZone: "Europe/Amsterdam", blocks: [office, night], holidays: "unavailable" };
const newException = { from: at, to: later, available: false, roleIds: [roleId], note: "Tandarts", shareNote: true };
const exception = { exceptionId: "axc_V1StGXR8_Z5jdHi6", ...newException };
const calendar = {
  calendarId: "cal_V1StGXR8_Z5jdHi6",
  name: "Werk",
  source: "url",
  url: "https://calendar.example.nl/jan/prive-7f3a.ics",
  timeZone: "Europe/Amsterdam",
  state: "ok",
  readAt: at,
  busy: 41,
  skipped: 1,
  knownUntil: "2027-12-28T09:41:07.412Z",
};
const segment = { from: at, to: later, available: false };
const text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n";
const holidays = { country: "NL", days: [{ date: "2026-12-31", name: "Gesloten" }], except: ["2026-05-05"] };

export const availabilityExamples: Readonly<Record<string, readonly unknown[]>> = {
  AvailabilityBlock: [office, night, { weekdays: [7], from: "00:00", to: "24:00" }],
  AvailabilityException: [exception],
  AvailabilityExceptionPatch: [
    { to: later, note: null },
    { roleIds: null, available: true },
  ],
  AvailabilityPattern: [pattern, { timeZone: "Europe/Amsterdam", holidays: "asUsual" }],
  AvailabilitySegment: [segment, { ...segment, because: "exception", note: "Tandarts" }],
  Calendar: [calendar, { ...calendar, state: "failed", failure: "notFound" }],
  CalendarFeed: [{ url: "https://standby.example.nl/v1/acme/calendars/V1StGXR8_Z5jdHi6.ics", createdAt: at }],
  CalendarPatch: [{ name: "Werk" }, { text }, { url: calendar.url }],
  HolidayList: [{ ...holidays, year: 2026, holidays: [{ date: "2026-04-27", holiday: "kingsDay" }, holidays.days[0]] }],
  HolidaySettings: [holidays, { days: [] }],
  NewAvailabilityException: [newException],
  NewAvailabilityPattern: [pattern, {}, { blocks: [] }],
  NewCalendar: [
    { name: "Werk", url: calendar.url },
    { name: "Vakantie", text, timeZone: "Europe/Amsterdam" },
  ],
  UserAvailability: [{ userId, name: "Jan de Vries", from: at, to: later, segments: [segment] }],
};
