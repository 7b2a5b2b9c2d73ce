import fc from "fast-check";
import { expect, test } from "vitest";
import { coalesce } from "../../actors/kernel/coalesce.ts";

// Proves how many calls become few: each gets its own result, order is kept, one call is under way at a time, and a failure
// fails those that were in it and nobody else.

/** A receiver whose calls end when the test says so. */
const held = () => {
  const calls: { items: number[]; end: (results: number[] | Error) => void }[] = [];
  let open = 0;
  const run = (items: number[]) =>
    new Promise<number[]>((resolve, reject) => {
      open += 1;
      expect(open, "one call at a time").toBe(1);
      calls.push({
        items,
        end: (results) => {
          open -= 1;
          if (results instanceof Error) reject(results);
          else resolve(results);
        },
      });
    });
  return { run, calls };
};

test("the first goes at once, what comes meanwhile goes together", async () => {
  const { run, calls } = held();
  const ask = coalesce(run);
  const answers = [1, 2, 3].map((n) => ask(n));
  expect(calls.map((call) => call.items)).toEqual([[1]]);
  calls[0]?.end([10]);
  await answers[0];
  await Promise.resolve();
  expect(calls.map((call) => call.items)).toEqual([[1], [2, 3]]);
  calls[1]?.end([20, 30]);
  expect(await Promise.all(answers)).toEqual([10, 20, 30]);
});

test("each call gets its own result, in order, at most so many together", async () => {
  const plans = fc.array(fc.record({ item: fc.nat(999), turns: fc.nat(3) }), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(plans, fc.integer({ min: 1, max: 7 }), async (list, most) => {
      const seen: number[] = [];
      const ask = coalesce(async (items: number[]) => {
        expect(items.length).toBeLessThanOrEqual(most);
        seen.push(...items);
        await Promise.resolve();
        return items.map((n) => n * 2);
      }, most);
      const answers: Promise<number>[] = [];
      for (const { item, turns } of list) {
        answers.push(ask(item));
        for (let i = 0; i < turns; i++) await Promise.resolve();
      }
      expect(await Promise.all(answers)).toEqual(list.map(({ item }) => item * 2));
      expect(seen).toEqual(list.map(({ item }) => item));
    }),
  );
});

test("a failed call fails those in it; the next works", async () => {
  const { run, calls } = held();
  const ask = coalesce(run);
  const [first, second] = [ask(1), ask(2)];
  calls[0]?.end(new Error("away"));
  await expect(first).rejects.toThrow("away");
  await Promise.resolve();
  calls[1]?.end([4]);
  expect(await second).toBe(4);
  const third = ask(3);
  calls[2]?.end([6]);
  expect(await third).toBe(6);
});

test("an answer too short fails those without one, rather than leaving them waiting", async () => {
  const { run, calls } = held();
  const ask = coalesce(run);
  const answers = [1, 2, 3].map((n) => ask(n));
  calls[0]?.end([1]);
  await answers[0];
  await Promise.resolve();
  calls[1]?.end([2]);
  expect(await answers[1]).toBe(2);
  await expect(answers[2]).rejects.toThrow("no answer");
});
