import * as z from "zod";
import { Id, Time } from "./ids.ts";
import { limits } from "./limits.ts";
import { line } from "./text.ts";

/**
 * Whether there are enough people: rules ("at least two first aiders at the head office, on weekdays"), how they stand now, how
 * they are expected to stand, and who is asked to help out. Counts and rules; where somebody is, is presence and nothing more.
 */

/** A time of day without a date or zone. */
const TimeOfDay = z.string().regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, "is not a time like 09:30");

/**
 * A window of the week in local time (the site's zone, or the organisation's). `to` at or before `from` is on the next day, so
 * 00:00 is midnight at the end. On the days that the clock changes: as RFC 5545, a time that is skipped is an hour later,
 * one that comes twice is the first.
 */
export const StaffingWindow = z.strictObject({
  /** ISO 8601: 1 is Monday, 7 is Sunday. The days on which the window begins. */
  weekdays: z
    .array(z.int().min(1).max(7))
    .min(1)
    .max(7)
    .refine((days) => new Set(days).size === days.length, "names a day twice"),
  from: TimeOfDay,
  to: TimeOfDay,
});
export type StaffingWindow = z.infer<typeof StaffingWindow>;

/** Who is warned: by name, or everybody of these roles. Nobody named: those who lead. */
export const StaffingWarn = z.strictObject({
  userIds: z.array(Id).min(1).max(100).optional(),
  roles: z.array(Id).min(1).max(20).optional(),
});
export type StaffingWarn = z.infer<typeof StaffingWarn>;

/** At once when it has lasted; or once a day at this local time, everything since the last one together. */
export const StaffingDigest = z
  .string()
  .regex(/^(atOnce|daily ([01][0-9]|2[0-3]):[0-5][0-9])$/, "is neither atOnce nor like: daily 07:30");
export type StaffingDigest = z.infer<typeof StaffingDigest>;

const fields = {
  name: line(200).optional(),
  /** Without one: anywhere. */
  siteId: Id.optional(),
  roleId: Id,
  minimum: z.int().min(1).max(1_000),
  /** Always when absent. */
  hours: z.array(StaffingWindow).min(1).max(21).optional(),
  warn: StaffingWarn.optional(),
  digest: StaffingDigest.optional(),
  /** Under the minimum for so long before anybody is warned, and solved for so long before it counts as solved, s. */
  afterSeconds: z.int().min(0).max(3_600).optional(),
  enabled: z.boolean().optional(),
};

export const NewStaffingRule = z.strictObject(fields);
export type NewStaffingRule = z.infer<typeof NewStaffingRule>;

/** `null` takes an optional field away. */
export const StaffingRulePatch = z.strictObject({
  ...z.strictObject(fields).partial().shape,
  name: fields.name.nullable(),
  siteId: fields.siteId.nullable(),
  hours: fields.hours.nullable(),
  warn: fields.warn.nullable(),
});
export type StaffingRulePatch = z.infer<typeof StaffingRulePatch>;

export const StaffingRule = z.strictObject({
  ...fields,
  staffingRuleId: Id,
  version: z.int(),
  digest: StaffingDigest,
  afterSeconds: z.int(),
  enabled: z.boolean(),
});
export type StaffingRule = z.infer<typeof StaffingRule>;

/** `outsideHours`: the rule asks for nobody now, because of its hours or because it is switched off. */
export const StaffingState = z.enum(["ok", "under", "outsideHours"]);
export type StaffingState = z.infer<typeof StaffingState>;

/** Why somebody of the role who is there does not count: the first that applies. */
export const NotCounted = z.enum(["unavailable", "notQualified", "unreachable"]);
export type NotCounted = z.infer<typeof NotCounted>;

/**
 * How a rule stands. A person counts who is there (present, on duty or on shift) and available, qualified and reachable: a
 * device that answers. Each rule counts by itself; within the requirement of one alarm a person fills one place only.
 */
export const StaffingLevel = z.strictObject({
  staffingRuleId: Id,
  name: z.string().optional(),
  siteId: Id.optional(),
  roleId: Id,
  minimum: z.int(),
  counted: z.int(),
  missing: z.int(),
  state: StaffingState,
  since: Time,
  /** Under the minimum for so long that a warning was due; until it is solved. */
  warnedAt: Time.optional(),
  /** For those who lead. At most 100, those who count first. */
  people: z
    .array(z.strictObject({ userId: Id, name: z.string(), counts: z.boolean(), reason: NotCounted.optional() }))
    .optional(),
});
export type StaffingLevel = z.infer<typeof StaffingLevel>;

const Days = z
  .string()
  .regex(/^[1-9][0-9]?$/)
  .refine((s) => Number(s) <= limits.forecastDays, `at most ${limits.forecastDays}`);

export const ForecastQuery = z.strictObject({ days: Days.optional() });
export type ForecastQuery = z.infer<typeof ForecastQuery>;

/**
 * Hour by hour from the hour that is running, each as it is in its middle. `expected` is the larger of who is on shift and available, and of the usual
 * share of those who are available then, rounded down: in doubt it is too few. null: outside the rule's hours.
 */
export const StaffingForecast = z.strictObject({
  from: Time,
  hours: z.int(),
  rules: z.array(
    z.strictObject({
      staffingRuleId: Id,
      minimum: z.int(),
      expected: z.array(z.int().nullable()),
      onShift: z.array(z.int().nullable()),
      /** How many weeks of presence the usual share was taken from, at most; 0: shifts alone. */
      weeks: z.int(),
    }),
  ),
  /** Hours in a row with too few; `expected` is the least of them. Soonest first. */
  gaps: z.array(
    z.strictObject({
      staffingRuleId: Id,
      from: Time,
      to: Time,
      minimum: z.int(),
      expected: z.int(),
      missing: z.int(),
    }),
  ),
});
export type StaffingForecast = z.infer<typeof StaffingForecast>;

export const NewSimulation = z.strictObject({
  scenarioId: Id,
  /** The hour that is running when absent. */
  from: Time.optional(),
  days: z.int().min(1).max(limits.forecastDays).optional(),
});
export type NewSimulation = z.infer<typeof NewSimulation>;

/** Hours in a row in which the same is true are one row. */
export const StaffingSimulation = z.strictObject({
  scenarioId: Id,
  from: Time,
  hours: z.int(),
  filledHours: z.int(),
  spans: z.array(
    z.strictObject({
      from: Time,
      to: Time,
      filled: z.boolean(),
      /** People whom the alarm would call and who could come. */
      people: z.int(),
      /** Roles that lack somebody. */
      lacking: z.array(z.strictObject({ roleId: Id, count: z.int(), coming: z.int() })),
    }),
  ),
});
export type StaffingSimulation = z.infer<typeof StaffingSimulation>;

export const NewCoverRequest = z.strictObject({
  staffingRuleId: Id,
  from: Time,
  to: Time,
  count: z.int().min(1).max(100),
});
export type NewCoverRequest = z.infer<typeof NewCoverRequest>;

export const CoverState = z.enum(["open", "filled", "withdrawn", "over"]);
export type CoverState = z.infer<typeof CoverState>;

/** Somebody is asked to help out. Those who were asked see it; those who lead see who was asked. */
export const CoverRequest = z.strictObject({
  coverRequestId: Id,
  staffingRuleId: Id,
  siteId: Id.optional(),
  roleId: Id,
  from: Time,
  to: Time,
  count: z.int(),
  state: CoverState,
  askedAt: Time,
  askedBy: Id,
  people: z.int(),
  takenBy: z.array(z.strictObject({ userId: Id, name: z.string(), at: Time })),
  asked: z.array(Id).optional(),
});
export type CoverRequest = z.infer<typeof CoverRequest>;
