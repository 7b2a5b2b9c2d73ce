/**
 * What the page of messages and notes works out by itself: a text area's change as one splice, a caret that others write around,
 * who is mentioned, and messages by day and author. Not proved here: what a browser makes of it (test/browser).
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import * as Y from "yjs";
import { askedAt, mentioned, parts, withMention } from "../../clients/web/chat/mentions.ts";
import { moved, splice } from "../../clients/web/chat/note-text.ts";
import { timeline } from "../../clients/web/chat/timeline.ts";

const text = fc.string({ unit: fc.constantFrom("a", "b", " ", "\n", "é", "🚒"), maxLength: 30 });
const caretIn = (of: string) => fc.nat({ max: of.length });

test("a splice makes the new text of the old one, whatever was typed and wherever the caret is", () => {
  fc.assert(
    fc.property(
      text,
      text.chain((after) => fc.tuple(fc.constant(after), caretIn(after))),
      (before, [after, caret]) => {
        const change = splice(before, after, caret);
        const { at, remove, insert } = change ?? { at: 0, remove: 0, insert: "" };
        expect(before.slice(0, at) + insert + before.slice(at + remove)).toBe(after);
        // Half a character would be a broken one for everybody else.
        expect(insert.isWellFormed()).toBe(true);
      },
    ),
  );
});

test("the caret says which of two same letters is new", () => {
  expect(splice("aa", "aaa", 1)).toEqual({ at: 0, remove: 0, insert: "a" });
  expect(splice("aa", "aaa", 3)).toEqual({ at: 2, remove: 0, insert: "a" });
});

test("a caret stays in front of the same letter, whatever others write and take away", () => {
  fc.assert(
    fc.property(
      text.chain((before) => fc.tuple(fc.constant(before), caretIn(before))),
      text.chain((after) => fc.tuple(fc.constant(after), caretIn(after))),
      ([before, own], [after, theirs]) => {
        const doc = new Y.Doc();
        const shared = doc.getText("content");
        shared.insert(0, before);
        const place = Y.createRelativePositionFromTypeIndex(shared, own, 0);
        let caret = own;
        shared.observe(({ delta }) => {
          caret = moved(caret, delta);
        });
        const change = splice(before, after, theirs);
        if (change === undefined) return;
        doc.transact(() => {
          shared.delete(change.at, change.remove);
          shared.insert(change.at, change.insert);
        });
        const absolute = Y.createAbsolutePositionFromRelativePosition(place, doc)?.index;
        const isAtTheSplice = own >= change.at && own <= change.at + change.remove;
        // Where the splice is both sides are right; everywhere else Yjs' own word holds.
        if (!isAtTheSplice) expect(caret).toBe(absolute);
        expect(caret).toBeGreaterThanOrEqual(0);
        expect(caret).toBeLessThanOrEqual(shared.length);
      },
    ),
  );
});

test("somebody is being mentioned by an @ at the start of a word, and one more word at most", () => {
  expect(askedAt("hello @pi", 9)).toEqual({ start: 6, query: "pi" });
  expect(askedAt("@Piet B", 7)).toEqual({ start: 0, query: "Piet B" });
  expect(askedAt("@Piet Bos please", 16)).toBeUndefined();
  expect(askedAt("mail@example", 12)).toBeUndefined();
  expect(withMention("hi @pi there", { start: 3, query: "pi" }, "Piet Bos")).toEqual({
    text: "hi @Piet Bos  there",
    caret: 13,
  });
});

test("only those are mentioned whose names are still in the text, each once", () => {
  const piet = { userId: "usr_piet0000", name: "Piet Bos" };
  const eva = { userId: "usr_eva00000", name: "Eva Smit" };
  expect(mentioned("@Piet Bos and @Piet Bos", [piet, piet, eva])).toEqual([piet.userId]);
  expect(parts("ask @Piet Bos now", ["Piet Bos"])).toEqual([
    { text: "ask ", isMention: false },
    { text: "@Piet Bos", isMention: true },
    { text: " now", isMention: false },
  ]);
});

test("messages by day and author, in their order; a pause and the system begin a group of their own", () => {
  const shown = (messageId: string, at: string, more: object) => ({
    message: { messageId, seq: 1, at, ...more },
    waiting: false,
  });
  const days = timeline([
    shown("msg_00000001", "2026-11-27T12:00:00.000Z", { authorId: "usr_a0000000" }),
    shown("msg_00000002", "2026-11-28T12:00:00.000Z", { authorId: "usr_a0000000" }),
    shown("msg_00000003", "2026-11-28T12:01:00.000Z", { authorId: "usr_a0000000" }),
    shown("msg_00000004", "2026-11-28T12:01:30.000Z", { event: { type: "closed" } }),
    shown("msg_00000005", "2026-11-28T12:02:00.000Z", { authorId: "usr_a0000000" }),
    shown("msg_00000006", "2026-11-28T12:20:00.000Z", { authorId: "usr_a0000000" }),
  ]);
  expect(
    days.map(({ groups }) => groups.map(({ messages }) => messages.map(({ message }) => message.messageId.at(-1)))),
  ).toEqual([[["1"]], [["2", "3"], ["4"], ["5"], ["6"]]]);
});
