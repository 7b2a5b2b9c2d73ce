import fc from "fast-check";
import { expect, test } from "vitest";
import { showRecipient } from "../../actors/tenant/alarm/alarm.ts";
import { applyPiece, type ProgressPiece } from "../../actors/tenant/alarm/alarm-store.ts";
import { countsOf, newProgress, type Progress, receivedTimings, stateAt } from "../../actors/tenant/alarm/progress.ts";
import { Recipient } from "../../protocol/alarms.ts";

// Proves that what sites report and people answer may come twice and in any order (I4), that nobody's state ever goes back, and
// that counts agree with the states. Times in the order test are distinct: of two receipts of one millisecond the first that
// is stored is shown, which the stored order makes the same for everybody.

const users = ["u0", "u1", "u2"];
const stranger = "nobody";
const who = fc.constantFrom(...users, stranger);
const device = fc.constantFrom("phone000", "tablet00");

/** Pieces with one row each: batches are runs of these. `at` is filled in by position, so that no two are equal. */
const pieces = (at: number): fc.Arbitrary<ProgressPiece> =>
  fc.oneof(
    who.map((userId) => ({ sent: [[userId, at] as const] })),
    fc.tuple(who, device, fc.constantFrom("received" as const, "seen" as const)).map(([userId, deviceId, what]) => ({
      receipts: [[userId, deviceId, what, at] as const],
    })),
    fc
      .tuple(who, fc.constantFrom("noDevice" as const, "notConnected" as const, "noReceipt" as const))
      .map(([userId, reason]) => ({
        notReached: [[userId, reason, at] as const],
      })),
    fc
      .tuple(
        who,
        device,
        fc.constantFrom("coming" as const, "notComing" as const, "enRoute" as const, "onScene" as const),
      )
      .map(([userId, deviceId, response]) => ({ answer: { userId, deviceId, response, at, version: at } })),
  );
const histories = fc
  .integer({ min: 0, max: 12 })
  .chain((n) => fc.tuple(...Array.from({ length: n }, (_, i) => pieces(i + 1))));

/** Everybody was called at once, at one place. */
const kept = (userIds: readonly string[] = users) => ({
  places: [{ place: "roaming", userIds: [...userIds] }],
  progress: newProgress(userIds),
});
const folded = (list: readonly ProgressPiece[]): Progress => {
  const to = kept();
  for (const piece of list) applyPiece(to, piece);
  return to.progress;
};
const shown = (progress: Progress) => users.map((name, i) => showRecipient(progress, i, name));
const ranks = ["pending", "sent", "notReached", "received", "seen", "answered"];
const rankAt = (progress: Progress, i: number) => ranks.indexOf(stateAt(progress, i));

test("I4: merges commute", () => {
  const shuffled = histories.chain((list) =>
    fc.tuple(fc.constant(list), fc.shuffledSubarray([...list], { minLength: list.length })),
  );
  fc.assert(
    fc.property(shuffled, ([list, other]) => {
      expect(shown(folded(other))).toEqual(shown(folded(list)));
      expect(countsOf(folded(other))).toEqual(countsOf(folded(list)));
    }),
    { numRuns: 1_000 },
  );
});

test("I4: merging again changes nothing, not even the version", () => {
  fc.assert(
    fc.property(histories, fc.nat(), (list, pick) => {
      const to = { ...kept(), progress: folded(list) };
      const { progress } = to;
      const { version } = progress;
      const before = shown(progress);
      const again = list[pick % Math.max(1, list.length)] ?? {};
      expect(applyPiece(to, again)).toEqual([]);
      expect([shown(progress), progress.version]).toEqual([before, version]);
    }),
  );
});

test("I4: nobody's state runs backwards, and each visible change has a larger version", () => {
  fc.assert(
    fc.property(histories, (list) => {
      const to = kept();
      const { progress } = to;
      for (const piece of list) {
        const before = users.map((_, i) => rankAt(progress, i));
        const { version } = progress;
        const text = JSON.stringify(shown(progress));
        applyPiece(to, piece);
        users.forEach((_, i) => {
          expect(rankAt(progress, i)).toBeGreaterThanOrEqual(before[i] as number);
        });
        if (JSON.stringify(shown(progress)) !== text) expect(progress.version).toBeGreaterThan(version);
      }
    }),
  );
});

test("I2: counts are those of the states, in the order of the ladder", () => {
  fc.assert(
    fc.property(histories, (list) => {
      const progress = folded(list);
      const states = users.map((_, i) => stateAt(progress, i));
      const counts = countsOf(progress);
      const of = (...wanted: string[]) => states.filter((state) => wanted.includes(state)).length;
      expect(counts.recipients).toBe(users.length);
      expect(counts.notReached).toBe(of("notReached"));
      expect(counts.seen).toBe(of("seen", "answered"));
      expect(counts.received).toBe(of("received", "seen", "answered"));
      expect(counts.coming + counts.notComing + counts.enRoute + counts.onScene).toBe(of("answered"));
      expect(counts.sent).toBeGreaterThanOrEqual(counts.received);
      expect(counts.recipients).toBeGreaterThanOrEqual(counts.sent);
    }),
  );
});

test("I3: a stranger's rows change nothing", () => {
  const to = kept();
  expect(
    applyPiece(to, {
      sent: [[stranger, 1]],
      receipts: [[stranger, "phone000", "seen", 1]],
      notReached: [[stranger, "noDevice", 1]],
      answer: { userId: stranger, deviceId: "phone000", response: "coming", at: 1, version: 1 },
    }),
  ).toEqual([]);
  expect(to).toEqual(kept());
});

test("I4: of two answers the one with the larger version holds, whichever comes last", () => {
  const answer = (response: "coming" | "notComing", version: number): ProgressPiece => ({
    answer: { userId: "u0", deviceId: "phone000", response, at: 10 - version, version },
  });
  for (const order of [
    [answer("coming", 1), answer("notComing", 2)],
    [answer("notComing", 2), answer("coming", 1)],
  ]) {
    const counts = countsOf(folded(order));
    expect([counts.coming, counts.notComing]).toEqual([0, 1]);
  }
});

test("I2: somebody who was not reached and still receives it is explained by the receipt", () => {
  const progress = folded([{ notReached: [["u0", "notConnected", 5]] }]);
  const to = { ...kept(), progress };
  expect(showRecipient(progress, 0, "U")).toMatchObject({ state: "notReached", reason: "notConnected" });
  applyPiece(to, { receipts: [["u0", "phone000", "received", 9]] });
  expect(showRecipient(progress, 0, "U")).toEqual({
    userId: "u0",
    name: "U",
    state: "received",
    receivedAt: "1970-01-01T00:00:00.009Z",
    deviceId: "phone000",
  });
  expect(countsOf(progress)).toMatchObject({ notReached: 0, received: 1, sent: 1 });
});

test("every recipient that is shown is one of the wire's", () => {
  fc.assert(
    fc.property(histories, (list) => {
      const to = kept(users.map((id) => `usr_0000${id}`));
      const named = to.progress;
      const renamed = JSON.parse(JSON.stringify(list).replace(/"(u\d)"/g, '"usr_0000$1"')) as ProgressPiece[];
      for (const piece of renamed) applyPiece(to, piece);
      users.forEach((name, i) => {
        expect(Recipient.safeParse(showRecipient(named, i, name)).error).toBeUndefined();
      });
    }),
  );
});

test("I3 more people may be called, each once; those who were called before stay as they are", () => {
  fc.assert(
    fc.property(
      histories,
      fc.array(fc.constantFrom(...users, "u7", "u8", "u9")),
      fc.nat({ max: 3 }),
      (list, ids, step) => {
        const to = kept();
        for (const piece of list) applyPiece(to, piece);
        const before = shown(to.progress);
        const unique = [...new Set(ids)];
        const fresh = unique.filter((id) => !users.includes(id));
        const widened = { step, places: [{ place: "elsewhere", userIds: unique }] };
        expect(applyPiece(to, { widened }).map((i) => to.progress.userIds[i])).toEqual(fresh);
        expect(shown(to.progress)).toEqual(before);
        expect(to.progress.userIds).toEqual([...users, ...fresh]);
        for (const [i, userId] of to.progress.userIds.entries())
          expect(to.progress.calledBy.get(i), userId).toBe(fresh.includes(userId) ? step : undefined);
        const { version } = to.progress;
        expect([applyPiece(to, { widened }), to.progress.version], "again changes nothing").toEqual([[], version]);
      },
    ),
  );
});

test("received timings are of the devices' own receipts, in milliseconds since the alarm was accepted", () => {
  const progress = folded([
    { sent: [["u0", 1_001]] },
    { receipts: [["u1", "phone000", "received", 1_030]] },
    { receipts: [["u2", "phone000", "received", 1_010]] },
  ]);
  expect(receivedTimings(progress, 1_000)).toMatchObject({ p50: 10, max: 30 });
  expect(receivedTimings(newProgress(users), 1_000)).toEqual({ p50: null, p95: null, p99: null, max: null });
});
