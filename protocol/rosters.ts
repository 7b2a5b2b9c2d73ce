import * as z from "zod";
import { Id, Time } from "./ids.ts";
import { limits } from "./limits.ts";
import { PageQuery } from "./lists.ts";
import { ImportError } from "./people.ts";
import { line } from "./text.ts";

/**
 * Rosters: who has which role, at which site, from when to when. A shift without `userId` is open: nobody has it yet. It runs
 * from `startsAt` up to and not including `endsAt`; nobody has two that overlap.
 */
const facts = {
  siteId: Id,
  roleId: Id,
  startsAt: Time,
  endsAt: Time,
  userId: Id.optional(),
  note: line(200).optional(),
};

export const NewShift = z.strictObject(facts);
export type NewShift = z.infer<typeof NewShift>;

/** All of them, or none: errors name each by its place in the list. */
export const NewShifts = z.strictObject({ shifts: z.array(NewShift).min(1).max(limits.shiftsPerCall) });
export type NewShifts = z.infer<typeof NewShifts>;

/** `null` takes an optional field away: without `userId` the shift is open. */
export const ShiftPatch = z.strictObject({
  siteId: Id.optional(),
  roleId: Id.optional(),
  startsAt: Time.optional(),
  endsAt: Time.optional(),
  userId: Id.nullable().optional(),
  note: line(200).nullable().optional(),
});
export type ShiftPatch = z.infer<typeof ShiftPatch>;

/** `warnedAt`: those who lead were warned that nobody has it. */
export const Shift = z.strictObject({ shiftId: Id, ...facts, warnedAt: Time.optional() });
export type Shift = z.infer<typeof Shift>;

export const Shifts = z.strictObject({ shifts: z.array(Shift) });
export type Shifts = z.infer<typeof Shifts>;

/** Shifts that run at some time from `from` up to `to`. */
export const ShiftQuery = PageQuery.extend({
  from: Time.optional(),
  to: Time.optional(),
  site: Id.optional(),
  role: Id.optional(),
  user: Id.optional(),
  open: z.enum(["true", "false"]).optional(),
});
export type ShiftQuery = z.infer<typeof ShiftQuery>;

/** Local time of the site, `HH:MM`. */
const TimeOfDay = z.string().regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, "is not a time of day: HH:MM");

/** One shift a week. An end that is not after the start is on the next day. `places`: so many shifts of the same. */
export const TemplateLine = z.strictObject({
  siteId: Id,
  roleId: Id,
  /** ISO 8601: 1 is Monday. */
  weekday: z.int().min(1).max(7),
  from: TimeOfDay,
  until: TimeOfDay,
  userId: Id.optional(),
  places: z.int().min(1).max(50).optional(),
  note: line(200).optional(),
});
export type TemplateLine = z.infer<typeof TemplateLine>;

const templateFacts = { name: line(100), lines: z.array(TemplateLine).min(1).max(limits.templateLines) };

export const NewShiftTemplate = z.strictObject(templateFacts);
export type NewShiftTemplate = z.infer<typeof NewShiftTemplate>;
export const ShiftTemplatePatch = NewShiftTemplate.partial();
export type ShiftTemplatePatch = z.infer<typeof ShiftTemplatePatch>;
export const ShiftTemplate = z.strictObject({ templateId: Id, ...templateFacts });
export type ShiftTemplate = z.infer<typeof ShiftTemplate>;

/** From this day of the sites' calendars on, for so many weeks. */
export const ExpandTemplate = z.strictObject({
  from: z.iso.date({ error: "is not a date: year-month-day" }),
  weeks: z.int().min(1).max(53),
});
export type ExpandTemplate = z.infer<typeof ExpandTemplate>;

/**
 * A file with shifts, as text. CSV has a line of column names: `site`, `role`, `start`, `end`, and if wanted `person` (username or
 * e-mail address), `note`, `id`. Of iCalendar each event is a shift: role by CATEGORIES or SUMMARY, site by LOCATION, person by
 * attendee. Times without a zone are the site's. `siteId` and `roleId` are for rows that name none.
 */
export const ShiftImport = z.strictObject({
  format: z.enum(["csv", "ical"]),
  text: z.string().min(1).max(limits.importBytes),
  siteId: Id.optional(),
  roleId: Id.optional(),
});
export type ShiftImport = z.infer<typeof ShiftImport>;

/** Good rows are taken, bad ones named: `row` counts from 0 (CSV: after the line of names; iCalendar: events of the file). */
export const ShiftImportResult = z.strictObject({
  created: z.int(),
  updated: z.int(),
  unchanged: z.int(),
  errors: z.array(ImportError),
});
export type ShiftImportResult = z.infer<typeof ShiftImportResult>;

/**
 * Asks colleagues to take a shift over: one's own, or an open one (those who lead). `to`: only these people; without it everybody
 * who is qualified for the role. `swapFor`: in exchange for that shift, whose holder alone is asked.
 */
export const NewShiftOffer = z
  .strictObject({
    to: z.array(Id).min(1).max(limits.shiftOfferAsked).optional(),
    swapFor: Id.optional(),
    note: line(200).optional(),
  })
  .refine(({ to, swapFor }) => to === undefined || swapFor === undefined, "a swap is asked of the holder alone");
export type NewShiftOffer = z.infer<typeof NewShiftOffer>;

/** `lapsed`: a shift of it was changed, filled or removed, or has begun; what was agreed to is not there any more. */
export const ShiftOfferState = z.enum(["open", "accepted", "withdrawn", "lapsed"]);
export type ShiftOfferState = z.infer<typeof ShiftOfferState>;

export const ShiftOffer = z.strictObject({
  offerId: Id,
  shift: Shift,
  swapFor: Shift.optional(),
  by: z.strictObject({ userId: Id, name: z.string() }),
  to: z.array(Id).optional(),
  note: z.string().optional(),
  state: ShiftOfferState,
  createdAt: Time,
  acceptedBy: Id.optional(),
  closedAt: Time.optional(),
  /** Whether the person who asks could accept it now. */
  acceptable: z.boolean(),
});
export type ShiftOffer = z.infer<typeof ShiftOffer>;

export const RosterSettings = z.strictObject({
  /** So many hours before an open shift begins those who lead are warned. */
  warnHours: z.int().min(1).max(336),
});
export type RosterSettings = z.infer<typeof RosterSettings>;

/** Somebody's certificate that expires, or has: one line each. */
export const ExpiringQualification = z.strictObject({
  userId: Id,
  name: z.string(),
  roleId: Id,
  validUntil: z.string(),
  expired: z.literal(true).optional(),
});
export type ExpiringQualification = z.infer<typeof ExpiringQualification>;

export const ExpiringQuery = PageQuery.extend({
  expiringBefore: z.iso.date({ error: "is not a date: year-month-day" }).optional(),
  role: Id.optional(),
});
export type ExpiringQuery = z.infer<typeof ExpiringQuery>;
