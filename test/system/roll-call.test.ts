/**
 * Proves roll-call (issue 4, 9) whole on real workerd and sqld with real sockets: everybody present at a site is asked on the
 * own device and nobody else is, a marshal's board follows, `kill -9` between check-ins loses none (I1), and the history ends
 * up equal to what the tenant says (I8), an exercise marked in each place (I9). Does not prove speed.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import WebSocket from "ws";
import { AlarmSocket } from "../../clients/sdk/alarm-socket.ts";
import { type InstallationUnderTest, startInstallation } from "./harness/installation.ts";
import { WireDevice, type WireFrame } from "./wire-device.ts";
import { enrol, makeOrganisation, type WireOrganisation } from "./wire-organisation.ts";

let standby: InstallationUnderTest;
let org: WireOrganisation;
let devices: WireDevice[];
let tokens: string[];

const present = 60;

beforeAll(async () => {
  standby = await startInstallation();
  org = await makeOrganisation(standby.url, standby.operatorToken, { people: 70, sites: 2 });
  const owners = org.people.map((person) => person.userId);
  tokens = await enrol(org, owners);
  devices = tokens.map((token, i) => new WireDevice(standby.url, org.tenant, token, owners[i] ?? ""));
  await Promise.all(devices.map((device) => device.connect()));
}, 120_000);

afterAll(() => standby.stop());

const rollCallsOf = (device: WireDevice, rollCallId: string) =>
  device.frames.filter((frame) => frame.type === "rollCall" && frame.rollCallId === rollCallId);
const stateAt = (frame: WireFrame | undefined) => (frame?.you as { state?: string } | undefined)?.state;

test("everybody present is asked, checks in through a killed process, and the record is whole", {
  timeout: 120_000,
}, async () => {
  const site = org.sites[0] ?? "";
  // Half of them are at home elsewhere: their sockets are another site actor's. Everybody else says that they are away.
  await Promise.all(
    devices.map((device, i) => {
      const told = device.next((frame) => frame.type === "presence");
      device.say({ type: "presence", siteId: site, present: i < present });
      return told;
    }),
  );
  const points = await Promise.all(
    ["North gate", "South gate"].map(
      async (name) => (await org.call("POST", `/sites/${site}/muster-points`, { name })).body.musterPointId as string,
    ),
  );
  const started = await org.call("POST", "/roll-calls", { siteId: site, kind: "exercise", visitors: 2 });
  expect(started.status, started.text).toBe(201);
  const { rollCallId } = started.body;
  expect(started.headers.get("location")).toBe(`/v1/${org.tenant}/roll-calls/${rollCallId}`);
  expect(started.body.totals).toMatchObject({ lines: present, missing: present, accountedFor: 0, unknown: 0 });
  const asked = () => devices.filter((device) => rollCallsOf(device, rollCallId).length > 0);
  await expect.poll(() => asked().length, { timeout: 10_000 }).toBe(present);
  for (const device of asked())
    expect(rollCallsOf(device, rollCallId)[0]).toMatchObject({
      kind: "exercise",
      state: "open",
      you: { state: "missing" },
    });

  const marshal = devices[present - 1] as WireDevice;
  marshal.say({ type: "watch", board: "rollCall", rollCallId });
  const board = await marshal.next((frame) => frame.type === "board");
  expect(board).toMatchObject({ full: true, rollCall: { kind: "exercise", totals: { lines: present } } });

  // Twenty check in and hear that it is stored; the process is killed at once.
  const early = devices.slice(0, 20);
  await Promise.all(
    early.map((device, i) => {
      const stored = device.next((frame) => frame.type === "rollCall" && frame.accepted === true);
      device.say({ type: "checkIn", rollCallId, musterPointId: points[i % 2] });
      return stored;
    }),
  );
  await standby.restartWorkerd();
  await Promise.all(devices.map((device) => device.connect()));
  await expect
    // What a site was not told when the process died is told by the timer `sites` of the same commit (I11).
    .poll(() => early.every((device) => stateAt(rollCallsOf(device, rollCallId).at(-1)) === "accountedFor"), {
      timeout: 20_000,
    })
    .toBe(true);

  // One whose phone was off, by the SDK: the press is kept, and sent with how long ago it was.
  const alone = devices[20] as WireDevice;
  alone.cut();
  const url = `${standby.url.replace("http", "ws")}/v1/${org.tenant}/socket`;
  const socket = new AlarmSocket({
    url,
    connect: (at) => new WebSocket(at, { headers: { authorization: `Bearer ${tokens[20]}` } }),
  });
  await socket.checkIn(rollCallId, points[0]);
  const shown = new Promise<string | undefined>((resolve) =>
    socket.on("rollCall", ({ you }) => you?.state === "accountedFor" && resolve(you.state)),
  );
  socket.start();
  expect(await shown).toBe("accountedFor");
  await socket.stop();

  // A marshal, with an own phone, ticks off all others but one, in one call.
  const rest = devices
    .slice(21, present - 1)
    .map(({ userId }) => ({ userId, state: "accountedFor", musterPointId: points[1] }));
  const ticked = await org.call("PUT", `/roll-calls/${rollCallId}/lines`, { lines: rest }, tokens[present - 1]);
  expect(ticked.body.lines).toHaveLength(rest.length);
  marshal.say({ type: "watch", board: "rollCall", rollCallId });
  const now = await marshal.next((frame) => frame.type === "board");
  expect(now).toMatchObject({ rollCall: { totals: { missing: 1, accountedFor: present - 1 } } });
  const missing = await org.call("GET", `/roll-calls/${rollCallId}/lines?state=missing`);
  expect(missing.body.items.map((line: { userId: string }) => line.userId)).toEqual([marshal.userId]);
  const live = marshal.next((frame) => frame.type === "board" && frame.full === false);
  await org.call("POST", `/roll-calls/${rollCallId}/check-in`, {}, tokens[present - 1]);
  expect(await live).toMatchObject({
    rollCall: { totals: { missing: 0 } },
    // What was ticked off just before may come with it: changes are gathered for a quarter of a second.
    lines: expect.arrayContaining([expect.objectContaining({ userId: marshal.userId, self: true })]),
  });

  await org.call("PUT", `/roll-calls/${rollCallId}/visitors`, { musterPointId: points[0], accounted: 2 });
  const closed = await org.call("POST", `/roll-calls/${rollCallId}/close`);
  expect(closed.body).toMatchObject({ state: "closed", totals: { missing: 0, unknown: 0, accountedFor: present } });
  for (const timing of ["firstMs", "noneMissingMs", "allAccountedMs", "closedMs"])
    expect(closed.body.timings[timing], timing).toBeGreaterThan(0);
  await expect
    .poll(() => early.every((device) => rollCallsOf(device, rollCallId).at(-1)?.state === "closed"), {
      timeout: 10_000,
    })
    .toBe(true);

  const record = async () => (await org.call("GET", `/history/roll-calls/${rollCallId}`)).body;
  await expect.poll(async () => (await record())?.state, { timeout: 20_000 }).toBe("closed");
  const kept = await record();
  expect(kept).toMatchObject({
    kind: "exercise",
    summary: { totals: closed.body.totals, musterPoints: closed.body.musterPoints, timings: closed.body.timings },
  });
  const lines = async () => {
    const all: { userId: string; state: string; at?: string; self?: boolean; version: number }[] = [];
    let cursor: string | undefined;
    do {
      const page = await org.call(
        "GET",
        `/roll-calls/${rollCallId}/lines?limit=25${cursor === undefined ? "" : `&cursor=${cursor}`}`,
      );
      all.push(...page.body.items);
      cursor = page.body.nextCursor;
    } while (cursor !== undefined);
    return all;
  };
  const sorted = (list: { userId: string }[]) => list.toSorted((a, b) => (a.userId < b.userId ? -1 : 1));
  expect(sorted(kept.lines)).toEqual(sorted(await lines()));
  // Each of those who checked in is named in the events, once.
  const said = kept.events.flatMap((event: { lines?: { userId: string; self: boolean }[] }) => event.lines ?? []);
  const own = said.filter((line: { self: boolean }) => line.self).map((line: { userId: string }) => line.userId);
  expect(own.toSorted()).toEqual([...early, alone, marshal].map(({ userId }) => userId).toSorted());
  // Nobody who was away was ever asked.
  for (const device of devices.slice(present)) expect(rollCallsOf(device, rollCallId)).toEqual([]);
});
