import * as z from "zod";
import { Alarm, Counts, EndReason, Raiser, Recipient, RecipientState } from "../alarms.ts";
import { Fill } from "../course.ts";
import { Id, Time } from "../ids.ts";
import { LoneWorkerSession } from "../lone-workers.ts";
import { User } from "../people.ts";
import { Availability, PresenceEntry, SitePresence } from "../presence.ts";
import { ProblemCodes } from "../problems.ts";
import { LineState, MusterPoint, RollCall, RollCallLine } from "../roll-calls.ts";
import { StaffingLevel } from "../staffing.ts";
import { Attachments, Instructions } from "../targets.ts";
import { Category, Kind, Response, Severity, Urgency } from "../terms.ts";

/** What the server says on the socket (wire.md, Socket). */
export const Welcome = z.strictObject({
  type: z.literal("welcome"),
  seq: z.int(),
  user: User,
  serverTime: Time,
  /** True when everything after the client's `lastSeq` follows; false when it must not trust what it had. */
  resumed: z.boolean(),
});

export const AlarmFrame = z.strictObject({
  type: z.literal("alarm"),
  seq: z.int(),
  alarmId: Id,
  kind: Kind,
  urgency: Urgency,
  silent: z.boolean(),
  title: z.string(),
  message: z.string().optional(),
  raisedAt: Time,
  raisedBy: Raiser,
  incidentId: Id.optional(),
  severity: Severity.optional(),
  category: Category.optional(),
  /** By role: a client shows those of its person's own roles. */
  instructions: Instructions.optional(),
  attachments: Attachments.optional(),
  /** Grows each time the same people are alarmed again: a client sounds again for a larger one. */
  reAlarm: z.int().optional(),
  /** It had ended and was opened again. */
  reopened: z.literal(true).optional(),
});
export type AlarmFrame = z.infer<typeof AlarmFrame>;

export const AlarmUpdate = z.strictObject({
  type: z.literal("alarmUpdate"),
  alarmId: Id,
  /** Grows with every change of the alarm; of two updates the one with the larger version holds. */
  version: z.int(),
  counts: Counts,
  /** How the requirement is met; absent without one. */
  fill: Fill.optional(),
  you: z.strictObject({ state: RecipientState, response: Response.optional() }).optional(),
});
export type AlarmUpdate = z.infer<typeof AlarmUpdate>;

export const StandDownFrame = z.strictObject({
  type: z.literal("standDown"),
  seq: z.int(),
  alarmId: Id,
  reason: EndReason,
  text: z.string().optional(),
});
export type StandDownFrame = z.infer<typeof StandDownFrame>;

export const ResponseAccepted = z.strictObject({
  type: z.literal("responseAccepted"),
  alarmId: Id,
  response: Response,
  at: Time,
  /** Coming, but the need is filled already: stand by. */
  standBy: z.literal(true).optional(),
});

export const PresenceAnswer = z.strictObject({ type: z.literal("presence"), presence: z.array(PresenceEntry) });
export const AvailabilityAnswer = Availability.extend({ type: z.literal("availability") });

/** `full` boards replace what the watcher has; the others hold only what changed. */
export const AlarmsBoard = z.strictObject({
  type: z.literal("board"),
  board: z.literal("alarms"),
  full: z.boolean(),
  alarms: z.array(Alarm),
});
export const AlarmBoard = z.strictObject({
  type: z.literal("board"),
  board: z.literal("alarm"),
  full: z.boolean(),
  alarm: Alarm,
  recipients: z.array(Recipient),
});
/**
 * Who is present in a site. `people` of a frame that is not `full` are those who came or changed, `left` those who are not there
 * any more; `counts` are always those of the whole site.
 */
export const SiteBoard = SitePresence.extend({
  type: z.literal("board"),
  board: z.literal("site"),
  full: z.boolean(),
  /** Only grows: a frame with a smaller one than the last that was applied is older than what is shown, and says nothing. */
  version: z.int(),
  left: z.array(Id).optional(),
});
export type SiteBoard = z.infer<typeof SiteBoard>;
export const RollCallBoard = z.strictObject({
  type: z.literal("board"),
  board: z.literal("rollCall"),
  full: z.boolean(),
  rollCall: RollCall,
  lines: z.array(RollCallLine),
});
export type RollCallBoard = z.infer<typeof RollCallBoard>;
/** How every staffing rule stands: counts alone, because it also hangs on walls. */
export const StaffingBoard = z.strictObject({
  type: z.literal("board"),
  board: z.literal("staffing"),
  full: z.literal(true),
  levels: z.array(StaffingLevel.omit({ people: true })),
});
export type StaffingBoard = z.infer<typeof StaffingBoard>;
export const Board = z.discriminatedUnion("board", [AlarmsBoard, AlarmBoard, SiteBoard, RollCallBoard, StaffingBoard]);
export type Board = z.infer<typeof Board>;

/** Something for this person that is no alarm: a forgotten alarm, a check-in that is due, a shift that is offered. `ref` is what it is about. */
export const NoticeFrame = z.strictObject({
  type: z.literal("notice"),
  notice: z.enum([
    "alarmForgotten",
    "checkInDue",
    "checkInMissed",
    "shiftOffered",
    "shiftTaken",
    "shiftEmpty",
    "shiftFilled",
    "qualificationExpiring",
    "staffingShort",
    "staffingSolved",
    "coverAsked",
    "coverTaken",
    "message",
  ]),
  /** Of a message, its conversation. */
  ref: Id,
  at: Time,
  /** When something happens by itself: the alarm ends, the lone worker's alarm is raised. */
  dueAt: Time.optional(),
  /** A message for this person: in a conversation of two, or one that mentions them. */
  message: z.strictObject({ messageId: Id, authorId: Id, why: z.enum(["direct", "mention"]) }).optional(),
});
export type NoticeFrame = z.infer<typeof NoticeFrame>;

/**
 * A roll-call in which this person has a line: open, it asks to check in. Comes when it opens, when the line or the muster
 * points change, when it closes, and after every `welcome` while it is open and for a day after.
 */
export const RollCallFrame = z.strictObject({
  type: z.literal("rollCall"),
  rollCallId: Id,
  siteId: Id,
  title: z.string(),
  kind: Kind,
  state: z.enum(["open", "closed"]),
  openedAt: Time,
  /** Of two frames of one roll-call the one with the larger version holds. */
  version: z.int(),
  musterPoints: z.array(MusterPoint.omit({ siteId: true })),
  you: z.strictObject({ state: LineState }).optional(),
  /** This answers a `checkIn` of this device: it is stored, whatever a marshal has said meanwhile. */
  accepted: z.literal(true).optional(),
});
export type RollCallFrame = z.infer<typeof RollCallFrame>;

/** How a lone worker's session stands, after the device has checked in. */
export const LoneWorkerFrame = LoneWorkerSession.extend({ type: z.literal("loneWorker") });
export type LoneWorkerFrame = z.infer<typeof LoneWorkerFrame>;

export const Pong = z.strictObject({ type: z.literal("pong") });

export const SocketError = z.strictObject({
  type: z.literal("error"),
  code: ProblemCodes,
  message: z.string(),
  /** The alarm or roll-call, or else the type of frame, this is about. */
  ref: z.string().optional(),
});

export const ServerFrame = z.union([
  Welcome,
  AlarmFrame,
  AlarmUpdate,
  StandDownFrame,
  ResponseAccepted,
  PresenceAnswer,
  AvailabilityAnswer,
  Board,
  NoticeFrame,
  RollCallFrame,
  LoneWorkerFrame,
  Pong,
  SocketError,
]);
export type ServerFrame = z.infer<typeof ServerFrame>;
