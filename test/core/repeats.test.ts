import fc from "fast-check";
import { expect, test } from "vitest";
import { floods, isRepeat, sourceOf } from "../../actors/tenant/alarm/merging.ts";

// T18: which signals are repeats of one event and when one person has to confirm. That a thousand events of a stuck button make one
// alarm with a count is test/core/simulation, and under load the storm scenario.

test("the same signal within the window of the last one is a repeat; the window moves along with it", () => {
  expect(isRepeat(1_000, 61_000, 60)).toBe(true);
  expect(isRepeat(1_000, 61_001, 60)).toBe(false);
  expect(isRepeat(1_000, 1_000, 0), "0 merges nothing").toBe(false);
});

test("what a signal says, and who says it, is what it is known by", () => {
  const said = { title: "Fire", values: { where: "hall" } };
  expect(sourceOf("int_00000001", said)).toBe(sourceOf("int_00000001", structuredClone(said)));
  const others = [
    sourceOf("int_00000001", { ...said, title: "Smoke" }),
    sourceOf("int_00000001", { ...said, values: { where: "cellar" } }),
    sourceOf("int_00000002", said),
  ];
  for (const other of others) expect(other).not.toBe(sourceOf("int_00000001", said));
});

test("a flood is so many alarms within the time, and older ones do not count", () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat({ max: 200 })),
      fc.integer({ min: 1, max: 10 }),
      fc.integer({ min: 1, max: 100 }),
      (times, atMost, within) => {
        const late = times.filter((at) => 200 - at < within).length;
        expect(floods(times, 200, atMost, within)).toBe(late >= atMost);
      },
    ),
  );
});
