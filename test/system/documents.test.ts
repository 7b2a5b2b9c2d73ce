/**
 * Proves: every call and every socket message of the documents exists, and requests taken and answers given are what the
 * served OpenAPI and AsyncAPI say (issue 3, 10), on real workerd and sqld. Does not prove which problem comes when: that is
 * bad-input.test.ts.
 */

import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, expect, test } from "vitest";
import WebSocket from "ws";
import type { Route } from "../../protocol/http/route.ts";
import { routes } from "../../protocol/http/routes.ts";
import { type DocumentsCheck, documentsCheck } from "./documents-check.ts";
import { checkConversations } from "./documents-conversations.ts";
import { beginNote } from "./documents-notes.ts";
import { type InstallationUnderTest, startInstallation } from "./harness/installation.ts";
import { type Receivers, startReceivers } from "./harness/receivers.ts";

let standby: InstallationUnderTest;
let receivers: Receivers;
let check: DocumentsCheck;

interface Ask {
  params?: Record<string, string>;
  query?: Record<string, string>;
  body?: unknown;
  /** A body that is no JSON. */
  bytes?: Uint8Array<ArrayBuffer>;
  token?: string;
  headers?: Record<string, string>;
  /** The status expected; any 2xx of the route when absent. */
  status?: number;
}

/** Calls a route and holds both sides against the document. Answers are read as plain data, as a foreign client would. */
const call = async (route: Route, ask: Ask = {}): Promise<Record<string, string>> => {
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => ask.params?.[name] ?? `missing-${name}`);
  const url = new URL(path, standby.url);
  for (const [name, value] of Object.entries(ask.query ?? {})) url.searchParams.set(name, value);
  const raw = route.access === "signature" ? JSON.stringify(ask.body) : undefined;
  const response = await fetch(url, {
    method: route.method,
    headers: {
      ...(ask.body === undefined ? {} : { "content-type": "application/json" }),
      ...(ask.token === undefined ? {} : { authorization: `Bearer ${ask.token}` }),
      ...ask.headers,
    },
    ...(ask.body === undefined ? {} : { body: raw ?? JSON.stringify(ask.body) }),
    ...(ask.bytes === undefined ? {} : { body: ask.bytes }),
  });
  const text = await response.text();
  const wanted = ask.status ?? response.status;
  expect(`${route.id} ${response.status} ${text.slice(0, 300)}`).toMatch(new RegExp(`^${route.id} ${wanted} `));
  if (ask.status === undefined) expect(Object.keys(route.answers), route.id).toContain(String(response.status));
  check.checkAnswer(route, { ...ask }, { status: response.status, headers: response.headers, text });
  return text.startsWith("{") ? (JSON.parse(text) as Record<string, string>) : {};
};

/** A socket whose frames of both sides are held against the document. */
const connect = async (tenant: string, token: string) => {
  const socket = new WebSocket(`${standby.url.replace("http", "ws")}/v1/${tenant}/socket`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const frames: { type: string; [field: string]: unknown }[] = [];
  const waiting: { type: string; resolve: () => void }[] = [];
  socket.on("message", (data: Buffer) => {
    const frame = JSON.parse(data.toString()) as { type: string };
    check.checkFrame("server", frame);
    frames.push(frame);
    for (const one of waiting.filter(({ type }) => type === frame.type)) one.resolve();
  });
  await new Promise<void>((resolve, reject) => socket.once("open", resolve).once("error", reject));
  return {
    frames,
    say: (frame: object) => {
      check.checkFrame("client", frame);
      socket.send(JSON.stringify(frame));
    },
    /** Waits for the next frame of a type, unless one came already. */
    heard: (type: string) =>
      frames.some((frame) => frame.type === type)
        ? Promise.resolve()
        : new Promise<void>((resolve) => waiting.push({ type, resolve })),
    close: () => socket.close(),
  };
};

beforeAll(async () => {
  // One provider that reports by POST, one by GET and one by a webhook of the whole account.
  receivers = await startReceivers({ sms: "webhook", voice: "messagebird", email: "postmark" });
  standby = await startInstallation({ env: receivers.env });
  const [openapi, asyncapi] = await Promise.all(
    ["openapi", "asyncapi"].map(
      async (name) => (await fetch(`${standby.url}/v1/${name}.json`)).json() as Promise<object>,
    ),
  );
  check = documentsCheck(openapi as object, asyncapi as object);
}, 120_000);

afterAll(async () => {
  await standby.stop();
  await receivers.stop();
});

/** Availability, calendars and holidays, by the administrator of oneself. */
const checkAvailability = async (as: (params?: Record<string, string>, rest?: Ask) => Ask): Promise<void> => {
  const [from, to] = [Date.now() + 3_600_000, Date.now() + 7_200_000].map((at) => new Date(at).toISOString());
  const me = (await call(routes.getMe, as())).userId as string;
  const block = { weekdays: [1, 2, 3, 4, 5], from: "22:00", to: "06:00" };
  await call(routes.putAvailabilityPattern, as({}, { body: { blocks: [block], holidays: "unavailable" } }));
  await call(routes.getAvailabilityPattern, as());
  const body = { from, to, available: false, note: "Dentist", shareNote: true };
  const exceptionId = (await call(routes.createAvailabilityException, as({}, { body }))).exceptionId as string;
  await call(routes.listAvailabilityExceptions, as());
  await call(routes.getAvailabilityException, as({ exceptionId }));
  await call(routes.patchAvailabilityException, as({ exceptionId }, { body: { note: null } }));
  await call(routes.getUserAvailability, as({ userId: me }, { query: { from: from as string, to: to as string } }));
  await call(routes.listAvailability, as({}, { query: { limit: "10" } }));
  const text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n";
  const calendarId = (await call(routes.createCalendar, as({}, { body: { name: "Work", text } }))).calendarId as string;
  await call(routes.listCalendars, as());
  await call(routes.getCalendar, as({ calendarId }));
  await call(routes.patchCalendar, as({ calendarId }, { body: { name: "Mine", text } }));
  await call(routes.deleteCalendar, as({ calendarId }));
  const feed = await call(routes.createCalendarFeed, as());
  await call(routes.getCalendarFeed, as());
  await call(routes.readCalendarFeed, as({ file: (feed.url as string).split("/").at(-1) as string }));
  await call(routes.deleteCalendarFeed, as());
  await call(routes.getHolidays, as({}, { query: { year: "2027" } }));
  const days = [{ date: "2027-12-31", name: "Closed" }];
  await call(routes.putHolidays, as({}, { body: { country: "NL", days, except: ["2027-05-05"] } }));
  // As it was, for what comes after this.
  await call(routes.deleteAvailabilityException, as({ exceptionId }));
  await call(routes.putAvailabilityPattern, as({}, { body: {} }));
  await call(routes.deleteAvailability, as());
};

test("every call and every message is as the documents say", { timeout: 240_000 }, async () => {
  const operator = standby.operatorToken;
  const admin = { username: "admin", email: "admin@example.org", firstName: "Anna", lastName: "Admin" };
  await call(routes.healthz);
  await call(routes.readyz);
  await call(routes.metrics, { token: operator });
  const made = await call(routes.createTenant, {
    token: operator,
    body: { slug: "documents", name: "Documents", locale: "nl", timeZone: "Europe/Amsterdam", admin },
  });
  const tenant = { tenant: made.tenantId as string };
  const accepted = { invitation: made.invitation as string, password: "a long enough password" };
  await call(routes.acceptInvitation, { params: tenant, body: accepted });
  const session = await call(routes.logIn, {
    params: tenant,
    body: { username: "admin", password: accepted.password },
  });
  const token = session.token as string;
  const as = (params: Record<string, string> = {}, rest: Ask = {}): Ask => ({
    token,
    params: { ...tenant, ...params },
    ...rest,
  });
  await call(routes.getMe, as());

  const role = (await call(routes.createRole, as({}, { body: { name: "First aider" } }))).roleId as string;
  const site = (
    await call(
      routes.createSite,
      as({}, { body: { name: "Head office", address: "Kade 1", timeZone: "Europe/Amsterdam" } }),
    )
  ).siteId as string;
  const zone = (await call(routes.createZone, as({ siteId: site }, { body: { name: "Hall" } }))).zoneId as string;
  await call(routes.listRoles, as({}, { query: { limit: "10" } }));
  await call(routes.getRole, as({ roleId: role }));
  await call(routes.patchRole, as({ roleId: role }, { body: { name: "First aid" } }));
  await call(routes.listSites, as());
  await call(routes.getSite, as({ siteId: site }));
  await call(routes.patchSite, as({ siteId: site }, { body: { address: null } }));
  await call(routes.listZones, as({ siteId: site }));
  await call(routes.getZone, as({ siteId: site, zoneId: zone }));
  await call(routes.patchZone, as({ siteId: site, zoneId: zone }, { body: { name: "Great hall" } }));

  const user = (
    await call(
      routes.createUser,
      as(
        {},
        { body: { username: "ria", firstName: "Ria", lastName: "Ploeg", permission: "responder", homeSiteId: site } },
      ),
    )
  ).userId as string;
  await call(routes.importUsers, as({}, { query: { dryRun: "true" }, body: { users: [{ username: "x" }] } }));
  await call(
    routes.importUsers,
    as({}, { body: { users: [{ username: "tom", firstName: "Tom", lastName: "Bos", roles: ["First aid"] }] } }),
  );
  await call(routes.listUsers, as({}, { query: { query: "ri", site } }));
  await call(routes.getUser, as({ userId: user }));
  await call(routes.patchUser, as({ userId: user }, { body: { roleIds: [role] } }));
  const qualifications = [{ roleId: role, validUntil: "2099-12-31" }];
  await call(routes.putQualifications, as({ userId: user }, { body: { qualifications } }));
  await call(routes.getQualifications, as({ userId: user }));
  await call(routes.putUserDuty, as({ userId: user }, { body: { onDuty: true, until: "2099-12-31T00:00:00Z" } }));

  const codes = await call(routes.createEnrolments, as({}, { body: { userIds: [user] } }));
  const [enrolment] = codes.enrolments as unknown as { code: string }[];
  const device = await call(routes.createDeviceSession, {
    params: tenant,
    body: { code: enrolment?.code, device: { name: "phone", platform: "test" } },
  });
  const deviceToken = device.token as string;
  await call(routes.createSocketTicket, as());
  await call(routes.putPresence, {
    params: tenant,
    token: deviceToken,
    body: { siteId: site, zoneId: zone, present: true },
  });
  await call(routes.putAvailability, { params: tenant, token: deviceToken, body: { available: true } });
  await checkAvailability(as);
  const other = { userId: user, token: deviceToken };
  const scene = { url: standby.url, check, call, tenant: tenant.tenant, admin: token, other };
  await checkConversations(scene);
  const endNote = await beginNote(scene, site);
  await call(routes.putDuty, { params: tenant, token: deviceToken, body: { onDuty: true } });
  await call(routes.getSitePresence, as({ siteId: site }));

  const targets = { users: [user] };
  const scenario = (await call(routes.createScenario, as({}, { body: { name: "Fire", title: "Fire", targets } })))
    .scenarioId as string;
  const conditions = { qualified: true, available: true };
  const requirement = [{ roleId: role, count: 1 }];
  await call(routes.previewAlarm, as({}, { body: { scenarioId: scenario, conditions, requirement } }));
  await call(routes.listScenarios, as());
  await call(routes.getScenario, as({ scenarioId: scenario }));
  const everybody = { name: "All", afterSeconds: 600, when: { type: "always" }, action: { type: "everyone" } };
  await call(
    routes.patchScenario,
    as({ scenarioId: scenario }, { body: { message: "Go to the hall", escalation: [everybody], parts: null } }),
  );
  const integration = await call(
    routes.createIntegration,
    as({}, { body: { name: "Panel", kind: "webhook", alarm: { scenarioId: scenario } } }),
  );
  const panel = { integrationId: integration.integrationId as string };
  await call(routes.listIntegrations, as());
  await call(routes.getIntegration, as(panel));

  const phone = await connect(tenant.tenant, deviceToken);
  phone.say({ type: "hello", lastSeq: 0 });
  await phone.heard("welcome");
  phone.say({ type: "ping" });
  await phone.heard("pong");
  phone.say({ type: "presence", siteId: site, present: true });
  await phone.heard("presence");
  phone.say({ type: "availability", available: true });
  await phone.heard("availability");
  phone.say({ type: "watch", board: "alarms" });
  await phone.heard("error");

  // How presence gets in besides: a door's kiosk, access points, and the shapes that devices decide by.
  const shapes = await call(routes.getShapes, as());
  await call(routes.getShapes, as({}, { query: { version: String(shapes.version) } }));
  const kioskId = (await call(routes.createKiosk, as({}, { body: { name: "Door", siteId: site } }))).kioskId as string;
  await call(routes.listKiosks, as());
  const kioskCode = (await call(routes.createKioskEnrolment, as({ kioskId }))).code;
  const kiosk = await call(routes.createKioskSession, { params: tenant, body: { code: kioskCode } });
  await call(routes.getKiosk, as({ kioskId }));
  const { code: ownCode } = await call(routes.createKioskCode, as());
  const { qr } = await call(routes.createKioskQr, { params: tenant, token: deviceToken });
  for (const shown of [
    { code: ownCode, present: true },
    { code: ownCode, present: false },
    { qr, present: true },
  ])
    await call(routes.signAtKiosk, { params: tenant, token: kiosk.token as string, body: shown });
  await call(routes.deleteKiosk, as({ kioskId }));
  const wifi = await call(routes.createIntegration, as({}, { body: { name: "Wi-Fi", kind: "presence" } }));
  const seen = { userRef: "ria", siteId: site, zoneId: zone, present: true };
  const seenAt = new Date();
  await call(routes.postPresenceHook, {
    params: { ...tenant, integrationId: wifi.integrationId as string },
    body: seen,
    headers: {
      "webhook-id": "msg_presence",
      "webhook-timestamp": String(Math.floor(seenAt.getTime() / 1000)),
      "webhook-signature": new Webhook(wifi.secret as string).sign("msg_presence", seenAt, JSON.stringify(seen)),
    },
  });
  await call(routes.deleteIntegration, as({ integrationId: wifi.integrationId as string }));

  const board = await connect(tenant.tenant, token);
  board.say({ type: "hello" });
  board.say({ type: "watch", board: "alarms" });
  board.say({ type: "watch", board: "site", siteId: site });
  await board.heard("board");

  const body = { type: "fire", timestamp: new Date().toISOString(), data: { message: "Smoke in the hall" } };
  const now = new Date();
  const signature = new Webhook(integration.secret as string).sign("msg_documents", now, JSON.stringify(body));
  const raised = await call(routes.postHook, {
    params: { ...tenant, ...panel },
    body,
    headers: {
      "webhook-id": "msg_documents",
      "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
      "webhook-signature": signature,
    },
  });
  const alarm = { alarmId: raised.alarmId as string };
  await phone.heard("alarm");
  phone.say({ type: "receipt", ...alarm });
  phone.say({ type: "seen", ...alarm });
  phone.say({ type: "respond", ...alarm, response: "coming", etaMinutes: 3, text: "from the hall" });
  await phone.heard("responseAccepted");
  await phone.heard("alarmUpdate");
  board.say({ type: "watch", board: "alarm", ...alarm });
  board.say({ type: "unwatch", board: "site" });
  await call(
    routes.raiseAlarm,
    as({}, { body: { scenarioId: scenario, kind: "exercise" }, headers: { "Idempotency-Key": "a" } }),
  );
  await call(routes.listAlarms, as({}, { query: { state: "open" } }));
  await call(routes.getAlarm, as(alarm));
  await call(routes.listRecipients, as(alarm));
  await call(routes.explainRecipient, as({ ...alarm, userId: user }));
  await call(routes.reAlarm, as(alarm, { body: { who: "unanswered" } }));
  await call(routes.escalate, as(alarm, { body: { step: 0 } }));
  const incidentId = raised.incidentId as string;
  await call(routes.addNote, as({ incidentId }, { body: { text: "Doors closed." } }));
  await call(routes.listIncidents, as({}, { query: { state: "open" } }));
  await call(routes.getIncident, as({ incidentId }));
  await call(routes.standDown, as(alarm, { body: { reason: "mistake" } }));
  await call(routes.reopenAlarm, as(alarm));
  await call(routes.standDown, as(alarm, { body: { reason: "over", text: "All clear" } }));
  await phone.heard("standDown");

  await expect
    .poll(
      async () => (await call(routes.listHistoryAlarms, as({}, { query: { from: "2020-01-01T00:00:00Z" } }))).items,
      {
        timeout: 20_000,
      },
    )
    .toHaveLength(2);
  await call(routes.getHistoryAlarm, as(alarm));
  await call(routes.verifyAlarm, as(alarm));
  await call(routes.getReport, as(alarm, { query: { locale: "en" } }));
  await call(routes.getReport, as(alarm, { query: { format: "html" } }));
  await call(routes.getReport, as(alarm, { query: { format: "csv", part: "recipients" } }));
  await call(routes.putStatisticsSettings, as({}, { body: { minimumGroup: 8 } }));
  await call(routes.getStatisticsSettings, as());
  await call(routes.getPresenceStatistics, as({}, { query: { siteId: site, roleId: role, grid: "day" } }));
  await call(
    routes.getPresenceStatistics,
    as({}, { query: { siteId: site, roleId: role, zoneId: zone }, status: 422 }),
  );
  await call(routes.getAlarmStatistics, as({}, { query: { by: "scenario", kind: "actual" } }));
  await call(routes.getStaffingStatistics, as());
  await call(routes.getChannelStatistics, as());
  await call(routes.listScores, as({}, { query: { kind: "exercise", limit: "10" } }));
  await call(routes.listCap, as(alarm));
  await call(routes.getCap, as({ ...alarm, n: "1" }));

  // A roll-call from its muster point to its record.
  const musterPoint = (await call(routes.createMusterPoint, as({ siteId: site }, { body: { name: "North gate" } })))
    .musterPointId as string;
  const gate = { siteId: site, musterPointId: musterPoint };
  await call(routes.listMusterPoints, as({ siteId: site }));
  await call(routes.getMusterPoint, as(gate));
  await call(routes.patchMusterPoint, as(gate, { body: { description: "Near the flags" } }));
  const rollCallId = (
    await call(routes.startRollCall, as({}, { body: { siteId: site, kind: "exercise", title: "Drill", visitors: 2 } }))
  ).rollCallId as string;
  const rollCall = { rollCallId };
  await phone.heard("rollCall");
  phone.say({ type: "checkIn", rollCallId, musterPointId: musterPoint, secondsAgo: 5 });
  board.say({ type: "watch", board: "rollCall", rollCallId });
  await call(routes.checkIn, { params: { ...tenant, ...rollCall }, token: deviceToken, body: {} });
  const seenTick = { state: "missing", note: "Not seen" };
  await call(routes.tickLine, as({ ...rollCall, userId: user }, { body: seenTick }));
  const lines = [{ userId: user, state: "accountedFor", musterPointId: musterPoint }];
  await call(routes.tickLines, as(rollCall, { body: { lines } }));
  await call(routes.putVisitors, as(rollCall, { body: { musterPointId: musterPoint, accounted: 2, expected: 3 } }));
  await call(routes.listRollCalls, as({}, { query: { state: "open" } }));
  await call(routes.listRollCallLines, as(rollCall, { query: { state: "accountedFor", musterPoint, query: "ria" } }));
  await call(routes.closeRollCall, as(rollCall));
  await call(routes.reopenRollCall, as(rollCall));
  await call(routes.deleteMusterPoint, as(gate, { status: 409 }));
  await call(routes.closeRollCall, as(rollCall));
  await call(routes.getRollCall, as(rollCall));
  const known = async () =>
    (
      await fetch(`${standby.url}/v1/documents/history/roll-calls/${rollCallId}`, {
        headers: { authorization: `Bearer ${token}` },
      })
    ).status;
  await expect.poll(known, { timeout: 20_000 }).toBe(200);
  await call(routes.getHistoryRollCall, as(rollCall));
  await call(routes.deleteMusterPoint, as(gate));

  // A lone worker who is warned, checks in and comes back.
  const own = (rest: Ask = {}, params = {}): Ask => ({ params: { ...tenant, ...params }, token: deviceToken, ...rest });
  const alone = { scenarioId: scenario, intervalMinutes: 1, warnSeconds: 59, note: "Roof", siteId: site, zoneId: zone };
  const loneWorkerSessionId = (await call(routes.startLoneWorkerSession, own({ body: alone })))
    .loneWorkerSessionId as string;
  await phone.heard("notice");
  phone.say({ type: "checkedIn", loneWorkerSessionId, secondsAgo: 0 });
  await phone.heard("loneWorker");
  await call(routes.loneWorkerCheckIn, own({ body: { secondsAgo: 0 } }, { loneWorkerSessionId }));
  await call(routes.listOwnLoneWorkerSessions, own({ query: { limit: "5" } }));
  await call(routes.listLoneWorkerSessions, as());
  await call(routes.endLoneWorkerSession, own({}, { loneWorkerSessionId }));
  await call(routes.getLoneWorkerSession, as({ loneWorkerSessionId }));

  // A recurring test alarm, run by hand.
  const weekly = { name: "Weekly", every: "week", weekday: 1, at: "12:00", channels: ["socket", "sms"], title: "Test" };
  const testPlanId = (await call(routes.createTestPlan, as({}, { body: { ...weekly, audience: targets } })))
    .testPlanId as string;
  const testPlan = { testPlanId };
  await call(routes.listTestPlans, as());
  await call(routes.patchTestPlan, as(testPlan, { body: { every: "month", weekday: null, day: 31 } }));
  await call(routes.getTestPlan, as(testPlan));
  await call(routes.refreshTestAudience, as(testPlan));
  const testRun = (await call(routes.runTestPlan, as(testPlan))).alarmId as string;
  await call(routes.listTestRuns, as(testPlan, { query: { limit: "10" } }));
  await call(routes.getTestRun, as({ ...testPlan, alarmId: testRun }, { query: { limit: "10" } }));
  await call(routes.standDown, as({ alarmId: testRun }, { body: { reason: "exerciseOver" } }));
  await call(routes.deleteTestPlan, as(testPlan));

  // Staffing: a rule that nobody meets, its forecast and simulation, and somebody who helps out.
  board.say({ type: "watch", board: "staffing" });
  const tomorrow = (hours: number) => new Date(Date.now() + (24 + hours) * 3_600_000).toISOString();
  const window = { weekdays: [1, 2, 3, 4, 5, 6, 7], from: "00:00", to: "00:00" };
  const staffing = { name: "Aid", siteId: site, roleId: role, minimum: 2, hours: [window], afterSeconds: 0 };
  const staffingRuleId = (
    await call(routes.createStaffingRule, as({}, { body: { ...staffing, digest: "atOnce", warn: { roles: [role] } } }))
  ).staffingRuleId as string;
  const staffingRule = { staffingRuleId };
  await call(routes.listStaffingRules, as({}, { query: { limit: "5" } }));
  await call(routes.patchStaffingRule, as(staffingRule, { body: { name: null, warn: null, minimum: 1 } }));
  await call(routes.getStaffingRule, as(staffingRule));
  await call(routes.getStaffing, as({}, { query: { limit: "5" } }));
  await call(routes.getStaffingForecast, as({}, { query: { days: "1" } }));
  const fillable = { name: "Fillable", title: "Fire", targets, requirement: [{ roleId: role, count: 1 }] };
  const fillableId = (await call(routes.createScenario, as({}, { body: fillable }))).scenarioId as string;
  await call(routes.simulateStaffing, as({}, { body: { scenarioId: fillableId, days: 1 } }));
  await call(routes.deleteScenario, as({ scenarioId: fillableId }));
  const wanted = { staffingRuleId, from: tomorrow(0), to: tomorrow(4), count: 1 };
  const coverRequestId = (await call(routes.createCoverRequest, as({}, { body: wanted }))).coverRequestId as string;
  await call(routes.listCoverRequests, own({ query: { limit: "5" } }));
  await call(routes.takeCoverRequest, own({}, { coverRequestId }));
  await call(routes.getCoverRequest, as({ coverRequestId }));
  await call(routes.withdrawCoverRequest, as({ coverRequestId }));
  await call(routes.deleteStaffingRule, as(staffingRule));

  // A roster: shifts, a file, a template, offers that are taken and withdrawn.
  const soon = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
  const shiftOf = (hours: number, rest: object) => ({
    ...{ siteId: site, roleId: role, startsAt: soon(hours), endsAt: soon(hours + 4) },
    ...rest,
  });
  const planned = await call(
    routes.createShifts,
    as({}, { body: { shifts: [shiftOf(2, { userId: user, note: "Gate" }), shiftOf(40, {})] } }),
  );
  const [shiftId = "", openShift = ""] = (planned.shifts as unknown as { shiftId: string }[]).map((one) => one.shiftId);
  await call(routes.listShifts, as({}, { query: { from: soon(0), to: soon(3), site, role, user, open: "false" } }));
  await call(routes.patchShift, as({ shiftId }, { body: { note: null } }));
  await call(routes.getShift, as({ shiftId }));
  await call(routes.putRosterSettings, as({}, { body: { warnHours: 48 } }));
  await call(routes.getRosterSettings, as());
  const file = "start,end\n2099-01-01 09:00,2099-01-01 17:00\n";
  const csv = { format: "csv", text: file, siteId: site, roleId: role };
  await call(routes.importShifts, as({}, { body: csv, query: { dryRun: "true" } }));
  const nights = { siteId: site, roleId: role, weekday: 1, from: "22:00", until: "06:00", places: 2 };
  const templateId = (await call(routes.createShiftTemplate, as({}, { body: { name: "Nights", lines: [nights] } })))
    .templateId as string;
  await call(routes.listShiftTemplates, as());
  await call(routes.patchShiftTemplate, as({ templateId }, { body: { name: "Late" } }));
  await call(routes.getShiftTemplate, as({ templateId }));
  const weeks = { body: { from: "2099-01-01", weeks: 2 }, query: { dryRun: "true" } };
  await call(routes.expandShiftTemplate, as({ templateId }, weeks));
  await call(routes.deleteShiftTemplate, as({ templateId }));
  const given = (await call(routes.createShiftOffer, own({ body: { note: "Dentist" } }, { shiftId })))
    .offerId as string;
  await call(routes.listOwnShiftOffers, own({ query: { limit: "5" } }));
  await call(routes.getShiftOffer, own({}, { offerId: given }));
  await call(routes.acceptShiftOffer, own({ status: 409 }, { offerId: given }));
  await call(routes.withdrawShiftOffer, own({}, { offerId: given }));
  const asked = (await call(routes.createShiftOffer, as({ shiftId: openShift }, { body: { to: [user] } })))
    .offerId as string;
  await call(routes.acceptShiftOffer, own({}, { offerId: asked }));
  // Those of the cover request too: a site that a shift needs stays.
  for (const one of (await call(routes.listShifts, as())).items as unknown as { shiftId: string }[])
    await call(routes.deleteShift, as({ shiftId: one.shiftId }));
  await call(routes.listExpiringQualifications, as({}, { query: { expiringBefore: "2100-01-01", role } }));

  // Channels: proving addresses, a ladder of all of them, answer links and receipts.
  await call(routes.getPushKey);
  const contactId = (await call(routes.createContact, as({}, { body: { name: "Guard", email: "guard@example.org" } })))
    .contactId as string;
  const contact = { contactId };
  const codeIn = ({ text }: { text: string }) => /\b[0-9]{6}\b/.exec(text)?.[0] ?? "none";
  const takes = (channel: "sms" | "voice" | "email", to: string, words: RegExp) =>
    receivers[channel].takes(standby.url, (message) => message.to === to && words.test(message.text));
  await call(routes.listContacts, as());
  await call(routes.createContactVerification, as(contact, { body: { detail: "email" } }));
  const guardsCode = codeIn(await takes("email", "guard@example.org", /code/));
  await call(routes.confirmContactVerification, as(contact, { body: { detail: "email", code: guardsCode } }));
  await call(routes.patchContact, as(contact, { body: { phone: "+31201234567" } }));
  await call(routes.getContact, as(contact));
  await call(routes.deleteContact, as(contact));

  const mine = { params: tenant, token: deviceToken };
  await call(routes.patchUser, as({ userId: user }, { body: { phone: "06 12345678", email: "ria@example.org" } }));
  await call(routes.putPushSubscription, { ...mine, body: await receivers.push.subscribe() });
  for (const [detail, channel, to] of [
    ["phone", "sms", "+31612345678"],
    ["email", "email", "ria@example.org"],
  ] as const) {
    await call(routes.createVerification, { ...mine, body: { detail } });
    const code = codeIn(await takes(channel, to, /code/));
    await call(routes.confirmVerification, { ...mine, body: { detail, code } });
  }
  await call(routes.getOwnChannels, mine);
  const ladder = (["sms", "voice", "email"] as const).map((channel) => ({
    criterion: "responded" as const,
    withinSeconds: 0,
    channel,
  }));
  const reached = (
    await call(routes.createScenario, as({}, { body: { name: "Leak", title: "Leak", targets, ladder } }))
  ).scenarioId as string;
  await call(routes.raiseAlarm, as({}, { body: { scenarioId: reached } }));
  const [text, spoken, mail] = await Promise.all([
    takes("sms", "+31612345678", /Leak/),
    takes("voice", "+31612345678", /Leak/),
    takes("email", "ria@example.org", /Leak/),
  ]);
  const received = async (route: Route, response: Response) =>
    check.checkAnswer(route, {}, { status: response.status, headers: response.headers, text: await response.text() });
  await received(routes.postChannelReceipt, await receivers.sms.report(text, "delivered"));
  await received(routes.getChannelReceipt, await receivers.voice.report(spoken, "delivered"));
  const account = `${standby.url}/v1/channel-receipts`;
  await received(routes.postAccountReceipt, await receivers.email.report(mail, "delivered", account));
  const link = /\/a\/[^/]+\/([A-Za-z0-9_-]+)/.exec(text.text)?.[1] ?? "none";
  const linked = { params: { ...tenant, token: link } };
  await call(routes.getAnswerLink, linked);
  await call(routes.postLinkReceipt, { ...linked, body: { what: "seen" } });
  await call(routes.answerByLink, { ...linked, body: { response: "coming", etaMinutes: 3 } });
  await call(routes.getAnswerLink, { ...linked, status: 410 });
  await call(routes.listChannels, as());
  await call(routes.listDeadLetters, as({}, { query: { limit: "10" } }));
  await call(routes.deletePushSubscription, mine);

  await endNote();
  await call(routes.deleteIntegration, as(panel));
  await call(routes.deleteScenario, as({ scenarioId: scenario }));
  await call(routes.deleteZone, as({ siteId: site, zoneId: zone }));
  await call(routes.deleteSite, as({ siteId: site }, { status: 409 }));
  await call(routes.patchUser, as({ userId: user }, { body: { homeSiteId: null, roleIds: [] } }));
  await call(routes.deleteSite, as({ siteId: site }));
  await call(routes.deleteRole, as({ roleId: role }, { status: 409 }));
  await call(
    routes.importUsers,
    as({}, { body: { users: [{ username: "tom", firstName: "Tom", lastName: "Bos", roles: [] }] } }),
  );
  await call(routes.deleteRole, as({ roleId: role }));
  phone.close();
  board.close();
  await call(routes.logOut, as());
  await call(routes.getMe, as({}, { status: 401 }));

  // Readiness answers 503 only when alarms are down, which a running actor never says; the tests of the edge cover it.
  expect(check.uncovered().filter((what) => what !== "readyz 503")).toEqual([]);
});
