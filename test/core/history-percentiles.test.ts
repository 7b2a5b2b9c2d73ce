import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { percentiles } from "../../protocol/percentiles.ts";

describe("percentiles", () => {
  it("are null of nothing and the value itself of one", () => {
    expect(percentiles([])).toEqual({ p50: null, p95: null, p99: null, max: null });
    expect(percentiles([7])).toEqual({ p50: 7, p95: 7, p99: 7, max: 7 });
  });

  it("of 1 to 100 are 50, 95, 99 and 100", () => {
    expect(percentiles(Array.from({ length: 100 }, (_, i) => i + 1))).toEqual({ p50: 50, p95: 95, p99: 99, max: 100 });
  });

  it("are the smallest value that so many do not exceed (nearest rank)", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 300 }), (values) => {
        const sorted = values.toSorted((a, b) => a - b);
        const smallest = (percent: number) =>
          sorted.find((value) => sorted.filter((other) => other <= value).length * 100 >= percent * sorted.length);
        expect(percentiles(sorted)).toEqual({
          p50: smallest(50),
          p95: smallest(95),
          p99: smallest(99),
          max: smallest(100),
        });
      }),
    );
  });
});
