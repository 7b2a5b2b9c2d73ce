/**
 * Later calls of an alarm (re-alarm, re-opening) and check-ins, on a server in memory (I3, I4; issue 4: 4, 7, 9, 10). Mixtures of
 * them with cuts and restarts are in sdk-socket-property.test.ts. Not proved here: the real server's side.
 */
import { describe, expect, test } from "vitest";
import { temporaryMemory } from "../../clients/sdk/socket/memory.ts";
import { startDevice } from "./sdk-device.ts";
import { FakeServer } from "./sdk-fake-server.ts";
import { ManualClock } from "./sdk-manual-clock.ts";

const rollCallId = "rcl_12345678";
const sessionId = "lws_12345678";
const at = "2026-11-23T09:41:07.412Z";

const rollCall = (version: number, state: "missing" | "accountedFor", more: object = {}) => ({
  type: "rollCall",
  rollCallId,
  siteId: "sit_12345678",
  title: "North",
  kind: "exercise",
  state: "open",
  openedAt: at,
  version,
  musterPoints: [],
  you: { state },
  ...more,
});

describe("a call", () => {
  test("again alarms who has not answered, and its repeat does not", async () => {
    const { server, heard, flow } = startDevice();
    await flow();
    const alarmId = server.raise();
    await flow();
    server.callAgain(alarmId);
    server.repeat(1);
    await flow();
    expect(heard.alarm).toMatchObject([{ alarmId }, { alarmId, again: "reAlarm", reAlarm: 1, ended: false }]);
    expect(server.receipts.get(alarmId)).toBe(3);
  });

  test.each(["here", "elsewhere"])("again is not told to who has answered %s", async (where) => {
    const { server, socket, heard, flow } = startDevice();
    await flow();
    const alarmId = server.raise();
    await flow();
    const counts = { recipients: 1, sent: 1, received: 1, seen: 1, coming: 1, notComing: 0, enRoute: 0, onScene: 0 };
    if (where === "here") void socket.respond(alarmId, "coming");
    else
      server.say({
        type: "alarmUpdate",
        alarmId,
        version: 1,
        counts: { ...counts, notReached: 0 },
        you: { state: "answered", response: "coming" },
      });
    await flow();
    server.callAgain(alarmId);
    await flow();
    expect(heard.alarm).toHaveLength(1);
    expect(socket.lastSeq).toBe(2);
  });

  test("after the end opens the alarm again, also for who has answered, and its next end is told", async () => {
    const { server, socket, heard, flow } = startDevice();
    await flow();
    const alarmId = server.raise();
    await flow();
    void socket.respond(alarmId, "coming");
    await flow();
    server.standDown(alarmId);
    server.callAgain(alarmId);
    await flow();
    expect(heard.alarm.at(-1)).toMatchObject({ again: "reopened", answered: true, ended: false });
    server.standDown(alarmId);
    await flow();
    expect(heard.standDown.map(({ seq }) => seq)).toEqual([2, 4]);
  });

  test("that overtook the end it re-opens leaves the alarm open", async () => {
    const { server, heard, flow } = startDevice();
    await flow();
    const alarmId = server.raise();
    await flow();
    server.standDown(alarmId);
    server.callAgain(alarmId);
    server.swap();
    await flow();
    expect(heard.standDown).toEqual([]);
    expect(heard.alarm.at(-1)).toMatchObject({ alarmId, ended: false });
  });

  test("is remembered over a restart of the program", async () => {
    const server = new FakeServer();
    const memory = temporaryMemory();
    const first = startDevice({ server, memory });
    await first.flow();
    const alarmId = server.raise();
    server.callAgain(alarmId);
    await first.flow();
    await first.socket.stop();
    server.line = undefined;
    const second = startDevice({ server, memory });
    await second.flow();
    server.repeat(1);
    await second.flow();
    expect(second.heard.alarm).toEqual([]);
    server.callAgain(alarmId);
    await second.flow();
    expect(second.heard.alarm).toMatchObject([{ again: "reAlarm", reAlarm: 2 }]);
  });
});

describe("a check-in", () => {
  test("made offline is kept over a restart, and says how long ago the person pressed", async () => {
    const server = new FakeServer();
    const memory = temporaryMemory();
    const clock = new ManualClock();
    const first = startDevice({ server, memory, clock });
    await first.flow();
    server.reachable = false;
    server.cut();
    await first.socket.checkIn(rollCallId, "mus_12345678");
    await first.socket.checkedIn(sessionId);
    await clock.advance(42_000);
    await first.socket.stop();
    server.reachable = true;
    const second = startDevice({ server, memory, clock });
    await second.flow();
    await second.flow();
    const said = { musterPointId: "mus_12345678", secondsAgo: 42 };
    expect(server.frames).toContainEqual({ type: "checkIn", rollCallId, ...said });
    expect(server.frames).toContainEqual({ type: "checkedIn", loneWorkerSessionId: sessionId, secondsAgo: 42 });
  });

  test("is said again until the server shows that it has it, and then no more", async () => {
    const { server, socket, clock, heard, flow } = startDevice();
    await flow();
    void socket.checkIn(rollCallId);
    await flow();
    await clock.advance(5_000);
    await flow();
    const times = () => server.frames.filter(({ type }) => type === "checkIn").length;
    expect(times()).toBe(2);
    server.say(rollCall(2, "accountedFor"));
    await flow();
    await clock.advance(20_000);
    await flow();
    expect(times()).toBe(2);
    expect(heard.rollCall).toMatchObject([{ version: 2, you: { state: "accountedFor" } }]);
  });

  test("that is refused for good is told and not said again; one that met a busy server is", async () => {
    const { server, socket, clock, heard, flow } = startDevice();
    await flow();
    void socket.checkIn(rollCallId);
    void socket.checkedIn(sessionId);
    await flow();
    server.say({ type: "error", code: "unavailable", message: "Try again", ref: rollCallId });
    server.say({ type: "error", code: "conflict", message: "This session has ended", ref: sessionId });
    await flow();
    await clock.advance(5_000);
    await flow();
    const times = (type: string) => server.frames.filter((frame) => frame.type === type).length;
    expect([times("checkIn"), times("checkedIn")]).toEqual([2, 1]);
    expect(heard.error.map(({ ref }) => ref)).toContain(sessionId);
  });

  test("an older frame of a roll-call is not told after a newer one", async () => {
    const { server, heard, flow } = startDevice();
    await flow();
    server.say(rollCall(3, "accountedFor"));
    server.say(rollCall(2, "missing"));
    await flow();
    expect(heard.rollCall.map(({ version }) => version)).toEqual([3]);
  });
});

test("notices are told as they come", async () => {
  const { server, heard, flow } = startDevice();
  await flow();
  server.say({ type: "notice", notice: "checkInDue", ref: sessionId, at, dueAt: at });
  await flow();
  expect(heard.notice).toMatchObject([{ notice: "checkInDue", ref: sessionId }]);
});
