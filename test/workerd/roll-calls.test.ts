import { evictAllDurableObjects } from "cloudflare:test";
import { expect, test } from "vitest";
import type * as z from "zod";
import { page } from "../../protocol/lists.ts";
import { MusterPoint, RollCall, RollCallLine } from "../../protocol/roll-calls.ts";
import type { Device } from "./harness/device.ts";
import { fireTimers, query } from "./harness/storage.ts";
import { Tenant } from "./harness/tenant.ts";

// Roll-calls inside the real actors: that everybody present becomes a line, is asked on every device and can be ticked off or
// check in, with the actors dropped from memory after any step (T5); what is stored and put on record; who may see it. The
// rules of a line by itself are test/core/roll-call.test.ts; libSQL and killed processes are test/system's.

const present = async (device: Device, siteId: string, is = true): Promise<void> => {
  device.send({ type: "presence", siteId, present: is });
  await device.next("presence");
};

const start = async (tenant: Tenant, body: object): Promise<RollCall> => {
  const answer = await tenant.call("POST", "/roll-calls", { body });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return RollCall.parse(answer.body);
};

const linesOf = async (tenant: Tenant, id: string, filter = ""): Promise<z.infer<typeof RollCallLine>[]> =>
  page(RollCallLine).parse((await tenant.call("GET", `/roll-calls/${id}/lines?limit=200${filter}`)).body).items;

const addPoint = async (tenant: Tenant, siteId: string, name: string): Promise<string> =>
  MusterPoint.parse((await tenant.call("POST", `/sites/${siteId}/muster-points`, { body: { name } })).body)
    .musterPointId;

/** A site with two people present, one of whom nothing is known, and one who is elsewhere. */
const building = async () => {
  const tenant = await Tenant.make();
  const [site, other] = [await tenant.addSite("Head office"), await tenant.addSite("Depot")];
  const point = await addPoint(tenant, site, "North gate");
  const ann = await tenant.addDevice("ann", { homeSiteId: site, permission: "employee" });
  // At home elsewhere: another site actor holds the sockets.
  const bob = await tenant.addDevice("bob", { homeSiteId: other });
  const unknown = await tenant.addPerson("unknown", { homeSiteId: site });
  const away = await tenant.addDevice("away", { homeSiteId: other });
  for (const device of [ann, bob]) await present(device, site);
  return { tenant, site, other, point, ann, bob, unknown, away };
};

const moments = [
  "the start",
  "the tick",
  "the check-in",
  "the joining",
  "the close",
  "the re-opening",
  "nothing",
] as const;

test.each(moments)("T5: a roll-call is whole after an eviction after %s", async (moment) => {
  const evictAfter = (now: (typeof moments)[number]) => (now === moment ? evictAllDurableObjects() : undefined);
  const { tenant, site, other, point, ann, bob, unknown, away } = await building();
  const opened = await start(tenant, { siteId: site, kind: "exercise", visitors: 3 });
  const { rollCallId } = opened;
  expect(opened).toMatchObject({ kind: "exercise", state: "open", title: "Head office" });
  expect(opened.totals).toMatchObject({ lines: 3, missing: 2, unknown: 1, accountedFor: 0 });
  await evictAfter("the start");
  await fireTimers(tenant.stub, "sites");
  for (const device of [ann, bob]) {
    const frame = await device.next("rollCall");
    expect(frame, "I9").toMatchObject({ rollCallId, kind: "exercise", state: "open", you: { state: "missing" } });
    expect(frame.musterPoints).toEqual([{ musterPointId: point, name: "North gate" }]);
  }

  const ticked = await tenant.call("PUT", `/roll-calls/${rollCallId}/lines/${bob.userId}`, {
    body: { state: "accountedFor", musterPointId: point, note: "by the gate" },
    token: bob.token,
  });
  expect(ticked.body, "a responder's device ticks off").toMatchObject({ state: "accountedFor", self: false });
  await evictAfter("the tick");
  await fireTimers(tenant.stub, "sites");
  await bob.next("rollCall", ({ you }) => you?.state === "accountedFor");

  ann.send({ type: "checkIn", rollCallId, musterPointId: point });
  await ann.next("rollCall", ({ accepted, you }) => accepted === true && you?.state === "accountedFor");
  await evictAfter("the check-in");
  ann.send({ type: "checkIn", rollCallId });
  await ann.next("rollCall", ({ accepted }) => accepted === true);

  await present(away, site);
  await present(bob, other);
  await evictAfter("the joining");
  await fireTimers(tenant.stub, "sites");
  await away.next("rollCall", ({ you }) => you?.state === "missing");
  const counted = await tenant.call("PUT", `/roll-calls/${rollCallId}/visitors`, {
    body: { musterPointId: point, accounted: 2, expected: 4 },
  });
  expect(RollCall.parse(counted.body).totals.visitors).toEqual({ expected: 4, accounted: 2 });

  const closed = RollCall.parse((await tenant.call("POST", `/roll-calls/${rollCallId}/close`)).body);
  expect(closed).toMatchObject({ state: "closed", timings: { firstMs: expect.any(Number), noneMissingMs: null } });
  await evictAfter("the close");
  await fireTimers(tenant.stub, "sites");
  await ann.next("rollCall", ({ state }) => state === "closed");
  const late = await tenant.call("PUT", `/roll-calls/${rollCallId}/lines/${unknown}`, { body: { state: "missing" } });
  expect(late.status).toBe(409);
  expect((await tenant.call("POST", `/roll-calls/${rollCallId}/close`)).status).toBe(409);

  expect((await tenant.call("POST", `/roll-calls/${rollCallId}/re-open`)).status).toBe(200);
  await evictAfter("the re-opening");
  await fireTimers(tenant.stub, "sites");
  await ann.next("rollCall", ({ state, version }) => state === "open" && version > closed.version);

  const now = RollCall.parse((await tenant.call("GET", `/roll-calls/${rollCallId}`)).body);
  expect(now).toMatchObject({ state: "open", kind: "exercise" });
  expect(now.totals).toMatchObject({ lines: 4, missing: 1, accountedFor: 2, unknown: 1, conflicts: 0 });
  expect(now.musterPoints).toEqual([{ musterPointId: point, name: "North gate", accountedFor: 2, visitors: 2 }]);
  const lines = new Map((await linesOf(tenant, rollCallId)).map((line) => [line.userId, line]));
  expect(lines.get(bob.userId)).toMatchObject({
    state: "accountedFor",
    note: "by the gate",
    leftSite: expect.any(String),
    by: { userId: bob.userId, name: "U bob" },
  });
  expect(lines.get(ann.userId)).toMatchObject({ state: "accountedFor", self: true, musterPointId: point });
  expect(lines.get(away.userId)).toMatchObject({ state: "missing", name: "U away" });
  expect(lines.get(unknown)).toMatchObject({ state: "unknown" });
  // Every change is on record with who made it, each once.
  const records = await query(
    tenant.stub,
    "SELECT type, by_id FROM log WHERE entity = ? AND type LIKE 'rollCall.%' ORDER BY seq",
    rollCallId,
  );
  expect(records.map((row) => row.type)).toEqual([
    "rollCall.opened",
    ...Array(5).fill("rollCall.changed"),
    "rollCall.closed",
    "rollCall.reopened",
  ]);
  expect([records[1]?.by_id, records[2]?.by_id, records[3]?.by_id]).toEqual([bob.userId, ann.userId, "presence"]);
});

test("I3: nobody without a line is told, and what was opened or closed meanwhile is told after a reconnect", async () => {
  const { tenant, site, ann, away } = await building();
  ann.close();
  await ann.closed;
  const { rollCallId } = await start(tenant, { siteId: site });
  await fireTimers(tenant.stub, "sites");
  await evictAllDurableObjects();
  const back = await tenant.connect(ann);
  expect(await back.next("rollCall")).toMatchObject({ rollCallId, state: "open", you: { state: "missing" } });
  back.close();
  await tenant.call("POST", `/roll-calls/${rollCallId}/close`);
  await fireTimers(tenant.stub, "sites");
  const again = await tenant.connect(ann);
  expect(await again.next("rollCall")).toMatchObject({ rollCallId, state: "closed", you: { state: "missing" } });
  again.send({ type: "checkIn", rollCallId });
  expect(await again.next("error")).toMatchObject({ code: "conflict", ref: rollCallId });
  await away.settled();
  expect(away.of("rollCall")).toEqual([]);
  away.send({ type: "checkIn", rollCallId });
  expect(await away.next("error"), "I6: like an unknown one").toMatchObject({ code: "not_found", ref: rollCallId });
});

test("an offline check-in does not hold over what a marshal said after it; the conflict is shown", async () => {
  const { tenant, site, point, ann } = await building();
  const { rollCallId } = await start(tenant, { siteId: site });
  await ann.next("rollCall");
  const tick = (state: string) =>
    tenant.call("PUT", `/roll-calls/${rollCallId}/lines`, { body: { lines: [{ userId: ann.userId, state }] } });
  await tick("missing");
  ann.send({ type: "checkIn", rollCallId, musterPointId: point, secondsAgo: 600 });
  const told = await ann.next("rollCall", ({ accepted }) => accepted === true);
  expect(told.you).toEqual({ state: "missing" });
  const [line] = await linesOf(tenant, rollCallId, "&state=missing&query=ANN");
  expect(line).toMatchObject({ self: false, conflict: { state: "accountedFor", self: true, musterPointId: point } });
  expect(RollCall.parse((await tenant.call("GET", `/roll-calls/${rollCallId}`)).body).totals.conflicts).toBe(1);
  const changes = () => query(tenant.stub, "SELECT count(*) AS n FROM roll_call_changes");
  const before = await changes();
  // The same message again, as a device does that did not hear the answer.
  ann.send({ type: "checkIn", rollCallId, musterPointId: point, secondsAgo: 600 });
  await ann.next("rollCall", ({ accepted }) => accepted === true);
  expect(await changes()).toEqual(before);
  const now = await tenant.call("POST", `/roll-calls/${rollCallId}/check-in`, { body: {}, token: ann.token });
  expect(now.body).toMatchObject({ state: "accountedFor", self: true, musterPointId: point });
});

test("the board shows totals and lines, then what changed, to marshals and not to employees", async () => {
  const { tenant, site, ann, bob, unknown } = await building();
  const { rollCallId } = await start(tenant, { siteId: site });
  bob.send({ type: "watch", board: "rollCall", rollCallId });
  const full = await bob.next("board");
  if (full.board !== "rollCall") throw new Error("another board");
  expect(full).toMatchObject({ full: true, rollCall: { rollCallId, totals: { lines: 3, missing: 2 } } });
  expect(full.lines.map(({ userId }) => userId).toSorted()).toEqual([ann.userId, bob.userId, unknown].toSorted());
  ann.send({ type: "checkIn", rollCallId });
  const change = await bob.next("board");
  if (change.board !== "rollCall") throw new Error("another board");
  expect(change).toMatchObject({ full: false, rollCall: { totals: { missing: 1, accountedFor: 1 } } });
  expect(change.lines).toMatchObject([{ userId: ann.userId, state: "accountedFor", self: true }]);
  ann.send({ type: "watch", board: "rollCall", rollCallId });
  expect(await ann.next("error")).toMatchObject({ code: "forbidden" });
  const asEmployee = { token: ann.token };
  expect((await tenant.call("GET", `/roll-calls/${rollCallId}/lines`, asEmployee)).status).toBe(403);
  expect((await tenant.call("GET", `/roll-calls/${rollCallId}`, asEmployee)).status).toBe(200);
});

test("I6, T1: foreign and unknown ids are the same; kinds that do not fit, second calls and unknown points are refused", async () => {
  const { tenant, site, other, ann, away } = await building();
  const stranger = await Tenant.make();
  const theirs = await stranger.addSite("Theirs");
  const theirPoint = await addPoint(stranger, theirs, "Theirs");
  const otherPoint = await addPoint(tenant, other, "Depot gate");
  const { rollCallId } = await start(tenant, { siteId: site });
  const [foreign, made] = await Promise.all([
    stranger.call("GET", `/roll-calls/${rollCallId}`),
    stranger.call("GET", "/roll-calls/rcl_0000000000000000"),
  ]);
  expect([foreign.status, foreign.body]).toEqual([404, made.body]);
  expect((await tenant.call("POST", "/roll-calls", { body: { siteId: theirs } })).body).toMatchObject({
    code: "invalid",
    errors: [{ path: "siteId" }],
  });
  expect((await tenant.call("POST", "/roll-calls", { body: { siteId: site } })).status, "twice").toBe(409);
  for (const musterPointId of [theirPoint, otherPoint, "mus_00000000"]) {
    const answer = await tenant.call("PUT", `/roll-calls/${rollCallId}/lines/${ann.userId}`, {
      body: { state: "accountedFor", musterPointId },
    });
    expect(answer.body).toMatchObject({ code: "invalid", errors: [{ path: "musterPointId" }] });
  }
  const lines = [
    { userId: ann.userId, state: "accountedFor" },
    { userId: stranger.admin.user.userId, state: "accountedFor" },
  ];
  expect((await tenant.call("PUT", `/roll-calls/${rollCallId}/lines`, { body: { lines } })).body).toMatchObject({
    errors: [{ path: "lines.1.userId" }],
  });
  const untouched = await linesOf(tenant, rollCallId, "&state=accountedFor");
  expect(untouched, "all or none").toEqual([]);
  // Somebody without a line who stands at the gate all the same.
  const added = await tenant.call("PUT", `/roll-calls/${rollCallId}/lines/${away.userId}`, {
    body: { state: "accountedFor" },
  });
  expect(added.status).toBe(200);
  expect(await linesOf(tenant, rollCallId)).toHaveLength(4);
  expect((await tenant.call("DELETE", `/sites/${other}/muster-points/${otherPoint}`)).status).toBe(204);
});

test("I9: a roll-call of an alarm is of its kind and says so; the other kind is refused", async () => {
  const { tenant, site, ann } = await building();
  const alarm = { title: "Drill", targets: { users: [ann.userId] }, kind: "exercise" };
  const { alarmId } = (await tenant.call("POST", "/alarms", { body: alarm })).body as { alarmId: string };
  const real = await tenant.call("POST", "/roll-calls", { body: { siteId: site, alarmId, kind: "actual" } });
  expect(real.body).toMatchObject({ code: "invalid", errors: [{ path: "kind" }] });
  const called = await start(tenant, { siteId: site, alarmId });
  expect(called).toMatchObject({ kind: "exercise", title: "Drill", alarmId, incidentId: expect.any(String) });
  expect(await ann.next("rollCall")).toMatchObject({ kind: "exercise", title: "Drill" });
  // A real one of the same site may begin while an exercise is under way.
  expect(await start(tenant, { siteId: site })).toMatchObject({ kind: "actual" });
});

test("another muster point while it is open reaches everybody; one of the site cannot go meanwhile", async () => {
  const { tenant, site, point, ann } = await building();
  const { rollCallId } = await start(tenant, { siteId: site });
  await ann.next("rollCall");
  const south = await addPoint(tenant, site, "South gate");
  const told = await ann.next("rollCall", ({ musterPoints }) => musterPoints.length === 2);
  expect(told.musterPoints.map(({ musterPointId }) => musterPointId).toSorted()).toEqual([point, south].toSorted());
  expect(told.you, "the state is said again").toEqual({ state: "missing" });
  expect((await tenant.call("DELETE", `/sites/${site}/muster-points/${south}`)).status).toBe(409);
  await tenant.call("POST", `/roll-calls/${rollCallId}/close`);
  expect((await tenant.call("DELETE", `/sites/${site}/muster-points/${south}`)).status).toBe(204);
  const closed = RollCall.parse((await tenant.call("GET", `/roll-calls/${rollCallId}`)).body);
  expect(closed.musterPoints, "named as they were at the close").toHaveLength(2);
});

test("I11: a roll-call that nobody closes closes by itself", async () => {
  const { tenant, site, ann } = await building();
  const { rollCallId } = await start(tenant, { siteId: site });
  await ann.next("rollCall");
  await evictAllDurableObjects();
  await fireTimers(tenant.stub, "rollCall:%");
  await ann.next("rollCall", ({ state }) => state === "closed");
  const closed = RollCall.parse((await tenant.call("GET", `/roll-calls/${rollCallId}`)).body);
  expect(closed).toMatchObject({ state: "closed", closedAt: expect.any(String) });
  expect(closed.closedBy).toBeUndefined();
  await fireTimers(tenant.stub, "rollCall:%");
  expect(await query(tenant.stub, "SELECT seq FROM log WHERE type = 'rollCall.closed'")).toHaveLength(1);
});

test("somebody whose home changes is asked at the new place", async () => {
  const { tenant, site, other, ann } = await building();
  const { rollCallId } = await start(tenant, { siteId: site });
  await ann.next("rollCall");
  await tenant.call("PATCH", `/users/${ann.userId}`, { body: { homeSiteId: other } });
  await ann.closed;
  await fireTimers(tenant.stub, "sites");
  const after = await tenant.connect(ann);
  expect(await after.next("rollCall")).toMatchObject({ rollCallId, you: { state: "missing" } });
});

test("ten thousand lines are one row and one record, and a tick adds one of each", { timeout: 60_000 }, async () => {
  const tenant = await Tenant.make();
  const site = await tenant.addSite("Factory");
  const users = Array.from({ length: 10_000 }, (_, i) => ({
    username: `p${i}`,
    firstName: "P",
    lastName: String(i),
    homeSite: "Factory",
  }));
  expect((await tenant.call("POST", "/users/import", { body: { users } })).body).toMatchObject({ created: 10_000 });
  const { rollCallId, totals } = await start(tenant, { siteId: site });
  expect(totals).toMatchObject({ lines: 10_000, unknown: 10_000 });
  const counts = async () =>
    query(
      tenant.stub,
      `SELECT (SELECT count(*) FROM roll_calls) AS calls, (SELECT count(*) FROM roll_call_changes) AS changes,
        (SELECT count(*) FROM log WHERE type LIKE 'rollCall.%') AS records`,
    );
  expect(await counts()).toEqual([{ calls: 1, changes: 0, records: 1 }]);
  const some = await linesOf(tenant, rollCallId, "&state=unknown");
  const lines = some.map(({ userId }) => ({ userId, state: "accountedFor" }));
  expect((await tenant.call("PUT", `/roll-calls/${rollCallId}/lines`, { body: { lines } })).status).toBe(200);
  expect(await counts()).toEqual([{ calls: 1, changes: 1, records: 2 }]);
  const stored = await query(tenant.stub, "SELECT length(body) AS bytes FROM roll_call_changes");
  expect(Number(stored[0]?.bytes), "only those lines").toBeLessThan(30_000);
  // Five hundred phones at once, as a site actor hands them over: one change, whatever their number.
  const userIds = (await query(tenant.stub, "SELECT user_id FROM people LIMIT 500 OFFSET 5000")).map(
    (row) => row.user_id,
  );
  const taken = await tenant.stub.checkIns(userIds.map((userId) => ({ rollCallId, userId: String(userId) })));
  expect(taken.filter((one) => one.ok)).toHaveLength(500);
  expect(await counts()).toEqual([{ calls: 1, changes: 2, records: 3 }]);
  await evictAllDurableObjects();
  const after = RollCall.parse((await tenant.call("GET", `/roll-calls/${rollCallId}`)).body);
  const asked = await linesOf(tenant, rollCallId, "&state=accountedFor");
  expect(asked).toHaveLength(200);
  expect(after.totals.accountedFor + after.totals.unknown).toBe(10_000);
  // Whom a marshal had ticked off already may be among those who checked in.
  expect(after.totals.accountedFor).toBeGreaterThanOrEqual(500);
  expect(after.totals.accountedFor).toBeLessThanOrEqual(700);
});
