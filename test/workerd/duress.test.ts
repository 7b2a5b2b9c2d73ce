/**
 * Proves: a duress alarm is silent at the raiser and the surroundings (issue 4, 10): the raiser's devices get nothing at all, those
 * present in the same zone get the silent form in every way a frame reaches them (sent, resent, after an eviction, when a device comes
 * back), everybody else gets it as the scenario says; by a person's own press and by a button's signed message. Does not prove what
 * other channels make of it (channels' own tests) nor what a client plays.
 */
import { evictAllDurableObjects } from "cloudflare:test";
import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { Raised } from "../../protocol/alarms.ts";
import type { Device } from "./harness/device.ts";
import { fireTimers, query } from "./harness/storage.ts";
import { Tenant } from "./harness/tenant.ts";

const idOf = (body: unknown, field: string): string => String((body as Record<string, unknown>)[field]);

const enter = async (device: Device, siteId: string, zoneId?: string): Promise<void> => {
  device.send({ type: "presence", siteId, ...(zoneId === undefined ? {} : { zoneId }), present: true });
  await device.next("presence");
};

/** A site with two zones: the raiser and a colleague in the hall, another in the cellar, one at home elsewhere. */
const office = async () => {
  const tenant = await Tenant.make();
  const siteId = await tenant.addSite("Office");
  const zone = async (name: string) =>
    idOf((await tenant.call("POST", `/sites/${siteId}/zones`, { body: { name } })).body, "zoneId");
  const [hall, cellar] = [await zone("Hall"), await zone("Cellar")];
  const raiser = await tenant.enrol(await tenant.addPerson("raiser", { homeSiteId: siteId }));
  const raisers = [await tenant.connect(raiser), await tenant.connect(await tenant.enrol(raiser.userId))] as const;
  const near = await tenant.enrol(await tenant.addPerson("near", { homeSiteId: siteId }));
  const nearBy = await tenant.connect(near);
  const below = await tenant.addDevice("below", { homeSiteId: siteId });
  const away = await tenant.addDevice("away");
  await enter(raisers[0], siteId, hall);
  await enter(nearBy, siteId, hall);
  await enter(below, siteId, cellar);
  const users = [raiser.userId, near.userId, below.userId, away.userId];
  const scenario = await tenant.call("POST", "/scenarios", {
    body: { name: "Duress", title: "Help", targets: { users }, duress: true },
  });
  return {
    tenant,
    siteId,
    hall,
    raiser,
    raisers,
    near,
    nearBy,
    below,
    away,
    scenarioId: idOf(scenario.body, "scenarioId"),
  };
};
type Office = Awaited<ReturnType<typeof office>>;

const silence = async (alarmId: string, { raisers, nearBy, below, away }: Office) => {
  const frames = await Promise.all([nearBy, below, away].map((device) => device.next("alarm")));
  expect(frames.map((frame) => [frame.alarmId, frame.silent])).toEqual([
    [alarmId, true],
    [alarmId, false],
    [alarmId, false],
  ]);
  for (const device of raisers) {
    await device.settled();
    expect(device.of("alarm"), "nothing lights up in the raiser's hand").toEqual([]);
    expect(device.of("alarmUpdate")).toEqual([]);
  }
};

test.each(["the 202", "the arrival", "nothing"] as const)(
  "silent at the raiser and the surroundings, with an eviction after %s",
  async (moment) => {
    const place = await office();
    const { tenant, siteId, raiser, near, nearBy, below, scenarioId } = place;
    const answer = await tenant.call("POST", "/alarms", { token: raiser.token, body: { scenarioId } });
    expect(answer.status).toBe(202);
    const { alarmId, recipients } = Raised.parse(answer.body);
    expect(recipients).toBe(3);
    if (moment === "the 202") await evictAllDurableObjects();
    await fireTimers(tenant.stub, "sites");
    await silence(alarmId, place);
    if (moment === "the arrival") await evictAllDurableObjects();

    // Nobody has said that it arrived: it is sent again, in the same form.
    await fireTimers(tenant.site(siteId), "resend:%");
    expect(await nearBy.next("alarm")).toMatchObject({ alarmId, silent: true });
    expect(await below.next("alarm")).toMatchObject({ alarmId, silent: false });
    // A second device of the same person comes in, later.
    const second = await tenant.connect(await tenant.enrol(near.userId));
    expect(await second.next("alarm")).toMatchObject({ alarmId, silent: true });
    // So does another one of the raiser's, which is owed nothing.
    const raisersNext = await tenant.connect(await tenant.enrol(raiser.userId));
    await raisersNext.settled();
    expect(raisersNext.of("alarm")).toEqual([]);

    const why = await tenant.call("GET", `/alarms/${alarmId}/recipients/${raiser.userId}`, { token: raiser.token });
    expect(why.body).toMatchObject({ alarmed: false, reason: "raiser" });
  },
);

test("an alarm that is called again keeps its form", async () => {
  const place = await office();
  const { tenant, raiser, nearBy, away, scenarioId } = place;
  const answer = await tenant.call("POST", "/alarms", { token: raiser.token, body: { scenarioId } });
  const { alarmId } = Raised.parse(answer.body);
  await silence(alarmId, place);
  expect((await tenant.call("POST", `/alarms/${alarmId}/re-alarm`, { body: { who: "all" } })).status).toBe(200);
  expect(await nearBy.next("alarm")).toMatchObject({ alarmId, silent: true, reAlarm: 1 });
  expect(await away.next("alarm")).toMatchObject({ alarmId, silent: false, reAlarm: 1 });
});

describe("a button", () => {
  const press = async (tenant: Tenant, scenarioId: string, at: object): Promise<string> => {
    const made = await tenant.call("POST", "/integrations", {
      body: { name: "Button", kind: "webhook", alarm: { scenarioId }, at },
    });
    expect(made.status).toBe(201);
    const body = JSON.stringify({ type: "pressed", data: {} });
    const now = new Date();
    const id = `msg_${crypto.randomUUID()}`;
    const answer = await tenant.call("POST", `/hooks/${idOf(made.body, "integrationId")}`, {
      token: "",
      body: JSON.parse(body),
      headers: {
        "webhook-id": id,
        "webhook-timestamp": String(Math.floor(now.getTime() / 1_000)),
        "webhook-signature": new Webhook(idOf(made.body, "secret")).sign(id, now, body),
      },
    });
    expect(answer.status).toBe(202);
    return Raised.parse(answer.body).alarmId;
  };

  test("that a person carries is silent for that person, and around", async () => {
    const place = await office();
    await silence(await press(place.tenant, place.scenarioId, { userId: place.raiser.userId }), place);
  });

  test("that hangs somewhere is silent there, and has no raiser to leave out", async () => {
    const place = await office();
    const { tenant, hall, raisers, nearBy, below, scenarioId } = place;
    const alarmId = await press(tenant, scenarioId, { zoneId: hall });
    expect(await raisers[0].next("alarm")).toMatchObject({ alarmId, silent: true });
    expect(await nearBy.next("alarm")).toMatchObject({ alarmId, silent: true });
    expect(await below.next("alarm")).toMatchObject({ alarmId, silent: false });
  });
});

test("every other alarm is stored without a word of this", async () => {
  const { tenant, siteId, near, nearBy } = await office();
  const alarmId = await tenant.raise({ users: [near.userId] });
  expect(await nearBy.next("alarm")).toMatchObject({ alarmId, silent: false });
  expect(await query(tenant.site(siteId), "SELECT quiet FROM deliveries")).toEqual([{ quiet: null }]);
});
