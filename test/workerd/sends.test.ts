/**
 * Proves, inside workerd and with providers of the test's: what a rung of the ladder writes down is sent at least once whatever
 * step the object dies at (I1, I11), retried, given up and listed; a slow or failing provider holds up no other channel; limits are
 * kept; a stand-down reaches those who were reached, by the way that reached them; nobody outside hears of an exercise (I9). The
 * rules over random histories: test/core/sends.test.ts. Real providers' protocols: the adapters' tests.
 */
import { evictAllDurableObjects, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, test, vi } from "vitest";
import { Kernel } from "../../actors/kernel/kernel.ts";
import { Log } from "../../actors/kernel/log.ts";
import { Sender } from "../../actors/tenant/channels/sender.ts";
import type { Adapters } from "../../actors/tenant/channels/settings.ts";
import { Desk } from "../../actors/tenant/desk.ts";
import { tenantMigrations } from "../../actors/tenant/tenant-tables.ts";
import { DeadLetter } from "../../protocol/channels.ts";
import { page } from "../../protocol/lists.ts";
import { addReachable, calls, Provider, raiseBy, silence, useProviders } from "./harness/provider.ts";
import { fireTimers, kill, query } from "./harness/storage.ts";
import { Tenant } from "./harness/tenant.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const rows = (tenant: Tenant) =>
  query(
    tenant.stub,
    "SELECT channel, purpose, state, attempts, reason FROM sends WHERE purpose <> 'verification' ORDER BY created_at, channel",
  );

/** Makes everything due, as if its time had come, and lets the timer find it. */
const makeDue = async (tenant: Tenant) => {
  await query(tenant.stub, "UPDATE sends SET next_at = 1 WHERE state IN ('waiting', 'sending')");
  await fireTimers(tenant.stub, "sends:run");
};

const channelsOf = async (tenant: Tenant, alarmId: string) =>
  (await tenant.recipients(alarmId)).map(({ channels }) =>
    channels?.map(({ channel, state }) => `${channel} ${state}`),
  );

test("a rung of the ladder sends to those whose number is proven, and says why to nobody else", async () => {
  const [sms] = useProviders(new Provider("sms"));
  const tenant = await Tenant.make();
  const ria = await addReachable(tenant, sms, "ria");
  const tom = await tenant.addPerson("tom", { phone: "+31611111111" });
  const may = await tenant.addPerson("may");
  const alarmId = await raiseBy(tenant, ["sms", "voice"], { users: [ria.userId, tom, may] });
  await vi.waitUntil(() => calls(sms).length === 1);
  const [message] = calls(sms);
  expect(message).toMatchObject({
    purpose: "alarm",
    to: { type: "phone" },
    topic: alarmId,
    kind: "actual",
    locale: "nl",
  });
  expect(message?.text).toMatch(/^Acme: Fire in hall 3\. Go north\. Antwoord: https:\/\/standby\.test\/a\//);
  await vi.waitUntil(async () => (await channelsOf(tenant, alarmId)).flat().length === 6);
  await vi.waitUntil(async () => (await channelsOf(tenant, alarmId)).flat().includes("sms sent"));
  const tries = (await tenant.recipients(alarmId)).map(({ userId, channels }) => [
    userId,
    channels?.map(({ channel, state, reason }) => [channel, state, reason]),
  ]);
  expect(Object.fromEntries(tries)).toEqual({
    [ria.userId]: [
      ["sms", "sent", undefined],
      ["voice", "skipped", "noProvider"],
    ],
    [tom]: [
      ["sms", "skipped", "notVerified"],
      ["voice", "skipped", "noProvider"],
    ],
    [may]: [
      ["sms", "skipped", "noNumber"],
      ["voice", "skipped", "noProvider"],
    ],
  });
});

test("I1: an object that dies before it sends, sends when it wakes", async () => {
  const [sms] = useProviders(new Provider("sms"));
  const tenant = await Tenant.make();
  const ria = await addReachable(tenant, sms, "ria");
  const never = vi.spyOn(Sender.prototype, "run").mockResolvedValue();
  await raiseBy(tenant, ["sms"], { users: [ria.userId] });
  expect(await rows(tenant)).toMatchObject([{ state: "waiting", attempts: 0 }]);
  expect(await query(tenant.stub, "SELECT name FROM timers WHERE name = 'sends:run'")).toHaveLength(1);
  never.mockRestore();
  await evictAllDurableObjects();
  await fireTimers(tenant.stub, "sends:run");
  await vi.waitUntil(async () => (await rows(tenant))[0]?.state === "sent");
  expect(calls(sms)).toHaveLength(1);
});

test("I1: an object that dies while it sends, sends again under the same id and link, and once it is sent no more", async () => {
  const [sms] = useProviders(new Provider("sms"));
  const tenant = await Tenant.make();
  const ria = await addReachable(tenant, sms, "ria");
  sms.behave = silence;
  await raiseBy(tenant, ["sms"], { users: [ria.userId] });
  await vi.waitUntil(() => calls(sms).length === 1);
  // It is written down before it leaves.
  expect(await rows(tenant)).toMatchObject([{ state: "sending", attempts: 1 }]);
  await kill(tenant.stub);
  sms.behave = () => ({ ok: true });
  await fireTimers(tenant.stub, "sends:run");
  expect(calls(sms), "not before its time").toHaveLength(1);
  await makeDue(tenant);
  await vi.waitUntil(async () => (await rows(tenant))[0]?.state === "sent");
  const [first, second] = calls(sms);
  expect(second).toMatchObject({
    sendId: first?.sendId,
    link: first?.link,
    receiptUrl: first?.receiptUrl,
    text: first?.text,
  });
  await kill(tenant.stub);
  await makeDue(tenant);
  expect(calls(sms)).toHaveLength(2);
});

test("I1: what was sent and could not be written down is sent again", async () => {
  const [sms] = useProviders(new Provider("sms"));
  const tenant = await Tenant.make();
  const ria = await addReachable(tenant, sms, "ria");
  const real = Log.prototype.append;
  let refused = 0;
  const broken = vi.spyOn(Log.prototype, "append").mockImplementation(function (this: Log, record) {
    const isSent = record.type === "alarm.channels" && JSON.stringify(record.body).includes('"sent"');
    if (!isSent) return real.call(this, record);
    refused += 1;
    throw new Error("disk");
  });
  await raiseBy(tenant, ["sms"], { users: [ria.userId] });
  await vi.waitUntil(() => refused > 0);
  broken.mockRestore();
  expect(await rows(tenant)).toMatchObject([{ state: "sending", attempts: 1 }]);
  await makeDue(tenant);
  await vi.waitUntil(async () => (await rows(tenant))[0]?.state === "sent");
  expect(calls(sms)).toHaveLength(2);
});

test("what fails for a while is tried again; what fails five times, or for good, is a dead letter", async () => {
  const [sms, email] = useProviders(new Provider("sms"), new Provider("email"));
  const tenant = await Tenant.make();
  const ria = await addReachable(tenant, sms, "ria");
  const tom = await addReachable(tenant, email, "tom");
  sms.behave = () => ({ ok: false, retry: true, reason: "unavailable" });
  email.behave = () => ({ ok: false, retry: false, reason: "badAddress" });
  const alarmId = await raiseBy(tenant, ["sms", "email"], { users: [ria.userId, tom.userId] });
  for (let tries = 1; tries <= 5; tries++) {
    await vi.waitUntil(() => calls(sms).length === tries);
    await vi.waitUntil(async () => (await rows(tenant)).every(({ state }) => state !== "sending"));
    await makeDue(tenant);
  }
  const listed = page(DeadLetter).parse((await tenant.call("GET", "/channels/dead-letters")).body).items;
  expect(listed.map(({ channel, reason, attempts, userId }) => [channel, reason, attempts, userId]).toSorted()).toEqual(
    [
      ["email", "badAddress", 1, tom.userId],
      ["sms", "unavailable", 5, ria.userId],
    ],
  );
  expect(listed.every((letter) => letter.alarmId === alarmId)).toBe(true);
  const first = page(DeadLetter).parse((await tenant.call("GET", "/channels/dead-letters?limit=1")).body);
  const next = await tenant.call("GET", `/channels/dead-letters?limit=1&cursor=${first.nextCursor}`);
  expect([...first.items, ...page(DeadLetter).parse(next.body).items]).toEqual(listed);
  expect((await tenant.call("GET", "/channels")).body).toMatchObject({
    channels: [
      { channel: "push", configured: false, counts: {} },
      { channel: "sms", configured: true, provider: "fake", counts: { failed: 1, skipped: 1, sent: 1 } },
      { channel: "voice", configured: false },
      { channel: "email", configured: true, counts: { failed: 1, skipped: 1, sent: 1 } },
    ],
  });
});

test("I2: what waits for a provider that the operator took away is given up and says so", async () => {
  const [sms] = useProviders(new Provider("sms"));
  const tenant = await Tenant.make();
  const ria = await addReachable(tenant, sms, "ria");
  const never = vi.spyOn(Sender.prototype, "run").mockResolvedValue();
  await raiseBy(tenant, ["sms"], { users: [ria.userId] });
  never.mockRestore();
  useProviders(new Provider("email"));
  await evictAllDurableObjects();
  await fireTimers(tenant.stub, "sends:run");
  await vi.waitUntil(async () => (await rows(tenant))[0]?.state === "failed");
  expect(await rows(tenant)).toMatchObject([{ reason: "noProvider" }]);
  expect(await query(tenant.stub, "SELECT name FROM timers WHERE name = 'sends:run'")).toEqual([]);
});

test("T7: a provider that never answers, or breaks, holds up no other channel and no alarm", async () => {
  const [sms, email, voice] = useProviders(
    new Provider("sms", { atOnce: 1 }),
    new Provider("email"),
    new Provider("voice"),
  );
  const tenant = await Tenant.make();
  const ria = await addReachable(tenant, sms, "ria", { email: "ria@example.org" });
  await tenant.call("POST", "/me/verifications", { token: ria.token, body: { detail: "email" } });
  const code = /\b[0-9]{6}\b/.exec((await email.until(1))[0]?.text ?? "")?.[0];
  await tenant.call("POST", "/me/verifications/confirm", { token: ria.token, body: { detail: "email", code } });
  sms.behave = silence;
  voice.behave = () => {
    throw new Error("broken adapter");
  };
  const started = Date.now();
  await raiseBy(tenant, ["sms", "voice", "email"], { users: [ria.userId] });
  await vi.waitUntil(() => calls(email).length === 1);
  const another = await raiseBy(tenant, ["email"], { users: [ria.userId] });
  await vi.waitUntil(() => calls(email).length === 2);
  expect(calls(email)[1]?.topic).toBe(another);
  expect(Date.now() - started).toBeLessThan(5_000);
  await vi.waitUntil(async () => (await rows(tenant)).some(({ reason }) => reason === "error"));
  // The try that never ends counts as failed after ten seconds, and its place is free for the next.
  await vi.waitUntil(
    async () => (await rows(tenant)).some(({ channel, reason }) => channel === "sms" && reason === "timeout"),
    {
      timeout: 15_000,
      interval: 200,
    },
  );
});

test("a provider gets so many at once and a second, and no more", async () => {
  const [sms] = useProviders(new Provider("sms", { atOnce: 3, perSecond: 20 }));
  const tenant = await Tenant.make();
  const people = [];
  for (let i = 0; i < 30; i++) people.push((await addReachable(tenant, sms, `p${i}`)).userId);
  sms.most = 0;
  sms.behave = async () => {
    await new Promise((resolve) => setTimeout(resolve, 250));
    return { ok: true };
  };
  const started = Date.now();
  await raiseBy(tenant, ["sms"], { users: people });
  await vi.waitUntil(() => calls(sms).length === 30, { timeout: 15_000 });
  expect(sms.most).toBe(3);
  // A burst of one second's worth, then twenty a second: the thirtieth leaves after half a second at the earliest.
  expect(Date.now() - started).toBeGreaterThan(400);
  expect(new Set(calls(sms).map(({ sendId }) => sendId)).size).toBe(30);
  await vi.waitUntil(async () => (await rows(tenant)).every(({ state }) => state === "sent"));
  // Results are written together, not one by one.
  const records = await query(tenant.stub, "SELECT seq FROM log WHERE type = 'alarm.channels'");
  expect(records.length).toBeLessThan(25);
}, 40_000);

test("one push message goes to every browser; gone ones are forgotten, and a retry spares those that have it", async () => {
  const [push] = useProviders(new Provider("push"));
  const tenant = await Tenant.make();
  const userId = await tenant.addPerson("ria");
  for (const name of ["fine", "busy", "gone"]) {
    const { token } = await tenant.enrol(userId);
    const keys = { p256dh: "B".padEnd(87, "a"), auth: "a".repeat(22) };
    const body = { endpoint: `https://push.example.org/${name}`, keys };
    expect((await tenant.call("PUT", "/me/push-subscription", { token, body })).status).toBe(204);
  }
  let busy = true;
  push.behave = ({ to }) => {
    if (to.type !== "push") throw new Error("not a push");
    if (to.endpoint.endsWith("gone")) return { ok: false, retry: false, reason: "gone", gone: true };
    return to.endpoint.endsWith("busy") && busy ? { ok: false, retry: true, reason: "unavailable" } : { ok: true };
  };
  await raiseBy(tenant, ["push"], { users: [userId] });
  await vi.waitUntil(async () => (await rows(tenant))[0]?.state === "waiting" && push.sent.length === 3);
  expect(await query(tenant.stub, "SELECT endpoint FROM push_subscriptions ORDER BY endpoint")).toEqual([
    { endpoint: "https://push.example.org/busy" },
    { endpoint: "https://push.example.org/fine" },
  ]);
  busy = false;
  await makeDue(tenant);
  await vi.waitUntil(async () => (await rows(tenant))[0]?.state === "sent");
  expect(push.sent.slice(3).map(({ to }) => (to.type === "push" ? to.endpoint : ""))).toEqual([
    "https://push.example.org/busy",
  ]);
  expect(JSON.parse(push.sent[0]?.payload ?? "")).toMatchObject({
    what: "alarm",
    title: "Fire in hall 3",
    kind: "actual",
  });
});

test("I3: a stand-down goes by the way that reached people, and what still waited is not sent", async () => {
  const [sms] = useProviders(new Provider("sms"));
  const tenant = await Tenant.make();
  const ria = await addReachable(tenant, sms, "ria");
  const tom = await addReachable(tenant, sms, "tom");
  const tomsNumber = sms.sent[1]?.to;
  sms.behave = ({ to }) =>
    JSON.stringify(to) === JSON.stringify(tomsNumber)
      ? { ok: false, retry: true, reason: "unavailable" }
      : { ok: true };
  const alarmId = await raiseBy(tenant, ["sms"], { users: [ria.userId, tom.userId] });
  await vi.waitUntil(() => calls(sms).length === 2);
  await vi.waitUntil(async () => (await rows(tenant)).every(({ state }) => state !== "sending"));
  sms.behave = () => ({ ok: true });
  await tenant.call("POST", `/alarms/${alarmId}/stand-down`, { body: { reason: "falseAlarm" } });
  await vi.waitUntil(() => calls(sms).length >= 3);
  await makeDue(tenant);
  await vi.waitUntil(async () => (await rows(tenant)).every(({ state }) => state === "sent" || state === "cancelled"));
  expect(calls(sms).slice(2)).toMatchObject([{ purpose: "standDown", to: sms.sent[0]?.to }]);
  expect(calls(sms)[2]?.text).toContain("Einde alarm: Fire in hall 3. Het was een vals alarm.");
  expect(calls(sms)[2]).not.toHaveProperty("link");
});

/** The tenant's own data under a second desk, for what no route asks yet. */
const withDesk = <T>(
  tenant: Tenant,
  adapters: Adapters,
  work: (desk: Desk, state: DurableObjectState) => T,
): Promise<T> =>
  runInDurableObject(tenant.stub, (_, state) => {
    const kernel = new Kernel(state, env as never, tenant.tenantId, tenantMigrations);
    const setup = { tenantId: tenant.tenantId, publicUrl: "https://standby.test", pepper: "pepper", adapters };
    return work(new Desk(kernel, setup), state);
  });

test("I9: an exercise says so in its first word, and is sent to nobody outside", async () => {
  const [sms] = useProviders(new Provider("sms"));
  const tenant = await Tenant.make();
  const ria = await addReachable(tenant, sms, "ria");
  const body = { name: "Guard", phone: "+31201234567", locale: "en" };
  const { contactId } = (await tenant.call("POST", "/contacts", { body })).body as { contactId: string };
  const at = `/contacts/${contactId}/verifications`;
  const before = sms.sent.length;
  await tenant.call("POST", at, { body: { detail: "phone" } });
  const code = /[0-9]{6}/.exec((await sms.until(before + 1))[before]?.text ?? "")?.[0];
  await tenant.call("POST", `${at}/confirm`, { body: { detail: "phone", code } });

  const outcomes: Record<string, string | undefined> = {};
  for (const kind of ["exercise", "test", "actual"]) {
    const count = calls(sms).length;
    const alarmId = await raiseBy(tenant, ["sms"], { users: [ria.userId] }, { kind });
    await vi.waitUntil(() => calls(sms).length === count + 1);
    const first = { exercise: /^OEFENING\. /, test: /^TEST\. /, actual: /^Acme: / }[kind] ?? /none/;
    expect(calls(sms)[count]?.text).toMatch(first);
    outcomes[kind] = await withDesk(tenant, { sms }, (desk) => {
      const send = { alarmId, contactId, purpose: "alarm", channel: "sms", ttlSeconds: 60 } as const;
      desk.kernel.transaction(() => desk.sends.enqueue([send], Date.now()));
      const [tried] = desk.sends.triesOf(alarmId, contactId);
      return tried?.reason ?? tried?.state;
    });
  }
  expect(outcomes).toEqual({ exercise: "exercise", test: "exercise", actual: "waiting" });
  await makeDue(tenant);
  await vi.waitUntil(() => calls(sms).length === 4);
  // A contact is told and cannot answer.
  expect(calls(sms)[3]).toMatchObject({ locale: "en", to: { type: "phone", number: "+31201234567" } });
  expect(calls(sms)[3]).not.toHaveProperty("link");
});

test("ten thousand sends are written down in one go, and cheaply", async () => {
  const [sms] = useProviders(new Provider("sms"));
  const tenant = await Tenant.make();
  const people = Array.from({ length: 10_000 }, (_, i) => ({
    username: `u${i}`,
    firstName: "U",
    lastName: `${i}`,
    phone: `+3161${String(i).padStart(7, "0")}`,
  }));
  for (let i = 0; i < 10_000; i += 5_000)
    await tenant.call("POST", "/users/import", { body: { users: people.slice(i, i + 5_000) } });
  const alarmId = await tenant.raise({ everyone: true });
  const took = await withDesk(tenant, { sms }, (desk, state) => {
    const { kernel } = desk;
    const now = Date.now();
    const userIds = [...desk.directory.people.keys()];
    desk.alarms.open(alarmId);
    state.storage.sql.exec(
      "INSERT INTO verified_details SELECT user_id, 'phone', json_extract(body, '$.phone'), 1 FROM people WHERE username_key <> 'admin'",
    );
    desk.sends.channelsOf(userIds[0] ?? "", now);
    const measured: Record<string, number> = {};
    const run = <T>(name: string, work: () => T): T => {
      const from = Date.now();
      const value = work();
      measured[name] = Date.now() - from;
      return value;
    };
    const said = { alarmId, purpose: "alarm", channel: "sms", ttlSeconds: 3_600 } as const;
    const enqueued = run("enqueue", () =>
      kernel.transaction(() =>
        desk.sends.enqueue(
          userIds.map((userId) => ({ ...said, userId })),
          now,
        ),
      ),
    );
    run("channelsOf", () => userIds.map((userId) => desk.sends.channelsOf(userId, now)));
    run("reachedBy", () => desk.sends.reachedBy(alarmId));
    run("ofAlarm", () => {
      const tries = desk.sends.ofAlarm(alarmId);
      return userIds.map((userId) => tries.get(userId));
    });
    run("cancel", () => kernel.transaction(() => desk.sends.cancel(alarmId, now)));
    const left = state.storage.sql
      .exec("SELECT state, count(*) AS n FROM sends GROUP BY state ORDER BY state")
      .toArray();
    return { measured, enqueued: enqueued.sendIds.length, skipped: enqueued.skipped, left };
  });
  console.info(JSON.stringify(took.measured));
  expect(took).toMatchObject({
    enqueued: 10_000,
    skipped: 1,
    left: [
      { state: "cancelled", n: 10_000 },
      { state: "skipped", n: 1 },
    ],
  });
  // Times are told and not judged; that it is one statement and not one a person shows in the records.
  const records = await query(tenant.stub, "SELECT count(*) AS n FROM log WHERE type = 'alarm.channels'");
  expect(records).toEqual([{ n: 3 }]);
}, 60_000);

test("T18: the messages of a large alarm do not hold up those of another, nor stand-downs a call for help", async () => {
  const [sms] = useProviders(new Provider("sms", { atOnce: 2 }));
  const tenant = await Tenant.make();
  const people = [];
  for (let i = 0; i < 12; i++) people.push((await addReachable(tenant, sms, `p${i}`)).userId);
  sms.behave = async () => {
    await new Promise((resolve) => setTimeout(resolve, 300));
    return { ok: true };
  };
  const large = await raiseBy(tenant, ["sms"], { users: people });
  await vi.waitUntil(() => calls(sms).length >= 2);
  const small = await raiseBy(tenant, ["sms"], { users: people.slice(0, 1) });
  await vi.waitUntil(() => calls(sms).length === 13, { timeout: 15_000 });
  const order = calls(sms).map(({ topic }) => topic);
  // In one line it would have been the last.
  expect(order.indexOf(small)).toBeLessThan(order.lastIndexOf(large));
}, 30_000);
