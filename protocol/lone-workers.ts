import * as z from "zod";
import { Id, Time } from "./ids.ts";
import { SecondsAgo } from "./roll-calls.ts";
import { line } from "./text.ts";

/**
 * Somebody who works alone says at intervals that all is well. A check-in that is missed raises the scenario's alarm by itself.
 * Where: the names of a site and zone that the person says, never a position (I7).
 */
export const NewLoneWorkerSession = z.strictObject({
  scenarioId: Id,
  intervalMinutes: z.int().min(1).max(480),
  /** How long before the deadline the person is warned; shorter than the interval. */
  warnSeconds: z.int().min(10).max(3_600).optional(),
  note: line(200).optional(),
  siteId: Id.optional(),
  zoneId: Id.optional(),
});
export type NewLoneWorkerSession = z.infer<typeof NewLoneWorkerSession>;

/** `secondsAgo`: the person pressed while the device was offline; the deadline counts from then. Twice the same is one. */
export const LoneWorkerCheckIn = z.strictObject({ secondsAgo: SecondsAgo.optional() });
export type LoneWorkerCheckIn = z.infer<typeof LoneWorkerCheckIn>;

/** `missed`: its alarm was raised. Check-ins are still recorded then, and raise or end nothing any more. */
export const LoneWorkerState = z.enum(["running", "missed", "ended"]);
export type LoneWorkerState = z.infer<typeof LoneWorkerState>;

/** `safe` by the person or somebody who leads; `replaced` by the person's next session; `disabled` with the person. */
export const LoneWorkerEnd = z.enum(["safe", "replaced", "disabled"]);
export type LoneWorkerEnd = z.infer<typeof LoneWorkerEnd>;

export const LoneWorkerSession = z.strictObject({
  loneWorkerSessionId: Id,
  userId: Id,
  name: z.string(),
  scenarioId: Id,
  intervalMinutes: z.int(),
  warnSeconds: z.int(),
  note: z.string().optional(),
  siteId: Id.optional(),
  zoneId: Id.optional(),
  state: LoneWorkerState,
  startedAt: Time,
  lastCheckInAt: Time.optional(),
  /** When the alarm is, or was, raised without a check-in. */
  dueAt: Time,
  missedAt: Time.optional(),
  alarmId: Id.optional(),
  endedAt: Time.optional(),
  endReason: LoneWorkerEnd.optional(),
});
export type LoneWorkerSession = z.infer<typeof LoneWorkerSession>;
