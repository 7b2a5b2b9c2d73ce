import * as z from "zod";
import { Id, Time } from "./ids.ts";
import { limits } from "./limits.ts";
import { Kind } from "./terms.ts";
import { line } from "./text.ts";

/**
 * Roll-call after an evacuation: who was present becomes a line, and is accounted for by a marshal's tick or an own
 * check-in. It works from presence alone: a muster point is a name people know, never a position (P4, I7).
 */
export const NewMusterPoint = z.strictObject({ name: line(200), description: line(500).optional() });
export const MusterPointPatch = z.strictObject({
  name: line(200).optional(),
  description: line(500).nullable().optional(),
});
export const MusterPoint = z.strictObject({
  musterPointId: Id,
  siteId: Id,
  name: z.string(),
  description: z.string().optional(),
});
export type MusterPoint = z.infer<typeof MusterPoint>;

/**
 * `missing`: was present and nobody has said otherwise. `unknown`: nobody knows whether the person was there at all.
 */
export const LineState = z.enum(["missing", "accountedFor", "unknown"]);
export type LineState = z.infer<typeof LineState>;

const visitors = z.int().min(0).max(limits.rollCallVisitors);

export const NewRollCall = z.strictObject({
  siteId: Id,
  /** Only people in these zones of the site; the whole site when absent. */
  zoneIds: z.array(Id).min(1).max(100).optional(),
  /** The alarm's own when `alarmId` is given, `actual` otherwise. */
  kind: Kind.optional(),
  alarmId: Id.optional(),
  incidentId: Id.optional(),
  title: line(200).optional(),
  /** How many visitors are in the building, by the reception's count. */
  visitors: visitors.optional(),
});
export type NewRollCall = z.infer<typeof NewRollCall>;

/** A person by name as it is now; somebody who is gone has an empty one. */
export const NamedPerson = z.strictObject({ userId: Id, name: z.string() });

/** What somebody said about a line. `self`: by the person's own check-in. */
export const LineWord = z.strictObject({
  state: LineState,
  musterPointId: Id.optional(),
  by: NamedPerson,
  at: Time,
  self: z.boolean(),
});
export type LineWord = z.infer<typeof LineWord>;

export const RollCallLine = z.strictObject({
  userId: Id,
  name: z.string(),
  state: LineState,
  /** Grows with every change of the line; of two copies the one with the larger version holds. */
  version: z.int(),
  musterPointId: Id.optional(),
  note: z.string().optional(),
  /** Who said so last, when, and whether it was the person; absent while only presence has spoken. */
  by: NamedPerson.optional(),
  at: Time.optional(),
  self: z.boolean().optional(),
  /** The person was reported to have left the site: do not search before somebody has decided. */
  leftSite: Time.optional(),
  /** The other side (person or marshal) says something else, which does not hold. */
  conflict: LineWord.optional(),
});
export type RollCallLine = z.infer<typeof RollCallLine>;

export const RollCallTotals = z.strictObject({
  /** Always `missing + accountedFor + unknown`. */
  lines: z.int(),
  missing: z.int(),
  accountedFor: z.int(),
  unknown: z.int(),
  /** Of those not accounted for: reported to have left the site. */
  leftSite: z.int(),
  /** Lines in which person and marshal disagree. */
  conflicts: z.int(),
  visitors: z.strictObject({ expected: z.int(), accounted: z.int() }),
});
export type RollCallTotals = z.infer<typeof RollCallTotals>;

/** A muster point with who is there; the one without an id is "not said where". */
export const PointTotals = z.strictObject({
  musterPointId: Id.optional(),
  name: z.string().optional(),
  description: z.string().optional(),
  accountedFor: z.int(),
  visitors: z.int(),
});
export type PointTotals = z.infer<typeof PointTotals>;

/** Milliseconds since the roll-call was opened; null while there is nothing to tell. */
export const RollCallTimings = z.strictObject({
  /** Until the first line was accounted for. */
  firstMs: z.number().nullable(),
  /** Until nobody was missing and all visitors were there (people of whom nothing is known left aside). */
  noneMissingMs: z.number().nullable(),
  /** Until nobody was missing or unknown either. */
  allAccountedMs: z.number().nullable(),
  /** Until it was closed. */
  closedMs: z.number().nullable(),
});
export type RollCallTimings = z.infer<typeof RollCallTimings>;

const facts = {
  rollCallId: Id,
  siteId: Id,
  zoneIds: z.array(Id).optional(),
  kind: Kind,
  title: z.string(),
  state: z.enum(["open", "closed"]),
  alarmId: Id.optional(),
  incidentId: Id.optional(),
  openedAt: Time,
  openedBy: NamedPerson,
  closedAt: Time.optional(),
  /** Absent when it closed by itself, forgotten. */
  closedBy: NamedPerson.optional(),
};

export const RollCall = z.strictObject({
  ...facts,
  /** Grows with every change; of two copies the one with the larger version holds. */
  version: z.int(),
  /** Until then it can be opened again. */
  reopenUntil: Time.optional(),
  totals: RollCallTotals,
  musterPoints: z.array(PointTotals),
  timings: RollCallTimings,
});
export type RollCall = z.infer<typeof RollCall>;

const note = line(500);

/** A marshal's tick; `missing` or `unknown` takes an earlier one back. */
export const Tick = z.strictObject({ state: LineState, musterPointId: Id.optional(), note: note.optional() });
export type Tick = z.infer<typeof Tick>;
export const Ticks = z.strictObject({
  lines: z
    .array(Tick.extend({ userId: Id }))
    .min(1)
    .max(limits.rollCallTicks),
});
export type Ticks = z.infer<typeof Ticks>;
export const Ticked = z.strictObject({ lines: z.array(RollCallLine) });

/** How long ago the person pressed: a device that was offline says it later, and its clock may be wrong. */
export const SecondsAgo = z.int().min(0).max(limits.checkInSecondsAgo);
export const CheckIn = z.strictObject({ musterPointId: Id.optional(), secondsAgo: SecondsAgo.optional() });
export type CheckIn = z.infer<typeof CheckIn>;

/** Visitors at one muster point, or at none in particular; `expected` is the count of the whole roll-call. */
export const VisitorCount = z.strictObject({
  musterPointId: Id.optional(),
  expected: visitors.optional(),
  accounted: visitors,
});
export type VisitorCount = z.infer<typeof VisitorCount>;

/** A roll-call as the history keeps it: every line as it stood last, and every change with who made it. */
export const RollCallRecord = z.strictObject({
  ...facts,
  totals: RollCallTotals.omit({ visitors: true, conflicts: true }),
  /** What was told at the close; absent while it is open. */
  summary: RollCall.pick({ totals: true, musterPoints: true, timings: true }).optional(),
  lines: z.array(RollCallLine.omit({ conflict: true })),
  events: z.array(
    z.looseObject({
      eventId: Id,
      type: z.string(),
      at: Time,
      by: z.strictObject({ type: z.string(), id: z.string() }),
    }),
  ),
});
export type RollCallRecord = z.infer<typeof RollCallRecord>;
