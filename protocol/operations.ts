import * as z from "zod";

export const Health = z.strictObject({ status: z.literal("ok") });

/** Ready for alarms, and how the history copy is doing. History being down leaves 200 (I8). */
export const Readiness = z.strictObject({
  alarms: z.enum(["ok", "down"]),
  history: z.enum(["ok", "behind", "down"]),
  outbox: z.strictObject({ pending: z.int(), parked: z.int(), oldestSeconds: z.number() }),
});
export type Readiness = z.infer<typeof Readiness>;
