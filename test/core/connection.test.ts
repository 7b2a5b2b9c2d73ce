import fc from "fast-check";
import { expect, test } from "vitest";
import { attachmentOf, newConnection, readAttachment, spend } from "../../actors/site/sockets/connection.ts";
import { limits } from "../../protocol/limits.ts";

// Proves what is kept with a socket through hibernation, and how many messages it may send. What is done with a socket whose
// attachment is refused (1012) and one that has spent its budget (4429) is test/workerd's.

const who = { sessionId: "ses_1", userId: "usr_1", deviceId: "dev_1" };

test("T5: what is written for hibernation is read back as the same connection", () => {
  const before = { ...newConnection(who, 5_000), hello: true, watched: [{ board: "site" as const, ref: "sit_1" }] };
  const after = readAttachment(structuredClone(attachmentOf(before)), 9_000);
  expect(after).toMatchObject({ ...who, hello: true, watched: before.watched });
  expect(after).toMatchObject({ acceptedAt: 0, badFrames: 0, budget: limits.socketBurst, countedAt: 9_000 });
});

test("an attachment without boards is an older one and watches nothing", () => {
  expect(readAttachment({ v: 1, ...who, hello: false }, 1)?.watched).toEqual([]);
});

const whole = attachmentOf(newConnection(who, 1));

test.each<[string, unknown]>([
  ["nothing", null],
  ["nothing at all", undefined],
  ["a text", JSON.stringify(whole)],
  ["another version", { ...whole, v: 2 }],
  ["no version", { ...whole, v: undefined }],
  ["no session", { ...whole, sessionId: undefined }],
  ["a number for a person", { ...whole, userId: 7 }],
  ["hello as text", { ...whole, hello: "true" }],
  ["an unknown board", { ...whole, watched: [{ board: "secrets", ref: "" }] }],
])("T5: a foreign attachment is refused: %s", (_, attachment) => {
  expect(readAttachment(attachment, 1)).toBeUndefined();
});

test("T5: whatever was attached, reading it never throws", () => {
  fc.assert(
    fc.property(fc.anything(), (attachment) => {
      expect(readAttachment(attachment, 1)).toBeUndefined();
    }),
  );
});

test("an attachment stays far below the platform's 16,384 bytes", () => {
  const watched = (["alarms", "site", "alarm"] as const).map((board) => ({ board, ref: "x".repeat(40) }));
  const id = "x".repeat(40);
  const connection = { ...newConnection({ sessionId: id, userId: id, deviceId: id }, 1), watched };
  expect(JSON.stringify(attachmentOf(connection)).length).toBeLessThan(1_024);
});

test("T21: a socket may send a burst, then a steady rate, and a pause earns no more than a burst", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 3_000 }), { maxLength: 600 }), (pauses) => {
      const connection = newConnection(who, 0);
      let now = 0;
      const taken: number[] = [];
      for (const pause of [...pauses, ...new Array<number>(limits.socketBurst + 1).fill(0)]) {
        now += pause;
        if (spend(connection, now)) taken.push(now);
      }
      // Of any stretch of time: the burst, and what that time earns.
      for (const [i, from] of taken.entries()) {
        const last = taken.at(-1) as number;
        const most = limits.socketBurst + ((last - from) / 1_000) * limits.socketPerSecond;
        expect(taken.length - i).toBeLessThanOrEqual(Math.ceil(most));
      }
      expect(spend(connection, now), "the burst is over").toBe(false);
      expect(spend(connection, now + 1_000 / limits.socketPerSecond + 1)).toBe(true);
    }),
    { numRuns: 50 },
  );
});

test("T21: a clock that jumps back takes nothing away", () => {
  const connection = newConnection(who, 10_000);
  expect(spend(connection, 0)).toBe(true);
  expect(connection.budget).toBe(limits.socketBurst - 1);
});
