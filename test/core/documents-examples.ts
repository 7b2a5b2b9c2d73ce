/** Realistic values of what the documents describe, for tests that hold documents and schemas against them. */
import { alarmExamples } from "./documents-examples-alarms.ts";
import { availabilityExamples } from "./documents-examples-availability.ts";
import { channelExamples } from "./documents-examples-channels.ts";
import { conversationExamples, roomFrames } from "./documents-examples-conversations.ts";
import { presenceExamples } from "./documents-examples-presence.ts";
import { readinessExamples } from "./documents-examples-readiness.ts";
import { rosterExamples } from "./documents-examples-rosters.ts";
import { staffingExamples, staffingLevel } from "./documents-examples-staffing.ts";
import { statisticsExamples } from "./documents-examples-statistics.ts";

const alarmId = "alm_V1StGXR8_Z5jdHi6B";
const userId = "usr_b0XkW3nQp7LmT2vYc";
const siteId = "sit_q9ZrE4hJk1NsD8uWf";
const zoneId = "zon_m5TgA7xCv3PbR6yLe";
const roleId = "rol_f2HjU8sKd4QwZ1nMx";
const scenarioId = "scn_t6YbN3vGc9LpX5rEa";
const at = "2026-11-23T09:41:07.412Z";
const later = "2026-11-23T10:02:55.000Z";
const token = "s.acme.ses_1a2b3c4d5e6f.Zk3vQ9mT7xR1pL5n";

const user = {
  userId,
  username: "j.devries",
  firstName: "Jan",
  lastName: "de Vries",
  email: "jan.devries@example.nl",
  phone: "+31 6 12345678",
  locale: "nl",
  permission: "responder",
  roleIds: [roleId],
  homeSiteId: siteId,
  enabled: true,
};
const counts = {
  recipients: 12,
  sent: 11,
  received: 10,
  seen: 8,
  coming: 4,
  notComing: 1,
  enRoute: 2,
  onScene: 0,
  notReached: 1,
};
const raisedBy = { type: "integration", id: "int_p4KdS8wFh2VzC6qGt", name: "Brandmeldcentrale hal 3" };
const alarm = {
  alarmId,
  state: "open",
  kind: "actual",
  urgency: "urgent",
  silent: false,
  title: "Brand in hal 3",
  message: "Verzamelen bij de noorduitgang.",
  raisedAt: at,
  raisedBy,
  counts,
  timings: { commitMs: 9.2, received: { p50: 41, p95: 120, p99: 260, max: null } },
};
const recipient = {
  userId,
  name: "Jan de Vries",
  state: "answered",
  response: "coming",
  etaMinutes: 3,
  sentAt: at,
  receivedAt: at,
  respondedAt: later,
  deviceId: "dev_x7MnB1cLz5TkW9oPy",
};
const targets = { roles: [roleId], sites: [siteId] };
const shape = {
  type: "Polygon",
  coordinates: [
    [
      [4.89, 52.37],
      [4.9, 52.37],
      [4.9, 52.38],
      [4.89, 52.37],
    ],
  ],
};
const session = { token, expiresAt: later, user };
const scenario = { scenarioId, version: 3, name: "Brand", title: "Brand", targets, urgency: "urgent", silent: false };
const integration = {
  integrationId: raisedBy.id,
  name: raisedBy.name,
  kind: "webhook",
  alarm: { scenarioId },
  url: "https://standby.example/v1/acme/hooks/int_p4KdS8wFh2VzC6qGt",
};
const loneWorker = {
  loneWorkerSessionId: "lws_k2JdX8sWq4VbN6tRz",
  userId,
  name: "Jan de Vries",
  scenarioId,
  intervalMinutes: 30,
  warnSeconds: 60,
  note: "Meterkast kelder",
  siteId,
  state: "running",
  startedAt: at,
  dueAt: later,
};
const testPlanId = "tpl_w9QeR2tYu5IoP8aSd";
const newTestPlan = {
  name: "Maandagtest",
  every: "week",
  weekday: 1,
  at: "12:00",
  channels: ["socket", "sms"],
  audience: targets,
  title: "Proefalarm",
};
const testPlan = {
  ...newTestPlan,
  testPlanId,
  version: 1,
  timeZone: "Europe/Amsterdam",
  enabled: true,
  people: 12,
  frozenAt: at,
  nextAt: later,
};
const testRun = {
  alarmId,
  testPlanId,
  startedAt: at,
  cause: "time",
  state: "ended",
  endedAt: later,
  people: 12,
  channels: [{ channel: "sms", reached: 10, sent: 1, waiting: 0, notReached: 1 }],
};
const presence = { siteId, zoneId, state: "present", since: at };
const invitation = "inv.acme.inv_8s7d6f5g.Qw3eRt5yUi7oP9as";

const rollCallId = "rcl_w2YhT6kRs0VbM8xQj";
const musterPointId = "mus_g7CnE1uPz4KfJ9dLo";
const colleague = { userId, name: "Jan de Vries" };
const musterPoint = { musterPointId, siteId, name: "Noordpoort", description: "Bij de vlaggenmasten" };
const totals = {
  lines: 3,
  missing: 1,
  accountedFor: 1,
  unknown: 1,
  leftSite: 1,
  conflicts: 0,
  visitors: { expected: 4, accounted: 2 },
};
const rollCallFacts = {
  rollCallId,
  siteId,
  zoneIds: [zoneId],
  kind: "exercise",
  title: "Ontruiming hal 3",
  alarmId,
  openedAt: at,
  openedBy: colleague,
};
const rollCallSummary = {
  totals,
  musterPoints: [
    { musterPointId, name: "Noordpoort", accountedFor: 1, visitors: 2 },
    { accountedFor: 0, visitors: 0 },
  ],
  timings: { firstMs: 31_000, noneMissingMs: null, allAccountedMs: null, closedMs: null },
};
const rollCall = { ...rollCallFacts, state: "open", version: 4, ...rollCallSummary };
const rollCallLine = {
  ...colleague,
  state: "missing",
  version: 3,
  note: "Niet gezien",
  by: colleague,
  at: later,
  self: false,
  leftSite: later,
  conflict: { state: "accountedFor", musterPointId, by: colleague, at, self: true },
};

/** By the name of the schema in protocol/documents/names.ts. */
export const examples: Readonly<Record<string, readonly unknown[]>> = {
  ...alarmExamples,
  ...availabilityExamples,
  ...channelExamples,
  ...conversationExamples,
  ...rosterExamples,
  ...staffingExamples,
  ...presenceExamples,
  ...readinessExamples,
  ...statisticsExamples,
  AcceptInvitation: [{ invitation, password: "correct horse battery" }],
  Alarm: [alarm, { ...alarm, state: "ended", endedAt: later, endReason: "falseAlarm", endText: "Toast", scenarioId }],
  AlarmRecord: [
    { ...alarm, recipients: [recipient], events: [{ eventId: "evt_12345678", type: "alarm.raised", at, seq: 4 }] },
  ],
  Availability: [{ available: false, until: later, note: "tandarts", since: at }],
  AvailabilityReport: [{ available: true }, { available: false, until: later, note: "tandarts" }],
  Counts: [counts],
  CreatedIntegration: [{ ...integration, secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" }],
  CreatedTenant: [{ tenantId: "ten_3eDc5rFv", slug: "acme-bv", name: "Acme B.V.", invitation }],
  CreatedUser: [{ ...user, invitation }],
  DeviceSession: [{ ...session, deviceId: recipient.deviceId }],
  EndReason: ["exerciseOver"],
  Enrolments: [{ enrolments: [{ userId, code: "7KQF-M2XW", expiresAt: later }] }],
  FieldError: [{ path: "targets.roles.0", message: "is not an id" }],
  Health: [{ status: "ok" }],
  HookBody: [{ type: "fire.detected", timestamp: "2026-11-23T10:41:07+01:00", data: { title: "Melder 12" } }],
  Id: [alarmId],
  ImportError: [{ row: 7, path: "email", code: "invalid", message: "is not an address" }],
  ImportResult: [{ created: 9_998, updated: 0, unchanged: 1, errors: [] }],
  ImportRow: [
    { username: "a.jansen", firstName: "Anna", lastName: "Jansen", roles: ["EHBO"], homeSite: "Hoofdkantoor" },
  ],
  Integration: [integration, { ...integration, alarm: { title: "Brand", targets, kind: "exercise" } }],
  Kind: ["exercise"],
  LogIn: [{ username: "j.devries", password: "correct horse battery" }],
  LoneWorkerCheckIn: [{}, { secondsAgo: 40 }],
  LoneWorkerSession: [
    loneWorker,
    { ...loneWorker, state: "missed", lastCheckInAt: at, missedAt: later, alarmId },
    { ...loneWorker, state: "ended", zoneId, endedAt: later, endReason: "safe" },
  ],
  MusterPoint: [musterPoint],
  NewDeviceSession: [{ code: "7KQF-M2XW", device: { name: "Jans telefoon", platform: "android" } }],
  NewEnrolments: [{ userIds: [userId] }],
  NewIntegration: [{ name: "BMC", kind: "webhook", alarm: { title: "Brand", targets } }],
  NewLoneWorkerSession: [
    { scenarioId, intervalMinutes: 30 },
    { scenarioId, intervalMinutes: 30, warnSeconds: 120, note: "Dak", siteId, zoneId },
  ],
  NewMusterPoint: [{ name: "Noordpoort", description: "Bij de vlaggenmasten" }],
  NewRole: [{ name: "EHBO" }],
  NewRollCall: [{ siteId }, { siteId, zoneIds: [zoneId], kind: "exercise", title: "Oefening", visitors: 4 }],
  NewScenario: [
    { name: "Ontruiming", title: "Ontruimen!", targets: { everyone: true }, requirement: [{ roleId, count: 2 }] },
  ],
  NewSite: [{ name: "Hoofdkantoor", address: "Damrak 1, Amsterdam", timeZone: "Europe/Amsterdam", shape }],
  NewTenant: [
    {
      slug: "acme-bv",
      name: "Acme B.V.",
      locale: "nl",
      timeZone: "Europe/Amsterdam",
      admin: { username: "beheer", email: "beheer@example.nl", firstName: "Bea", lastName: "Heer" },
    },
  ],
  NewTestPlan: [
    newTestPlan,
    {
      name: "Eerste van de maand",
      every: "month",
      day: 1,
      at: "12:00",
      timeZone: "Europe/Amsterdam",
      channels: ["email"],
      audience: { everyone: true },
      title: "Proefalarm",
      message: "U hoeft niets te doen.",
      enabled: false,
    },
  ],
  NewUser: [
    { username: "a.jansen", firstName: "Anna", lastName: "Jansen", email: "anna@example.nl", roleIds: [roleId] },
  ],
  NewZone: [{ name: "Hal 3", shape }],
  OwnPresence: [{ presence: [presence] }],
  Permission: ["wallboard"],
  PresenceEntry: [presence],
  PresenceReport: [
    { siteId, present: false },
    { siteId, zoneId, present: true },
  ],
  Problem: [{ type: "urn:standby:problem:invalid", title: "Invalid", status: 422, code: "invalid", errors: [] }],
  ProblemCode: ["rate_limited"],
  RaiseAlarm: [{ scenarioId }, { title: "AED nodig", targets, kind: "actual", urgency: "urgent", silent: true }],
  Raised: [
    { alarmId, recipients: 0, warnings: ["no_recipients"] },
    { alarmId, recipients: 12 },
  ],
  Raiser: [raisedBy],
  Readiness: [{ alarms: "ok", history: "behind", outbox: { pending: 12, parked: 0, oldestSeconds: 3.5 } }],
  Recipient: [recipient, { userId, name: "Anna Jansen", state: "notReached", reason: "noDevice" }],
  RecipientState: ["notReached"],
  Requirement: [[{ roleId, count: 2 }]],
  Response: ["onScene"],
  Role: [{ roleId, name: "EHBO" }],
  RolePatch: [{ name: "Eerste hulp" }],
  RollCall: [rollCall, { ...rollCall, state: "closed", closedAt: later, closedBy: colleague, reopenUntil: later }],
  RollCallLine: [rollCallLine, { ...colleague, state: "unknown", version: 0 }],
  RollCallRecord: [
    {
      ...rollCallFacts,
      state: "closed",
      closedAt: later,
      totals: { lines: 3, missing: 1, accountedFor: 1, unknown: 1, leftSite: 1 },
      summary: rollCallSummary,
      lines: [{ ...colleague, state: "accountedFor", version: 2, by: colleague, at, self: true }],
      events: [{ eventId: "evt_12345678", type: "rollCall.opened", at, by: { type: "user", id: userId }, missing: 2 }],
    },
  ],
  Scenario: [scenario],
  ScenarioPatch: [{ message: "Neem de trap." }],
  Session: [session],
  Shape: [shape, { type: "MultiPolygon", coordinates: [shape.coordinates] }],
  Site: [{ siteId, name: "Hoofdkantoor", timeZone: "Europe/Amsterdam", shape }],
  SitePatch: [{ address: null }],
  SitePresence: [
    {
      siteId,
      people: [{ userId, name: "Jan de Vries", roleIds: [roleId], zoneIds: [zoneId], since: at, available: true }],
      counts: { present: 1, byZone: [{ zoneId, present: 1 }], byRole: [{ roleId, present: 1 }] },
    },
  ],
  Slug: ["acme-bv"],
  SocketTicket: [{ ticket: token, expiresAt: later }],
  StandDown: [{ reason: "over", text: "Iedereen is buiten." }],
  Targets: [targets, { everyone: true }],
  TenantRef: ["acme-bv", "ten_3eDc5rFv"],
  TestAudienceChange: [
    { people: 12, frozenAt: at, came: [{ userId, name: "Jan de Vries" }], went: [], totals: { came: 1, went: 0 } },
  ],
  TestPlan: [testPlan],
  TestPlanPatch: [{ every: "month", weekday: null, day: 31, message: null }, { enabled: false }],
  TestRun: [testRun],
  TestRunReport: [
    {
      run: testRun,
      items: [
        { userId, name: "Jan de Vries", channels: [{ channel: "sms", outcome: "notReached", reason: "noAddress" }] },
      ],
      nextCursor: "3130",
    },
  ],
  Time: [at],
  Timings: [alarm.timings],
  Urgency: ["information"],
  User: [user],
  UserImport: [{ users: [{ username: "a.jansen", firstName: "Anna", lastName: "Jansen" }] }],
  UserPatch: [{ phone: null, enabled: false }],
  Zone: [{ zoneId, siteId, name: "Hal 3", shape }],
  ZonePatch: [{ shape: null }],
};

const board = { type: "board", full: true };

/** By side and type of frame, as the messages of the AsyncAPI document are named. */
export const frames: Readonly<Record<string, readonly object[]>> = {
  ...roomFrames,
  "client.hello": [{ type: "hello" }, { type: "hello", lastSeq: 41 }],
  "client.receipt": [{ type: "receipt", alarmId }],
  "client.seen": [{ type: "seen", alarmId }],
  "client.respond": [{ type: "respond", alarmId, response: "enRoute", etaMinutes: 4, text: "Trap B" }],
  "client.presence": [{ type: "presence", siteId, zoneId, present: true }],
  "client.availability": [{ type: "availability", available: false, until: later }],
  "client.watch": [
    { type: "watch", board: "alarms" },
    { type: "watch", board: "site", siteId },
    { type: "watch", board: "rollCall", rollCallId },
    { type: "watch", board: "staffing" },
  ],
  "client.unwatch": [{ type: "unwatch", board: "site" }],
  "client.checkedIn": [
    { type: "checkedIn", loneWorkerSessionId: loneWorker.loneWorkerSessionId },
    { type: "checkedIn", loneWorkerSessionId: loneWorker.loneWorkerSessionId, secondsAgo: 40 },
  ],
  "client.checkIn": [
    { type: "checkIn", rollCallId },
    { type: "checkIn", rollCallId, musterPointId, secondsAgo: 90 },
  ],
  "client.ping": [{ type: "ping" }],
  "server.welcome": [{ type: "welcome", seq: 41, user, serverTime: at, resumed: true }],
  "server.alarm": [
    {
      type: "alarm",
      seq: 42,
      alarmId,
      kind: "actual",
      urgency: "urgent",
      silent: false,
      title: "Brand",
      raisedAt: at,
      raisedBy,
    },
  ],
  "server.alarmUpdate": [
    { type: "alarmUpdate", alarmId, version: 7, counts, you: { state: "answered", response: "coming" } },
  ],
  "server.standDown": [{ type: "standDown", seq: 43, alarmId, reason: "over", text: "Klaar" }],
  "server.responseAccepted": [{ type: "responseAccepted", alarmId, response: "coming", at }],
  "server.presence": [{ type: "presence", presence: [presence] }],
  "server.availability": [{ type: "availability", available: true, since: at }],
  "server.board": [
    { ...board, board: "alarms", alarms: [alarm] },
    { ...board, board: "alarm", full: false, alarm, recipients: [recipient] },
    { ...board, board: "rollCall", rollCall, lines: [rollCallLine] },
    { ...board, board: "staffing", levels: [staffingLevel] },
    { ...board, board: "site", siteId, version: 7, people: [], counts: { present: 0, byZone: [], byRole: [] } },
  ],
  "server.loneWorker": [{ type: "loneWorker", ...loneWorker }],
  "server.notice": [
    { type: "notice", notice: "checkInDue", ref: loneWorker.loneWorkerSessionId, at, dueAt: later },
    { type: "notice", notice: "alarmForgotten", ref: alarmId, at },
    {
      type: "notice",
      notice: "message",
      ref: "cnv_r4TkW9mQz7LxB2yNf",
      at,
      message: { messageId: "msg_8dKq3VnX5sPzR7tGh", authorId: userId, why: "mention" },
    },
    { type: "notice", notice: "staffingShort", ref: staffingLevel.staffingRuleId, at },
  ],
  "server.rollCall": [
    {
      type: "rollCall",
      rollCallId,
      siteId,
      title: "Ontruiming hal 3",
      kind: "exercise",
      state: "open",
      openedAt: at,
      version: 4,
      musterPoints: [{ musterPointId, name: "Noordpoort" }],
      you: { state: "missing" },
    },
  ],
  "server.pong": [{ type: "pong" }],
  "server.error": [{ type: "error", code: "not_found", message: "There is no such thing", ref: alarmId }],
};
