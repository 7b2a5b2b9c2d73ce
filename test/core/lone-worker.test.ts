/**
 * Proves: the rules of a lone worker's session (I11: a timer that comes late, early or twice changes nothing but the moment). Over
 * any interleaving of presses, ends and timers the alarm is raised exactly once if a deadline passed unanswered, and never
 * otherwise. Does not prove that the shell raises in the same transaction: test/workerd/lone-worker.test.ts does.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  ended,
  type Happening,
  keptMs,
  type LoneWorker,
  nextAt,
  pressed,
  startSession,
  timePassed,
} from "../../actors/tenant/lone-worker/lone-worker.ts";

const minute = 60_000;
const start = Date.UTC(2026, 10, 23, 12);

const session = (intervalMinutes = 30, warnSeconds = 60): LoneWorker =>
  startSession(
    { loneWorkerSessionId: "lws_1", userId: "usr_1", scenarioId: "scn_1", intervalMinutes, warnSeconds },
    start,
  );

const types = (happened: readonly Happening[]) => happened.map(({ type }) => type);

describe("a lone worker's session", () => {
  test("warns once a deadline, then raises once", () => {
    const running = session();
    expect(nextAt(running)).toBe(start + 29 * minute);
    expect(timePassed(running, start + 29 * minute - 1).happened).toEqual([]);
    const warned = timePassed(running, start + 29 * minute);
    expect(warned.happened).toEqual([{ type: "warned", dueAt: start + 30 * minute }]);
    expect(nextAt(warned.session)).toBe(start + 30 * minute);
    expect(timePassed(warned.session, start + 30 * minute - 1).happened).toEqual([]);
    const missed = timePassed(warned.session, start + 30 * minute);
    expect(missed.session).toMatchObject({ state: "missed", missedAt: start + 30 * minute });
    expect(types(missed.happened)).toEqual(["missed"]);
    expect(timePassed(missed.session, start + 31 * minute).happened).toEqual([]);
  });

  test("I11: after an absence past the deadline it raises at once and warns of nothing", () => {
    expect(types(timePassed(session(), start + 90 * minute).happened)).toEqual(["missed"]);
  });

  test("a press moves the deadline, and the next warning with it", () => {
    const warned = timePassed(session(), start + 29 * minute).session;
    const { session: on, happened } = pressed(warned, start + 29.5 * minute, start + 29.5 * minute);
    expect(happened).toEqual([{ type: "checkedIn", pressedAt: start + 29.5 * minute, dueAt: start + 59.5 * minute }]);
    expect(nextAt(on)).toBe(start + 58.5 * minute);
    expect(types(timePassed(on, start + 58.5 * minute).happened)).toEqual(["warned"]);
  });

  test("the same press twice is one", () => {
    const once = pressed(session(), start + 5 * minute, start + 5 * minute).session;
    expect(pressed(once, start + 5 * minute, start + 6 * minute)).toEqual({ session: once, happened: [] });
    expect(pressed(once, start + 5 * minute + 900, start + 6 * minute)).toEqual({ session: once, happened: [] });
    expect(pressed(once, start + 4 * minute, start + 6 * minute)).toEqual({ session: once, happened: [] });
  });

  test("a press made before the deadline answers it although it comes in after it", () => {
    const { session: on, happened } = pressed(session(), start + 20 * minute, start + 35 * minute);
    expect(types(happened)).toEqual(["checkedIn"]);
    expect(on).toMatchObject({ state: "running", dueAt: start + 50 * minute });
  });

  test("one that is too old to help is recorded, and the alarm is raised", () => {
    const { session: on, happened } = pressed(session(), start + 1 * minute, start + 35 * minute);
    expect(types(happened)).toEqual(["checkedIn", "missed"]);
    expect(on.state).toBe("missed");
  });

  test("a press after the deadline raises first, and is recorded as late; it ends nothing", () => {
    const late = start + 30 * minute + 1;
    const { session: on, happened } = pressed(session(), late, late);
    expect(happened).toEqual([
      { type: "missed", dueAt: start + 30 * minute },
      { type: "checkedIn", pressedAt: late },
    ]);
    expect(on).toMatchObject({ state: "missed", lastCheckInAt: late });
    const again = pressed(on, late + minute, late + minute);
    expect(again.happened).toEqual([{ type: "checkedIn", pressedAt: late + minute }]);
    expect(again.session.state).toBe("missed");
  });

  test("an end after the deadline does not answer it", () => {
    const { session: over, happened } = ended(session(), "safe", start + 31 * minute);
    expect(types(happened)).toEqual(["missed", "ended"]);
    expect(over).toMatchObject({ state: "ended", missedAt: start + 31 * minute, endReason: "safe" });
    expect(ended(over, "disabled", start + 32 * minute)).toEqual({ session: over, happened: [] });
    expect(pressed(over, start + 32 * minute, start + 32 * minute)).toEqual({ session: over, happened: [] });
  });

  test("I10: what is over is forgotten in time, what runs never", () => {
    const over = ended(session(), "safe", start + minute).session;
    expect(nextAt(over)).toBe(start + minute + keptMs);
    expect(timePassed(over, start + minute + keptMs - 1).happened).toEqual([]);
    expect(types(timePassed(over, start + minute + keptMs).happened)).toEqual(["forgotten"]);
  });
});

type Event = { after: number } & (
  | { type: "timer" }
  | { type: "press"; ago: number }
  | { type: "end"; reason: "safe" | "disabled" }
);

const anyEvent: fc.Arbitrary<Event> = fc
  .tuple(
    fc.oneof(
      { weight: 4, arbitrary: fc.integer({ min: 0, max: 4 * minute }) },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 30 * minute }) },
    ),
    fc.oneof(
      { weight: 5, arbitrary: fc.constant({ type: "timer" as const }) },
      {
        weight: 6,
        arbitrary: fc.record({
          type: fc.constant("press" as const),
          ago: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 10 * minute })),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({ type: fc.constant("end" as const), reason: fc.constantFrom("safe", "disabled") }),
      },
    ),
  )
  .map(([after, event]) => ({ after, ...event }) as Event);

/**
 * What the alarm is for, said without the rules' own words: the answers that the system has heard of are a growing list of times,
 * a deadline is the newest of them plus the interval, and it passed unanswered when something happens after it that is no press
 * from before it.
 */
const shouldRaise = (interval: number, events: readonly Event[]): boolean => {
  let now = start;
  let answers = [start];
  for (const event of events) {
    now += event.after;
    const deadline = Math.max(...answers) + interval;
    if (event.type === "press" && now - event.ago <= deadline) {
      const heard = now - event.ago;
      // Within three seconds of the newest it is the same press.
      const newest = Math.max(...answers);
      if (answers.length === 1 ? heard > newest : heard >= newest + 3_000) answers = [...answers, heard];
    }
    if (now >= Math.max(...answers) + interval) return true;
    if (event.type === "end") return false;
  }
  return false;
};

describe("any interleaving", () => {
  test("raises exactly once if a deadline passed unanswered, and never otherwise", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.array(anyEvent, { maxLength: 25 }), (interval, given) => {
        // The timer fires in the end (I11): at the last, long after everything.
        const events: Event[] = [...given, { after: 24 * 60 * minute, type: "timer" }, { after: 0, type: "timer" }];
        let now = start;
        let current = session(interval, 30);
        const happened: Happening[] = [];
        for (const event of events) {
          now += event.after;
          const moved =
            event.type === "timer"
              ? timePassed(current, now)
              : event.type === "press"
                ? pressed(current, now - event.ago, now)
                : ended(current, event.reason, now);
          if (current.state === "running" && moved.session.state === "running")
            expect(moved.session.dueAt).toBeGreaterThanOrEqual(current.dueAt);
          current = moved.session;
          happened.push(...moved.happened);
        }
        const raised = happened.filter(({ type }) => type === "missed").length;
        expect(raised).toBe(shouldRaise(interval * minute, events) ? 1 : 0);
        // One warning a deadline at most, none after the alarm or the end.
        const warnings = happened.flatMap((one) => (one.type === "warned" ? [one.dueAt] : []));
        expect(new Set(warnings).size).toBe(warnings.length);
        const over = happened.findIndex(({ type }) => type === "missed" || type === "ended");
        if (over >= 0) expect(types(happened.slice(over))).not.toContain("warned");
        expect(current.state).not.toBe("running");
      }),
      { numRuns: 10_000 },
    );
  });

  test("a timer that is set by `nextAt` and comes then, and only then, misses nothing", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.array(anyEvent, { maxLength: 20 }), (interval, given) => {
        const until = (current: LoneWorker, to: number, happened: Happening[]): LoneWorker => {
          let at = current;
          while (at.state === "running" && nextAt(at) <= to) {
            const moved = timePassed(at, nextAt(at));
            // A timer that does nothing would be set to the same moment for ever.
            expect(moved.happened).not.toEqual([]);
            happened.push(...moved.happened);
            at = moved.session;
          }
          return at;
        };
        let now = start;
        let current = session(interval, 30);
        const happened: Happening[] = [];
        for (const event of given) {
          now += event.after;
          current = until(current, now, happened);
          if (event.type === "timer") continue;
          const moved =
            event.type === "press" ? pressed(current, now - event.ago, now) : ended(current, event.reason, now);
          happened.push(...moved.happened);
          current = moved.session;
        }
        current = until(current, now + 24 * 60 * minute, happened);
        expect(current.state).not.toBe("running");
        // Every alarm but one from an old press follows a warning of the same deadline.
        const at = happened.findIndex(({ type }) => type === "missed");
        if (at > 0 && happened[at - 1]?.type !== "checkedIn") expect(happened[at - 1]?.type).toBe("warned");
      }),
      { numRuns: 3_000 },
    );
  });
});
