import { expect, test } from "vitest";
import { groupSizes, sized } from "../../actors/tenant/statistics/group-sizes.ts";
import { id } from "./history-samples.ts";

// Proves how large the groups are of which statistics may not tell all or nobody (T23). Not what is then published:
// statistics-disclosure.test.ts.

const [here, there] = [id("sit", 1), id("sit", 2)];
const [first, second] = [id("rol", 1), id("rol", 2)];
const person = (n: number, homeSiteId: string | undefined, roleIds: string[], enabled = true) => ({
  userId: id("usr", n),
  enabled,
  homeSiteId,
  roleIds,
});

test("whoever is at home in a site or present there is of its groups, once, and nobody who is disabled", () => {
  const people = [
    person(1, here, [first]),
    person(2, here, [first, second]),
    person(3, there, [first]),
    person(4, undefined, [second]),
    person(5, here, [first], false),
    person(6, undefined, []),
  ];
  const presentAt = new Map([
    [id("usr", 1), here],
    [id("usr", 3), here],
    [id("usr", 5), here],
  ]);
  const sizes = groupSizes(people, (userId) => presentAt.get(userId));
  expect(sizes.get(here)).toEqual({
    people: 3,
    byRole: new Map([
      [first, 3],
      [second, 1],
    ]),
  });
  expect(sizes.get(there)).toEqual({ people: 1, byRole: new Map([[first, 1]]) });
});

test("a role of which nobody is there is counted too: what is left of a total would tell it", () => {
  const sizes = groupSizes([person(1, here, [first]), person(2, here, [second])], () => undefined).get(here);
  expect(sized({ present: 1, byRole: [{ roleId: first, present: 1 }], byZone: [] }, sizes)).toEqual({
    present: 1,
    people: 2,
    byRole: [
      { roleId: first, present: 1, people: 1 },
      { roleId: second, present: 0, people: 1 },
    ],
    byZone: [],
  });
});

test("a site of which nobody is left has groups of nobody, of which nothing is published", () => {
  expect(sized({ present: 0, byRole: [], byZone: [] }, undefined)).toEqual({
    present: 0,
    people: 0,
    byRole: [],
    byZone: [],
  });
});
