/**
 * Proves, inside workerd: an alarm with a ladder, a step, a call again, an end and a re-opening goes its way although every actor is
 * dropped from memory after any of these, each thing happens once (I1, I11), nobody is called who is not meant (I3), and everybody
 * hears of each call and end in one order (I4). Random histories and killed processes: test/core/simulation and test/system.
 */
import { evictAllDurableObjects } from "cloudflare:test";
import { afterEach, expect, test, vi } from "vitest";
import { Alarm, Raised } from "../../protocol/alarms.ts";
import { IncidentRecord } from "../../protocol/incidents.ts";
import { holdClock } from "./harness/clock.ts";
import type { Device } from "./harness/device.ts";
import { addReachable, Provider, useProviders } from "./harness/provider.ts";
import { fireTimers, query } from "./harness/storage.ts";
import { Tenant } from "./harness/tenant.ts";

const second = 1_000;
const clock = holdClock("2091-03-04T09:00:00Z");
afterEach(() => {
  vi.restoreAllMocks();
});

/** Two responders, one of them called by a step, and somebody whom nothing is about. */
const brigade = async () => {
  const [sms] = useProviders(new Provider("sms"));
  const tenant = await Tenant.make();
  const role = await tenant.call("POST", "/roles", { body: { name: "First aider" } });
  const { roleId } = role.body as { roleId: string };
  const first = await tenant.connect(await addReachable(tenant, sms, "first", { roleIds: [roleId] }));
  const later = await tenant.addDevice("later", { roleIds: [roleId] });
  const stranger = await tenant.addDevice("stranger");
  const made = await tenant.call("POST", "/scenarios", {
    body: {
      name: "Fire",
      title: "Fire",
      targets: { users: [first.userId] },
      requirement: [{ roleId, count: 2 }],
      ladder: [{ criterion: "responded", withinSeconds: 30, channel: "sms" }],
      escalation: [
        {
          name: "One more",
          afterSeconds: 60,
          when: { type: "unfilled" },
          action: { type: "widen", targets: { users: [later.userId] } },
        },
      ],
    },
  });
  const { scenarioId } = made.body as { scenarioId: string };
  const asked = await tenant.call("POST", "/alarms", { body: { scenarioId } });
  return { tenant, sms, first, later, stranger, ...Raised.parse(asked.body) };
};

const moments = [
  "the raise",
  "the rung",
  "the step",
  "the call again",
  "the answers",
  "the end",
  "the re-opening",
  "nothing",
] as const;

test.each(moments)("I1, I11: an alarm keeps its course with an eviction after %s", async (moment) => {
  const evictAfter = (now: (typeof moments)[number]) => (now === moment ? evictAllDurableObjects() : undefined);
  const { tenant, sms, first, later, stranger, alarmId, incidentId } = await brigade();
  const path = `/alarms/${alarmId}`;
  const shown = async () => Alarm.parse((await tenant.call("GET", path)).body);
  const texts = (purpose: string) => new Set(sms.sent.flatMap((one) => (one.purpose === purpose ? [one.sendId] : [])));
  const lead = async (what: string, body: object | undefined) => {
    expect((await tenant.call("POST", `${path}/${what}`, body === undefined ? {} : { body })).status).toBe(200);
  };
  const arrive = (devices: readonly Device[], which: { reAlarm?: number; reopened?: true }) =>
    Promise.all(
      devices.map((device) =>
        device.next("alarm", (frame) => frame.reAlarm === which.reAlarm && frame.reopened === which.reopened),
      ),
    );

  await evictAfter("the raise");
  await fireTimers(tenant.stub, "sites");
  const [call] = await arrive([first], {});
  expect(call?.alarmId).toBe(alarmId);

  clock.pass(30 * second);
  await fireTimers(tenant.stub, "course:%");
  await evictAfter("the rung");
  await fireTimers(tenant.stub, "sends:run");
  await vi.waitUntil(() => texts("alarm").size === 1);

  expect(await shown()).toMatchObject({ fill: { filled: false }, escalation: [{ state: "waiting" }] });
  clock.pass(30 * second);
  await fireTimers(tenant.stub, "course:%");
  await evictAfter("the step");
  await fireTimers(tenant.stub, "sites");
  await arrive([later], {});
  expect(await shown()).toMatchObject({ escalation: [{ state: "fired", cause: "condition", people: 1 }] });

  await lead("re-alarm", { who: "all" });
  await evictAfter("the call again");
  await fireTimers(tenant.stub, "sites");
  const again = await arrive([first, later], { reAlarm: 1 });
  expect(new Set(again.map(({ seq }) => seq))).toEqual(new Set([2]));

  for (const device of [first, later]) {
    device.send({ type: "respond", alarmId, response: "coming" });
    await device.next("responseAccepted");
  }
  await evictAfter("the answers");
  expect(await shown()).toMatchObject({ fill: { filled: true }, counts: { coming: 2, recipients: 2 } });
  // Who has answered is not called by other channels, whatever is left of the ladder.
  clock.pass(60 * second);
  await fireTimers(tenant.stub, "course:%");
  expect(texts("reAlarm").size).toBe(0);

  await lead("stand-down", { reason: "over" });
  await evictAfter("the end");
  await fireTimers(tenant.stub, "sites");
  await fireTimers(tenant.stub, "sends:run");
  const ends = await Promise.all([first, later].map((device) => device.next("standDown")));
  expect(ends.map(({ seq }) => seq)).toEqual([3, 3]);
  await vi.waitUntil(() => texts("standDown").size === 1);
  const incident = async () => IncidentRecord.parse((await tenant.call("GET", `/incidents/${incidentId}`)).body);
  expect((await incident()).state).toBe("closed");
  expect(await query(tenant.stub, "SELECT name FROM timers WHERE name LIKE 'course:%'"), "I11").toEqual([]);

  clock.pass(60 * second);
  await lead("re-open", undefined);
  await evictAfter("the re-opening");
  await fireTimers(tenant.stub, "sites");
  const reopened = await arrive([first, later], { reAlarm: 1, reopened: true });
  expect(reopened.map(({ seq }) => seq)).toEqual([4, 4]);
  expect((await incident()).state).toBe("open");
  expect(await shown()).toMatchObject({ state: "open", counts: { coming: 2 }, escalation: [{ state: "fired" }] });

  await Promise.all([first, later, stranger].map((device) => device.settled()));
  expect(first.of("alarm").length, "each call once").toBe(3);
  expect(later.of("alarm").length, "each call once").toBe(3);
  expect([...stranger.of("alarm"), ...stranger.of("standDown")], "I3").toEqual([]);
  expect([...texts("alarm")].length, "the rung once").toBe(1);
  const rows = await query(tenant.stub, "SELECT type FROM log WHERE entity = ? ORDER BY seq", alarmId);
  const counted = (type: string) => rows.filter((row) => row.type === type).length;
  const once = ["raised", "widened", "stepFired", "reAlarmed", "stoodDown", "reopened"].map((one) => `alarm.${one}`);
  expect(once.map((type) => [type, counted(type)])).toEqual(once.map((type) => [type, 1]));
});
