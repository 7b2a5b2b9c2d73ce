/**
 * Proves when work has its turn that comes again and again, boards first of all (issue 5, live boards): what comes after a quiet time at
 * once, what comes soon after it together, at most four a second counted from turn to turn, behind alarms, and never to a stop; that the
 * rests of a long piece of work give way no longer than their limit; and when the tenant takes an alarm to be on its way. The same
 * rule for reports of presence: test/core/presence-gives-way.test.ts. That boards go by it: test/workerd/presence-board.test.ts.
 */
import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { giveWayMs, giveWayStepMs, nextTurn, restsBehind } from "../../actors/kernel/giving-way.ts";
import { Turns } from "../../actors/kernel/turns.ts";
import { GoingOut, longestMs } from "../../actors/tenant/alarm/going-out.ts";
import { limits } from "../../protocol/limits.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const restMs = limits.updateMs;

/** Something that is pushed in turns, and when that was. */
const stage = (pushMs = 0) => {
  const start = Date.now();
  const pushed: { at: number; changes: number[] }[] = [];
  const state = { alarm: false, fails: false };
  let waiting: number[] = [];
  const turns = new Turns({
    restMs,
    owed: () => waiting.length > 0,
    take: async () => {
      pushed.push({ at: Date.now() - start, changes: waiting });
      waiting = [];
      if (state.fails) throw new Error("away");
      if (pushMs > 0) await new Promise((resolve) => setTimeout(resolve, pushMs));
    },
    alarmGoesOut: () => state.alarm,
  });
  const change = () => {
    waiting.push(Date.now() - start);
    turns.lookSoon();
  };
  return { change, pushed, state };
};

test("taken only when nothing is under way, and an alarm delays and never prevents it", () => {
  const flag = fc.boolean();
  const state = fc.record({ owed: flag, underWay: flag, resting: flag, gaveWayMs: fc.nat(2 * giveWayMs) });
  fc.assert(
    fc.property(state, flag, (waiting, alarm) => {
      const next = nextTurn(waiting, alarm);
      const free = waiting.owed && !waiting.underWay && !waiting.resting;
      expect(next === "wait").toBe(!free);
      if (free) expect(next).toBe(alarm && waiting.gaveWayMs < giveWayMs ? "giveWay" : "take");
    }),
  );
});

test("the first change after a quiet time goes at once, after its maker was answered; later ones together when the rest is over", async () => {
  const { change, pushed } = stage();
  change();
  expect(pushed).toEqual([]);
  await vi.advanceTimersByTimeAsync(0);
  expect(pushed).toEqual([{ at: 0, changes: [0] }]);
  await vi.advanceTimersByTimeAsync(10);
  change();
  await vi.advanceTimersByTimeAsync(100);
  change();
  await vi.advanceTimersByTimeAsync(restMs - 111);
  expect(pushed).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(pushed[1]).toEqual({ at: restMs, changes: [10, 110] });
  await vi.advanceTimersByTimeAsync(10 * restMs + 7);
  expect(pushed).toHaveLength(2);
  change();
  await vi.advanceTimersByTimeAsync(0);
  expect(pushed[2]).toEqual({ at: 11 * restMs + 7, changes: [11 * restMs + 7] });
});

test("the rest is counted from the beginning of a push, however long the push takes", async () => {
  const { change, pushed } = stage(restMs / 2);
  for (let i = 0; i < 100; i++) {
    change();
    await vi.advanceTimersByTimeAsync(restMs / 10);
  }
  expect(pushed.map(({ at }) => at)).toEqual(pushed.map((_, i) => i * restMs));
});

test("boards let alarms go first, for as long as they may wait; and a push that failed stops nothing", async () => {
  const { change, pushed, state } = stage();
  state.alarm = true;
  change();
  await vi.advanceTimersByTimeAsync(giveWayMs - 1);
  expect(pushed).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(pushed).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(restMs);
  change();
  await vi.advanceTimersByTimeAsync(giveWayStepMs / 2);
  state.alarm = false;
  state.fails = true;
  const told = vi.spyOn(console, "error").mockImplementation(() => undefined);
  await vi.advanceTimersByTimeAsync(giveWayStepMs / 2);
  expect(pushed).toHaveLength(2);
  expect(told).toHaveBeenCalledOnce();
  state.fails = false;
  change();
  await vi.advanceTimersByTimeAsync(restMs);
  expect(pushed).toHaveLength(3);
});

test("whatever changes when, with alarms or without: every change is pushed once, in order, four a second, in time", async () => {
  const event = fc.record({
    after: fc.integer({ min: 0, max: 200 }),
    what: fc.constantFrom("change", "change", "change", "alarm"),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 60 }), async (events) => {
      vi.useFakeTimers();
      const { change, pushed, state } = stage();
      let changes = 0;
      let alarms = false;
      for (const { after, what } of events) {
        await vi.advanceTimersByTimeAsync(after);
        if (what === "alarm") {
          state.alarm = !state.alarm;
          alarms = true;
        } else {
          change();
          changes += 1;
        }
      }
      await vi.advanceTimersByTimeAsync(2 * (restMs + giveWayMs));
      const all = pushed.flatMap((push) => push.changes);
      expect(all).toHaveLength(changes);
      expect(all).toEqual(all.toSorted((a, b) => a - b));
      const longest = restMs + (alarms ? giveWayMs : 0);
      for (const push of pushed) for (const at of push.changes) expect(push.at - at).toBeLessThanOrEqual(longest);
      for (const [i, { at }] of pushed.entries())
        if (i > 0) expect(at - (pushed[i - 1]?.at ?? 0)).toBeGreaterThanOrEqual(restMs);
    }),
    { numRuns: 200 },
  );
});

test("all rests of one piece of work give way to alarms no longer than the limit", async () => {
  let alarm = true;
  const rest = restsBehind(() => alarm);
  const start = Date.now();
  const rests: number[] = [];
  const work = (async () => {
    for (let i = 0; i < 4; i++) {
      await rest();
      rests.push(Date.now() - start);
    }
  })();
  await vi.advanceTimersByTimeAsync(giveWayStepMs + 1);
  expect(rests).toEqual([]);
  alarm = false;
  // And one turn for each of the others.
  await vi.advanceTimersByTimeAsync(giveWayStepMs - 1 + 4);
  expect(rests).toHaveLength(4);
  expect(rests[0]).toBe(2 * giveWayStepMs);
  await work;
  alarm = true;
  const other = restsBehind(() => alarm);
  let done = false;
  void (async () => {
    for (let i = 0; i < 4; i++) await other();
    done = true;
  })();
  await vi.advanceTimersByTimeAsync(giveWayMs - 1);
  expect(done).toBe(false);
  await vi.advanceTimersByTimeAsync(1 + 4);
  expect(done).toBe(true);
});

test("an alarm is on its way until everybody has it, and no longer than it may be", () => {
  const withAll = new Set<string>();
  const goingOut = new GoingOut((alarmId) => withAll.has(alarmId));
  expect(goingOut.any(0)).toBe(false);
  goingOut.called("alm_a", 0);
  goingOut.called("alm_b", 100);
  expect(goingOut.any(longestMs - 1)).toBe(true);
  withAll.add("alm_a");
  expect(goingOut.any(longestMs)).toBe(true);
  expect(goingOut.any(longestMs + 100)).toBe(false);
  // Called again, it is on its way again.
  withAll.delete("alm_a");
  goingOut.called("alm_a", 5_000);
  expect(goingOut.any(5_000)).toBe(true);
  withAll.add("alm_a");
  expect(goingOut.any(5_001)).toBe(false);
});
