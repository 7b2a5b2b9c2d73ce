/**
 * Proves how reports of presence wait (issue 5, live boards; decision 0010): a report alone goes at once, many go together and in
 * order, one call at a time, alarms first, and none waits for alarms longer than its limit; each is answered by its own call alone.
 * Does not prove that an alarm finds whoever was answered: test/workerd/presence-under-alarms.test.ts. Nor how fast it is:
 * load/k6/presence-churn.ts.
 */
import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { giveWayMs, giveWayStepMs } from "../../actors/kernel/giving-way.ts";
import { type CheckedReport, Gatherer, gatherMs } from "../../actors/site/presence/gatherer.ts";
import type { OwnPresence } from "../../protocol/presence.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const reportOf = (userId: string): CheckedReport => ({
  userId,
  report: { present: true },
  source: { id: "dev", own: true },
  at: Date.now(),
});

const answerTo = ({ userId }: CheckedReport): OwnPresence => ({
  presence: [{ siteId: userId, state: "present", since: "2026-01-01T00:00:00.000Z" }],
});

/** A tenant that takes so long for each call, and an alarm that goes out while it is told so. */
const stage = (callMs = 2) => {
  const calls: { at: number; reports: readonly CheckedReport[] }[] = [];
  const state = { alarm: false, fails: false, open: 0 };
  const gatherer = new Gatherer(
    async (reports) => {
      state.open += 1;
      expect(state.open, "one call at a time").toBe(1);
      calls.push({ at: Date.now(), reports });
      const fails = state.fails;
      await new Promise((resolve) => setTimeout(resolve, callMs));
      state.open -= 1;
      if (fails) throw new Error("away");
      return reports.map(answerTo);
    },
    () => state.alarm,
  );
  return { gatherer, calls, state };
};

const names = (calls: readonly { reports: readonly CheckedReport[] }[]) =>
  calls.map(({ reports }) => reports.map(({ userId }) => userId));

test("a report alone is taken at once; those that come soon after go together, each with its own answer", async () => {
  const { gatherer, calls } = stage();
  const answers = ["a", "b", "c"].map((userId) => gatherer.add(reportOf(userId)));
  expect(names(calls)).toEqual([["a"]]);
  await vi.advanceTimersByTimeAsync(gatherMs - 1);
  expect(names(calls)).toEqual([["a"]]);
  await vi.advanceTimersByTimeAsync(1);
  expect(names(calls)).toEqual([["a"], ["b", "c"]]);
  await vi.advanceTimersByTimeAsync(gatherMs);
  expect((await Promise.all(answers)).map(({ presence }) => presence[0]?.siteId)).toEqual(["a", "b", "c"]);
});

test("decision 0010: nobody is answered before the tenant has it, and a failed call fails those in it alone", async () => {
  const { gatherer, state } = stage(10);
  const told: string[] = [];
  const add = (userId: string) =>
    gatherer.add(reportOf(userId)).then(
      () => told.push(userId),
      () => told.push(`${userId} refused`),
    );
  void add("a");
  void add("b");
  await vi.advanceTimersByTimeAsync(9);
  expect(told).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(told).toEqual(["a"]);
  state.fails = true;
  await vi.advanceTimersByTimeAsync(gatherMs - 10);
  state.fails = false;
  void add("c");
  await vi.advanceTimersByTimeAsync(10);
  expect(told).toEqual(["a", "b refused"]);
  await vi.advanceTimersByTimeAsync(gatherMs + 10);
  expect(told).toEqual(["a", "b refused", "c"]);
});

test("alarms first: while one goes out the tenant is told nothing, at most for the limit; after it at the next look", async () => {
  const { gatherer, calls, state } = stage();
  state.alarm = true;
  void gatherer.add(reportOf("a"));
  await vi.advanceTimersByTimeAsync(giveWayMs - 1);
  expect(calls).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(names(calls)).toEqual([["a"]]);
  await vi.advanceTimersByTimeAsync(gatherMs);
  void gatherer.add(reportOf("b"));
  await vi.advanceTimersByTimeAsync(giveWayStepMs / 2);
  state.alarm = false;
  await vi.advanceTimersByTimeAsync(giveWayStepMs / 2);
  expect(names(calls)).toEqual([["a"], ["b"]]);
});

test("whatever comes when, with alarms or without: all are taken in order, few calls, and no wait beyond the limits", async () => {
  const event = fc.record({
    after: fc.integer({ min: 0, max: 60 }),
    what: fc.constantFrom("report", "report", "alarm"),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 60 }), fc.integer({ min: 1, max: 40 }), async (events, callMs) => {
      vi.useFakeTimers();
      const { gatherer, calls, state } = stage(callMs);
      const came: CheckedReport[] = [];
      const answered: string[] = [];
      for (const { after, what } of events) {
        await vi.advanceTimersByTimeAsync(after);
        if (what === "alarm") state.alarm = !state.alarm;
        else {
          const report = reportOf(`usr_${came.length}`);
          came.push(report);
          void gatherer.add(report).then(() => answered.push(report.userId));
        }
      }
      await vi.advanceTimersByTimeAsync(2 * (giveWayMs + gatherMs + giveWayStepMs + callMs));
      expect(calls.flatMap(({ reports }) => reports)).toEqual(came);
      expect(answered).toEqual(came.map(({ userId }) => userId));
      // A call that is under way, the rest after it, and the way given to alarms.
      const longest = callMs + gatherMs + giveWayMs + giveWayStepMs;
      for (const { at, reports } of calls)
        for (const report of reports) expect(at - report.at).toBeLessThanOrEqual(longest);
      for (const [i, { at }] of calls.entries())
        if (i > 0) expect(at - (calls[i - 1]?.at ?? 0)).toBeGreaterThanOrEqual(Math.max(gatherMs, callMs));
    }),
    { numRuns: 200 },
  );
});

test("what was said here before the person came elsewhere is marked, and nothing else", async () => {
  const { gatherer, calls } = stage();
  void gatherer.add(reportOf("first"));
  const early = reportOf("a");
  void gatherer.add(early);
  void gatherer.add(reportOf("b"));
  const late = { ...reportOf("a"), at: early.at + 2 };
  void gatherer.add(late);
  gatherer.overtake("a", early.at + 1);
  await vi.advanceTimersByTimeAsync(gatherMs);
  expect(calls[1]?.reports.map(({ overtaken }) => overtaken === true)).toEqual([true, false, false]);
});
