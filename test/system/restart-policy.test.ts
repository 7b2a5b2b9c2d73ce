import { expect, test } from "vitest";
import { afterDeath } from "../../workers/self-hosted/restart-policy.ts";

test("a part that had worked comes back at once, one that had only just come up half a second later", () => {
  expect(afterDeath(60_000, 3, 6)).toEqual({ delayMs: 0, failedStarts: 0, giveUp: false });
  expect(afterDeath(1, 3, 6)).toEqual({ delayMs: 500, failedStarts: 0, giveUp: false });
});

test("starts that come to nothing are spread out, and given up after the limit", () => {
  const delays: number[] = [];
  let failedStarts = 0;
  for (let giveUp = false; !giveUp; ) {
    const next = afterDeath(undefined, failedStarts, 6);
    ({ failedStarts, giveUp } = next);
    delays.push(next.delayMs);
  }
  expect(delays).toEqual([250, 500, 1_000, 2_000, 4_000, 5_000]);
});

test("a part without limit is never given up", () => {
  expect(afterDeath(undefined, 10_000, Number.POSITIVE_INFINITY)).toMatchObject({ delayMs: 5_000, giveUp: false });
});
