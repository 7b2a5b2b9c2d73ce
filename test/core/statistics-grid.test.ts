import { expect, test } from "vitest";
import { cellsOf, type Grid } from "../../history/statistics/grid.ts";
import { toTime } from "../../protocol/ids.ts";
import { limits } from "../../protocol/limits.ts";

// Proves that statistics are on a fixed grid, in local time across both changes of the clock (T23): no span can be asked for
// that begins or ends within a cell. Not: what is in the cells.

const now = Date.parse("2026-11-23T12:34:56.789Z");
const cells = (from: string, to: string, grid: Grid, timeZone = "Europe/Amsterdam") => {
  const outcome = cellsOf({ from, to }, grid, timeZone, now);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.refusal));
  return outcome.value;
};
const hoursOf = (list: readonly (readonly [number, number])[]) => list.map(([from, to]) => (to - from) / 3_600_000);

test("T23: spans are rounded outwards to whole cells, so that spans a minute apart are the same question", () => {
  const asked = cells("2026-11-23T09:14:59Z", "2026-11-23T10:00:01Z", "quarter");
  expect(asked).toEqual(cells("2026-11-23T09:00:00Z", "2026-11-23T10:15:00Z", "quarter"));
  expect(asked.map(([from]) => toTime(from).slice(11, 16))).toEqual(["09:00", "09:15", "09:30", "09:45", "10:00"]);
  expect(cells("2026-11-23T09:59:59Z", "2026-11-23T10:00:01Z", "hour")).toHaveLength(2);
  expect(cells("2026-11-19T12:00:00Z", "2026-11-19T12:00:01Z", "week").map(([from]) => toTime(from))).toEqual([
    "2026-11-15T23:00:00.000Z",
  ]);
  expect(cells("2026-02-10T00:00:00Z", "2026-03-31T22:00:00Z", "month").map(([from]) => toTime(from))).toEqual([
    "2026-01-31T23:00:00.000Z",
    "2026-02-28T23:00:00.000Z",
  ]);
});

test("a local day has 23 hours when the clock is put forward and 25 when it is put back", () => {
  expect(hoursOf(cells("2026-03-28T00:00:00Z", "2026-03-30T20:00:00Z", "day"))).toEqual([24, 23, 24]);
  expect(hoursOf(cells("2026-10-24T00:00:00Z", "2026-10-26T20:00:00Z", "day"))).toEqual([24, 25, 24]);
  expect(cells("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", "hour")).toHaveLength(25);
  expect(cells("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", "quarter")).toHaveLength(100);
});

test("cells follow each other without a gap, in every zone", () => {
  for (const zone of ["Europe/Amsterdam", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Sao_Paulo", "UTC"])
    for (const grid of ["quarter", "hour", "day", "week", "month"] as const) {
      const year = grid === "quarter" || grid === "hour" ? "2026-10-02" : "2026-12-30";
      const list = cells(
        grid === "quarter" || grid === "hour" ? "2026-09-25T00:00:00Z" : "2026-01-01T00:00:00Z",
        `${year}T00:00:00Z`,
        grid,
        zone,
      );
      for (const [i, [from, to]] of list.entries()) {
        expect(to).toBeGreaterThan(from);
        expect(from % 900_000, "a quarter of the clock is in one cell").toBe(0);
        if (i > 0) expect(from).toBe(list[i - 1]?.[1]);
      }
    }
});

test("more cells than an answer may have are refused, also of absurd spans, at once", () => {
  for (const [from, to, grid] of [
    ["2026-01-01T00:00:00Z", "2026-12-31T00:00:00Z", "quarter"],
    ["0001-01-01T00:00:00Z", "9999-12-31T00:00:00Z", "day"],
    ["2026-11-23T00:00:00Z", "2026-11-22T00:00:00Z", "day"],
    ["2026-11-23T00:00:00Z", "2026-11-23T00:00:00Z", "hour"],
  ] as const)
    expect(cellsOf({ from, to }, grid, "Europe/Amsterdam", now).ok).toBe(false);
  expect(cells("2026-10-20T00:00:00Z", "2026-11-20T00:00:00Z", "quarter").length).toBeLessThanOrEqual(
    limits.statisticsCells,
  );
});

test("without a span the last while is meant", () => {
  const outcome = cellsOf({}, "day", "Europe/Amsterdam", now);
  expect(outcome.ok && outcome.value.at(-1)).toEqual([
    Date.parse("2026-11-22T23:00:00Z"),
    Date.parse("2026-11-23T23:00:00Z"),
  ]);
});
