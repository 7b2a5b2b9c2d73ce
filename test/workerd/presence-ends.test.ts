/**
 * Proves that presence ends by itself (P4, issue 5, 1): by the end of the working day and by silence, in the site's actor and at
 * the tenant, also when either is evicted or the tenant cannot be told at once; and that presence is counted without names (P5).
 * The rules themselves are test/core/presence-sources.test.ts.
 */
import { evictDurableObject } from "cloudflare:test";
import { expect, test, vi } from "vitest";
import { SitePresence } from "../../protocol/presence.ts";
import { records } from "../../protocol/records.ts";
import { holdClock } from "./harness/clock.ts";
import { fireTimers, query } from "./harness/storage.ts";
import { Tenant } from "./harness/tenant.ts";

const clock = holdClock("2041-03-30T10:00:00Z");
const minute = 60_000;
const hour = 60 * minute;

const presentAt = async (tenant: Tenant, siteId: string): Promise<string[]> => {
  const answer = await tenant.call("GET", `/sites/${siteId}/presence`);
  return SitePresence.parse(answer.body).people.map(({ userId }) => userId);
};

const report = (tenant: Tenant, token: string, siteId: string, present: boolean, zoneId?: string) =>
  tenant.call("PUT", "/me/presence", { token, body: { siteId, present, ...(zoneId === undefined ? {} : { zoneId }) } });

const stateOf = async (tenant: Tenant, siteId: string, userId: string) => {
  const [there] = await query(tenant.site(siteId), "SELECT state FROM presence WHERE user_id = ?", userId);
  const [known] = await query(tenant.stub, "SELECT state FROM presence WHERE user_id = ?", userId);
  return [there?.state, known?.state];
};

test("P4: when the working day ends, everybody is absent or unknown; who comes after that is present; DST is right", async () => {
  const tenant = await Tenant.make();
  const rules = { dayEndsAt: "19:00" };
  const site = await tenant.call("POST", "/sites", { body: { name: "Day", presenceRules: rules } });
  const { siteId } = site.body as { siteId: string };
  await vi.waitUntil(
    async () => (await query(tenant.site(siteId), "SELECT 1 FROM timers WHERE name = 'dayEnd'")).length > 0,
  );
  const dueAt = async () => {
    const [row] = await query(tenant.site(siteId), "SELECT due_at FROM timers WHERE name = 'dayEnd'");
    return new Date(Number(row?.due_at)).toISOString();
  };
  // The clock goes forward in the night of 31 March 2041.
  expect(await dueAt()).toBe("2041-03-30T18:00:00.000Z");
  const [early, late] = await Promise.all(
    ["early", "late"].map(async (name) => tenant.enrol(await tenant.addPerson(name))),
  );
  if (early === undefined || late === undefined) throw new Error("nobody was enrolled");
  await report(tenant, early.token, siteId, true);
  expect(await presentAt(tenant, siteId)).toEqual([early.userId]);

  clock.goTo("2041-03-30T18:20:00Z");
  await report(tenant, late.token, siteId, true);
  // The server was away at seven: the timer comes late, and must not end what was said since.
  await evictDurableObject(tenant.site(siteId));
  await fireTimers(tenant.site(siteId), "dayEnd");
  await vi.waitUntil(async () => (await presentAt(tenant, siteId)).length === 1);
  expect(await presentAt(tenant, siteId)).toEqual([late.userId]);
  expect(await stateOf(tenant, siteId, early.userId)).toEqual(["absent", "absent"]);
  expect(await dueAt()).toBe("2041-03-31T17:00:00.000Z");

  await tenant.call("PATCH", `/sites/${siteId}`, {
    body: { presenceRules: { dayEndsAt: "20:00", dayEndsAs: "unknown" } },
  });
  await vi.waitUntil(async () => (await dueAt()) === "2041-03-30T19:00:00.000Z");
  clock.goTo("2041-03-30T19:00:01Z");
  await fireTimers(tenant.site(siteId), "dayEnd");
  await vi.waitUntil(async () => (await presentAt(tenant, siteId)).length === 0);
  expect(await stateOf(tenant, siteId, late.userId)).toEqual(["unknown", "unknown"]);

  await tenant.call("PATCH", `/sites/${siteId}`, { body: { presenceRules: null } });
  await vi.waitUntil(
    async () => (await query(tenant.site(siteId), "SELECT 1 FROM timers WHERE name = 'dayEnd'")).length === 0,
  );
});

test("P4, I11: a device that falls silent leaves its person unknown, never present; one timer for all; an open socket is a sign", async () => {
  const tenant = await Tenant.make();
  const siteId = await tenant.addSite("Silence");
  await tenant.call("PATCH", `/sites/${siteId}`, { body: { presenceRules: { silenceMinutes: 60 } } });
  const silent = await tenant.enrol(await tenant.addPerson("silent"));
  const here = await tenant.addDevice("here", { homeSiteId: siteId });
  // Connected at another place than where the person is: that site's actor hears of it from the tenant.
  const visitor = await tenant.addDevice("visitor");
  await report(tenant, silent.token, siteId, true);
  here.send({ type: "presence", siteId, present: true });
  await here.next("presence");
  visitor.send({ type: "presence", siteId, present: true });
  await visitor.next("presence");
  expect(await query(tenant.site(siteId), "SELECT name FROM timers WHERE name = 'silence'")).toHaveLength(1);
  await vi.waitUntil(async () => (await tenant.stub.signsOf([visitor.deviceId]))[0] !== 0, { timeout: 10_000 });

  clock.pass(50 * minute);
  await fireTimers(tenant.site(siteId), "silence");
  expect(await presentAt(tenant, siteId)).toHaveLength(3);
  clock.pass(11 * minute);
  // The places say again whose sockets are open.
  await fireTimers(tenant.site(), "reach");
  await evictDurableObject(tenant.site(siteId));
  await fireTimers(tenant.site(siteId), "silence");
  await vi.waitUntil(async () => (await presentAt(tenant, siteId)).length === 2);
  expect(await stateOf(tenant, siteId, silent.userId)).toEqual(["unknown", "unknown"]);
  expect(new Set(await presentAt(tenant, siteId))).toEqual(new Set([here.userId, visitor.userId]));

  visitor.close();
  await visitor.closed;
  clock.pass(2 * hour);
  await fireTimers(tenant.site(siteId), "silence");
  await vi.waitUntil(async () => (await presentAt(tenant, siteId)).length === 1);
  expect(await stateOf(tenant, siteId, visitor.userId)).toEqual(["unknown", "unknown"]);
});

test("I11: what ended while the tenant could not be told is told later", async () => {
  const tenant = await Tenant.make();
  const siteId = await tenant.addSite("Untold");
  const person = await tenant.enrol(await tenant.addPerson("person"));
  await report(tenant, person.token, siteId, true);
  // As it stands when the object dies after its commit and before the call.
  await query(
    tenant.site(siteId),
    "UPDATE presence SET state = 'unknown', words = '{}', at = at + 1 WHERE user_id = ?",
    person.userId,
  );
  await query(tenant.site(siteId), "INSERT INTO presence_untold VALUES (?)", person.userId);
  await query(tenant.site(siteId), "INSERT INTO timers (name, due_at, failures) VALUES ('untold', 1, 0)");
  expect(await presentAt(tenant, siteId)).toEqual([person.userId]);
  await evictDurableObject(tenant.site(siteId));
  await fireTimers(tenant.site(siteId), "untold");
  await vi.waitUntil(async () => (await presentAt(tenant, siteId)).length === 0);
  expect(await query(tenant.site(siteId), "SELECT 1 FROM presence_untold")).toEqual([]);
});

test("P5: presence is counted on the grid of the clock, by role and zone, without names, and once to zero", async () => {
  const tenant = await Tenant.make();
  const siteId = await tenant.addSite("Counted");
  const { zoneId } = (await tenant.call("POST", `/sites/${siteId}/zones`, { body: { name: "Hall" } })).body as {
    zoneId: string;
  };
  const { roleId } = (await tenant.call("POST", "/roles", { body: { name: "First aider" } })).body as {
    roleId: string;
  };
  const person = await tenant.enrol(await tenant.addPerson("counted", { roleIds: [roleId] }));
  await report(tenant, person.token, siteId, true, zoneId);
  const counted = async () =>
    (await query(tenant.stub, "SELECT body FROM log WHERE type = 'presence.counted' ORDER BY rowid")).map(({ body }) =>
      records["presence.counted"].strict().parse(JSON.parse(String(body))),
    );
  clock.pass(15 * minute);
  await fireTimers(tenant.stub, "presence:count");
  const [first] = await counted();
  expect(first).toEqual({
    siteId,
    at: Math.floor(clock.now() / (15 * minute)) * 15 * minute,
    present: 1,
    people: 1,
    byRole: [{ roleId, present: 1, people: 1 }],
    byZone: [{ zoneId, present: 1 }],
  });
  await report(tenant, person.token, siteId, false);
  clock.pass(15 * minute);
  await fireTimers(tenant.stub, "presence:count");
  expect((await counted()).map(({ present }) => present)).toEqual([1, 0]);
  expect(await query(tenant.stub, "SELECT 1 FROM timers WHERE name = 'presence:count'")).toEqual([]);
});
