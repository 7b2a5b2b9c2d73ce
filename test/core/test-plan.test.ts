/**
 * Proves: the rules of a recurring test alarm but for its calendar (test-plan-schedule.test.ts): what is due, what a freezing changes,
 * that its ladder spares nobody, and that its report leaves nobody unexplained (I2). Does not prove that channels were tried:
 * test/workerd/test-plan.test.ts does.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { newRun } from "../../actors/tenant/alarm/calling.ts";
import { takeRung } from "../../actors/tenant/alarm/ladder.ts";
import {
  mergeNotReached,
  mergeReceipts,
  mergeSent,
  newProgress,
  type Progress,
} from "../../actors/tenant/alarm/progress.ts";
import { type KeptTestRun, resultsOf, showRun } from "../../actors/tenant/test-plan/report.ts";
import {
  audienceChange,
  type KeptTestPlan,
  planned,
  rhythmErrors,
  showPlan,
  testLadder,
  tooLateMs,
  whatIsDue,
} from "../../actors/tenant/test-plan/test-plan.ts";
import type { ChannelTry } from "../../protocol/alarms.ts";
import { TestChannel } from "../../protocol/test-plans.ts";

const monday = Date.parse("2026-11-30T11:00:00Z");
const plan: KeptTestPlan = {
  testPlanId: "tpl_1",
  version: 1,
  name: "Weekly",
  every: "week",
  weekday: 1,
  at: "12:00",
  timeZone: "Europe/Amsterdam",
  channels: ["socket", "sms"],
  audience: { everyone: true },
  title: "Test",
  enabled: true,
  people: 2,
  frozenAt: monday - 1,
  nextAt: monday,
};

describe("a plan", () => {
  test("runs at its time and once; early and twice there is nothing to do", () => {
    expect(whatIsDue(plan, monday - 1)).toBeUndefined();
    expect(whatIsDue(plan, monday)).toBe("run");
    const next = planned(plan, monday);
    expect(next.nextAt).toBe(monday + 7 * 86_400_000);
    expect(whatIsDue(next, monday)).toBeUndefined();
    expect(whatIsDue({ ...plan, enabled: false }, monday)).toBeUndefined();
  });

  test("is passed over when the installation comes back long after its time", () => {
    expect(whatIsDue(plan, monday + tooLateMs)).toBe("run");
    expect(whatIsDue(plan, monday + tooLateMs + 1)).toBe("skip");
    // Weeks of absence are one test passed over, not many to make up for.
    expect(planned(plan, monday + 20 * 86_400_000).nextAt).toBe(monday + 21 * 86_400_000);
  });

  test("has the day of its rhythm, and no other", () => {
    expect(rhythmErrors({ every: "week", weekday: 1 })).toEqual([]);
    expect(rhythmErrors({ every: "month", day: 31 })).toEqual([]);
    expect(rhythmErrors({ every: "week" }).map(({ path }) => path)).toEqual(["weekday"]);
    expect(rhythmErrors({ every: "month", weekday: 1 }).map(({ path }) => path)).toEqual(["day", "weekday"]);
    expect(rhythmErrors({ every: "week", weekday: 1, day: 1 }).map(({ path }) => path)).toEqual(["day"]);
  });

  test("says when it runs next only while it is enabled", () => {
    expect(showPlan(plan).nextAt).toBe("2026-11-30T11:00:00.000Z");
    expect(showPlan({ ...plan, enabled: false }).nextAt).toBeUndefined();
  });

  test("a freezing says who came and who went", () => {
    expect(audienceChange(["a", "b", "c"], ["d", "b", "a"])).toEqual({ came: ["d"], went: ["c"] });
    const ids = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 3 }));
    fc.assert(
      fc.property(ids, ids, (before, after) => {
        const { came, went } = audienceChange(before, after);
        expect([...before.filter((id) => !went.includes(id)), ...came].sort()).toEqual([...after].sort());
      }),
    );
  });
});

describe("its ladder", () => {
  test("tries exactly the plan's channels, each for everybody who got the alarm by another one too", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.constantFrom(...TestChannel.options), { minLength: 1 }), (channels) => {
        const ladder = testLadder(channels);
        expect(ladder.map(({ channel }) => channel)).toEqual(channels.filter((channel) => channel !== "socket"));
        const progress = newProgress(["a", "b"]);
        mergeReceipts(progress, [
          ["a", "dev_1", "received", monday],
          ["a", "dev_1", "seen", monday],
        ]);
        let run = newRun(0, 2, monday);
        for (const { channel } of ladder) {
          const taken = takeRung(ladder, run, progress, monday, 10);
          expect(taken).toMatchObject({ channel, indexes: [0, 1] });
          run = taken?.run ?? run;
        }
        expect(takeRung(ladder, run, progress, monday, 10)).toBeUndefined();
      }),
    );
  });
});

describe("its report", () => {
  const run = (channels: TestChannel[], notCalled: KeptTestRun["notCalled"] = []): KeptTestRun => ({
    alarmId: "alm_1",
    testPlanId: "tpl_1",
    startedAt: monday,
    cause: "time",
    channels,
    notCalled,
  });
  const at = "2026-11-30T11:00:01.000Z";
  const tries: Record<string, ChannelTry[]> = {
    a: [
      { channel: "sms", state: "delivered", at },
      { channel: "email", state: "sent", at },
      { channel: "sms", state: "failed", at, reason: "standDown" },
    ],
    b: [
      { channel: "sms", state: "skipped", at, reason: "noAddress" },
      { channel: "email", state: "waiting", at },
    ],
    c: [{ channel: "sms", state: "failed", at }],
  };
  const progress = (): Progress => {
    const made = newProgress(["a", "b", "c"]);
    mergeSent(made, [["a", monday]]);
    mergeReceipts(made, [["a", "dev_1", "received", monday + 5]]);
    mergeNotReached(made, [["b", "noDevice", monday + 6]]);
    return made;
  };
  const facts = { progress: progress(), triesOf: (userId: string) => tries[userId] ?? [] };
  const outcomes = (given: KeptTestRun, endedAt?: number) =>
    resultsOf(given, { ...facts, endedAt }).map(({ userId, channels }) => [
      userId,
      ...channels.map(({ outcome, reason }) => (reason === undefined ? outcome : `${outcome} ${reason}`)),
    ]);

  test("says per person and channel how it went, and why not; only the test's own tries count", () => {
    const given = run(["socket", "sms", "email"], [{ userId: "d", reason: "disabled" }]);
    expect(outcomes(given)).toEqual([
      ["a", "reached", "reached", "sent"],
      ["b", "notReached noDevice", "notReached noAddress", "waiting"],
      ["c", "waiting", "notReached failed", "waiting"],
      ["d", "notReached disabled", "notReached disabled", "notReached disabled"],
    ]);
    expect(outcomes(given, monday + 900_000)[2]).toEqual([
      "c",
      "notReached endedBefore",
      "notReached failed",
      "notReached notTried",
    ]);
  });

  test("counts everybody of the frozen audience once a channel", () => {
    const given = run(["socket", "sms", "email"], [{ userId: "d", reason: "gone" }]);
    const shown = showRun(given, resultsOf(given, { ...facts, endedAt: undefined }), undefined);
    expect(shown).toMatchObject({ state: "running", people: 4 });
    expect(shown.channels).toEqual([
      { channel: "socket", reached: 1, sent: 0, waiting: 1, notReached: 2 },
      { channel: "sms", reached: 1, sent: 0, waiting: 0, notReached: 3 },
      { channel: "email", reached: 0, sent: 1, waiting: 2, notReached: 1 },
    ]);
  });

  test("I2: after the end nobody stays unexplained, whatever is known of them", () => {
    const anyTry: fc.Arbitrary<ChannelTry> = fc.record(
      {
        channel: fc.constantFrom("push", "sms", "voice", "email"),
        state: fc.constantFrom("sent", "delivered", "failed", "skipped", "cancelled"),
        at: fc.constant(at),
        reason: fc.constantFrom("noAddress", "noResult"),
      },
      { requiredKeys: ["channel", "state", "at"] },
    );
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.constantFrom(...TestChannel.options), { minLength: 1 }),
        fc.array(fc.array(anyTry, { maxLength: 4 }), { minLength: 1, maxLength: 8 }),
        fc.infiniteStream(fc.boolean()),
        (channels, all, coin) => {
          const ids = all.map((_, i) => `usr_${i}`);
          const made = newProgress(ids);
          for (const id of ids)
            if (coin.next().value === true) mergeReceipts(made, [[id, "dev_1", "received", monday]]);
          const given = run(channels, [{ userId: "usr_gone", reason: "gone" }]);
          const triesOf = (userId: string) => all[ids.indexOf(userId)] ?? [];
          const results = resultsOf(given, { progress: made, triesOf, endedAt: monday + 900_000 });
          expect(results.map(({ userId }) => userId)).toEqual([...ids, "usr_gone"]);
          for (const { channels: tried } of results) {
            expect(tried.map(({ channel }) => channel)).toEqual(channels);
            for (const { outcome, reason } of tried) {
              expect(outcome).not.toBe("waiting");
              expect(outcome !== "notReached" || reason !== undefined).toBe(true);
            }
          }
          const shown = showRun(given, results, monday + 900_000);
          for (const { reached, sent, waiting, notReached } of shown.channels)
            expect(reached + sent + waiting + notReached).toBe(shown.people);
        },
      ),
    );
  });
});
