import { index, integer, primaryKey, real, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { EndReason, NotReachedReason } from "../protocol/alarms.ts";
import type { Kind, Response, Urgency } from "../protocol/terms.ts";
import type { RecordType } from "../protocol/records.ts";

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
    raisedByType: text("raised_by_type").$type<"user" | "integration">(),
    raisedById: text("raised_by_id"),
    raisedByName: text("raised_by_name"),
    scenarioId: text("scenario_id"),
    scenarioVersion: integer("scenario_version"),
    requirement: text("requirement", { mode: "json" }),
    commitMs: real("commit_ms"),
    endSeq: integer("end_seq"),
    endedAt: integer("ended_at"),
    endReason: text("end_reason").$type<EndReason>(),
    endText: text("end_text"),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.alarmId] }),
    index("alarms_by_time").on(t.tenantId, t.raisedAt, t.alarmId),
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
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.alarmId, t.userId] })],
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
