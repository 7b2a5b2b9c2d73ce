import * as z from "zod";
import { EndReason, NotReachedReason, Raiser } from "./alarms.ts";
import { AvailabilityPattern, HolidaySettings } from "./availability.ts";
import { conversationRecords } from "./conversation/records.ts";
import { Escalation, Fill, Forgotten, Ladder } from "./course.ts";
import { LeftOutReason } from "./explanations.ts";
import { Id } from "./ids.ts";
import { LoneWorkerEnd } from "./lone-workers.ts";
import { User } from "./people.ts";
import { PresenceRules } from "./places.ts";
import { RollCallChange, RollCallSummary } from "./roll-call-records.ts";
import { ShiftOfferState } from "./rosters.ts";
import { StaffingRule, StaffingState } from "./staffing.ts";
import { Attachments, Conditions, Instructions, WhenFilled } from "./targets.ts";
import { Category, Channel, ChannelState, Kind, Requirement, Response, Severity, Urgency } from "./terms.ts";
import { TestChannel } from "./test-plans.ts";

/**
 * Records: what actors write into their log in the same transaction as a change, and what the outbox carries to libSQL. A
 * record is never changed once written; a new field is optional, a new meaning is a new type. Times are milliseconds since
 * 1970. Every record with `version` replaces an older row of the same thing and never a newer one.
 */
const ms = z.int();
const By = z.strictObject({ type: z.enum(["user", "integration", "operator", "system"]), id: z.string() });
export type By = z.infer<typeof By>;

/** Recipients by the place that delivers to them. */
const Places = z.array(z.strictObject({ place: z.string(), userIds: z.array(Id) }));

const deletable = { version: z.int(), deleted: z.boolean().optional() };

export const records = {
  "tenant.saved": z.object({
    slug: z.string(),
    name: z.string(),
    locale: z.string(),
    timeZone: z.string(),
    version: z.int(),
  }),
  "users.saved": z.object({ users: z.array(User.extend({ version: z.int() })) }),
  "role.saved": z.object({ roleId: Id, name: z.string(), certificate: z.literal(true).optional(), ...deletable }),
  "site.saved": z.object({
    siteId: Id,
    name: z.string(),
    address: z.string().optional(),
    timeZone: z.string(),
    neighbourIds: z.array(Id).optional(),
    presenceRules: PresenceRules.optional(),
    ...deletable,
  }),
  /**
   * How many people were present in a site at a time of the clock's grid: no names (P5). Small groups are in it: whoever
   * publishes them suppresses (issue 5, 7).
   */
  "presence.counted": z.object({
    siteId: Id,
    at: ms,
    present: z.int(),
    /** Distinct people who could be: at home in this site, or present; of the role. Without it nothing is published (T23). */
    people: z.int().optional(),
    byRole: z.array(z.object({ roleId: Id, present: z.int(), people: z.int().optional() })),
    byZone: z.array(z.object({ zoneId: Id, present: z.int() })),
  }),
  /** How a staffing rule stands from now on. */
  "staffing.changed": z.object({ staffingRuleId: Id, state: StaffingState, counted: z.int(), minimum: z.int() }),
  "staffingRule.saved": z.object({
    ...StaffingRule.omit({ warn: true }).shape,
    ...deletable,
    name: z.string().optional(),
  }),
  /** It has lasted: so many people are told, or will be by the digest. */
  "staffing.warned": z.object({
    staffingRuleId: Id,
    counted: z.int(),
    minimum: z.int(),
    people: z.int(),
    digest: z.literal(true).optional(),
  }),
  "staffing.cleared": z.object({ staffingRuleId: Id, startedAt: ms, reason: z.enum(["solved", "outsideHours"]) }),
  "coverRequest.made": z.object({
    coverRequestId: Id,
    staffingRuleId: Id,
    siteId: Id.optional(),
    roleId: Id,
    from: ms,
    to: ms,
    count: z.int(),
    asked: z.array(Id),
  }),
  "coverRequest.taken": z.object({ coverRequestId: Id, userId: Id, shiftId: Id.optional() }),
  "coverRequest.withdrawn": z.object({ coverRequestId: Id }),
  "statistics.configured": z.object({ minimumGroup: z.int() }),
  "kiosk.saved": z.object({ kioskId: Id, siteId: Id, zoneId: Id.optional(), name: z.string(), ...deletable }),
  "kiosk.enrolled": z.object({ kioskId: Id }),
  "zone.saved": z.object({ zoneId: Id, siteId: Id, name: z.string(), ...deletable }),
  "scenario.saved": z.object({ scenarioId: Id, name: z.string(), title: z.string(), ...deletable }),
  "integration.saved": z.object({ integrationId: Id, name: z.string(), ...deletable }),
  "session.started": z.object({ userId: Id, sessionId: Id, kind: z.enum(["session", "device"]) }),
  "session.ended": z.object({ userId: Id, sessionId: Id, reason: z.enum(["loggedOut", "disabled", "expired"]) }),
  "availability.changed": z.object({
    userId: Id,
    available: z.boolean(),
    until: ms.optional(),
    note: z.string().optional(),
    version: z.int(),
  }),
  /** What decides from now on when nobody said anything of now. Times of day are on the person's own wall clock. */
  "availability.patternSaved": z.object({ userId: Id, ...AvailabilityPattern.shape, version: z.int() }),
  "availability.exceptionSaved": z.object({
    userId: Id,
    exceptionId: Id,
    from: ms,
    to: ms,
    available: z.boolean(),
    roleIds: z.array(Id).optional(),
    note: z.string().optional(),
    shareNote: z.literal(true).optional(),
    ...deletable,
  }),
  /** Of a calendar its name and how much was read; its address is a secret, and its times are the person's. */
  "availability.calendarSaved": z.object({
    userId: Id,
    calendarId: Id,
    name: z.string(),
    source: z.enum(["url", "file"]),
    ...deletable,
  }),
  "availability.calendarRead": z.object({
    userId: Id,
    calendarId: Id,
    busy: z.int(),
    skipped: z.int(),
    version: z.int(),
  }),
  "availability.feedMade": z.object({ userId: Id }),
  "availability.feedEnded": z.object({ userId: Id }),
  "availability.holidaysSaved": z.object({ ...HolidaySettings.shape, version: z.int() }),
  "duty.changed": z.object({ userId: Id, onDuty: z.boolean(), until: ms.optional(), version: z.int() }),
  /** All of a person's, as they are from now on. Dates are of the calendar. */
  "qualifications.saved": z.object({
    userId: Id,
    qualifications: z.array(z.object({ roleId: Id, validUntil: z.string().optional() })),
    version: z.int(),
  }),

  "alarm.raised": z.object({
    alarmId: Id,
    seq: z.int(),
    kind: Kind,
    urgency: Urgency,
    silent: z.boolean(),
    title: z.string(),
    message: z.string().optional(),
    raisedAt: ms,
    raisedBy: Raiser,
    scenarioId: Id.optional(),
    scenarioVersion: z.int().optional(),
    requirement: Requirement.optional(),
    incidentId: Id.optional(),
    severity: Severity.optional(),
    category: Category.optional(),
    conditions: Conditions.optional(),
    whenFilled: WhenFilled.optional(),
    escalation: Escalation.optional(),
    ladder: Ladder.optional(),
    forgotten: Forgotten.optional(),
    instructions: Instructions.optional(),
    attachments: Attachments.optional(),
    duress: z.literal(true).optional(),
    /** By the site actor that delivers to them. */
    recipients: Places,
    /** People one would expect among the recipients, by the reason they are not. */
    leftOut: z.array(z.strictObject({ reason: LeftOutReason, userIds: z.array(Id) })).optional(),
  }),
  /** More people were called: by a step, or by hand. */
  "alarm.widened": z.object({ alarmId: Id, step: z.int().optional(), recipients: Places }),
  "alarm.stepFired": z.object({
    alarmId: Id,
    step: z.int(),
    name: z.string(),
    action: z.string(),
    cause: z.enum(["time", "condition", "hand"]),
    people: z.int(),
  }),
  /** The same people again, under a new sequence number. */
  "alarm.reAlarmed": z.object({ alarmId: Id, seq: z.int(), times: z.int(), who: z.string(), people: z.int() }),
  /** The requirement became met, or is not any more. */
  "alarm.fill": z.object({ alarmId: Id, ...Fill.shape }),
  /** What channels did. Rows: [userId or contactId, channel, state, at, reason]. */
  "alarm.channels": z.object({
    alarmId: Id,
    rows: z.array(z.tuple([Id, Channel, ChannelState, ms, z.string().nullable()])),
  }),
  /** Signals of the same source were taken as repeats; `repeats` is the count so far. */
  "alarm.repeated": z.object({ alarmId: Id, repeats: z.int() }),
  /** Nobody ended it: those who lead were reminded. */
  "alarm.reminded": z.object({ alarmId: Id, people: z.int() }),
  "alarm.reopened": z.object({ alarmId: Id, seq: z.int() }),
  /** The site actor has stored its recipients. */
  "alarm.dispatched": z.object({ alarmId: Id, place: z.string(), recipients: z.int() }),
  /** Frames were handed to open sockets of these people. Rows: [userId, at]. */
  "alarm.sent": z.object({ alarmId: Id, rows: z.array(z.tuple([Id, ms])) }),
  /** Rows: [userId, deviceId, "received" | "seen", at]. One record a batch, not a person. */
  "alarm.receipts": z.object({ alarmId: Id, rows: z.array(z.tuple([Id, Id, z.enum(["received", "seen"]), ms])) }),
  /** Rows: [userId, reason, at]. */
  "alarm.notReached": z.object({ alarmId: Id, rows: z.array(z.tuple([Id, NotReachedReason, ms])) }),
  "alarm.answered": z.object({
    alarmId: Id,
    userId: Id,
    deviceId: Id,
    response: Response,
    etaMinutes: z.int().optional(),
    text: z.string().optional(),
    /** Order of the answers of one alarm: the largest is the one that holds (I4). */
    version: z.int(),
  }),
  "alarm.committed": z.object({ alarmId: Id, commitMs: z.number() }),
  "incident.opened": z.object({
    incidentId: Id,
    title: z.string(),
    kind: Kind,
    openedAt: ms,
    severity: Severity.optional(),
    category: Category.optional(),
  }),
  /** A line in the incident's log. */
  "incident.noted": z.object({ incidentId: Id, noteId: Id, text: z.string() }),
  "incident.closed": z.object({ incidentId: Id }),
  "incident.reopened": z.object({ incidentId: Id }),
  /** An address was proven by a code: whose, and which. The address itself is in no record. */
  "detail.verified": z.object({ subjectId: Id, detail: z.enum(["email", "phone"]) }),
  "contact.saved": z.object({ contactId: Id, name: z.string(), ...deletable }),

  "musterPoint.saved": z.object({
    musterPointId: Id,
    siteId: Id,
    name: z.string(),
    description: z.string().optional(),
    ...deletable,
  }),
  /** One record for all its lines, ten thousand too: who was present, and of whom nobody knew. */
  "rollCall.opened": z.object({
    rollCallId: Id,
    siteId: Id,
    zoneIds: z.array(Id).optional(),
    kind: Kind,
    title: z.string(),
    /** Not `alarmId`: a record that has one is filed under the alarm. */
    ofAlarmId: Id.optional(),
    incidentId: Id.optional(),
    openedAt: ms,
    openedBy: Id,
    visitorsExpected: z.int(),
    missing: z.array(Id),
    unknown: z.array(Id),
  }),
  "rollCall.changed": z.object({ rollCallId: Id, ...RollCallChange.shape }),
  "rollCall.closed": z.object({ rollCallId: Id, version: z.int(), summary: RollCallSummary }),
  "rollCall.reopened": z.object({ rollCallId: Id, version: z.int() }),

  /** A plan, and what a freezing of its audience changed. */
  "testPlan.saved": z.object({
    testPlanId: Id,
    name: z.string(),
    every: z.enum(["week", "month"]),
    weekday: z.int().optional(),
    day: z.int().optional(),
    timeOfDay: z.string(),
    timeZone: z.string(),
    channels: z.array(TestChannel),
    title: z.string(),
    enabled: z.boolean(),
    people: z.int(),
    came: z.array(Id).optional(),
    went: z.array(Id).optional(),
    ...deletable,
  }),
  /** Its alarm is a record of its own; here is who of the frozen audience was not called at all. */
  "testPlan.ran": z.object({
    testPlanId: Id,
    alarmId: Id,
    cause: z.enum(["time", "hand"]),
    people: z.int(),
    notCalled: z.array(z.strictObject({ userId: Id, reason: z.enum(["disabled", "gone"]) })),
  }),
  /** The installation was away at its time, and came back too late for it. */
  "testPlan.skipped": z.object({ testPlanId: Id, dueAt: ms }),
  "loneWorker.started": z.object({
    loneWorkerSessionId: Id,
    userId: Id,
    scenarioId: Id,
    intervalMinutes: z.int(),
    warnSeconds: z.int(),
    note: z.string().optional(),
    siteId: Id.optional(),
    zoneId: Id.optional(),
    dueAt: ms,
  }),
  /** `late`: after the alarm was raised, which stays. */
  "loneWorker.checkedIn": z.object({
    loneWorkerSessionId: Id,
    userId: Id,
    pressedAt: ms,
    dueAt: ms.optional(),
    late: z.literal(true).optional(),
  }),
  "loneWorker.missed": z.object({ loneWorkerSessionId: Id, userId: Id, dueAt: ms, alarmId: Id }),
  "loneWorker.ended": z.object({ loneWorkerSessionId: Id, userId: Id, reason: LoneWorkerEnd }),

  /** Shifts as they are from now on: added, changed, handed over or removed. One record for an import. */
  "shifts.saved": z.object({
    shifts: z.array(
      z.object({
        shiftId: Id,
        siteId: Id,
        roleId: Id,
        startsAt: ms,
        endsAt: ms,
        userId: Id.optional(),
        note: z.string().optional(),
        ...deletable,
      }),
    ),
  }),
  /** An offer of a shift, each time its state changes. */
  "shift.offered": z.object({
    offerId: Id,
    shiftId: Id,
    userId: Id,
    state: ShiftOfferState,
    swapFor: Id.optional(),
    to: z.array(Id).optional(),
    acceptedBy: Id.optional(),
  }),
  /** Nobody has it, and it begins soon: so many of those who lead were warned. */
  "shift.warned": z.object({ shiftId: Id, siteId: Id, roleId: Id, startsAt: ms, endsAt: ms, people: z.int() }),
  "shift.warningCleared": z.object({ shiftId: Id, reason: z.enum(["filled", "removed"]) }),
  "shiftTemplate.saved": z.object({ templateId: Id, name: z.string(), lines: z.int(), ...deletable }),
  "rosterSettings.saved": z.object({ warnHours: z.int() }),
  /** The person and the administrators were told that a certificate expires. */
  "qualification.reminded": z.object({ userId: Id, roleId: Id, validUntil: z.string(), daysLeft: z.int() }),

  "alarm.stoodDown": z.object({ alarmId: Id, seq: z.int(), reason: EndReason, text: z.string().optional() }),

  ...conversationRecords,
} as const;

export type RecordType = keyof typeof records;
export type RecordBody<T extends RecordType = RecordType> = z.infer<(typeof records)[T]>;

/** What every record has around its body. */
export const RecordEnvelope = z.object({
  eventId: Id,
  tenantId: Id,
  type: z.enum(Object.keys(records) as [RecordType, ...RecordType[]]),
  /** The thing this is about (an alarm's id, a user's id): records of one entity arrive in order. */
  entity: z.string(),
  at: ms,
  by: By,
  /** Client address of the request that caused it, for the access log (P8). Absent for the system's own acts. */
  ip: z.string().optional(),
  body: z.unknown(),
  /**
   * Its link in the writing actor's hash chain of this entity (actors/kernel/chain.ts): alarms and incidents only, and not
   * those from before there were chains. `text` is the body as it was hashed; the history stores it to the letter.
   */
  chain: z
    .object({
      /** `tenant`, or the place of the site actor that wrote it. */
      source: z.string(),
      n: z.int(),
      salt: z.string(),
      bodyHash: z.string(),
      hash: z.string(),
      text: z.string(),
    })
    .optional(),
});
export type RecordEnvelope = z.infer<typeof RecordEnvelope>;
