import fc from "fast-check";
import { expect, test } from "vitest";
import { backOffMs } from "../../actors/kernel/back-off.ts";

// Proves how long timers and outboxes wait after failures. That they then come again is test/workerd's (I11).

test("I11: waiting starts at the first time, never shrinks, never passes the most, however often it failed", () => {
  const ms = fc.integer({ min: 1, max: 60_000 });
  fc.assert(
    fc.property(ms, ms, fc.integer({ min: 1, max: 1e9 }), (first, more, failures) => {
      const most = first + more;
      const wait = backOffMs(failures, first, most);
      expect(backOffMs(1, first, most)).toBe(first);
      expect(wait).toBeGreaterThanOrEqual(first);
      expect(wait).toBeLessThanOrEqual(most);
      expect(backOffMs(failures + 1, first, most)).toBeGreaterThanOrEqual(wait);
      expect(backOffMs(failures + 1, first, most)).toBe(Math.min(most, failures > 40 ? most : wait * 2));
    }),
  );
});

test("I11: failures that were never counted are treated as the first", () => {
  expect([0, -3].map((failures) => backOffMs(failures, 500, 60_000))).toEqual([500, 500]);
});
