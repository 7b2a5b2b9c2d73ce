import { Temporal } from "temporal-polyfill";
import { limits } from "../../protocol/limits.ts";
import { done, type Outcome, refuse } from "../../protocol/problems.ts";
import type { StatisticsGrid } from "../../protocol/statistics.ts";

/**
 * The fixed grid that statistics are on: quarters and hours of the clock, local days, weeks from Monday, months. What is asked
 * for is rounded outwards to it, so that no two answers differ by less than a cell (T23). On the days that the clock changes a
 * local day has 23 or 25 hours.
 */
export type Grid = StatisticsGrid | "month";

/** [from, to) in ms since 1970. */
export type Cell = readonly [number, number];

const days = 24 * 3_600_000;
/** Asked for when no `from` is given. */
const usualSpan: Record<Grid, number> = {
  quarter: days,
  hour: 7 * days,
  day: 31 * days,
  week: 92 * days,
  month: 365 * days,
};
/** The shortest that a cell can be. */
const leastSpan: Record<Grid, number> = {
  quarter: days / 96,
  hour: days / 24,
  day: 22 * 3_600_000,
  week: 6 * days,
  month: 27 * days,
};

const floor = (at: Temporal.ZonedDateTime, grid: Grid): Temporal.ZonedDateTime => {
  switch (grid) {
    case "quarter":
      return at.round({ smallestUnit: "minute", roundingIncrement: 15, roundingMode: "floor" });
    case "hour":
      return at.round({ smallestUnit: "hour", roundingMode: "floor" });
    case "day":
      return at.startOfDay();
    case "week":
      return at.subtract({ days: at.dayOfWeek - 1 }).startOfDay();
    case "month":
      return at.with({ day: 1 }).startOfDay();
  }
};

const steps = {
  quarter: { minutes: 15 },
  hour: { hours: 1 },
  day: { days: 1 },
  week: { days: 7 },
  month: { months: 1 },
} as const;

/** The cells that a span touches; refuses more than an answer may have, and spans that end before they begin. */
export const cellsOf = (
  { from, to }: { from?: string | undefined; to?: string | undefined },
  grid: Grid,
  timeZone: string,
  now: number,
): Outcome<Cell[]> => {
  const end = to === undefined ? now : Date.parse(to);
  const start = from === undefined ? end - usualSpan[grid] : Date.parse(from);
  if (start >= end) return refuse("invalid", undefined, [{ path: "from", message: "is not before the end" }]);
  const tooMany = () =>
    refuse("invalid", undefined, [
      { path: "from", message: `more than ${limits.statisticsCells} cells: take a coarser grid or a shorter span` },
    ]);
  if ((end - start) / leastSpan[grid] > limits.statisticsCells * 1.2) return tooMany();
  const zoned = (ms: number) => Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone);
  const cells: Cell[] = [];
  let at = floor(zoned(start), grid);
  while (at.epochMilliseconds < end) {
    let next = floor(at.add(steps[grid]), grid);
    // Where the clock is put back, the first time of an hour that comes twice is behind us already.
    if (next.epochMilliseconds <= at.epochMilliseconds) next = at.add(steps[grid]);
    cells.push([at.epochMilliseconds, next.epochMilliseconds]);
    at = next;
  }
  return cells.length > limits.statisticsCells ? tooMany() : done(cells);
};
