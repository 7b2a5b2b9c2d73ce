import { expect, test } from "vitest";
import type { ClientFrame } from "../../protocol/socket/client-frames.ts";
import { startDevice } from "./sdk-device.ts";
import type { FakeServer } from "./sdk-fake-server.ts";

// Proves that a device never loses "I am safe": kept offline and over a restart, sent with how long ago it was, again until it is
// accepted, and no more after that. FakeServer has no roll-calls: each test says what the server answers. The real one is
// test/workerd/roll-calls.test.ts.

const rollCallId = "rcl_12345678";
const musterPointId = "mus_12345678";
const frame = (more: object) => ({
  type: "rollCall",
  rollCallId,
  siteId: "sit_12345678",
  title: "Head office",
  kind: "exercise",
  state: "open",
  openedAt: "2026-11-23T09:41:07.412Z",
  version: 1,
  musterPoints: [],
  ...more,
});
const missing = { you: { state: "missing" } };
const pressed = (server: FakeServer) =>
  server.frames.filter((one): one is Extract<ClientFrame, { type: "checkIn" }> => one.type === "checkIn");

test("pressed without a line, over a restart: sent after welcome with how long ago it was", async () => {
  const first = startDevice();
  await first.socket.checkIn(rollCallId, musterPointId);
  await first.socket.stop();
  await first.clock.advance(90_000);
  const { server, clock, memory } = first;
  const second = startDevice({ server, clock, memory });
  await second.flow();
  expect(pressed(server)).toEqual([{ type: "checkIn", rollCallId, musterPointId, secondsAgo: 90 }]);
  server.say(frame({ ...missing, version: 2, accepted: true }));
  await second.flow();
  // A marshal spoke later: the word does not hold, but it is with the server and is not said again.
  await clock.advance(30_000);
  await second.flow();
  server.cut();
  await clock.advance(30_000);
  await second.flow();
  expect(pressed(server)).toHaveLength(1);
  expect(second.heard.rollCall.map(({ you }) => you?.state)).toEqual(["missing"]);
});

test("no reply: said again on the same line and on the next, until it is accepted", async () => {
  const { server, socket, clock, flow } = startDevice();
  await flow();
  await socket.checkIn(rollCallId);
  await flow();
  await clock.advance(6_000);
  await flow();
  expect(pressed(server)).toHaveLength(2);
  // Something else about the roll-call is no reply.
  server.say(frame({ ...missing, version: 3 }));
  await flow();
  server.cut();
  await clock.advance(10_000);
  await flow();
  const before = pressed(server).length;
  expect(before).toBeGreaterThanOrEqual(3);
  expect(pressed(server).at(-1)?.secondsAgo).toBeGreaterThanOrEqual(16);
  server.say(frame({ you: { state: "accountedFor" }, version: 4, accepted: true }));
  await flow();
  await clock.advance(60_000);
  await flow();
  expect(pressed(server)).toHaveLength(before);
});

test("a busy server is asked again; one that will never take it is not", async () => {
  const { server, socket, clock, flow } = startDevice();
  await flow();
  await socket.checkIn(rollCallId);
  await flow();
  server.say({ type: "error", code: "unavailable", message: "later", ref: rollCallId });
  await flow();
  await clock.advance(6_000);
  await flow();
  expect(pressed(server)).toHaveLength(2);
  server.say({ type: "error", code: "conflict", message: "closed", ref: rollCallId });
  await flow();
  await clock.advance(60_000);
  await flow();
  expect(pressed(server)).toHaveLength(2);
});

test("of two frames of one roll-call the one with the larger version holds, whichever came last", async () => {
  const { server, heard, flow } = startDevice();
  await flow();
  server.say(frame({ you: { state: "accountedFor" }, version: 5 }));
  server.say(frame({ ...missing, version: 4 }));
  await flow();
  expect(heard.rollCall.at(-1)).toMatchObject({ version: 5, you: { state: "accountedFor" }, kind: "exercise" });
});
