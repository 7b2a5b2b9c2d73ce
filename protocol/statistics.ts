import * as z from "zod";
import { Id, Time } from "./ids.ts";
import { limits } from "./limits.ts";
import { Channel, Kind } from "./terms.ts";

/**
 * Statistics (P5, P16): how much, never who. No name, no user id and no position is in any of them; what would tell of fewer
 * people than the minimum group is null. docs/statistics.md says which rules hold and why.
 */

/** The only spans that can be asked for: free ranges could be subtracted from each other (T23). */
export const StatisticsGrid = z.enum(["quarter", "hour", "day", "week"]);
export type StatisticsGrid = z.infer<typeof StatisticsGrid>;

/**
 * Why there is no figure. Not told apart from a time at which nobody counted: a site is not counted while nobody is there, and
 * that would tell when the first one came.
 */
const tooFew = z.literal("tooFew").optional();

/** Rounded outwards to whole cells. Without `to`: now. */
const range = { from: Time.optional(), to: Time.optional() };

export const PresenceStatisticsQuery = z
  .strictObject({ siteId: Id, roleId: Id.optional(), zoneId: Id.optional(), grid: StatisticsGrid.optional(), ...range })
  .refine(({ roleId, zoneId }) => roleId === undefined || zoneId === undefined, {
    path: ["zoneId"],
    message: "cannot be combined with a role: such groups are too small",
  });
export type PresenceStatisticsQuery = z.infer<typeof PresenceStatisticsQuery>;

export const PresenceCell = z.strictObject({
  from: Time,
  /** Of the counts in this cell that may be published, each rounded. */
  average: z.int().nullable(),
  peak: z.int().nullable(),
  /** Of how many quarters of an hour. */
  quarters: z.int(),
  reason: tooFew,
});
export type PresenceCell = z.infer<typeof PresenceCell>;

/** How many people were present in a site: all, or of a role, or in a zone. */
export const PresenceStatistics = z.strictObject({
  siteId: Id,
  roleId: Id.optional(),
  zoneId: Id.optional(),
  grid: StatisticsGrid,
  timeZone: z.string(),
  minimumGroup: z.int(),
  roundedTo: z.int(),
  cells: z.array(PresenceCell),
});
export type PresenceStatistics = z.infer<typeof PresenceStatistics>;

export const AlarmStatisticsQuery = z.strictObject({
  ...range,
  kind: Kind.optional(),
  scenarioId: Id.optional(),
  /** One item for each month and kind, or also for each scenario. */
  by: z.enum(["kind", "scenario"]).optional(),
});
export type AlarmStatisticsQuery = z.infer<typeof AlarmStatisticsQuery>;

/** Milliseconds after the alarm was raised; null when it happened in none of them. */
const Times = z.strictObject({ median: z.int().nullable(), p95: z.int().nullable() });

export const AlarmTimes = z.strictObject({
  firstReceipt: Times,
  firstAnswer: Times,
  firstComing: Times,
  filled: Times,
  firstOnScene: Times,
});
export type AlarmTimes = z.infer<typeof AlarmTimes>;

export const AlarmStatisticsItem = z.strictObject({
  /** The month's first moment in the organisation's time zone. */
  month: Time,
  kind: Kind,
  /** With `by=scenario`; alarms without a scenario have none. */
  scenarioId: Id.optional(),
  alarms: z.int(),
  /** Those that called at least the minimum group: nobody can be told by being first. Only they are in the times. */
  timed: z.int(),
  times: AlarmTimes.nullable(),
  reason: tooFew,
});
export type AlarmStatisticsItem = z.infer<typeof AlarmStatisticsItem>;

export const AlarmStatistics = z.strictObject({
  timeZone: z.string(),
  minimumGroup: z.int(),
  items: z.array(AlarmStatisticsItem),
});
export type AlarmStatistics = z.infer<typeof AlarmStatistics>;

export const StaffingStatisticsQuery = z.strictObject({ ...range, staffingRuleId: Id.optional() });
export type StaffingStatisticsQuery = z.infer<typeof StaffingStatisticsQuery>;

/** Hours in which a rule asked for people, to the quarter. No count of people is in it. */
export const StaffingStatistics = z.strictObject({
  timeZone: z.string(),
  items: z.array(z.strictObject({ staffingRuleId: Id, week: Time, keptHours: z.number(), missedHours: z.number() })),
});
export type StaffingStatistics = z.infer<typeof StaffingStatistics>;

export const ChannelStatisticsQuery = z.strictObject(range);
export type ChannelStatisticsQuery = z.infer<typeof ChannelStatisticsQuery>;

/** What came of messages: each is in one of these. `sent`: handed over, and nothing was heard since. */
export const ChannelOutcome = z.enum(["sent", "delivered", "failed", "skipped"]);
export type ChannelOutcome = z.infer<typeof ChannelOutcome>;

export const ChannelStatisticsItem = z.strictObject({
  month: Time,
  kind: Kind,
  channel: Channel,
  /** Messages by what came of them. No total: it would tell what is left out. */
  outcomes: z.array(z.strictObject({ outcome: ChannelOutcome, messages: z.int().nullable(), reason: tooFew })),
});
export type ChannelStatisticsItem = z.infer<typeof ChannelStatisticsItem>;

export const ChannelStatistics = z.strictObject({
  timeZone: z.string(),
  minimumGroup: z.int(),
  roundedTo: z.int(),
  items: z.array(ChannelStatisticsItem),
});
export type ChannelStatistics = z.infer<typeof ChannelStatistics>;

/** People that a published figure tells of at least. */
export const StatisticsSettings = z.strictObject({
  minimumGroup: z.int().min(limits.minimumGroupLeast).max(limits.minimumGroup),
});
export type StatisticsSettings = z.infer<typeof StatisticsSettings>;
