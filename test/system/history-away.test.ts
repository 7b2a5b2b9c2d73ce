/**
 * sqld killed for the whole life of an alarm. Proved: I8 (raise, delivery, answers, stand-down and log-in work without the
 * history and are not slower; when it is back, the record is complete, each event once), P1 (stored in the overview).
 * Not proved: an sqld that hangs instead of being gone, and speed beyond a generous factor (load/ measures that).
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { Alarm } from "../../protocol/alarms.ts";
import { type InstallationUnderTest, startInstallation } from "./harness/installation.ts";
import { decode, eventually, idOf, password, World } from "./world.ts";

const RAISES = 15;
/** The machine is shared and the figures are a few ms; what waits for a dead libSQL would take seconds (10 s time limit). */
const FACTOR = 4;
const SLACK_MS = 40;
const Ready = z.looseObject({
  alarms: z.string(),
  history: z.string(),
  outbox: z.looseObject({ pending: z.number() }),
});
let installation: InstallationUnderTest;
let world: World;

beforeAll(async () => {
  installation = await startInstallation();
  world = await World.make(installation, "history-away");
  await world.addSite("North");
  const people = [...Array(20).keys()].map((n) => `p${n}`);
  await world.addPeople(people.map((username) => ({ username, homeSite: "North" })));
  await world.addDevices(people);
});

afterAll(async () => {
  world?.disconnectAll();
  await installation?.stop();
});

interface Times {
  accepted: number;
  received: number;
  answered: number;
}

/** Raises for everybody; ms until the 202, until the last device has it, and until an answer is acknowledged. */
async function once(title: string, alarmIds: string[]): Promise<Times> {
  const start = performance.now();
  const arrivals = world.devices.map((device) => device.next((f) => f.type === "alarm" && f.title === title));
  const { alarmId, recipients } = await world.raise({ title, targets: { sites: [idOf(world.sites, "North")] } });
  const accepted = performance.now() - start;
  expect(recipients).toBe(world.devices.length);
  await Promise.all(arrivals);
  const received = performance.now() - start;
  const asked = performance.now();
  await world.devices[0]?.respond(alarmId, "coming");
  alarmIds.push(alarmId);
  return { accepted, received, answered: performance.now() - asked };
}

async function median(title: string, alarmIds: string[]): Promise<Times> {
  const all: Times[] = [];
  for (let n = 0; n < RAISES; n++) all.push(await once(`${title} ${n}`, alarmIds));
  const middle = (of: (times: Times) => number): number => all.map(of).sort((a, b) => a - b)[RAISES >> 1] ?? Number.NaN;
  return {
    accepted: middle((t) => t.accepted),
    received: middle((t) => t.received),
    answered: middle((t) => t.answered),
  };
}

test("I8 with sqld killed nothing on the alarm path is slower or lost; back again, history has each event once", async () => {
  await median("warm", []);
  const withHistory: string[] = [];
  const up = await median("up", withHistory);
  await world.record(withHistory.at(-1) ?? "");

  await installation.killSqld();
  const away: string[] = [];
  const down = await median("down", away);
  for (const part of ["accepted", "received", "answered"] as const)
    expect(down[part], `${part}: ${JSON.stringify({ up, down })}`).toBeLessThan(up[part] * FACTOR + SLACK_MS);

  const login = await world.call("POST", "/sessions", { username: "admin", password }, null);
  expect(login.status).toBe(201);
  const [, ended] = away;
  const stood = await world.call("POST", `/alarms/${ended}/stand-down`, { reason: "over" });
  expect(decode(stood, 200, Alarm).state).toBe("ended");
  await eventually(
    async () => {
      const ready = await fetch(`${installation.url}/readyz`);
      expect(ready.status).toBe(200);
      const { alarms, history, outbox } = Ready.parse(await ready.json());
      expect(alarms).toBe("ok");
      expect(["down", "behind"]).toContain(history);
      expect(outbox.pending).toBeGreaterThan(0);
    },
    15_000,
    "readyz tells that history is away",
  );
  const asked = await world.call("GET", `/history/alarms/${away[0]}`);
  expect([asked.status, asked.headers.get("retry-after") !== null]).toEqual([503, true]);

  await installation.startSqld();
  for (const alarmId of [...withHistory, ...away]) {
    const record = await world.record(alarmId, 60_000);
    expect(record.recipients.length).toBe(world.devices.length);
    expect(record.recipients.filter(({ receivedAt }) => receivedAt === undefined)).toEqual([]);
    expect(record.recipients.find(({ userId }) => userId === world.devices[0]?.userId)?.response).toBe("coming");
    const ids = record.events.map(({ eventId }) => eventId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const once of ["raised"]) expect(record.events.filter(({ type }) => type.endsWith(once)).length).toBe(1);
    if (alarmId === ended) expect(record.state).toBe("ended");
  }
  await eventually(
    async () => {
      const { history, outbox } = Ready.parse(await (await fetch(`${installation.url}/readyz`)).json());
      expect([history, outbox.pending]).toEqual(["ok", 0]);
    },
    60_000,
    "history is level again",
  );
});
