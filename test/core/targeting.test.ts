import fc from "fast-check";
import { expect, test } from "vitest";
import { type Candidate, recipientsOf, type Whereabouts } from "../../actors/tenant/targeting/recipients.ts";
import type { Targets } from "../../protocol/targets.ts";

// Proves that the recipients of an alarm are those of wire.md (Alarms), against a model written from that page as unions and
// intersections of sets. It does not prove that presence is known in time (test/workerd) or that nobody else gets it.

interface Tenant {
  people: Candidate[];
  where: Map<string, Whereabouts>;
}

const roles = ["r0", "r1", "r2"];
const sites = ["s0", "s1", "s2"];
const zonesOf = (site: string) => [`${site}z0`, `${site}z1`];

const whereabouts: fc.Arbitrary<Whereabouts | undefined> = fc.oneof(
  fc.constant(undefined),
  fc.constantFrom(...sites).chain((siteId) =>
    fc.oneof(
      fc.record({
        state: fc.constant("present" as const),
        siteId: fc.constant(siteId),
        zoneIds: fc.subarray(zonesOf(siteId)),
      }),
      fc.record({
        state: fc.constantFrom("absent" as const, "unknown" as const),
        siteId: fc.constant(siteId),
        zoneIds: fc.constant([]),
      }),
    ),
  ),
);

const tenants: fc.Arbitrary<Tenant> = fc
  .array(
    fc.record({
      enabled: fc.boolean(),
      roleIds: fc.subarray(roles),
      homeSiteId: fc.option(fc.constantFrom(...sites), { nil: undefined }),
      where: whereabouts,
    }),
    { maxLength: 12 },
  )
  .map((list) => ({
    people: list.map(({ where: _, ...person }, i) => ({ ...person, userId: `u${i}` })),
    where: new Map(list.flatMap(({ where }, i) => (where === undefined ? [] : [[`u${i}`, where] as const]))),
  }));

const some = (ids: string[]) => fc.subarray(ids, { minLength: 1 });
const targets: fc.Arbitrary<Targets> = fc
  .record(
    {
      users: some(Array.from({ length: 12 }, (_, i) => `u${i}`)),
      roles: some(roles),
      sites: some(sites),
      zones: some(sites.flatMap(zonesOf)),
      everyone: fc.constant(true as const),
    },
    { requiredKeys: [] },
  )
  .filter((t) => Object.keys(t).length > 0);

/** "users ∪ ((everyone or roles, union) ∩ (sites and zones, union)); a missing side of ∩ does not restrict." */
const model = ({ people, where }: Tenant, t: Targets): Set<string> => {
  const ids = (which: (p: Candidate, w: Whereabouts) => boolean) =>
    new Set(
      people.filter((p) => which(p, where.get(p.userId) ?? { state: "unknown", zoneIds: [] })).map((p) => p.userId),
    );
  const named = ids((p) => (t.users ?? []).includes(p.userId));
  const tasked = [
    ...(t.roles ?? []).map((r) => ids((p) => p.roleIds.includes(r))),
    ...(t.everyone ? [ids(() => true)] : []),
  ];
  const inSite = (s: string) =>
    ids((p, w) => (w.state === "present" && w.siteId === s) || (w.state === "unknown" && p.homeSiteId === s));
  const inZone = (z: string) => ids((_, w) => w.state === "present" && w.zoneIds.includes(z));
  const placed = [...(t.sites ?? []).map(inSite), ...(t.zones ?? []).map(inZone)];
  const sides = [tasked, placed].filter((side) => side.length > 0);
  const both = ids((p) => sides.length > 0 && sides.every((side) => side.some((set) => set.has(p.userId))));
  return ids((p) => p.enabled && (named.has(p.userId) || both.has(p.userId)));
};

test("P1, I3: recipients are exactly those of the wire's definition", () => {
  fc.assert(
    fc.property(tenants, targets, (tenant, wanted) => {
      const found = recipientsOf(wanted, tenant.people, (id) => tenant.where.get(id));
      expect(new Set(found)).toEqual(model(tenant, wanted));
      expect(found.length, "each once").toBe(new Set(found).size);
    }),
    { numRuns: 3_000 },
  );
});

const person = (userId: string, facts: Partial<Candidate> = {}): Candidate => ({
  userId,
  enabled: true,
  roleIds: [],
  ...facts,
});
const here: Whereabouts = { state: "present", siteId: "s0", zoneIds: ["s0z0"] };

test.each<[string, Targets, Candidate, Whereabouts | undefined, boolean]>([
  ["named, and absent", { users: ["u"] }, person("u"), { state: "absent", siteId: "s0", zoneIds: [] }, true],
  ["named, and disabled", { users: ["u"] }, person("u", { enabled: false }), here, false],
  ["present in a targeted site", { sites: ["s0"] }, person("u"), here, true],
  [
    "present elsewhere, at home in the targeted site",
    { sites: ["s1"] },
    person("u", { homeSiteId: "s1" }),
    here,
    false,
  ],
  ["unknown, at home in the targeted site", { sites: ["s1"] }, person("u", { homeSiteId: "s1" }), undefined, true],
  [
    "unknown, at home in the site of a targeted zone",
    { zones: ["s1z0"] },
    person("u", { homeSiteId: "s1" }),
    undefined,
    false,
  ],
  ["with the role, not in the place", { roles: ["r0"], sites: ["s1"] }, person("u", { roleIds: ["r0"] }), here, false],
  ["in the place, without the role", { roles: ["r0"], sites: ["s0"] }, person("u"), here, false],
  ["everyone wins over roles", { roles: ["r0"], everyone: true }, person("u"), undefined, true],
  ["only users named: nobody else", { users: ["v"] }, person("u", { roleIds: ["r0"] }), here, false],
])("P1: %s", (_, wanted, candidate, where, called) => {
  expect(recipientsOf(wanted, [candidate], () => where)).toEqual(called ? ["u"] : []);
});
