/**
 * A note as the SDK writes it, against a room in memory that keeps to the limits of frames as the server does: much that was written
 * offline or pasted at once gets through in one answer, and what a note does not hold, or does not take, ends in a state that
 * says so, without coming back again and again and without losing the text. Not proved here: the real actor
 * (test/workerd/notes-large.test.ts).
 */
import { afterEach, expect, test } from "vitest";
import { temporaryRoomMemory } from "../../clients/sdk/conversation/memory.ts";
import { Room } from "../../clients/sdk/conversation/room.ts";
import { limits } from "../../protocol/limits.ts";
import { FakeKeeper, FakeRoom, letHappen } from "./sdk-fake-room.ts";
import { ManualClock } from "./sdk-manual-clock.ts";

let made: Room[] = [];
afterEach(async () => {
  await Promise.all(made.map((room) => room.stop()));
  made = [];
});

const begin = async () => {
  const server = new FakeRoom("note");
  const [clock, keeper] = [new ManualClock(), new FakeKeeper()];
  const room = new Room({
    conversationId: "cnv_12345678",
    // SAFETY: a room makes one call alone, and the fake one answers that.
    api: server.api as never,
    connect: server.connect,
    userId: "usr_me000000",
    memory: temporaryRoomMemory(),
    keeper,
    timers: clock,
    random: () => 0.5,
  });
  made.push(room);
  const ended: string[] = [];
  const errors: (string | undefined)[] = [];
  room.on("ended", (why) => ended.push(why));
  room.on("error", ({ kind, code }) => errors.push(code ?? kind));
  const run = (ms = 0): Promise<void> => letHappen(server, clock, ms);
  const cut = async () => {
    server.reachable = false;
    server.cut();
    await run();
  };
  const back = async (ms = 3_000) => {
    server.reachable = true;
    await run(ms);
  };
  const write = (text: string) => room.doc?.getText("content").insert(0, text);
  const own = () => room.doc?.getText("content").toString();
  const there = () => server.current.doc.getText("content").toString();
  room.start();
  await run();
  write("plan");
  await run();
  expect(there()).toBe("plan");
  return { server, room, keeper, ended, errors, run, cut, back, write, own, there };
};

const large = "x".repeat(limits.noteFrameBytes + 1_000);
const tooMuch = "x".repeat(limits.documentBytes);

test("what was written offline is more than a frame: it gets through in one answer, and the line stays", async () => {
  const { server, room, cut, back, run, write, there, errors } = await begin();
  await cut();
  write(large);
  await back();
  expect(there() === `${large}plan`).toBe(true);
  const lines = server.lines.length;
  await run(60_000);
  expect(room.status).toBe("online");
  expect(server.lines).toHaveLength(lines);
  expect(errors).toEqual([]);
});

test("a paste of more than a frame gets through at once", async () => {
  const { server, room, run, write, there } = await begin();
  const lines = server.lines.length;
  write(large);
  await run();
  expect(there() === `${large}plan`).toBe(true);
  expect(room.status).toBe("online");
  expect(server.lines).toHaveLength(lines);
});

test.each(["offline", "in one paste"])(
  "%s more than a note holds: it ends and says so, sends none of it, and the text stays",
  async (how) => {
    const { server, room, keeper, cut, back, run, write, own, there, ended } = await begin();
    if (how === "offline") await cut();
    write(tooMuch);
    await back();
    expect(room.status).toBe("ended");
    expect(ended).toEqual(["tooLarge"]);
    const lines = server.lines.length;
    await run(10 * 60_000);
    expect(server.lines).toHaveLength(lines);
    expect(Math.max(...server.noteFrames)).toBeLessThan(limits.noteFrameBytes);
    expect(there()).toBe("plan");
    expect(own() === `${tooMuch}plan`).toBe(true);
    expect(keeper.kept.get("cnv_12345678/1.0")?.byteLength).toBeGreaterThan(limits.documentBytes);

    // Started again, it is the same; let go of, the room goes on with what the server has.
    room.start();
    await run(3_000);
    expect(ended).toEqual(["tooLarge", "tooLarge"]);
    expect(own() === `${tooMuch}plan`).toBe(true);
    room.discardCopy();
    await run(3_000);
    expect(room.status).toBe("online");
    expect(own()).toBe("plan");
    write("the ");
    await run();
    expect(there()).toBe("the plan");
  },
);

test("a note that is full: it ends and says so, and what was written here stays on this device", async () => {
  const { server, room, run, write, own, there, ended, errors } = await begin();
  server.noteRefuses = "too_large";
  write("more of the ");
  await run(3_000);
  expect(ended).toEqual(["tooLarge"]);
  expect(errors).toEqual(["too_large"]);
  const lines = server.lines.length;
  await run(10 * 60_000);
  expect(server.lines).toHaveLength(lines);
  expect(own()).toBe("more of the plan");
  // Somebody made room: nothing was lost.
  server.noteRefuses = undefined;
  room.start();
  await run(3_000);
  expect(room.status).toBe("online");
  expect(there()).toBe("more of the plan");
});

test("a note that this person may not write any more: what never came from the server is dropped, and they read on", async () => {
  const { server, room, run, write, own, ended, errors } = await begin();
  server.noteRefuses = "forbidden";
  write("not the ");
  await run(3_000);
  expect(errors).toEqual(["forbidden"]);
  expect(ended).toEqual([]);
  expect(room.status).toBe("online");
  expect(own()).toBe("plan");
  expect(server.denied).toBe(1);
});
