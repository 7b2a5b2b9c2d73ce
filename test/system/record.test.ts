/**
 * The record of an exercise as people get it over HTTP from real workerd and sqld: I8 (the history says what the tenant says),
 * T25 (verification, also when somebody writes to libSQL), I9 (an exercise says so everywhere), T1 and I6 (who may read it),
 * the report in its three forms, scores, and CAP 1.2 by the OASIS schema. Not proved: what is in a report in each case
 * (test/core/report.test.ts) and each kind of damage (verification.test.ts).
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { StandbyApi } from "../../clients/sdk/api.ts";
import { openHistory } from "../../history/client.ts";
import { AlarmRecord } from "../../protocol/history.ts";
import { routes } from "../../protocol/http/routes.ts";
import { CapFeed, Report, Scores } from "../../protocol/reports.ts";
import { Verification } from "../../protocol/verification.ts";
import { capFaults } from "../core/cap-schema.ts";
import { type InstallationUnderTest, startInstallation } from "./harness/installation.ts";
import { decode, eventually, idOf, World } from "./world.ts";

let installation: InstallationUnderTest;
let world: World;
let alarmId: string;
let scenarioId: string;

const path = (rest: string, id = alarmId) => `/history/alarms/${id}${rest}`;
const verification = async () => decode(await world.call("GET", path("/verification")), 200, Verification);
const get = (rest: string, accept?: string) =>
  world.call("GET", path(rest), undefined, world.admin, accept === undefined ? {} : { accept });

/** An exercise of the scenario: raised, answered by two, ended. */
const exercise = async (): Promise<string> => {
  const arrivals = world.devices.map((device) => device.next((frame) => frame.type === "alarm"));
  const raised = await world.raise({ scenarioId, kind: "exercise" });
  for (const frame of await Promise.all(arrivals)) expect(frame.alarmId).toBe(raised.alarmId);
  await world.devices[0]?.respond(raised.alarmId, "coming");
  await world.devices[1]?.respond(raised.alarmId, "notComing");
  await world.devices[0]?.respond(raised.alarmId, "onScene");
  return raised.alarmId;
};

beforeAll(async () => {
  installation = await startInstallation();
  world = await World.make(installation, "record");
  await world.addSite("North");
  await world.addRole("First aider");
  const roles = ["First aider"];
  await world.addPeople([
    ...["ada", "bob"].map((username) => ({ username, homeSite: "North", roles, permission: "responder" })),
    { username: "eve", homeSite: "North", permission: "employee" },
  ]);
  await world.addDevices(["ada", "bob"]);
  const roleId = idOf(world.roles, "First aider");
  const made = await world.call("POST", "/scenarios", {
    name: "Fire",
    title: "Fire & <smoke>",
    message: "Come to the hall.",
    targets: { roles: [roleId] },
    requirement: [{ roleId, count: 1 }],
    severity: "Severe",
    category: "Fire",
    instructions: [{ roleId, text: "Bring the AED" }],
    escalation: [{ name: "Everybody", afterSeconds: 3_600, when: { type: "always" }, action: { type: "everyone" } }],
  });
  ({ scenarioId } = JSON.parse(made.text));
  expect(made.status, made.text).toBe(201);
  alarmId = await exercise();
});

afterAll(async () => {
  world?.disconnectAll();
  await installation?.stop();
});

test("T25, I8: right after the answers the record is behind or whole, and never said to be damaged", async () => {
  for (let look = 0; look < 5; look++) {
    const now = await verification();
    expect(now.intact, JSON.stringify(now)).toBe(true);
    for (const { problem } of now.problems) expect(problem).toBe("behind");
  }
  const first = await world.call("GET", path("/verification", "alm_never_raised"));
  expect(first.status).toBe(404);
});

test("I8: escalated, ended, opened again and ended again, the history says what the tenant itself says", async () => {
  const act = async (action: string, body: object = {}) => {
    const answer = await world.call("POST", `/alarms/${alarmId}/${action}`, action === "re-open" ? undefined : body);
    expect(answer.status, `${action}: ${answer.text}`).toBe(200);
  };
  await act("escalate");
  await act("re-alarm", { who: "all" });
  await act("stand-down", { reason: "falseAlarm", text: "No" });
  await act("re-open");
  await act("stand-down", { reason: "exerciseOver" });

  const own = await world.alarm(alarmId);
  await eventually(
    async () => {
      const { recipients, events: _, ...kept } = decode(await get(""), 200, AlarmRecord);
      expect(kept).toEqual(own);
      const live = await world.recipients(alarmId);
      // Who fills which role is reckoned from the roles people have now; the record holds what happened.
      const comparable = live.map(({ fillsRoleId: _role, standBy: _standBy, ...rest }) => rest);
      expect(recipients.toSorted((a, b) => a.userId.localeCompare(b.userId))).toEqual(
        comparable.toSorted((a, b) => a.userId.localeCompare(b.userId)),
      );
    },
    30_000,
    "the history equals the tenant's answer",
  );
});

test("T25: the record verifies, and one row changed in libSQL is named and fails it until it is as it was", async () => {
  const whole = await eventually(
    async () => {
      const now = await verification();
      expect(now).toMatchObject({ intact: true, complete: true, problems: [] });
      return now;
    },
    30_000,
    "the record is whole",
  );
  // The step that called everybody reached the administrator too, who has no home site.
  const sources = ["tenant", "roaming", "incident", idOf(world.sites, "North")];
  expect(whole.chains.map(({ source }) => source).toSorted()).toEqual(sources.toSorted());
  expect(whole.chains.reduce((sum, { events }) => sum + events, 0)).toBe(whole.events);

  const { url, authToken } = installation.history;
  const { $client } = openHistory({ url, ...(authToken === undefined ? {} : { authToken }) });
  const flip = (from: string, to: string) =>
    $client.execute({
      sql: "UPDATE events SET body = replace(body, ?, ?) WHERE entity = ? AND type = 'alarm.stoodDown'",
      args: [from, to, alarmId],
    });
  await flip("falseAlarm", "exerciseOver");
  const damaged = await verification();
  expect(damaged).toMatchObject({ intact: false, problems: [{ source: "tenant", problem: "altered" }] });
  expect(damaged.problems).toHaveLength(1);
  const [row] = (
    await $client.execute({
      sql: "SELECT type FROM events WHERE event_id = ?",
      args: [damaged.problems[0]?.eventId ?? ""],
    })
  ).rows;
  expect(row?.type).toBe("alarm.stoodDown");
  await flip('"reason":"exerciseOver","text"', '"reason":"falseAlarm","text"');
  expect((await verification()).intact).toBe(true);

  // A line of the incident's log that nobody wrote.
  await $client.execute({
    sql: `INSERT INTO events (event_id, tenant_id, type, entity, at, by_type, by_id, body)
      SELECT 'evt_note_by_hand', tenant_id, 'incident.noted', entity, at, by_type, by_id, '{"text":"forged"}' FROM events
      WHERE type = 'incident.opened'`,
    args: [],
  });
  expect(await verification()).toMatchObject({
    intact: false,
    problems: [{ eventId: "evt_note_by_hand", problem: "inserted" }],
  });
  await $client.execute("DELETE FROM events WHERE event_id = 'evt_note_by_hand'");

  // Rows of a source that is no place of this tenant wake no actor and count as put in.
  await $client.execute({
    sql: `INSERT INTO events (event_id, tenant_id, type, entity, at, by_type, by_id, body, source, n, salt, body_hash, hash)
      SELECT 'evt_put_in_by_hand', tenant_id, type, entity, at, by_type, by_id, body, 'sit_nowhere_at_all', n, salt, body_hash,
        hash FROM events WHERE entity = ? AND type = 'alarm.raised'`,
    args: [alarmId],
  });
  expect(await verification()).toMatchObject({
    intact: false,
    problems: [{ eventId: "evt_put_in_by_hand", source: "sit_nowhere_at_all", problem: "inserted" }],
  });
  await $client.execute("DELETE FROM events WHERE event_id = 'evt_put_in_by_hand'");
});

test("the report comes as JSON, as a page and as tables, by address or by Accept, and says that it was an exercise", async () => {
  const json = decode(await get("/report?locale=en"), 200, Report);
  expect(json).toMatchObject({
    notice: "EXERCISE: this was not a real alarm",
    organisation: { name: "record" },
    requirement: [{ role: "First aider", count: 1, coming: 1 }],
    alarm: { alarmId, kind: "exercise", reAlarms: 1 },
  });
  for (const name of ["firstReceivedMs", "firstAnswerMs", "filledMs", "firstOnSceneMs", "endedMs"] as const)
    expect(json.timings[name], name).toBeGreaterThanOrEqual(0);
  expect(json.answers.map(({ response }) => response).toSorted()).toEqual(["coming", "notComing", "onScene"]);
  expect(json.failed.steps).toMatchObject([{ name: "Everybody", cause: "hand" }]);
  const eve = json.failed.notReached.find(({ userId }) => userId === idOf(world.people, "eve"));
  expect(eve).toMatchObject({ name: "Test eve", reason: "noDevice" });
  expect(json.failed.notReached).toHaveLength(json.alarm.counts.notReached);
  const { events } = decode(await get(""), 200, AlarmRecord);
  expect(json.timeline).toHaveLength(events.length);

  const page = await get("/report", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8");
  expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(page.headers.get("cache-control")).toBe("no-store");
  expect(page.text).toContain("OEFENING: dit was geen echt alarm");
  expect(page.text).toContain("Fire &amp; &lt;smoke&gt;");
  expect((await get("/report?format=html&locale=en")).text).toContain("EXERCISE: this was not a real alarm");

  const table = await get("/report?format=csv&part=recipients");
  expect(table.headers.get("content-type")).toBe("text/csv; charset=utf-8");
  expect(table.headers.get("content-disposition")).toBe(`attachment; filename="exercise-${alarmId}-recipients.csv"`);
  expect(table.text.trim().split("\r\n")).toHaveLength(1 + json.alarm.counts.recipients);
  expect((await get("/report?format=pdf")).status).toBe(422);
});

test("scores: the next exercise of the scenario is compared with the first", async () => {
  const second = await exercise();
  await eventually(
    async () => {
      const answer = await world.call("GET", `/history/scores?scenarioId=${scenarioId}&kind=exercise&limit=5`);
      const [newest, oldest, ...rest] = decode(answer, 200, Scores).items;
      expect(rest).toEqual([]);
      expect([newest?.alarmId, oldest?.alarmId]).toEqual([second, alarmId]);
      expect(newest?.earlier).toBe(1);
      for (const name of ["firstAnswerMs", "filledMs", "firstOnSceneMs"] as const)
        expect(newest?.difference[name], name).toBe(Number(newest?.[name]) - Number(oldest?.[name]));
      expect(oldest?.difference.firstAnswerMs).toBeNull();
    },
    30_000,
    "the second exercise is scored",
  );
});

test("CAP: the feed's messages are valid by the OASIS schema, through the SDK too, and none is named that is not there", async () => {
  const feed = decode(await get("/cap"), 200, CapFeed);
  expect(feed.items.map(({ msgType }) => msgType)).toEqual(["Alert", "Update", "Update", "Cancel", "Update", "Cancel"]);
  const api = new StandbyApi({ baseUrl: installation.url, tenant: "record", token: world.admin });
  for (const { n, identifier, msgType, url } of feed.items) {
    expect(url).toBe(`/v1/record${path(`/cap/${n}`)}`);
    const answer = await get(`/cap/${n}`);
    expect(answer.headers.get("content-type")).toBe("application/cap+xml; charset=utf-8");
    expect(await capFaults(answer.text), answer.text).toEqual([]);
    expect(answer.text).toContain(`<identifier>${identifier}</identifier>`);
    expect(answer.text).toContain(`<msgType>${msgType}</msgType>`);
    expect(answer.text).toContain("<status>Exercise</status>");
    expect(await api.call(routes.getCap, { params: { alarmId, n: String(n) } })).toBe(answer.text);
  }
  for (const wrong of ["/cap/7", "/cap/0", "/cap/x", "/cap/1e3"]) expect((await get(wrong)).status, wrong).toBe(404);
});

test("T1, I6: only those who lead read it, and another tenant's alarm is one that is not there", async () => {
  const responder = world.devices[0]?.token ?? "";
  const other = await World.make(installation, "other");
  for (const rest of ["/verification", "/report", "/report?format=html", "/cap", "/cap/1"]) {
    expect((await world.call("GET", path(rest), undefined, responder)).status, rest).toBe(403);
    expect((await world.call("GET", path(rest), undefined, null)).status, rest).toBe(401);
    const foreign = await other.call("GET", path(rest));
    const unknown = await other.call("GET", path(rest, "alm_never_raised"));
    expect([foreign.status, foreign.text], rest).toEqual([404, unknown.text]);
  }
  expect((await world.call("GET", "/history/scores", undefined, responder)).status).toBe(403);
  expect(decode(await other.call("GET", "/history/scores"), 200, Scores).items).toEqual([]);
});

test("with sqld gone they say that they are not available, and come back with it", async () => {
  await installation.killSqld();
  for (const rest of ["/verification", "/report", "/cap"]) {
    const answer = await get(rest);
    expect([answer.status, answer.headers.get("retry-after") !== null], rest).toEqual([503, true]);
  }
  await installation.startSqld();
  await eventually(
    async () => expect(await verification()).toMatchObject({ intact: true, complete: true }),
    60_000,
    "the record verifies again",
  );
});
