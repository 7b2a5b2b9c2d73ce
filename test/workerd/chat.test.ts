import { evictDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import { roomClosing } from "../../protocol/conversation/closing.ts";
import { limits } from "../../protocol/limits.ts";
import { Room } from "./harness/room.ts";
import { kill, query } from "./harness/storage.ts";
import { Tenant } from "./harness/tenant.ts";

// P3, I4: chats inside the runtime: who may, in what order, seen by everybody the same, also when the actor is dropped from memory
// in between. How the tenant opens conversations is not here; killed processes and stock providers are test/system's.

const two = async () => {
  const tenant = await Tenant.make();
  const ann = await tenant.enrol(await tenant.addPerson("ann"));
  const bob = await tenant.enrol(await tenant.addPerson("bob"));
  return { tenant, ann, bob };
};

test("P3: what one writes the other gets: as a frame, in the document and in the list, the same everywhere", async () => {
  const { tenant, ann, bob } = await two();
  const room = await Room.open(tenant);
  const [writing, reading, following] = await Promise.all([
    room.talk(ann.token),
    room.talk(bob.token),
    room.follow(bob.token),
  ]);
  const { messageId, seq } = await writing.say("Hello Bob", { mentions: [bob.userId] });
  const { message } = await reading.next("message");
  expect(message).toMatchObject({ messageId, seq: 1, authorId: ann.userId, text: "Hello Bob", mentions: [bob.userId] });
  expect(seq).toBe(1);
  await following.until(() => following.shown.length === 1);
  expect(following.shown).toEqual([message]);
  const { body } = await room.call("GET", "/messages", { token: bob.token });
  expect(body).toEqual({ items: [message], more: false });
});

test("I4: sent again is answered the same and shown once; another one's id is taken", async () => {
  const { tenant, ann, bob } = await two();
  const room = await Room.open(tenant);
  const [first, second] = [await room.talk(ann.token), await room.talk(bob.token)];
  const messageId = "msg_the-same-id";
  for (let i = 0; i < 3; i++) first.send({ type: "send", messageId, text: "Once" });
  const answers = await Promise.all([first.next("accepted"), first.next("accepted"), first.next("accepted")]);
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  await evictDurableObject(room.stub);
  const over = await room.call("POST", "/messages", { token: ann.token, body: { messageId, text: "Once" } });
  expect(over).toMatchObject({ status: 201, body: { messageId, seq: 1 } });
  second.send({ type: "send", messageId, text: "Mine" });
  expect(await second.next("error")).toMatchObject({ code: "conflict", ref: messageId });
  await second.settled();
  expect(second.frames.filter(({ type }) => type === "message").length).toBe(1);
});

test("T5: messages, changes and reactions outlive evictions, and documents go on where they were", async () => {
  const { tenant, ann, bob } = await two();
  const room = await Room.open(tenant);
  const writing = await room.talk(ann.token);
  const following = await room.follow(bob.token);
  const said = [];
  for (const text of ["one", "two", "three"]) {
    said.push(await writing.say(text));
    await evictDurableObject(room.stub);
  }
  const [one, second] = said;
  writing.send({ type: "edit", messageId: one?.messageId, text: "one, mended" });
  await writing.next("accepted", ({ of }) => of === "edit");
  await evictDurableObject(room.stub);
  writing.send({ type: "react", messageId: second?.messageId, emoji: "👍", on: true });
  await writing.next("accepted", ({ of }) => of === "react");
  await evictDurableObject(room.stub);
  writing.send({ type: "delete", messageId: said[2]?.messageId });
  await writing.next("accepted", ({ of }) => of === "delete");
  const expected = [
    { text: "one, mended", editedAt: expect.any(String) },
    { text: "two", reactions: { "👍": [ann.userId] } },
    { gone: "deleted" },
  ];
  await following.until(() => following.shown[2]?.gone !== undefined);
  expect(following.shown).toMatchObject(expected);
  expect(following.shown[2]).not.toHaveProperty("text");
  const late = await room.follow(bob.token);
  expect(late.shown).toEqual(following.shown);
});

test("T1: nobody else gets in, and a foreign conversation answers like an unknown one", async () => {
  const { tenant, ann, bob } = await two();
  const group = await Room.open(tenant, { kind: "group" }, [ann.userId]);
  const other = await Tenant.make();
  const stranger = await other.enrol(await other.addPerson("eve"));
  expect((await group.upgrade(bob.token)).status).toBe(404);
  expect((await group.upgrade(tenant.admin.token)).status).toBe(404);
  expect((await group.upgrade(stranger.token)).status).toBe(401);
  const [known, unknown] = await Promise.all(
    [group.conversationId, "cnv_no-such-conversation"].map((id) =>
      tenant.call("GET", `/conversations/${id}/messages`, { token: bob.token }),
    ),
  );
  expect([known?.status, known?.body]).toEqual([404, unknown?.body]);
  const elsewhere = await other.call("GET", `/conversations/${group.conversationId}/messages`, {
    token: stranger.token,
  });
  expect([elsewhere.status, elsewhere.body]).toEqual([404, unknown?.body]);
  await (await group.talk(ann.token)).say("Among us");
});

test("T10: whoever is taken out is out at once, and so is a session that ended", async () => {
  const { tenant, ann, bob } = await two();
  const room = await Room.open(tenant, { kind: "group" }, [ann.userId, bob.userId]);
  const [first, second] = [await room.talk(ann.token), await room.talk(bob.token)];
  await room.stub.receive([{ kind: "left", userIds: [bob.userId], at: Date.now() + 1 }]);
  expect(await second.closed).toBe(roomClosing.rightsChanged.code);
  expect((await room.upgrade(bob.token)).status).toBe(404);
  const [row] = await query(tenant.stub, "SELECT session_id FROM sessions WHERE user_id = ?", ann.userId);
  await room.stub.receive([{ kind: "sessionsEnded", sessionIds: [String(row?.session_id)] }]);
  expect(await first.closed).toBe(roomClosing.sessionEnded.code);
  expect((await room.upgrade(ann.token)).status).toBe(401);
});

test("only its author changes a message, those who lead take it back, nobody writes in a closed room", async () => {
  const { tenant, ann, bob } = await two();
  const room = await Room.open(tenant);
  const [first, second] = [await room.talk(ann.token), await room.talk(bob.token)];
  const { messageId } = await first.say("Mine");
  second.send({ type: "edit", messageId, text: "Yours" });
  expect(await second.next("error")).toMatchObject({ code: "forbidden", ref: messageId });
  second.send({ type: "delete", messageId });
  expect(await second.next("error")).toMatchObject({ code: "forbidden", ref: messageId });
  expect((await room.call("DELETE", `/messages/${messageId}`)).status).toBe(204);
  await room.change({ closed: true });
  expect(await first.next("room", ({ state }) => state === "closed")).toMatchObject({ mayWrite: false });
  first.send({ type: "send", messageId: "msg_too-late", text: "Too late" });
  expect(await first.next("error")).toMatchObject({ code: "forbidden" });
  expect(await room.call("GET", "/messages", { token: bob.token })).toMatchObject({
    status: 200,
    body: { items: [{ messageId, gone: "deleted" }] },
  });
});

test("marks go forward only, are told to the others, and outlive an eviction", async () => {
  const { tenant, ann, bob } = await two();
  const room = await Room.open(tenant);
  const [first, second] = [await room.talk(ann.token), await room.talk(bob.token)];
  for (const text of ["one", "two", "three"]) await first.say(text);
  second.send({ type: "received", received: 3 });
  second.send({ type: "read", read: 2 });
  second.send({ type: "read", read: 1 });
  second.send({ type: "read", read: 99 });
  const isBobs = ({ userId }: { userId: string }) => userId === bob.userId;
  const { marks } = await first.next("marks", (frame) => frame.marks.some(isBobs));
  expect(marks.filter(isBobs)).toEqual([{ userId: bob.userId, received: 3, read: 3 }]);
  await evictDurableObject(room.stub);
  const { body } = await room.call("GET", "/state", { token: bob.token });
  // Whoever writes has read what stands above it.
  const both = [bob, ann].map(({ userId }) => ({ userId, received: 3, read: 3 }));
  expect(body).toMatchObject({ lastSeq: 3, marks: both });
});

test("issue 6, 4: a full epoch is followed by another; the old one is read and not written, followers are told", async () => {
  const { tenant, ann, bob } = await two();
  const room = await Room.open(tenant);
  const writing = await room.talk(ann.token);
  const first = await writing.say("first");
  const following = await room.follow(bob.token);
  const last = await query(room.stub, "UPDATE epochs SET messages = ? RETURNING number", 1);
  expect(last).toEqual([{ number: 1 }]);
  // As if it were full: the rows stay as they are.
  await query(room.stub, "UPDATE epochs SET started_at = 1");
  await kill(room.stub);
  expect(await following.closed).toBeTypeOf("number");

  const again = await room.talk(ann.token);
  const late = await room.follow(bob.token);
  const second = await again.say("second");
  expect(second.seq).toBe(first.seq + 1);
  expect(await late.closed).toBe(roomClosing.epochEnded.code);
  const { body } = await room.call("GET", "/state", { token: bob.token });
  expect(body).toMatchObject({
    epoch: "2.0",
    epochs: [
      { epoch: "2.0", firstSeq: 2 },
      { epoch: "1.0", firstSeq: 1 },
    ],
  });
  const [old, current] = [await room.follow(bob.token, "1.0"), await room.follow(bob.token)];
  expect([old.shown, current.shown].map((list) => list.map(({ text }) => text))).toEqual([["first"], ["second"]]);
  // A change of an old message goes into its own document.
  again.send({ type: "edit", messageId: first.messageId, text: "first, mended" });
  await old.until(() => old.shown[0]?.text === "first, mended");
  expect(current.shown.length).toBe(1);
});

test("T21: one who sends without end is closed with 4429, the others go on", async () => {
  const { tenant, ann, bob } = await two();
  const room = await Room.open(tenant);
  const [first, second] = [await room.talk(ann.token), await room.talk(bob.token)];
  for (let i = 0; i < limits.roomBurst * 2; i++) first.send({ type: "send", messageId: `msg_flood_${i}`, text: "!" });
  expect(await first.closed).toBe(roomClosing.tooMany.code);
  await second.say("Still here");
  const over = await room.call("POST", "/messages", {
    token: ann.token,
    body: { messageId: "msg_other_way", text: "!" },
  });
  expect(over).toMatchObject({ status: 429, body: { code: "rate_limited" } });
});
