import { expect, test } from "vitest";
import { limits } from "../../protocol/limits.ts";
import { BareRoom, person } from "./harness/bare-room.ts";
import { holdClock } from "./harness/clock.ts";
import { fireTimers, query } from "./harness/storage.ts";

// Proves inside workerd that a chat's epoch goes 92 days after its last message and not a day earlier (P13, P17), also when the next
// message came long after it: rows, document and photos, with its sockets told; that a chat in which nobody writes any more goes too; and that photos which no message took go after a day.
// Not: what the history removes (retention classes of history/retention.ts).

const day = 24 * 3_600_000;
const clock = holdClock("2031-03-10T12:00:00Z");
const [ann, bob] = ["usr_ann_0001", "usr_bob_0001"];

const sweep = (room: BareRoom) => fireTimers(room.stub, "sweep");
const countOf = async (room: BareRoom, table: string, where = "1") =>
  (await query(room.stub, `SELECT count(*) AS n FROM ${table} WHERE ${where}`))[0]?.n;

const addPhoto = async (room: BareRoom, photoId: string) => {
  const added = await room.stub.addPhoto(person(ann), { photoId, width: 1, height: 1, bytes: Uint8Array.of(1) });
  expect(added.ok).toBe(true);
};

test("P13: an epoch goes 92 days after its last message: the day before it is whole, the day after nothing is left", async () => {
  const room = await BareRoom.open([ann, bob]);
  await addPhoto(room, "pho_00000001");
  await room.send(ann, "in march", { photoId: "pho_00000001" });
  const old = await room.epoch(ann);
  // Another month, and a long silence before it: the first epoch ended with its last message.
  clock.pass(60 * day);
  await room.send(bob, "in may");
  expect(await room.epoch(ann)).not.toBe(old);
  const follower = await room.follow(bob, { epoch: old });
  follower.sync();
  await follower.synced;

  clock.pass(limits.messagesKeptMs - 61 * day);
  // Somebody still writes: the second epoch has its own term.
  await room.send(bob, "in june");
  await sweep(room);
  expect(await countOf(room, "messages", "epoch = 1")).toBe(1);
  expect(await countOf(room, "photos")).toBe(1);
  expect(follower.text()).toContain("in march");

  clock.pass(2 * day);
  await sweep(room);
  expect(await follower.closed).toBe(4410);
  expect(await countOf(room, "messages", "epoch = 1")).toBe(0);
  expect(await countOf(room, "updates", "document = 1")).toBe(0);
  expect(await countOf(room, "snapshots", "document = 1")).toBe(0);
  expect(await countOf(room, "photos")).toBe(0);
  expect(await countOf(room, "messages")).toBe(2);
  const state = await room.stub.state(person(bob));
  if (!state.ok) throw new Error("refused");
  expect(state.value.epochs.map(({ epoch }) => epoch)).not.toContain(old);
  const [removed] = await query(room.stub, "SELECT body FROM log WHERE type = 'epoch.removed'");
  expect(JSON.parse(String(removed?.body))).toMatchObject({ epoch: 1, upToSeq: 1, messages: 1 });
  // It comes back with its copy.
  expect(await (await room.follow(bob, { epoch: old })).closed).toBe(4410);
});

test("P17: a chat in which nobody writes any more does not keep its last epoch for ever", async () => {
  const room = await BareRoom.open([ann, bob]);
  await room.send(ann, "the last word");
  clock.pass(limits.messagesKeptMs - day);
  await sweep(room);
  expect(await countOf(room, "messages")).toBe(1);
  clock.pass(2 * day);
  await sweep(room);
  expect(await countOf(room, "messages")).toBe(0);
  // It goes on, and numbers go on with it.
  await room.send(bob, "the first word");
  const page = await room.stub.list(person(ann), { limit: 10 });
  expect(page).toMatchObject({ ok: true, value: { items: [{ text: "the first word", seq: 2 }] } });
});

test("a photo that no message took goes after a day, and one that a message shows stays", async () => {
  const room = await BareRoom.open([ann, bob]);
  await addPhoto(room, "pho_00000001");
  await addPhoto(room, "pho_00000002");
  await room.send(ann, "look", { photoId: "pho_00000001" });
  clock.pass(limits.photoUnusedMs - 1);
  await sweep(room);
  expect(await countOf(room, "photos")).toBe(2);
  clock.pass(1);
  await sweep(room);
  expect(await query(room.stub, "SELECT photo_id FROM photos")).toEqual([{ photo_id: "pho_00000001" }]);
});
