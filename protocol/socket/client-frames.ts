import * as z from "zod";
import { Id, Time } from "../ids.ts";
import { SecondsAgo } from "../roll-calls.ts";
import { Response } from "../terms.ts";
import { line } from "../text.ts";

/** What a device or page may say on the socket (wire.md, Socket). Every frame is one JSON object with `type`. */
export const Hello = z.strictObject({ type: z.literal("hello"), lastSeq: z.int().min(0).optional() });
export const Receipt = z.strictObject({ type: z.literal("receipt"), alarmId: Id });
export const Seen = z.strictObject({ type: z.literal("seen"), alarmId: Id });
export const Respond = z.strictObject({
  type: z.literal("respond"),
  alarmId: Id,
  response: Response,
  etaMinutes: z.int().min(0).max(600).optional(),
  text: line(500).optional(),
});
export const PresenceFrame = z.strictObject({
  type: z.literal("presence"),
  siteId: Id,
  zoneId: Id.optional(),
  present: z.boolean(),
});
export const AvailabilityFrame = z.strictObject({
  type: z.literal("availability"),
  available: z.boolean(),
  until: Time.optional(),
  note: line(200).optional(),
});
/** Our additions to wire.md's boards: `alarm`, the recipients of one alarm, and `rollCall`, the lines of one roll-call, live. */
export const BoardName = z.enum(["alarms", "site", "alarm", "rollCall", "staffing"]);
export type BoardName = z.infer<typeof BoardName>;
export const Watch = z
  .strictObject({
    type: z.literal("watch"),
    board: BoardName,
    siteId: Id.optional(),
    alarmId: Id.optional(),
    rollCallId: Id.optional(),
  })
  .refine((w) => w.board !== "site" || w.siteId !== undefined, {
    path: ["siteId"],
    message: "is needed for this board",
  })
  .refine((w) => w.board !== "alarm" || w.alarmId !== undefined, {
    path: ["alarmId"],
    message: "is needed for this board",
  })
  .refine((w) => w.board !== "rollCall" || w.rollCallId !== undefined, {
    path: ["rollCallId"],
    message: "is needed for this board",
  });
export const Unwatch = z.strictObject({ type: z.literal("unwatch"), board: BoardName });
/** "I am safe": twice is harmless. `secondsAgo` when the person pressed while the device was offline. */
export const CheckInFrame = z.strictObject({
  type: z.literal("checkIn"),
  rollCallId: Id,
  musterPointId: Id.optional(),
  secondsAgo: SecondsAgo.optional(),
});
/** A lone worker's "all is well", answered by `loneWorker`. */
export const CheckedInFrame = z.strictObject({
  type: z.literal("checkedIn"),
  loneWorkerSessionId: Id,
  secondsAgo: SecondsAgo.optional(),
});
export const Ping = z.strictObject({ type: z.literal("ping") });

export const ClientFrame = z.discriminatedUnion("type", [
  Hello,
  Receipt,
  Seen,
  Respond,
  PresenceFrame,
  AvailabilityFrame,
  Watch,
  Unwatch,
  CheckInFrame,
  CheckedInFrame,
  Ping,
]);
export type ClientFrame = z.infer<typeof ClientFrame>;
