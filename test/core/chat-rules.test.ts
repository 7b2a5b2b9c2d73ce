import fc from "fast-check";
import { expect, test } from "vitest";
import * as Y from "yjs";
import {
  type Author,
  type Command,
  decide,
  emptied,
  erasedFrom,
  type Room,
} from "../../actors/conversation/chat/message.ts";
import { actorClientId, RoomDocument } from "../../actors/conversation/chat/room-document.ts";
import { readAwareness } from "../../actors/conversation/document/awareness.ts";
import { readSyncFrame, step1Frame, step2Frame, updateFrame } from "../../actors/conversation/document/wire.ts";
import { isOver, isPast, type KeptEpoch, monthIn, nextEpoch } from "../../actors/conversation/epoch/epoch.ts";
import { Emoji, Message, MessageText } from "../../protocol/conversation/rooms.ts";
import { limits } from "../../protocol/limits.ts";

// Proves the rules of a chat by themselves (P3, I4, P18, T20): what becomes of a command, when an epoch ends, what a document and
// its frames hold. That the actor keeps to them, whatever dies in between, is test/core/simulation/rooms.

const now = Date.parse("2026-11-28T12:00:00Z");
const userIds = ["usr_annie001", "usr_bobby002", "usr_casey003"];
const messageIds = ["msg_number01", "msg_number02", "msg_number03"];

const author = (userId = "usr_annie001", rights: Partial<Author> = {}): Author => ({
  userId,
  mayWrite: true,
  mayModerate: false,
  ...rights,
});

/** A chat in memory: the rules' only stage. */
class Stage implements Room {
  readonly messages = new Map<string, Message>();

  get nextSeq(): number {
    return this.messages.size + 1;
  }

  find(messageId: string): Message | undefined {
    return this.messages.get(messageId);
  }

  photo(): undefined {
    return undefined;
  }

  take(command: Command, who: Author): ReturnType<typeof decide> {
    const decided = decide(this, command, who, now);
    if (decided.ok) this.messages.set(decided.value.message.messageId, decided.value.message);
    return decided;
  }
}

const user = fc.constantFrom(...userIds);
const id = fc.constantFrom(...messageIds);
const text = fc.string({ minLength: 1, maxLength: 50 }).filter((one) => MessageText.safeParse(one).success);
const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({
    type: fc.constant("send" as const),
    messageId: id,
    text,
    mentions: fc.option(fc.array(user, { maxLength: 3 }), { nil: undefined }),
    replyTo: fc.option(id, { nil: undefined }),
  }),
  fc.record({ type: fc.constant("edit" as const), messageId: id, text }),
  fc.record({ type: fc.constant("delete" as const), messageId: id }),
  fc.record({
    type: fc.constant("react" as const),
    messageId: id,
    emoji: fc.constantFrom("👍", "🔥"),
    on: fc.boolean(),
  }),
);
const commands = fc.array(fc.tuple(user, command), { maxLength: 30 });

test("I4: a command said twice is answered the same and changes nothing the second time", () => {
  fc.assert(
    fc.property(commands, (list) => {
      const stage = new Stage();
      for (const [userId, one] of list) {
        const first = stage.take(one, author(userId));
        const between = JSON.stringify([...stage.messages]);
        const second = stage.take(one, author(userId));
        expect(JSON.stringify([...stage.messages])).toBe(between);
        expect(second.ok).toBe(first.ok);
        if (first.ok && second.ok) {
          expect(second.value.unchanged).toBe(true);
          expect(second.value.message).toEqual(first.value.message);
        }
      }
    }),
  );
});

test("T20: place, time and author of a message never change, and nobody changes another one's", () => {
  fc.assert(
    fc.property(commands, (list) => {
      const stage = new Stage();
      for (const [userId, one] of list) {
        const before = stage.find(one.messageId);
        const taken = stage.take(one, author(userId));
        const after = stage.find(one.messageId);
        if (after !== undefined) expect(Message.parse(after)).toEqual(after);
        if (before === undefined) continue;
        expect(after).toMatchObject({ seq: before.seq, at: before.at, authorId: before.authorId });
        const words = (message: Message | undefined) => [message?.text, message?.gone, message?.mentions];
        if (before.authorId !== userId) expect(words(after)).toEqual(words(before));
        if (before.authorId !== userId && one.type !== "react") expect(taken.ok).toBe(false);
      }
    }),
  );
});

test("those who lead take back what others wrote, and nothing comes back after that", () => {
  const stage = new Stage();
  stage.take({ type: "send", messageId: "msg_number01", text: "Words", mentions: ["usr_bobby002"] }, author());
  const lead = author("usr_casey003", { mayModerate: true });
  expect(stage.take({ type: "delete", messageId: "msg_number01" }, lead)).toMatchObject({ ok: true });
  expect(Object.keys(stage.find("msg_number01") ?? {}).sort()).toEqual(["at", "authorId", "gone", "messageId", "seq"]);
  for (const one of [
    { type: "edit", messageId: "msg_number01", text: "Again" },
    { type: "react", messageId: "msg_number01", emoji: "👍", on: true },
  ] as const)
    expect(stage.take(one, author())).toMatchObject({ ok: false, refusal: { code: "conflict" } });
});

test("who may not write does nothing at all; what a command names must exist", () => {
  const stage = new Stage();
  const closed = author("usr_annie001", { mayWrite: false });
  expect(stage.take({ type: "send", messageId: "msg_number01", text: "x" }, closed)).toMatchObject({
    refusal: { code: "forbidden" },
  });
  stage.take({ type: "send", messageId: "msg_number01", text: "x" }, author());
  for (const one of [
    { type: "edit", messageId: "msg_number01", text: "y" },
    { type: "delete", messageId: "msg_number01" },
    { type: "react", messageId: "msg_number01", emoji: "👍", on: true },
  ] as const)
    expect(stage.take(one, closed)).toMatchObject({ refusal: { code: "forbidden" } });
  expect(stage.take({ type: "edit", messageId: "msg_unknown1", text: "y" }, author())).toMatchObject({
    refusal: { code: "not_found" },
  });
  for (const wrong of [{ replyTo: "msg_unknown1" }, { photoId: "pho_unknown1" }, { text: undefined }])
    expect(
      stage.take({ type: "send", messageId: "msg_number02", text: "y", ...wrong } as Command, author()),
    ).toMatchObject({
      refusal: { code: "invalid" },
    });
});

test("limits of reactions hold", () => {
  const stage = new Stage();
  stage.take({ type: "send", messageId: "msg_number01", text: "x" }, author());
  const react = (emoji: string, userId = "usr_annie001") =>
    stage.take({ type: "react", messageId: "msg_number01", emoji, on: true }, author(userId));
  for (let i = 0; i < limits.messageReactions; i++) expect(react(`e${i}`).ok).toBe(true);
  expect(react("one-more")).toMatchObject({ refusal: { code: "conflict" } });
  for (let i = 1; i < limits.messageReactors; i++)
    expect(react("e0", `usr_number${String(i).padStart(4, "0")}`).ok).toBe(true);
  expect(react("e0", "usr_one-too-many")).toMatchObject({ refusal: { code: "conflict" } });
});

test("P18: after an erasure no trace of the person is left in any message, and what others said stays", () => {
  fc.assert(
    fc.property(commands, user, (list, erased) => {
      const stage = new Stage();
      for (const [userId, one] of list) stage.take(one, author(userId));
      for (const message of stage.messages.values()) {
        const after = erasedFrom(message, erased) ?? message;
        expect(JSON.stringify(after)).not.toContain(erased);
        expect(Message.parse(after)).toEqual(after);
        expect(after).toMatchObject({ messageId: message.messageId, seq: message.seq, at: message.at });
        if (message.authorId === erased) expect(after).toEqual(emptied(message, "erased"));
        else expect(after.text).toBe(message.text);
        expect(erasedFrom(after, erased)).toBeUndefined();
      }
    }),
  );
  const answered = { type: "answered", alarmId: "alm_number01", coming: userIds, onScene: [], notComing: [] } as const;
  const event: Message = {
    messageId: "evt_number01",
    seq: 1,
    at: new Date(now).toISOString(),
    event: { ...answered, coming: [...userIds], onScene: [], notComing: [] },
  };
  expect(erasedFrom(event, "usr_bobby002")?.event).toMatchObject({ coming: ["usr_annie001", "usr_casey003"] });
});

// ---------------------------------------------------------------------------------- epochs

const epoch = (facts: Partial<KeptEpoch> = {}): KeptEpoch => ({
  ...nextEpoch(undefined, 1, now),
  messages: 1,
  ...facts,
});

test("an epoch ends when it is full, and with the month of the site's own clock, across both changes of the clock", () => {
  expect(isOver(epoch({ messages: limits.epochMessages - 1 }), "Europe/Amsterdam", now)).toBe(false);
  expect(isOver(epoch({ messages: limits.epochMessages }), "Europe/Amsterdam", now)).toBe(true);
  for (const [begun, before, after] of [
    // Winter time: midnight in Amsterdam is 23:00 UTC; summer time: 22:00.
    ["2026-11-28T12:00:00Z", "2026-11-30T22:59:59Z", "2026-11-30T23:00:00Z"],
    ["2026-10-25T00:30:00Z", "2026-10-31T22:59:59Z", "2026-10-31T23:00:00Z"],
    ["2026-03-29T01:30:00Z", "2026-03-31T21:59:59Z", "2026-03-31T22:00:00Z"],
  ] as const) {
    const startedAt = Date.parse(begun);
    expect(isOver(epoch({ startedAt }), "Europe/Amsterdam", Date.parse(before)), before).toBe(false);
    expect(isOver(epoch({ startedAt }), "Europe/Amsterdam", Date.parse(after)), after).toBe(true);
  }
  expect(monthIn(Date.parse("2026-12-31T23:30:00Z"), "Europe/Amsterdam")).toBe("2027-01");
});

test("P13: an epoch's term is three months after its end, to the millisecond; the one that is written has none", () => {
  const endedAt = now;
  expect(isPast(epoch({ endedAt }), now + limits.messagesKeptMs - 1)).toBe(false);
  expect(isPast(epoch({ endedAt }), now + limits.messagesKeptMs)).toBe(true);
  expect(isPast(epoch(), now + 10 * limits.messagesKeptMs)).toBe(false);
});

test("every document has a client id of its own", () => {
  const ids = new Set<number>();
  for (let number = 1; number <= 200; number++)
    for (let generation = 0; generation < 20; generation++) ids.add(actorClientId({ number, generation }));
  expect(ids.size).toBe(200 * 20);
  expect(Math.max(...ids)).toBeLessThan(2 ** 32);
});

// ---------------------------------------------------------------------------------- documents and frames

test("a document is what was written into it, however it was loaded in between, and one author keeps it small", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(20), text, fc.boolean()), { minLength: 1, maxLength: 60 }), (list) => {
      const facts = { number: 3, generation: 1 };
      let document = new RoomDocument(facts);
      const follower = new Y.Doc();
      const expected: Message[] = [];
      for (const [place, words, reload] of list) {
        const at = Math.min(place, expected.length);
        const message = { messageId: `msg_${at}_0000`, seq: at + 1, at: "2026-11-28T12:00:00.000Z", text: words };
        expected[at] = message;
        Y.applyUpdate(follower, document.write(at, message));
        if (reload) document = new RoomDocument(facts, document.whole());
      }
      expect(follower.getArray("messages").toArray()).toEqual(expected);
      const joined = new Y.Doc();
      Y.applyUpdate(joined, document.since(Y.encodeStateVector(new Y.Doc())));
      expect(joined.getArray("messages").toArray()).toEqual(expected);
      expect([...joined.store.clients.keys()]).toEqual([actorClientId(facts)]);
    }),
  );
});

test("a message may not leave out its place", () => {
  expect(() => new RoomDocument({ number: 1, generation: 0 }).write(1, {} as Message)).toThrow("left out");
});

test("T20: whatever bytes a client sends, reading them throws nothing and says back what was framed", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      readSyncFrame(bytes);
      readAwareness(bytes, 7, () => undefined, { userId: "usr_annie001" });
      expect(readSyncFrame(step1Frame(bytes))).toEqual({ type: "step1", stateVector: bytes });
      expect(readSyncFrame(step2Frame(bytes))).toEqual({ type: "step2", update: bytes });
      expect(readSyncFrame(updateFrame(bytes))).toEqual({ type: "update", update: bytes });
      expect(readSyncFrame(Uint8Array.of(...updateFrame(bytes), 0))).toBeUndefined();
    }),
  );
});

test("a reaction is one emoji and nothing else", () => {
  for (const good of ["👍", "❤️", "👩🏽‍🚒", "🇳🇱", "1️⃣", "🏳️‍🌈"]) expect(Emoji.safeParse(good).success, good).toBe(true);
  for (const bad of ["", "a", "1", "👍 or not", "<b>", "12", "#"])
    expect(Emoji.safeParse(bad).success, bad).toBe(false);
});
