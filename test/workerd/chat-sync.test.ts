import { evictDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import * as Y from "yjs";
import { roomClosing } from "../../protocol/conversation/closing.ts";
import type { Message } from "../../protocol/conversation/rooms.ts";
import { limits } from "../../protocol/limits.ts";
import { awareness, step2, written } from "../core/y-frames.ts";
import { Room, type RoomSocket } from "./harness/room.ts";
import { query } from "./harness/storage.ts";
import { Tenant } from "./harness/tenant.ts";

// T20: a chat's document is written by its actor alone. Every way we could think of to write into it, or in another one's name: none
// of it is merged, stored or passed on. That stock providers report it is test/system's.

const scene = async () => {
  const tenant = await Tenant.make();
  const ann = await tenant.enrol(await tenant.addPerson("ann"));
  const eve = await tenant.enrol(await tenant.addPerson("eve"));
  const room = await Room.open(tenant);
  const talking = await room.talk(ann.token);
  const { messageId } = await talking.say("Ann's own words");
  return { tenant, room, ann, eve, talking, messageId };
};

/** Everything the actor keeps of the document. */
const stored = (room: Room) =>
  query(room.stub, "SELECT count(*) AS updates, (SELECT count(*) FROM messages) AS messages FROM updates");

/** What a client with the document could write into it. */
const tampering: Record<string, (doc: Y.Doc) => void> = {
  "a message in another one's name": (doc) =>
    doc
      .getArray<Message>("messages")
      .push([
        { messageId: "msg_forged-by-eve", seq: 2, at: new Date().toISOString(), authorId: "usr_ann", text: "Evacuate" },
      ]),
  "a delete of what others wrote": (doc) => doc.getArray("messages").delete(0, 1),
  "another thing in the document": (doc) => doc.getMap("members").set("eve", true),
  "under the actor's own client id": (doc) => {
    doc.clientID = 1;
    doc.getArray("messages").push(["x"]);
  },
};

const changed = (socket: RoomSocket, change: (doc: Y.Doc) => void): Uint8Array => {
  const copy = new Y.Doc();
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(socket.doc ?? new Y.Doc()));
  const before = Y.encodeStateVector(copy);
  copy.transact(() => change(copy));
  return Y.encodeStateAsUpdate(copy, before);
};

test.each(Object.entries(tampering))("T20: %s is refused and reported, never merged", async (_, change) => {
  const { room, eve, ann, talking } = await scene();
  const [writer, witness] = [await room.follow(eve.token), await room.follow(ann.token)];
  const before = await stored(room);
  writer.sendBytes(written(changed(writer, change)));
  await writer.until(() => writer.denied.length === 1);
  expect(writer.denied[0]).toContain("read only");
  // And the same as an answer to the server's question what it has.
  writer.sendBytes(step2(changed(writer, change)));
  await writer.until(() => writer.denied.length === 2);
  expect(await stored(room)).toEqual(before);
  await evictDurableObject(room.stub);
  await talking.say("Still the same room");
  await witness.until(() => witness.shown.length === 2);
  expect(witness.shown.map(({ text }) => text)).toEqual(["Ann's own words", "Still the same room"]);
  expect((await room.follow(eve.token)).shown).toEqual(witness.shown);
});

test("what a provider has of the document already is no writing", async () => {
  const { room, eve } = await scene();
  const follower = await room.follow(eve.token);
  follower.sendBytes(step2(Y.encodeStateAsUpdate(follower.doc ?? new Y.Doc())));
  follower.sendBytes(written(Y.encodeStateAsUpdate(new Y.Doc())));
  follower.send({ type: "hello" });
  await follower.settled();
  expect(follower.denied).toEqual([]);
});

const malformed: Record<string, Uint8Array> = {
  "an empty frame": new Uint8Array(),
  "a kind of frame that nobody knows": Uint8Array.of(9, 1, 2),
  "a message that only servers send (auth)": Uint8Array.of(2, 0, 1, 65),
  "an update that is none": written(Uint8Array.of(255, 255, 255, 255, 7, 7)),
  "an update that is cut off": written(Uint8Array.of(1, 3, 4)),
  "bytes behind the end": Uint8Array.of(...step2(Uint8Array.of(0, 0)), 1, 2, 3),
  "awareness that is no JSON": awareness({ clientId: 7, clock: 1, state: "no object" }),
  "an update of more than a frame may hold": written(new Uint8Array(limits.roomFrameBytes)),
};

test.each(Object.entries(malformed))("T20: %s closes the socket with 4400 and changes nothing", async (_, bytes) => {
  const { room, eve, talking } = await scene();
  const writer = await room.follow(eve.token);
  const before = await stored(room);
  writer.sendBytes(bytes);
  expect(await writer.closed).toBe(roomClosing.undecodable.code);
  expect(await stored(room)).toEqual(before);
  await talking.say("The others go on");
});

test("T20: whoever speaks for another one's client id is closed with 4406; names are written by the server", async () => {
  const { room, ann, eve } = await scene();
  const [typing, reading] = [await room.follow(ann.token), await room.follow(eve.token)];
  typing.sendBytes(awareness({ clientId: 77, clock: 1, state: { typing: true, user: { userId: eve.userId } } }));
  await reading.until(() => reading.awareness.length > 0);
  expect(reading.awareness).toEqual([
    { clientId: 77, clock: 1, state: { typing: true, user: { userId: ann.userId } } },
  ]);
  // A provider sends on what it heard: harmless.
  reading.sendBytes(awareness({ clientId: 88, clock: 1, state: {} }));
  reading.sendBytes(awareness({ clientId: 77, clock: 1, state: { typing: true } }));
  reading.send({ type: "hello" });
  await reading.settled();
  reading.sendBytes(awareness({ clientId: 77, clock: 5, state: { typing: false } }));
  expect(await reading.closed).toBe(roomClosing.forged.code);
  await typing.until(() => typing.awareness.some(({ clientId, state }) => clientId === 88 && state === null));
});

test("awareness is asked for again after a wake, and one who goes is gone for the others", async () => {
  const { room, ann, eve } = await scene();
  const typing = await room.follow(ann.token);
  typing.sendBytes(awareness({ clientId: 77, clock: 1, state: { typing: true } }));
  await typing.until(() => typing.awareness.length > 0);
  await evictDurableObject(room.stub);
  const late = await room.follow(eve.token);
  typing.sendBytes(awareness({ clientId: 77, clock: 2, state: { typing: true } }));
  await late.until(() => late.awareness.some(({ clientId }) => clientId === 77));
  typing.close();
  await late.until(() => late.awareness.some(({ clientId, state }) => clientId === 77 && state === null));
});

test("T20, T24: an epoch that was made anew is closed with 4410 for whoever comes back with the old one", async () => {
  const { room, ann, eve, talking } = await scene();
  const old = await room.follow(eve.token, "1.0");
  await talking.say("More of it");
  await room.stub.receive([{ kind: "erase", userId: ann.userId, at: Date.now() }]);
  expect(await old.closed).toBe(roomClosing.epochGone.code);
  const back = await room.connect(eve.token, "1.0");
  expect(await back.closed).toBe(roomClosing.epochGone.code);
  const fresh = await room.follow(eve.token);
  expect(fresh.shown.map(({ gone, text, authorId }) => ({ gone, text, authorId }))).toEqual([
    { gone: "erased", text: undefined, authorId: undefined },
    { gone: "erased", text: undefined, authorId: undefined },
  ]);
  // With the old copy in hand it can bring nothing back.
  fresh.sendBytes(written(Y.encodeStateAsUpdate(old.doc ?? new Y.Doc())));
  await fresh.until(() => fresh.denied.length === 1);
  expect((await room.follow(eve.token)).shown).toEqual(fresh.shown);
});
