import fc from "fast-check";
import { expect, test } from "vitest";
import { forgottenAt, isForgotten } from "../../actors/tenant/alarm/forgotten.ts";
import {
  afterRest,
  hasClimbed,
  type LadderRun,
  meets,
  rungDueAt,
  takeRung,
  usualLadder,
} from "../../actors/tenant/alarm/ladder.ts";
import { mergeAnswer, mergeReceipts, newProgress } from "../../actors/tenant/alarm/progress.ts";
import { Ladder } from "../../protocol/course.ts";
import { Urgency } from "../../protocol/terms.ts";

// Proves who a rung of the fallback ladder is for and when, over random ladders and crowds, and when a forgotten alarm is
// reminded of or ended. That what a rung writes down leaves, and only once, is test/core/sends.test.ts and the simulation.

const startAt = 5_000_000;
const criteria = ["received", "seen", "responded"] as const;
const ladders: fc.Arbitrary<Ladder> = fc.array(
  fc.record({
    criterion: fc.constantFrom(...criteria),
    withinSeconds: fc.nat({ max: 30 }),
    channel: fc.constantFrom("push", "sms", "voice", "email"),
  }),
  { maxLength: 5 },
);
const did = fc.constantFrom("nothing", "received", "seen", "answered");
const crowd = fc.array(did, { maxLength: 25 });

const progressOf = (deeds: readonly string[]) => {
  const progress = newProgress(deeds.map((_, i) => `u${i}`));
  deeds.forEach((deed, i) => {
    if (deed === "received" || deed === "seen") mergeReceipts(progress, [[`u${i}`, "phone000", deed, 7]]);
    if (deed === "answered")
      mergeAnswer(progress, `u${i}`, { response: "notComing", at: 7, deviceId: "phone000", version: i + 1 });
  });
  return progress;
};
const runOf = (to: number, round = 0): LadderRun => ({ from: 0, to, startAt, rung: 0, cursor: 0, round });

test("who did more has done less: seen is received, an answer is all; after a new call only an answer counts", () => {
  const deeds = ["nothing", "received", "seen", "answered"];
  const progress = progressOf(deeds);
  const met = (round: number) => criteria.map((one) => deeds.filter((_, i) => meets(progress, i, one, round)));
  expect(met(0)).toEqual([["received", "seen", "answered"], ["seen", "answered"], ["answered"]]);
  expect(met(1)).toEqual([["answered"], ["answered"], ["answered"]]);
});

test("I11: whatever the size of a go, each rung reaches exactly those who have not met it, once, in its time and order", () => {
  fc.assert(
    fc.property(ladders, crowd, fc.nat({ max: 1 }), fc.integer({ min: 1, max: 7 }), (ladder, deeds, round, many) => {
      const progress = progressOf(deeds);
      const reached = ladder.map((): number[] => []);
      let run = runOf(deeds.length, round);
      let before = startAt;
      for (let goes = 0; ; goes++) {
        expect(goes).toBeLessThanOrEqual(ladder.length * (deeds.length + 1));
        const due = rungDueAt(ladder, run);
        if (due === undefined) break;
        expect(due).toBeGreaterThanOrEqual(before);
        expect(takeRung(ladder, run, progress, due - 1, many), "not before its time").toBeUndefined();
        const taken = takeRung(ladder, run, progress, due, many);
        if (taken === undefined) throw new Error("a rung that is due was not taken");
        expect(taken.indexes.length).toBeLessThanOrEqual(many);
        expect(taken.channel).toBe(ladder[taken.rung]?.channel);
        reached[taken.rung]?.push(...taken.indexes);
        before = due;
        run = taken.run;
      }
      for (const [rung, { criterion }] of ladder.entries())
        expect(reached[rung]).toEqual(deeds.flatMap((_, i) => (meets(progress, i, criterion, round) ? [] : [i])));
    }),
  );
});

test("a rung is due so many seconds after the one before it", () => {
  const ladder: Ladder = [5, 0, 40].map((withinSeconds) => ({ criterion: "seen", withinSeconds, channel: "sms" }));
  const at = (rung: number) => rungDueAt(ladder, { ...runOf(1), rung });
  expect([at(0), at(1), at(2), at(3)]).toEqual([startAt + 5_000, startAt + 5_000, startAt + 45_000, undefined]);
});

test("whoever is called later has a ladder of their own", () => {
  const progress = progressOf(["nothing", "nothing", "nothing"]);
  const ladder: Ladder = [{ criterion: "received", withinSeconds: 0, channel: "push" }];
  const later = { ...runOf(3), from: 1, cursor: 1 };
  expect(takeRung(ladder, later, progress, startAt, 9)?.indexes).toEqual([1, 2]);
});

test("somebody may have been reached once a run has begun to climb", () => {
  const ladder = usualLadder("urgent", false);
  expect(hasClimbed(ladder, [runOf(3)])).toBe(false);
  expect(hasClimbed([], [])).toBe(false);
  for (const runs of [[], [{ ...runOf(3), cursor: 1 }], [runOf(3), { ...runOf(3), rung: 1 }], [runOf(3, 1)]])
    expect(hasClimbed(ladder, runs)).toBe(true);
});

test("the usual ladders are ladders; information disturbs nobody's telephone, and silence makes none ring", () => {
  for (const urgency of Urgency.options)
    for (const silent of [true, false]) {
      const ladder = usualLadder(urgency, silent);
      expect(Ladder.safeParse(ladder).error).toBeUndefined();
      const channels = ladder.map(({ channel }) => channel);
      expect(channels[0]).toBe("push");
      expect(channels.includes("voice")).toBe(urgency === "urgent" && !silent);
      expect(channels.includes("sms")).toBe(urgency !== "information");
    }
});

const forgottens = fc.record({
  remindMinutes: fc.integer({ min: 1, max: 20 }),
  endMinutes: fc.integer({ min: 1, max: 60 }),
});

test("I11: a forgotten alarm is reminded of at most three times, each at its time, and ends at its end", () => {
  fc.assert(
    fc.property(forgottens, (forgotten) => {
      const end = startAt + forgotten.endMinutes * 60_000;
      const times: number[] = [];
      for (let sent = 0; ; sent++) {
        const at = forgottenAt(forgotten, startAt, sent);
        expect(isForgotten(forgotten, startAt, sent, at - 1), "nothing before its time").toBeUndefined();
        const what = isForgotten(forgotten, startAt, sent, at);
        if (what === "end") {
          expect(at).toBe(end);
          break;
        }
        expect(what).toBe("remind");
        times.push(at);
      }
      const wanted = [1, 2, 3].map((n) => startAt + n * forgotten.remindMinutes * 60_000).filter((at) => at < end);
      expect(times).toEqual(wanted);
    }),
  );
});

test("after a long absence the end comes before reminders that nobody could act upon", () => {
  expect(isForgotten({ remindMinutes: 1, endMinutes: 10 }, startAt, 0, startAt + 600_000)).toBe("end");
});

test("a rest does not count: each rung keeps its distance to the one before, and comes no sooner than without a rest", () => {
  fc.assert(
    fc.property(ladders, fc.nat({ max: 90_000 }), fc.nat({ max: 90_000 }), (ladder, before, rest) => {
      const since = startAt + before;
      const [old, young] = afterRest([runOf(3), { ...runOf(3), startAt: since + rest }], since, since + rest);
      expect(old).toEqual({ ...runOf(3), startAt: startAt + rest });
      expect(young?.startAt, "called as the rest ended").toBe(since + rest);
      const due = rungDueAt(ladder, runOf(3));
      if (due !== undefined) expect(rungDueAt(ladder, old as LadderRun)).toBe(due + rest);
    }),
  );
});
