import fc from "fast-check";
import { expect, test } from "vitest";
import type { ScoreRow } from "../../history/score-rows.ts";
import { Scores } from "../../protocol/reports.ts";
import { median, scoresOf } from "../../workers/reports/scores.ts";
import { id, T0 } from "./history-samples.ts";

// Issue 4, 8: exercises are scored against the earlier ones of the same scenario. Pure; the rows themselves come from libSQL in
// history-course.test.ts (system).

const day = 86_400_000;
const scenario = id("scn", 1);

/** The n-th alarm, `n` days after the first. */
const row = (n: number, answered: number | null, over: Partial<ScoreRow> = {}): ScoreRow => {
  const raisedAt = T0 + n * day;
  const answeredAt = answered === null ? null : raisedAt + answered;
  return {
    alarmId: id("alr", n),
    title: "Drill",
    kind: "exercise",
    scenarioId: scenario,
    raisedAt,
    filledAt: null,
    answeredAt,
    onSceneAt: null,
    ...over,
  };
};

test("the median is the middle one, of an even number between the two", () => {
  expect(median([])).toBeNull();
  expect(median([5])).toBe(5);
  expect(median([9, 1, 5])).toBe(5);
  expect(median([1, 2, 10, 100])).toBe(6);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1e9 }), { minLength: 1 }), (values) => {
      const middle = median(values) ?? Number.NaN;
      expect(values.filter((value) => value < middle).length).toBeLessThanOrEqual(values.length / 2);
      expect(values.filter((value) => value > middle).length).toBeLessThanOrEqual(values.length / 2);
    }),
  );
});

test("each is compared with the earlier ones alone; one that nobody answered counts neither way", () => {
  const rows = [row(4, 4_000), row(3, null), row(2, 9_000), row(1, 7_000)];
  const scores = scoresOf(rows, 10);
  expect(Scores.parse({ items: scores }).items).toEqual(scores);
  expect(scores.map((score) => [score.firstAnswerMs, score.difference.firstAnswerMs, score.earlier])).toEqual([
    [4_000, -4_000, 3],
    [null, null, 2],
    [9_000, 2_000, 1],
    [7_000, null, 0],
  ]);
});

test("I9: an exercise is never compared with a real one, nor with another scenario or an alarm without one", () => {
  const others = [
    row(1, 1_000, { kind: "actual" }),
    row(1, 1_000, { scenarioId: id("scn", 2) }),
    row(1, 1_000, { scenarioId: null }),
  ];
  expect(scoresOf([row(2, 5_000), ...others], 1)).toMatchObject([{ earlier: 0, difference: { firstAnswerMs: null } }]);
  expect(scoresOf([row(2, 5_000, { scenarioId: null }), ...others], 1)).toMatchObject([{ earlier: 0 }]);
});

test("rows beyond the limit are compared with and not shown", () => {
  const [only, ...rest] = scoresOf([row(3, 1_000), row(2, 3_000), row(1, 5_000)], 1);
  expect(rest).toEqual([]);
  expect(only).toMatchObject({ earlier: 2, difference: { firstAnswerMs: -3_000 } });
});
