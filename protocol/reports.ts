import * as z from "zod";
import { Alarm, NotReachedReason, Recipient } from "./alarms.ts";
import { Id, Time } from "./ids.ts";
import { limits } from "./limits.ts";
import { Locale } from "./people.ts";
import { Channel, ChannelState, Kind, Response } from "./terms.ts";

/** Milliseconds since the alarm was raised; null when it did not happen. */
const after = z.int().nullable();
const percentiles = z.strictObject({ p50: after, p95: after, p99: after, max: after });

/** What an exercise is scored by. */
export const ScoreTimes = z.strictObject({ firstAnswerMs: after, filledMs: after, firstOnSceneMs: after });
export type ScoreTimes = z.infer<typeof ScoreTimes>;

export const TimelineEntry = z.strictObject({
  at: Time,
  /** The type of the record behind it. */
  type: z.string(),
  /** Who did it; absent for what happened by itself. */
  by: z.string().optional(),
  text: z.string(),
});
export type TimelineEntry = z.infer<typeof TimelineEntry>;

/** One answer, also one that was changed later. */
export const GivenAnswer = z.strictObject({
  at: Time,
  afterMs: z.int(),
  userId: Id,
  name: z.string(),
  response: Response,
  etaMinutes: z.int().optional(),
  text: z.string().optional(),
});
export type GivenAnswer = z.infer<typeof GivenAnswer>;

/** People or contacts by what a channel did for them last. The socket knows sent and delivered alone. */
export const ChannelCounts = z.strictObject({
  channel: z.enum(["socket", ...Channel.options]),
  sent: z.int(),
  delivered: z.int(),
  failed: z.int(),
  skipped: z.int(),
});
export type ChannelCounts = z.infer<typeof ChannelCounts>;

/** A channel that gave up, or had no way, for somebody. */
export const ChannelFailure = z.strictObject({
  recipientId: Id,
  name: z.string(),
  channel: Channel,
  state: ChannelState,
  at: Time,
  reason: z.string().optional(),
});
export type ChannelFailure = z.infer<typeof ChannelFailure>;

/** What happened around one alarm, for the evaluation after it. */
export const Report = z.strictObject({
  madeAt: Time,
  organisation: z.strictObject({ name: z.string(), timeZone: z.string() }),
  locale: Locale,
  alarm: Alarm,
  /** Absent for a real alarm: what this was, in words, to be shown on top of everything. */
  notice: z.string().optional(),
  incident: z
    .strictObject({
      incidentId: Id,
      title: z.string(),
      notes: z.array(z.strictObject({ at: Time, name: z.string(), text: z.string() })),
    })
    .optional(),
  requirement: z.array(z.strictObject({ roleId: Id, role: z.string(), count: z.int(), coming: z.int() })),
  timings: z.strictObject({
    firstReceivedMs: after,
    ...ScoreTimes.shape,
    firstComingMs: after,
    endedMs: after,
    received: percentiles,
    answered: percentiles,
  }),
  timeline: z.array(TimelineEntry),
  answers: z.array(GivenAnswer),
  channels: z.array(ChannelCounts),
  failed: z.strictObject({
    notReached: z.array(z.strictObject({ userId: Id, name: z.string(), reason: NotReachedReason.optional() })),
    channels: z.array(ChannelFailure),
    steps: z.array(z.strictObject({ step: z.int(), name: z.string(), cause: z.string(), people: z.int(), at: Time })),
  }),
  recipients: z.array(Recipient),
});
export type Report = z.infer<typeof Report>;

export const ReportFormat = z.enum(["json", "html", "csv"]);
export type ReportFormat = z.infer<typeof ReportFormat>;

/** `format` before the `Accept` header, because a link in a page cannot set one. `part` is for CSV. */
export const ReportQuery = z.strictObject({
  format: ReportFormat.optional(),
  part: z.enum(["timeline", "recipients"]).optional(),
  locale: Locale.optional(),
});
export type ReportQuery = z.infer<typeof ReportQuery>;

export const ScoreQuery = z.strictObject({
  scenarioId: Id.optional(),
  kind: Kind.optional(),
  limit: z
    .string()
    .regex(/^[1-9][0-9]{0,3}$/)
    .refine((s) => Number(s) <= limits.pageMax, `at most ${limits.pageMax}`)
    .optional(),
});
export type ScoreQuery = z.infer<typeof ScoreQuery>;

export const Score = z.strictObject({
  alarmId: Id,
  title: z.string(),
  kind: Kind,
  raisedAt: Time,
  scenarioId: Id.optional(),
  ...ScoreTimes.shape,
  /** Against the median of the earlier ones of the same scenario and kind: below 0 is faster. Null without any. */
  difference: ScoreTimes,
  /** How many earlier ones that were. */
  earlier: z.int(),
});
export type Score = z.infer<typeof Score>;
export const Scores = z.strictObject({ items: z.array(Score) });

/** A message's place in its feed, from 1. */
export const CapNumber = z.string().regex(/^[1-9][0-9]{0,4}$/, "is not a number");

/** The messages of an alarm in OASIS CAP 1.2, oldest first; each is at its own address as XML. */
export const CapFeed = z.strictObject({
  items: z.array(
    z.strictObject({
      n: z.int(),
      identifier: z.string(),
      msgType: z.enum(["Alert", "Update", "Cancel"]),
      sent: Time,
      url: z.string(),
    }),
  ),
});
export type CapFeed = z.infer<typeof CapFeed>;
