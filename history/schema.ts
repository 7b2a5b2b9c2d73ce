import { index, integer, primaryKey, real, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { z } from "zod";
import type { EndReason, NotReachedReason } from "../protocol/alarms.ts";
import type { ConversationForm, ConversationKind, RoomEvent } from "../protocol/conversation/rooms.ts";
import type { Escalation, Fill } from "../protocol/course.ts";
import type { RecordType } from "../protocol/records.ts";
import type { RollCallSummary } from "../protocol/roll-call-records.ts";
import type { LineState } from "../protocol/roll-calls.ts";
import type { StaffingState } from "../protocol/staffing.ts";
import type { Attachments, Instructions, WhenFilled } from "../protocol/targets.ts";
import type {
  Category,
  Channel,
  ChannelState,
  Kind,
  Requirement,
  Response,
  Severity,
  Urgency,
} from "../protocol/terms.ts";
import type { SeriesKind } from "./statistics/disclosure.ts";

/**
 * The history's tables in libSQL. `events` is the log, as the actors wrote it; every other table is a projection of it
 * (history/projections). Times are ms since 1970. No column holds a coordinate and none may be added (I7); a table must
 * be named in history/retention.ts (I10). Every key begins with the tenant: no query finds another's rows (I6).
 */
const tenantId = () => text("tenant_id").notNull();
const version = () => integer("version").notNull();
const deleted = () => integer("deleted", { mode: "boolean" }).notNull();

export const events = sqliteTable(
  "events",
  {
    eventId: text("event_id").primaryKey(),
    tenantId: tenantId(),
    type: text("type").$type<RecordType>().notNull(),
    entity: text("entity").notNull(),
    at: integer("at").notNull(),
    byType: text("by_type").notNull(),
    byId: text("by_id").notNull(),
    ip: text("ip"),
    /** JSON, decoded by protocol/records.ts before it got here. */
    body: text("body").notNull(),
    /** The link in the hash chain of `source` about this entity; null for what is not chained. Without salt: body erased. */
    source: text("source"),
    n: integer("n"),
    salt: text("salt"),
    bodyHash: text("body_hash"),
    hash: text("hash"),
  },
  (t) => [index("events_by_entity").on(t.tenantId, t.entity, t.at), index("events_by_time").on(t.tenantId, t.at)],
);

/**
 * Columns of `alarm.raised` may be null: its stand-down may be here while the outbox still retries it. Such a row is not
 * an alarm yet, and no query shows it.
 */
export const alarms = sqliteTable(
  "alarms",
  {
    tenantId: tenantId(),
    alarmId: text("alarm_id").notNull(),
    seq: integer("seq"),
    kind: text("kind").$type<Kind>(),
    urgency: text("urgency").$type<Urgency>(),
    silent: integer("silent", { mode: "boolean" }),
    title: text("title"),
    message: text("message"),
    raisedAt: integer("raised_at"),
    raisedByType: text("raised_by_type").$type<"user" | "integration" | "system">(),
    raisedById: text("raised_by_id"),
    raisedByName: text("raised_by_name"),
    scenarioId: text("scenario_id"),
    scenarioVersion: integer("scenario_version"),
    requirement: text("requirement", { mode: "json" }).$type<Requirement>(),
    commitMs: real("commit_ms"),
    /** The last stand-down. It holds unless `reopenSeq` is larger: then the alarm is open again. */
    endSeq: integer("end_seq"),
    endedAt: integer("ended_at"),
    endReason: text("end_reason").$type<EndReason>(),
    endText: text("end_text"),
    /** The last re-opening. */
    reopenSeq: integer("reopen_seq"),
    reopenedAt: integer("reopened_at"),
    incidentId: text("incident_id"),
    severity: text("severity").$type<Severity>(),
    category: text("category").$type<Category>(),
    instructions: text("instructions", { mode: "json" }).$type<Instructions>(),
    attachments: text("attachments", { mode: "json" }).$type<Attachments>(),
    whenFilled: text("when_filled").$type<WhenFilled>(),
    /** The steps as they were planned; those that fired are in `alarm_steps`. */
    escalation: text("planned_steps", { mode: "json" }).$type<z.infer<typeof Escalation>>(),
    repeats: integer("repeats"),
    reAlarms: integer("re_alarms"),
    /** How the requirement was met last, and where in the tenant's own chain that stands: the newest holds. */
    fill: text("fill", { mode: "json" }).$type<Fill>(),
    fillN: integer("fill_n"),
    fillAt: integer("fill_at"),
    /** When it was met for the first time. */
    firstFilledAt: integer("first_filled_at"),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.alarmId] }),
    index("alarms_by_time").on(t.tenantId, t.raisedAt, t.alarmId),
    index("alarms_by_scenario").on(t.tenantId, t.scenarioId, t.raisedAt),
  ],
);

/**
 * One row for each person of each alarm. It keeps what happened, not a state: the state follows from the columns when it
 * is read (history/recipient-state.ts), so the order in which two actors' records arrive cannot matter.
 */
export const alarmRecipients = sqliteTable(
  "alarm_recipients",
  {
    tenantId: tenantId(),
    alarmId: text("alarm_id").notNull(),
    userId: text("user_id").notNull(),
    /** The site actor that delivers; null until `alarm.raised` is here. */
    place: text("place"),
    sentAt: integer("sent_at"),
    receivedAt: integer("received_at"),
    /** The device that received first. */
    receivedOn: text("received_on"),
    seenAt: integer("seen_at"),
    seenOn: text("seen_on"),
    /** The answer that holds: the one with the largest version (I4). */
    answerVersion: integer("answer_version"),
    respondedAt: integer("responded_at"),
    respondedOn: text("responded_on"),
    response: text("response").$type<Response>(),
    etaMinutes: integer("eta_minutes"),
    text: text("text"),
    notReachedAt: integer("not_reached_at"),
    notReachedReason: text("not_reached_reason").$type<NotReachedReason>(),
    /** The escalation step that called; -1 for those who were called at once or by hand. Null until that is known. */
    step: integer("step"),
    /** Of all answers, also those that were changed later: what exercises are scored by. */
    firstRespondedAt: integer("first_responded_at"),
    firstComingAt: integer("first_coming_at"),
    firstOnSceneAt: integer("first_on_scene_at"),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.alarmId, t.userId] })],
);

/** Escalation steps that fired. */
export const alarmSteps = sqliteTable(
  "alarm_steps",
  {
    tenantId: tenantId(),
    alarmId: text("alarm_id").notNull(),
    step: integer("step").notNull(),
    name: text("name").notNull(),
    action: text("action").notNull(),
    cause: text("cause").$type<"time" | "condition" | "hand">().notNull(),
    people: integer("people").notNull(),
    firedAt: integer("fired_at").notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.alarmId, t.step] })],
);

/** What the channels besides the socket did: every change of state, for recipients and for contacts outside. */
export const alarmChannels = sqliteTable(
  "alarm_channels",
  {
    tenantId: tenantId(),
    alarmId: text("alarm_id").notNull(),
    /** A user's or a contact's id. */
    recipientId: text("recipient_id").notNull(),
    channel: text("channel").$type<Channel>().notNull(),
    at: integer("at").notNull(),
    state: text("state").$type<ChannelState>().notNull(),
    reason: text("reason"),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.alarmId, t.recipientId, t.channel, t.at, t.state] })],
);

/** As `alarms`: a row without `openedAt` is one whose opening is still on its way. */
export const incidents = sqliteTable(
  "incidents",
  {
    tenantId: tenantId(),
    incidentId: text("incident_id").notNull(),
    title: text("title"),
    kind: text("kind").$type<Kind>(),
    openedAt: integer("opened_at"),
    severity: text("severity").$type<Severity>(),
    category: text("category").$type<Category>(),
    /** The last closing and re-opening, with their places in the tenant's chain: the larger of the two holds. */
    closedN: integer("closed_n"),
    closedAt: integer("closed_at"),
    reopenedN: integer("reopened_n"),
    reopenedAt: integer("reopened_at"),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.incidentId] })],
);

/** Lines of incidents' logs. */
export const incidentNotes = sqliteTable(
  "incident_notes",
  {
    tenantId: tenantId(),
    incidentId: text("incident_id").notNull(),
    noteId: text("note_id").notNull(),
    at: integer("at").notNull(),
    byId: text("by_id").notNull(),
    text: text("text").notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.incidentId, t.noteId] })],
);

/** The directory's copies: without secrets, without shapes, each guarded by the version its actor gave it. */
export const tenants = sqliteTable("tenants", {
  tenantId: tenantId().primaryKey(),
  slug: text("slug").notNull(),
  name: text("name").notNull(),
  locale: text("locale").notNull(),
  timeZone: text("time_zone").notNull(),
  version: version(),
});

export const users = sqliteTable(
  "users",
  {
    tenantId: tenantId(),
    userId: text("user_id").notNull(),
    username: text("username").notNull(),
    firstName: text("first_name").notNull(),
    lastName: text("last_name").notNull(),
    email: text("email"),
    phone: text("phone"),
    locale: text("locale").notNull(),
    permission: text("permission").notNull(),
    roleIds: text("role_ids", { mode: "json" }).$type<string[]>().notNull(),
    homeSiteId: text("home_site_id"),
    enabled: integer("enabled", { mode: "boolean" }).notNull(),
    version: version(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.userId] })],
);

export const roles = sqliteTable(
  "roles",
  {
    tenantId: tenantId(),
    roleId: text("role_id").notNull(),
    name: text("name").notNull(),
    version: version(),
    deleted: deleted(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.roleId] })],
);

export const sites = sqliteTable(
  "sites",
  {
    tenantId: tenantId(),
    siteId: text("site_id").notNull(),
    name: text("name").notNull(),
    address: text("address"),
    timeZone: text("time_zone").notNull(),
    version: version(),
    deleted: deleted(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.siteId] })],
);

export const zones = sqliteTable(
  "zones",
  {
    tenantId: tenantId(),
    zoneId: text("zone_id").notNull(),
    siteId: text("site_id").notNull(),
    name: text("name").notNull(),
    version: version(),
    deleted: deleted(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.zoneId] })],
);

export const scenarios = sqliteTable(
  "scenarios",
  {
    tenantId: tenantId(),
    scenarioId: text("scenario_id").notNull(),
    name: text("name").notNull(),
    title: text("title").notNull(),
    version: version(),
    deleted: deleted(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.scenarioId] })],
);

export const integrations = sqliteTable(
  "integrations",
  {
    tenantId: tenantId(),
    integrationId: text("integration_id").notNull(),
    name: text("name").notNull(),
    version: version(),
    deleted: deleted(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.integrationId] })],
);

/** People outside whom a step may call: their names alone. */
export const contacts = sqliteTable(
  "contacts",
  {
    tenantId: tenantId(),
    contactId: text("contact_id").notNull(),
    name: text("name").notNull(),
    version: version(),
    deleted: deleted(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.contactId] })],
);

export const musterPoints = sqliteTable(
  "muster_points",
  {
    tenantId: tenantId(),
    musterPointId: text("muster_point_id").notNull(),
    siteId: text("site_id").notNull(),
    name: text("name").notNull(),
    description: text("description"),
    version: version(),
    deleted: deleted(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.musterPointId] })],
);

/** Columns of `rollCall.opened` may be null, as those of `alarm.raised`: its close may be here first. */
export const rollCalls = sqliteTable(
  "roll_calls",
  {
    tenantId: tenantId(),
    rollCallId: text("roll_call_id").notNull(),
    siteId: text("site_id"),
    zoneIds: text("zone_ids", { mode: "json" }).$type<string[]>(),
    kind: text("kind").$type<Kind>(),
    title: text("title"),
    alarmId: text("alarm_id"),
    incidentId: text("incident_id"),
    openedAt: integer("opened_at"),
    openedBy: text("opened_by"),
    /** The newest close or re-opening. */
    stateVersion: integer("state_version"),
    closedAt: integer("closed_at"),
    closedBy: text("closed_by"),
    summary: text("summary", { mode: "json" }).$type<RollCallSummary>(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.rollCallId] })],
);

/** One row for each person of each roll-call: what presence said at first, and the word that holds. */
export const rollCallLines = sqliteTable(
  "roll_call_lines",
  {
    tenantId: tenantId(),
    rollCallId: text("roll_call_id").notNull(),
    userId: text("user_id").notNull(),
    /** Null for somebody whom only a marshal or a check-in brought in. */
    start: text("start").$type<"missing" | "unknown">(),
    wordVersion: integer("word_version"),
    state: text("state").$type<LineState>(),
    musterPointId: text("muster_point_id"),
    note: text("note"),
    saidBy: text("said_by"),
    saidAt: integer("said_at"),
    self: integer("self", { mode: "boolean" }),
    leftVersion: integer("left_version"),
    leftAt: integer("left_at"),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.rollCallId, t.userId] })],
);

/** Which certificates somebody has: all of them, as they were said last. */
export const qualifications = sqliteTable(
  "qualifications",
  {
    tenantId: tenantId(),
    userId: text("user_id").notNull(),
    qualifications: text("qualifications", { mode: "json" })
      .$type<{ roleId: string; validUntil?: string }[]>()
      .notNull(),
    version: version(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.userId] })],
);

/** Shifts of the rosters. Who had one is what people did: kept as long as a log, from its end on. */
export const shifts = sqliteTable(
  "shifts",
  {
    tenantId: tenantId(),
    shiftId: text("shift_id").notNull(),
    siteId: text("site_id").notNull(),
    roleId: text("role_id").notNull(),
    startsAt: integer("starts_at").notNull(),
    endsAt: integer("ends_at").notNull(),
    /** Null while nobody has it. */
    userId: text("user_id"),
    note: text("note"),
    version: version(),
    deleted: deleted(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.shiftId] }), index("shifts_by_time").on(t.tenantId, t.startsAt)],
);

/** As `alarms`: a row without a version is one whose `conversation.saved` is still on its way. */
export const conversations = sqliteTable(
  "conversations",
  {
    tenantId: tenantId(),
    conversationId: text("conversation_id").notNull(),
    form: text("form").$type<ConversationForm>(),
    kind: text("kind").$type<ConversationKind>(),
    title: text("title"),
    siteId: text("site_id"),
    roleId: text("role_id"),
    incidentId: text("incident_id"),
    createdAt: integer("created_at"),
    closed: integer("closed", { mode: "boolean" }),
    version: integer("version"),
    /** Messages up to this number have ended at their term: none of them comes in again. */
    removedUpTo: integer("removed_up_to"),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.conversationId] })],
);

/** Messages of chats. A row without an epoch is one whose `message.sent` is still on its way. */
export const messages = sqliteTable(
  "messages",
  {
    tenantId: tenantId(),
    conversationId: text("conversation_id").notNull(),
    messageId: text("message_id").notNull(),
    seq: integer("seq").notNull(),
    epoch: integer("epoch"),
    at: integer("at").notNull(),
    /** Null: the system's own words, or erased. */
    authorId: text("author_id"),
    text: text("text"),
    editedAt: integer("edited_at"),
    replyTo: text("reply_to"),
    photoId: text("photo_id"),
    /** What happened to an incident: its type alone. The rest is in the alarm's and the incident's own tables. */
    event: text("event").$type<RoomEvent["type"]>(),
    gone: text("gone").$type<"deleted" | "erased">(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.conversationId, t.messageId] }),
    index("messages_by_seq").on(t.tenantId, t.conversationId, t.seq),
  ],
);

/** Whose messages in a conversation were erased, up to which number: none of those comes in any more (P18). */
export const messageErasures = sqliteTable(
  "message_erasures",
  {
    tenantId: tenantId(),
    conversationId: text("conversation_id").notNull(),
    userId: text("user_id").notNull(),
    upToSeq: integer("up_to_seq").notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.conversationId, t.userId] })],
);

/** What somebody said last about being available; every change of it is in `events`. */
export const availability = sqliteTable(
  "availability",
  {
    tenantId: tenantId(),
    userId: text("user_id").notNull(),
    available: integer("available", { mode: "boolean" }).notNull(),
    since: integer("since").notNull(),
    until: integer("until"),
    note: text("note"),
    version: version(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.userId] })],
);

/**
 * Statistics (docs/statistics.md). None of these but `channel_outcomes` has anything of a person: a quarter of an hour in
 * which a site was counted, which no answer tells,
 */
export const presenceSlots = sqliteTable(
  "presence_slots",
  {
    tenantId: tenantId(),
    siteId: text("site_id").notNull(),
    slot: integer("slot").notNull(),
    countedAt: integer("counted_at").notNull(),
    /** Whose figures hold. */
    eventId: text("event_id").notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.siteId, t.slot] })],
);

/** the figures of it that may be published, rounded (history/statistics/disclosure.ts): a count that may not is no row, */
export const presenceCells = sqliteTable(
  "presence_cells",
  {
    tenantId: tenantId(),
    siteId: text("site_id").notNull(),
    slot: integer("slot").notNull(),
    kind: text("kind").$type<SeriesKind>().notNull(),
    /** The role's or zone's id; empty for all. */
    ref: text("ref").notNull(),
    figure: integer("figure").notNull(),
    /** For which minimum groups, as bits. */
    groups: integer("groups").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.siteId, t.slot, t.kind, t.ref] }),
    index("presence_cells_by_series").on(t.tenantId, t.siteId, t.kind, t.ref, t.slot, t.figure, t.groups),
  ],
);

/** how a staffing rule stood from when to when, without how many people there were, */
export const staffingPeriods = sqliteTable(
  "staffing_periods",
  {
    tenantId: tenantId(),
    staffingRuleId: text("staffing_rule_id").notNull(),
    startedAt: integer("started_at").notNull(),
    state: text("state").$type<StaffingState | "withdrawn">().notNull(),
    /** The next one's start; null for the one that holds. */
    endedAt: integer("ended_at"),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.staffingRuleId, t.startedAt] }),
    index("staffing_periods_whole").on(t.tenantId, t.staffingRuleId, t.startedAt, t.state, t.endedAt),
  ],
);

/** and when in an alarm something happened for the first time, whoever it was, and of how many who were called. */
export const alarmTimings = sqliteTable(
  "alarm_timings",
  {
    tenantId: tenantId(),
    alarmId: text("alarm_id").notNull(),
    called: integer("called"),
    firstReceivedAt: integer("first_received_at"),
    firstAnsweredAt: integer("first_answered_at"),
    firstComingAt: integer("first_coming_at"),
    firstOnSceneAt: integer("first_on_scene_at"),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.alarmId] })],
);

/** What came of the message of one channel to one recipient: `alarm_channels` in short, for counting. */
export const channelOutcomes = sqliteTable(
  "channel_outcomes",
  {
    tenantId: tenantId(),
    alarmId: text("alarm_id").notNull(),
    channel: text("channel").$type<Channel>().notNull(),
    recipientId: text("recipient_id").notNull(),
    /** 1 sent, 2 skipped, 3 failed, 4 delivered. */
    outcome: integer("outcome").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.alarmId, t.channel, t.recipientId] }),
    index("channel_outcomes_by_alarm").on(t.tenantId, t.alarmId, t.channel, t.outcome),
  ],
);
