/**
 * A conversation as the SDK follows it, against a room in memory that speaks frames.ts and the y-websocket protocol: one order over
 * epochs, commands once and in order through cuts and restarts, documents that are dropped when they must be, and silence of those
 * who only read. Not proved here: the real actor (test/workerd), a real line and IndexedDB (test/browser).
 */
import { afterEach, expect, test } from "vitest";
import { type RoomMemory, temporaryRoomMemory } from "../../clients/sdk/conversation/memory.ts";
import { Room } from "../../clients/sdk/conversation/room.ts";
import type { Message } from "../../protocol/conversation/rooms.ts";
import { FakeKeeper, FakeRoom, letHappen } from "./sdk-fake-room.ts";
import { ManualClock, settle } from "./sdk-manual-clock.ts";

const userId = "usr_me000000";

interface World {
  server: FakeRoom;
  clock: ManualClock;
  keeper: FakeKeeper;
  memory: RoomMemory;
  room: Room;
}

let made: Room[] = [];
afterEach(async () => {
  await Promise.all(made.map((room) => room.stop()));
  made = [];
});

const device = (parts: Omit<World, "room">): World => {
  const { server, clock, keeper, memory } = parts;
  const room = new Room({
    conversationId: "cnv_12345678",
    // SAFETY: a room makes one call alone, and the fake one answers that.
    api: server.api as never,
    connect: server.connect,
    userId,
    memory,
    keeper,
    timers: clock,
    random: () => 0.5,
  });
  made.push(room);
  return { ...parts, room };
};

const world = (server = new FakeRoom()): World =>
  device({ server, clock: new ManualClock(), keeper: new FakeKeeper(), memory: temporaryRoomMemory() });

const run = ({ server, clock }: World, ms = 0): Promise<void> => letHappen(server, clock, ms);

const online = async (made = world()): Promise<World> => {
  made.room.start();
  await run(made);
  expect(made.room.status).toBe("online");
  return made;
};

const texts = ({ room }: World) => room.view.messages.map(({ message }) => message.text);
const unsent = ({ room }: World) => room.view.unsent.map(({ command }) => command.text);

test("a line that is open already when it comes, as a program's may be, is followed like any other", async () => {
  const w = world();
  const { connect } = w.server;
  w.server.connect = (url) => {
    const line = connect(url);
    w.server.open();
    return line;
  };
  w.server.write("first");
  const { room } = device(w);
  room.start();
  await run(w);
  expect(room.status).toBe("online");
  expect(room.view.isWhole).toBe(true);
  expect(texts({ ...w, room })).toEqual(["first"]);
});

test("messages come in the one order of the document, and live", async () => {
  const w = world();
  w.server.write("first");
  await online(w);
  expect(texts(w)).toEqual(["first"]);
  expect(w.room.view.isWhole).toBe(true);
  w.server.write("second");
  w.room.send({ text: "third" });
  await run(w);
  expect(texts(w)).toEqual(["first", "second", "third"]);
  expect(unsent(w)).toEqual([]);
});

test("what is written offline waits, survives a restart, and is sent once and in order", async () => {
  const w = await online();
  w.server.reachable = false;
  w.server.cut();
  await run(w);
  expect(w.room.status).toBe("offline");
  for (const text of ["one", "two", "three"]) w.room.send({ text });
  await run(w);
  expect(unsent(w)).toEqual(["one", "two", "three"]);
  await w.room.stop();

  const again = device(w);
  again.server.reachable = true;
  again.room.start();
  await run(again, 5_000);
  expect(w.server.stored.map(({ text }) => text)).toEqual(["one", "two", "three"]);
  expect(unsent(again)).toEqual([]);
  expect((await w.memory.load())?.queue).toEqual([]);
});

test("a command whose answer is lost is sent again and stored once", async () => {
  const w = await online();
  w.server.mute = true;
  const messageId = w.room.send({ text: "hello" });
  await run(w);
  w.server.mute = false;
  w.server.cut();
  await run(w, 3_000);
  expect(w.server.stored.map((m) => m.messageId)).toEqual([messageId]);
  expect(w.server.frames.filter(({ type }) => type === "send")).toHaveLength(2);
  expect((await w.memory.load())?.queue).toEqual([]);
});

test("a line that stays up but does not answer: sent again after ten seconds", async () => {
  const w = await online();
  w.server.mute = true;
  w.room.send({ text: "hello" });
  await run(w);
  w.server.mute = false;
  await run(w, 10_500);
  expect((await w.memory.load())?.queue).toEqual([]);
  expect(w.server.stored).toHaveLength(1);
});

test("a hundred messages at once stay under the server's budget, in order", async () => {
  const w = await online();
  for (let n = 0; n < 100; n++) w.room.send({ text: `${n}` });
  await run(w, 10_000);
  const early = w.server.stored.length;
  expect(early).toBeLessThanOrEqual(32);
  await run(w, 90_000);
  expect(w.server.stored.map(({ text }) => text)).toEqual(Array.from({ length: 100 }, (_, n) => `${n}`));
});

test("written and corrected offline is sent once as it ended up; written and taken back not at all", async () => {
  const w = await online();
  w.server.reachable = false;
  w.server.cut();
  await run(w);
  w.room.edit(w.room.send({ text: "teh" }), "the");
  w.room.delete(w.room.send({ text: "never mind" }));
  w.server.reachable = true;
  await run(w, 5_000);
  expect(w.server.frames.flatMap((f) => ("messageId" in f ? [f.type] : []))).toEqual(["send"]);
  expect(texts(w)).toEqual(["the"]);
});

test("a refused command does not hold up the others, is told, and is kept for the person to see", async () => {
  const w = world();
  const told: string[] = [];
  w.room.on("refused", ({ code }) => told.push(code));
  await online(w);
  w.server.cut();
  const bad = w.room.send({ text: "bad" });
  w.room.send({ text: "good" });
  w.server.rejects.set(bad, "forbidden");
  await run(w, 3_000);
  expect(told).toEqual(["forbidden"]);
  expect(texts(w)).toEqual(["good"]);
  expect(w.room.view.unsent).toMatchObject([{ refused: "forbidden", command: { text: "bad" } }]);
  w.server.rejects.clear();
  w.room.tryAgain(bad);
  await run(w);
  expect(texts(w)).toEqual(["good", "bad"]);
  expect(w.room.view.unsent).toEqual([]);
});

test("changes are shown before they are confirmed, and marked so", async () => {
  const w = world();
  const id = w.server.write("hello");
  await online(w);
  w.server.reachable = false;
  w.server.cut();
  await run(w);
  w.room.react(id, "👍", true);
  expect(w.room.view.messages).toMatchObject([{ waiting: true, message: { reactions: { "👍": [userId] } } }]);
  w.server.reachable = true;
  await run(w, 3_000);
  expect(w.room.view.messages).toMatchObject([{ waiting: false, message: { reactions: { "👍": [userId] } } }]);
});

test("a new epoch opens its own document; older ones come on demand, in order, and stay up to date", async () => {
  const w = world();
  const old = w.server.write("november");
  await online(w);
  w.server.beginEpoch();
  w.server.write("december");
  await run(w, 3_000);
  expect(texts(w)).toEqual(["december"]);
  expect(w.room.view.hasOlder).toBe(true);
  const loading = w.room.loadOlder();
  await run(w);
  await loading;
  await run(w);
  expect(texts(w)).toEqual(["november", "december"]);
  expect(w.room.view.hasOlder).toBe(false);
  w.server.change(old, { gone: "deleted" });
  await run(w);
  expect(w.room.view.messages[0]?.message.gone).toBe("deleted");
  expect([...w.keeper.kept.keys()].sort()).toEqual(["cnv_12345678/1.0", "cnv_12345678/2.0"]);
});

test("4409: the epoch that is written now is opened", async () => {
  const w = await online();
  w.server.beginEpoch();
  w.server.write("new");
  w.server.cut(4409);
  await run(w, 3_000);
  expect(w.room.status).toBe("online");
  expect(texts(w)).toEqual(["new"]);
});

test("P18, 4410: the local copy is dropped and the document opened anew without the erased words", async () => {
  const w = world();
  w.server.write("secret");
  w.server.write("open");
  await online(w);
  w.server.makeAnew(0, ({ text }: Message) => text === "secret");
  await run(w, 3_000);
  expect(texts(w)).toEqual(["open"]);
  expect([...w.keeper.kept.keys()]).toEqual(["cnv_12345678/1.1"]);
});

test("P18: a device that comes back after months drops what was erased meanwhile, also of epochs it does not look at", async () => {
  const w = world();
  w.server.write("secret");
  await online(w);
  w.server.beginEpoch();
  w.server.write("later");
  await run(w, 3_000);
  await w.room.stop();
  w.server.makeAnew(0, () => true);
  const again = device(w);
  again.room.start();
  await run(again, 3_000);
  expect([...w.keeper.kept.keys()]).toEqual(["cnv_12345678/2.0"]);
  expect(texts(again)).toEqual(["later"]);
});

test("a copy that holds what never came from the server is dropped, and not shown as a message", async () => {
  const w = world();
  w.server.write("true");
  await online(w);
  w.room.doc
    ?.getArray("messages")
    .push([{ messageId: "msg_forged00", seq: 9, at: "2026-11-28T09:41:07.412Z", text: "false" }]);
  w.server.cut();
  await run(w, 5_000);
  expect(w.server.denied).toBeGreaterThan(0);
  expect(texts(w)).toEqual(["true"]);
});

test.each([
  [4401, "session"],
  [4403, "rights"],
  [4404, "notFound"],
] as const)("%i: stops and says so", async (code, why) => {
  const w = world();
  const ended: string[] = [];
  w.room.on("ended", (reason) => ended.push(reason));
  w.server.write("hello");
  await online(w);
  const lines = w.server.lines.length;
  w.server.cut(code);
  await run(w, 60_000);
  expect(w.room.status).toBe("ended");
  expect(ended).toEqual([why]);
  expect(w.server.lines).toHaveLength(lines);
  // Whoever is no longer in it keeps nothing of it; at the end of a session the person still is.
  expect(w.keeper.kept.size).toBe(code === 4401 ? 1 : 0);
});

test("an upgrade that is refused tells a page nothing: it asks, and stops when it is not found", async () => {
  const w = await online();
  w.server.refusal = 404;
  // The line goes, and the next ones never open.
  w.server.cut();
  await settle();
  await w.clock.advance(400);
  w.server.cut();
  await run(w, 5_000);
  expect(w.room.status).toBe("ended");
});

test.each([1012, 4429])("%i: comes back later, and not sooner because somebody looks", async (code) => {
  const w = await online();
  const lines = w.server.lines.length;
  w.server.cut(code);
  await run(w, 1_000);
  w.room.wake();
  await run(w);
  expect(w.server.lines).toHaveLength(lines);
  await run(w, 15_000);
  expect(w.room.status).toBe("online");
});

test("a dead line is noticed by a ping that the platform answers by itself", async () => {
  const w = await online();
  await run(w, 60_000);
  expect(w.room.status).toBe("online");
  const lines = w.server.lines.length;
  w.server.flow = () => undefined;
  await run(w, 29_000);
  expect(w.server.lines.length).toBeGreaterThan(lines);
});

test("whoever only reads says nothing: no awareness, and a mark now and then", async () => {
  const w = await online();
  for (let n = 0; n < 50; n++) {
    w.server.write(`${n}`);
    await run(w);
  }
  await run(w, 30_000);
  expect(w.server.awareness).toBe(0);
  const marks = w.server.frames.filter(({ type }) => type === "received" || type === "read");
  expect(marks.at(-1)).toEqual({ type: "received", received: 50 });
  expect(marks.length).toBeLessThan(5);
});

test("read marks only go forward, and are said again when the line that carried them broke", async () => {
  const w = world();
  w.server.write("a");
  w.server.write("b");
  await online(w);
  w.room.read(2);
  w.room.read(1);
  await run(w, 3_000);
  w.server.cut();
  await run(w, 10_000);
  const said = w.server.frames.filter(({ type }) => type === "read");
  // This server forgets marks: asked how the room stands, it says that nothing was read.
  expect(said).toEqual([
    { type: "read", read: 2 },
    { type: "read", read: 2 },
  ]);
});

test("a note is written together: what was written offline is merged when the line is back", async () => {
  const w = await online(world(new FakeRoom("note")));
  const text = () => w.server.current.doc.getText("content").toString();
  w.room.doc?.getText("content").insert(0, "Plan");
  await run(w);
  expect(text()).toBe("Plan");
  w.server.reachable = false;
  w.server.cut();
  await run(w);
  w.room.doc?.getText("content").insert(4, " B");
  w.server.current.doc.getText("content").insert(0, "The ");
  w.server.reachable = true;
  await run(w, 3_000);
  expect(text()).toBe("The Plan B");
  expect(w.room.doc?.getText("content").toString()).toBe("The Plan B");
});
