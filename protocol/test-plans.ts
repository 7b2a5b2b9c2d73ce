import * as z from "zod";
import { Message, Title } from "./alarms.ts";
import { Id, Time } from "./ids.ts";
import { TimeZone } from "./places.ts";
import { Targets } from "./targets.ts";
import { Channel } from "./terms.ts";
import { line } from "./text.ts";

/** What a test alarm tries: the open socket of devices and pages, or a channel of the ladder. */
export const TestChannel = z.enum(["socket", ...Channel.options]);
export type TestChannel = z.infer<typeof TestChannel>;

/** A time of day without a date or zone. */
const TimeOfDay = z.string().regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, "is not a time like 09:30");

const fields = {
  name: line(200),
  every: z.enum(["week", "month"]),
  /** ISO 8601: 1 is Monday, 7 is Sunday. Needed for, and only with, `week`. */
  weekday: z.int().min(1).max(7).optional(),
  /** In a month that is shorter, its last day. Needed for, and only with, `month`. */
  day: z.int().min(1).max(31).optional(),
  /** Local time. In the hour that the clock skips: an hour later; in the hour that comes twice: the first time. */
  at: TimeOfDay,
  /** The organisation's when absent. */
  timeZone: TimeZone.optional(),
  channels: z.array(TestChannel).min(1).max(TestChannel.options.length),
  /** Resolved when the plan is made: later test alarms go to the same people until somebody refreshes them. */
  audience: Targets,
  title: Title,
  message: Message.optional(),
  enabled: z.boolean().optional(),
};

/**
 * A recurring test alarm (proefalarm): by its own channels alone to the same people each time, so that one report can be held
 * against the other.
 */
export const NewTestPlan = z.strictObject(fields);
export type NewTestPlan = z.infer<typeof NewTestPlan>;

/** `null` takes an optional field away; a new `audience` is resolved at once. */
export const TestPlanPatch = z.strictObject({
  ...z.strictObject(fields).partial().shape,
  weekday: fields.weekday.nullable(),
  day: fields.day.nullable(),
  message: fields.message.nullable(),
});
export type TestPlanPatch = z.infer<typeof TestPlanPatch>;

export const TestPlan = z.strictObject({
  ...fields,
  testPlanId: Id,
  version: z.int(),
  timeZone: z.string(),
  enabled: z.boolean(),
  /** How many people are in the frozen audience, and since when. */
  people: z.int(),
  frozenAt: Time,
  /** Absent while it is not enabled. */
  nextAt: Time.optional(),
});
export type TestPlan = z.infer<typeof TestPlan>;

const Named = z.strictObject({ userId: Id, name: z.string() });

/** The first thousand who came and who went; the totals count everybody. */
export const TestAudienceChange = z.strictObject({
  people: z.int(),
  frozenAt: Time,
  came: z.array(Named),
  went: z.array(Named),
  totals: z.strictObject({ came: z.int(), went: z.int() }),
});
export type TestAudienceChange = z.infer<typeof TestAudienceChange>;

/**
 * `reached`: a device or provider says that it arrived; `sent`: a provider took it, and nobody can say more; `waiting`: nothing is
 * known yet. Answering the alarm on whatever way reaches no channel by itself.
 */
export const TestOutcome = z.enum(["reached", "sent", "waiting", "notReached"]);
export type TestOutcome = z.infer<typeof TestOutcome>;

export const TestTry = z.strictObject({
  channel: TestChannel,
  outcome: TestOutcome,
  /** Why not: of the socket a `NotReachedReason`, of a channel its own word; `disabled` and `gone` for who was not called. */
  reason: z.string().optional(),
  at: Time.optional(),
});
export type TestTry = z.infer<typeof TestTry>;

export const TestRun = z.strictObject({
  alarmId: Id,
  testPlanId: Id,
  startedAt: Time,
  cause: z.enum(["time", "hand"]),
  state: z.enum(["running", "ended"]),
  endedAt: Time.optional(),
  people: z.int(),
  channels: z.array(
    z.strictObject({
      channel: TestChannel,
      reached: z.int(),
      sent: z.int(),
      waiting: z.int(),
      notReached: z.int(),
    }),
  ),
});
export type TestRun = z.infer<typeof TestRun>;

export const TestRunPerson = z.strictObject({ userId: Id, name: z.string(), channels: z.array(TestTry) });
export type TestRunPerson = z.infer<typeof TestRunPerson>;

/** One run, person by person. */
export const TestRunReport = z.strictObject({
  run: TestRun,
  items: z.array(TestRunPerson),
  nextCursor: z.string().optional(),
});
export type TestRunReport = z.infer<typeof TestRunReport>;
