import * as z from "zod";
import { Id, Time } from "./ids.ts";
import { limits } from "./limits.ts";
import { PageQuery } from "./lists.ts";
import { TimeZone } from "./places.ts";
import { line } from "./text.ts";

/**
 * When somebody can be called (P6). What says something decides, in this order: what the person said of now (presence.ts), an
 * exception, a calendar that is busy, a holiday, the weekly pattern; where nothing says anything a person is available.
 */
export const Because = z.enum(["said", "exception", "calendar", "holiday", "pattern", "default"]);
export type Because = z.infer<typeof Because>;

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
const TimeOfDay = z.string().regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, "is not a time: hours and minutes");
/** Midnight at the end of a day is 24:00. */
const EndOfBlock = z
  .string()
  .regex(/^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$/, "is not a time: hours and minutes, at most 24:00");
/** 1 is Monday, 7 Sunday (ISO 8601). */
const Weekdays = z
  .array(z.int().min(1).max(7))
  .min(1)
  .max(7)
  .refine((list) => new Set(list).size === list.length, "names a day twice");
/** Counts for these roles alone: available as first aider, but not as team lead. */
const OnlyRoles = z
  .array(Id)
  .min(1)
  .max(50)
  .refine((list) => new Set(list).size === list.length, "names a role twice");

/** Hours on the person's own wall clock. A block whose end is not after its beginning runs into the next day. */
export const AvailabilityBlock = z
  .strictObject({ weekdays: Weekdays, from: TimeOfDay, to: EndOfBlock, roleIds: OnlyRoles.optional() })
  .refine(({ from, to }) => minutesOf(from) !== minutesOf(to), { path: ["to"], message: "is the same as from" });
export type AvailabilityBlock = z.infer<typeof AvailabilityBlock>;

/**
 * Replaces the pattern that was there. Without `blocks` a person is available at all hours, with none of them at no hour.
 * `timeZone` is the organisation's when absent; `holidays` says whether those of the organisation mean "not available".
 */
export const NewAvailabilityPattern = z.strictObject({
  timeZone: TimeZone.optional(),
  blocks: z.array(AvailabilityBlock).max(limits.availabilityBlocks).optional(),
  holidays: z.enum(["asUsual", "unavailable"]).optional(),
});
export type NewAvailabilityPattern = z.infer<typeof NewAvailabilityPattern>;
export const AvailabilityPattern = z.strictObject({
  timeZone: z.string(),
  blocks: z.array(AvailabilityBlock).optional(),
  holidays: z.enum(["asUsual", "unavailable"]),
});
export type AvailabilityPattern = z.infer<typeof AvailabilityPattern>;

const exceptionFields = {
  from: Time,
  to: Time,
  available: z.boolean(),
  roleIds: OnlyRoles.optional(),
  note: line(200).optional(),
  /** Colleagues see the note, too. */
  shareNote: z.literal(true).optional(),
};
const endsAfter = ({ from, to }: { from: string; to: string }) => Date.parse(to) > Date.parse(from);
export const NewAvailabilityException = z
  .strictObject(exceptionFields)
  .refine(endsAfter, { path: ["to"], message: "is not after from" });
export type NewAvailabilityException = z.infer<typeof NewAvailabilityException>;
/** `null` takes an optional field away. */
export const AvailabilityExceptionPatch = z.strictObject({
  from: Time.optional(),
  to: Time.optional(),
  available: z.boolean().optional(),
  roleIds: OnlyRoles.nullable().optional(),
  note: line(200).nullable().optional(),
  shareNote: z.literal(true).nullable().optional(),
});
export const AvailabilityException = z.strictObject({ exceptionId: Id, ...exceptionFields });
export type AvailabilityException = z.infer<typeof AvailabilityException>;

/** webcal: is how calendars write https: in links that are to be subscribed to. */
const CalendarUrl = z
  .string()
  .max(2_000)
  .refine((url) => URL.canParse(url), "is not an address");
const calendarName = line(100);
/** A calendar that says when its owner is busy: by its address, which is read again and again, or by the text of a file, once. */
export const NewCalendar = z
  .strictObject({
    name: calendarName,
    url: CalendarUrl.optional(),
    text: z.string().min(1).max(limits.calendarBytes).optional(),
    /** For times without a zone of their own; the calendar's own, or the person's, when absent. */
    timeZone: TimeZone.optional(),
  })
  .refine(({ url, text }) => (url === undefined) !== (text === undefined), {
    path: ["url"],
    message: "give either url or text",
  });
export type NewCalendar = z.infer<typeof NewCalendar>;
/** A file may be replaced by a newer one; an address by another. */
export const CalendarPatch = z
  .strictObject({
    name: calendarName.optional(),
    url: CalendarUrl.optional(),
    text: z.string().min(1).max(limits.calendarBytes).optional(),
  })
  .refine(({ url, text }) => url === undefined || text === undefined, {
    path: ["text"],
    message: "give one of the two",
  });
export type CalendarPatch = z.infer<typeof CalendarPatch>;

export const CalendarFailure = z.enum([
  "addressRefused",
  "unreachable",
  "timeout",
  "tooLarge",
  "notFound",
  "notAuthorized",
  "refused",
  "redirected",
  "serverDown",
  "notACalendar",
]);
export type CalendarFailure = z.infer<typeof CalendarFailure>;

/** Of a calendar only times are kept: no title, place or guest of an event. */
export const Calendar = z.strictObject({
  calendarId: Id,
  name: z.string(),
  source: z.enum(["url", "file"]),
  url: z.string().optional(),
  timeZone: z.string(),
  /** `failed`: the last try. What was read before still counts. */
  state: z.enum(["waiting", "ok", "failed"]),
  failure: CalendarFailure.optional(),
  /** When it was last read whole, or found unchanged. */
  readAt: Time.optional(),
  /** Times in which the person is busy, from what was read. */
  busy: z.int(),
  /** Events that could not be understood, or were too many. */
  skipped: z.int(),
  /** Events are known to this time: those that repeat go on after it. */
  knownUntil: Time.optional(),
});
export type Calendar = z.infer<typeof Calendar>;

/** The address is the secret: whoever has it can read. A new one ends the former. */
export const CalendarFeed = z.strictObject({ url: z.string(), createdAt: Time });
export type CalendarFeed = z.infer<typeof CalendarFeed>;
/** Last part of the address of a feed. */
export const CalendarFile = z.string().regex(/^[A-Za-z0-9_-]{38}\.ics$/);

export const HolidayName = z.enum([
  "newYear",
  "easterSunday",
  "easterMonday",
  "kingsDay",
  "liberationDay",
  "ascensionDay",
  "whitSunday",
  "whitMonday",
  "christmasDay",
  "boxingDay",
]);
export type HolidayName = z.infer<typeof HolidayName>;
const CalendarDate = z.iso.date({ error: "is not a date: year-month-day" });
const once = (list: readonly { date: string }[]) => new Set(list.map(({ date }) => date)).size === list.length;
/** Replaces what was there: the public holidays of a country, days of the organisation's own, and days on which it works. */
export const HolidaySettings = z.strictObject({
  country: z.literal("NL").optional(),
  days: z
    .array(z.strictObject({ date: CalendarDate, name: line(100) }))
    .max(limits.holidaysPerTenant)
    .refine(once, "names a date twice"),
  except: z.array(CalendarDate).max(limits.holidaysPerTenant).optional(),
});
export type HolidaySettings = z.infer<typeof HolidaySettings>;
export const HolidayQuery = z.strictObject({
  year: z
    .string()
    .regex(/^2[0-9]{3}$/, "is not a year")
    .optional(),
});
export const HolidayList = z.strictObject({
  ...HolidaySettings.shape,
  year: z.int(),
  /** Those of the year asked for, in order. `holiday` is one of the country's; `name` as the organisation calls it. */
  holidays: z.array(
    z.strictObject({ date: CalendarDate, holiday: HolidayName.optional(), name: z.string().optional() }),
  ),
});
export type HolidayList = z.infer<typeof HolidayList>;

/** `from` is now when absent, `to` a week later. `role`: as that role. */
export const UserAvailabilityQuery = z.strictObject({
  from: Time.optional(),
  to: Time.optional(),
  role: Id.optional(),
});
/** `site`: at home or present there. `role`: people of that role, and as that role. `segments`: so many of each person at most. */
export const AvailabilityQuery = z.strictObject({
  ...UserAvailabilityQuery.shape,
  site: Id.optional(),
  segments: z
    .string()
    .regex(/^[1-9][0-9]{0,2}$/, "is not a number from 1 to 999")
    .optional(),
  ...PageQuery.shape,
});
/** `because` and notes of one's own, and the notes that colleagues share. */
export const AvailabilitySegment = z.strictObject({
  from: Time,
  to: Time,
  available: z.boolean(),
  because: Because.optional(),
  note: z.string().optional(),
});
export const UserAvailability = z.strictObject({
  userId: Id,
  name: z.string(),
  from: Time,
  to: Time,
  segments: z.array(AvailabilitySegment),
});
export type UserAvailability = z.infer<typeof UserAvailability>;
