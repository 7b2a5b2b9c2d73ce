import type { ScoreRow } from "../../history/score-rows.ts";
import { toTime } from "../../protocol/ids.ts";
import type { Score, ScoreTimes } from "../../protocol/reports.ts";

/** Alarms read besides those that are shown: what they are compared with. Older ones say little about today. */
export const comparedRows = 300;

/** The middle value, of an even number the mean of the two in the middle; null of none. */
export const median = (values: readonly number[]): number | null => {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return low === undefined || high === undefined ? null : Math.round((low + high) / 2);
};

const names = ["firstAnswerMs", "filledMs", "firstOnSceneMs"] as const;

const timesOf = ({ raisedAt, answeredAt, filledAt, onSceneAt }: ScoreRow): ScoreTimes => {
  const after = (at: number | null) => (at === null ? null : Math.max(0, at - raisedAt));
  return { firstAnswerMs: after(answeredAt), filledMs: after(filledAt), firstOnSceneMs: after(onSceneAt) };
};

const differenceOf = (own: ScoreTimes, earlier: readonly ScoreTimes[]): ScoreTimes => {
  const against = (name: (typeof names)[number]): number | null => {
    const middle = median(earlier.flatMap((times) => times[name] ?? []));
    const value = own[name];
    return middle === null || value === null ? null : value - middle;
  };
  return {
    firstAnswerMs: against("firstAnswerMs"),
    filledMs: against("filledMs"),
    firstOnSceneMs: against("firstOnSceneMs"),
  };
};

/**
 * Scores of the newest alarms, each against the median of the earlier ones of its scenario and kind: an exercise says nothing
 * about a real one. Alarms without a scenario are compared with none. Pure.
 *
 * @param rows newest first; those beyond `limit` are there to be compared with
 */
export const scoresOf = (rows: readonly ScoreRow[], limit: number): Score[] =>
  rows.slice(0, limit).map((row, i) => {
    const earlier = rows
      .slice(i + 1)
      .filter((one) => row.scenarioId !== null && one.scenarioId === row.scenarioId && one.kind === row.kind)
      .map(timesOf);
    const own = timesOf(row);
    return {
      alarmId: row.alarmId,
      title: row.title,
      kind: row.kind,
      raisedAt: toTime(row.raisedAt),
      ...(row.scenarioId === null ? {} : { scenarioId: row.scenarioId }),
      ...own,
      difference: differenceOf(own, earlier),
      earlier: earlier.length,
    };
  });
