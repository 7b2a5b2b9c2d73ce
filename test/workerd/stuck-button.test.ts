/**
 * Proves T18 inside workerd, through the edge: a thousand signals of a stuck button are one alarm with a count, on record in a few
 * rows, and stay one over an eviction; a person who floods is asked to confirm; neither holds up any other source. That a machine
 * survives the load is for test/system and load/.
 */
import { evictAllDurableObjects } from "cloudflare:test";
import { Webhook } from "standardwebhooks";
import { afterEach, expect, test, vi } from "vitest";
import { Alarm, Raised } from "../../protocol/alarms.ts";
import { CreatedIntegration } from "../../protocol/integrations.ts";
import { limits } from "../../protocol/limits.ts";
import { holdClock } from "./harness/clock.ts";
import { fireTimers, query } from "./harness/storage.ts";
import { Tenant } from "./harness/tenant.ts";

const clock = holdClock("2092-03-04T09:00:00Z");
afterEach(() => {
  vi.restoreAllMocks();
});

const addButton = async (tenant: Tenant, name: string, userId: string, more: object = {}) => {
  const made = await tenant.call("POST", "/integrations", {
    body: { name, kind: "webhook", alarm: { title: name, targets: { users: [userId] } }, ...more },
  });
  const { secret, integrationId } = CreatedIntegration.parse(made.body);
  return async (id: string, data: object = {}) => {
    const body = { type: "button.pressed", data };
    // The edge holds signatures against its own clock, which is the held one.
    const at = new Date(Date.now());
    const answer = await tenant.call("POST", `/hooks/${integrationId}`, {
      body,
      headers: {
        "webhook-id": id,
        "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
        "webhook-signature": new Webhook(secret).sign(id, at, JSON.stringify(body)),
      },
    });
    expect(answer.status).toBe(202);
    return Raised.parse(answer.body);
  };
};

test("T18, I5: a stuck button of 1,000 events is one alarm with a count, and stops no other button", async () => {
  const tenant = await Tenant.make();
  const userId = await tenant.addPerson("guard");
  const stuck = await addButton(tenant, "Stuck button", userId);
  const other = await addButton(tenant, "Other button", userId);
  const first = await stuck("msg_0");
  expect(first.merged).toBeUndefined();
  for (let i = 1; i < 500; i++) expect(await stuck(`msg_${i}`)).toMatchObject({ alarmId: first.alarmId, merged: true });
  await evictAllDurableObjects();
  for (let i = 500; i < 1_000; i++) expect((await stuck(`msg_${i}`)).alarmId).toBe(first.alarmId);
  // The same message again is neither a repeat nor an alarm (I5).
  expect((await stuck("msg_7")).alarmId).toBe(first.alarmId);

  expect((await other("msg_1")).alarmId).not.toBe(first.alarmId);
  expect((await stuck("msg_detector", { title: "Detector 12" })).alarmId, "it says something else").not.toBe(
    first.alarmId,
  );

  const shown = await tenant.call("GET", `/alarms/${first.alarmId}`);
  expect(Alarm.parse(shown.body).repeats).toBe(999);
  clock.pass(5_000);
  await fireTimers(tenant.stub);
  const rows = await query(tenant.stub, "SELECT body FROM log WHERE type = 'alarm.repeated' ORDER BY seq");
  expect(rows.length).toBeLessThan(20);
  expect(JSON.parse(String(rows.at(-1)?.body))).toEqual({ alarmId: first.alarmId, repeats: 999 });

  clock.pass(limits.mergeSeconds * 1_000 + 1);
  expect((await stuck("msg_later")).alarmId, "after the window it is a new event").not.toBe(first.alarmId);
});

test("T18: whoever floods is asked to confirm, and nobody else is", async () => {
  const tenant = await Tenant.make();
  const userId = await tenant.addPerson("guard");
  const button = await addButton(tenant, "Button", userId);
  const raise = (more: object = {}) =>
    tenant.call("POST", "/alarms", { body: { title: "Help", targets: { users: [userId] }, ...more } });
  for (let i = 0; i < limits.floodAlarms; i++) expect((await raise()).status).toBe(202);
  expect(await raise()).toMatchObject({ status: 409, body: { code: "confirmation_needed" } });
  expect((await raise({ confirm: true })).status).toBe(202);
  await button("msg_1");
  clock.pass(limits.floodMs + 1);
  expect((await raise()).status).toBe(202);
});
