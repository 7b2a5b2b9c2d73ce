/**
 * Proves that the counts of a site's board, which are kept and changed by those alone who changed, are what counting everybody anew
 * gives: whoever comes, goes, changes zone or role or is disabled, however often, also after a failed transaction; and that a look
 * costs as much as changed since the last. Does not prove that the tenant says who changed: test/workerd/presence-board.test.ts.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Counting, Headcounts } from "../../actors/tenant/headcounts.ts";

const sites = ["sit_a", "sit_b", "sit_c"];
const some = (names: string[]) => fc.uniqueArray(fc.constantFrom(...names), { maxLength: 3 });
const counting: fc.Arbitrary<Counting | undefined> = fc.option(
  fc.record({
    siteId: fc.constantFrom(...sites),
    zoneIds: some(["zon_a", "zon_b", "zon_c"]),
    roleIds: some(["rol_a", "rol_b", "rol_c"]),
  }),
  { nil: undefined },
);

const plain = ({ present, byZone, byRole }: ReturnType<Headcounts["of"]>) => ({
  present,
  byZone: Object.fromEntries(byZone),
  byRole: Object.fromEntries(byRole),
});

/** The same, counted from scratch. */
const countedAnew = (people: ReadonlyMap<string, Counting>, siteId: string) => {
  const here = [...people.values()].filter((one) => one.siteId === siteId);
  const byName = (names: string[]) => {
    const counts: Record<string, number> = {};
    for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
    return counts;
  };
  return {
    present: here.length,
    byZone: byName(here.flatMap(({ zoneIds }) => zoneIds)),
    byRole: byName(here.flatMap(({ roleIds }) => roleIds)),
  };
};

test("counts that are kept are counts from scratch, whoever changes how, and after what was in memory was forgotten", () => {
  const step = fc.oneof(
    { weight: 8, arbitrary: fc.tuple(fc.integer({ min: 0, max: 9 }), counting) },
    { weight: 2, arbitrary: fc.constant("look" as const) },
    { weight: 1, arbitrary: fc.constant("forget" as const) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const people = new Map<string, Counting>();
      const all = Array.from({ length: 10 }, (_, i) => `usr_${i}`);
      const counts = new Headcounts(
        () => all,
        (userId) => people.get(userId),
      );
      const check = () => {
        for (const siteId of sites) expect(plain(counts.of(siteId))).toEqual(countedAnew(people, siteId));
      };
      for (const one of steps) {
        if (one === "look") check();
        else if (one === "forget") counts.forget();
        else {
          const [i, next] = one;
          const userId = `usr_${i}`;
          if (next === undefined) people.delete(userId);
          else people.set(userId, next);
          counts.stir(userId);
        }
      }
      check();
    }),
    { numRuns: 500 },
  );
});

test("a look goes over those alone who changed since the last one", () => {
  const all = Array.from({ length: 5_000 }, (_, i) => `usr_${i}`);
  let asked = 0;
  const counts = new Headcounts(
    () => all,
    () => {
      asked += 1;
      return { siteId: "sit_a", zoneIds: [], roleIds: ["rol_a"] };
    },
  );
  expect(counts.of("sit_a").present).toBe(5_000);
  expect(asked).toBe(5_000);
  counts.stir("usr_7");
  counts.stir("usr_7");
  counts.stir("usr_8");
  expect(counts.of("sit_a").present).toBe(5_000);
  counts.of("sit_b");
  expect(asked).toBe(5_002);
});
