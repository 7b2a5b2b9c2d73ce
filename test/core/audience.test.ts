import fc from "fast-check";
import { expect, test } from "vitest";
import { couldFill } from "../../actors/tenant/alarm/fill.ts";
import {
  type AudienceFacts,
  audienceOf,
  leftOutRows,
  reasonOf,
  type Wish,
} from "../../actors/tenant/targeting/audience.ts";
import { type Candidate, recipientsOf, type Whereabouts } from "../../actors/tenant/targeting/recipients.ts";
import { LeftOutReason } from "../../protocol/explanations.ts";
import type { Conditions, Targets } from "../../protocol/targets.ts";

// Proves who is in an alarm's audience and why others are not: everybody is explained (I2), nobody outside the wire's formula
// is ever in it (I3; the formula itself is targeting.test.ts), and ten thousand people are chosen from in time. It does not
// prove that presence, duty and qualifications are known in time (test/workerd).

interface Tenant {
  people: Candidate[];
  facts: AudienceFacts;
}

const roles = ["r0", "r1", "r2"];
const sites = ["s0", "s1"];
const zonesOf = (site: string) => [`${site}z0`, `${site}z1`];

const whereabouts: fc.Arbitrary<Whereabouts | undefined> = fc.oneof(
  fc.constant(undefined),
  fc.record({ state: fc.constantFrom("absent" as const, "unknown" as const), zoneIds: fc.constant([]) }),
  fc.constantFrom(...sites).chain((siteId) =>
    fc.record({
      state: fc.constant("present" as const),
      siteId: fc.constant(siteId),
      zoneIds: fc.subarray(zonesOf(siteId)),
    }),
  ),
);

const tenants: fc.Arbitrary<Tenant> = fc
  .array(
    fc.record({
      enabled: fc.nat(4).map((n) => n > 0),
      roleIds: fc.subarray(roles),
      homeSiteId: fc.option(fc.constantFrom(...sites), { nil: undefined }),
      where: whereabouts,
      unavailable: fc.boolean(),
      unavailableAs: fc.subarray(roles),
      onDuty: fc.boolean(),
      qualified: fc.subarray(roles),
    }),
    { maxLength: 10 },
  )
  .map((list) => {
    const at = new Map(list.map((one, i) => [`u${i}`, one]));
    const those = (which: (one: (typeof list)[number]) => boolean) =>
      new Set([...at].flatMap(([userId, one]) => (which(one) ? [userId] : [])));
    return {
      people: [...at].map(([userId, { enabled, roleIds, homeSiteId }]) => ({ userId, enabled, roleIds, homeSiteId })),
      facts: {
        whereaboutsOf: (userId) => at.get(userId)?.where,
        unavailable: those((one) => one.unavailable),
        availableAs: (userId, roleIds) =>
          roleIds.some((roleId) => at.get(userId)?.unavailableAs.includes(roleId) === false),
        onDuty: those((one) => one.onDuty),
        qualifiedFor: (userId, roleId) => at.get(userId)?.qualified.includes(roleId) === true,
      },
    };
  });

const some = (ids: string[]) => fc.subarray(ids, { minLength: 1 });
const targets: fc.Arbitrary<Targets> = fc
  .record(
    {
      users: some(Array.from({ length: 10 }, (_, i) => `u${i}`)),
      roles: some(roles),
      sites: some(sites),
      zones: some(sites.flatMap(zonesOf)),
      everyone: fc.constant(true as const),
    },
    { requiredKeys: [] },
  )
  .filter((t) => Object.keys(t).length > 0);

const yes = fc.constant(true as const);
const narrowing: fc.Arbitrary<Conditions> = fc.record(
  { present: yes, available: yes, onDuty: yes, qualified: yes },
  { requiredKeys: [] },
);
const conditions: fc.Arbitrary<Conditions> = fc
  .tuple(narrowing, fc.constantFrom(undefined, "included" as const, "whenNeeded" as const, "never" as const))
  .map(([rest, visitors]) => (visitors === undefined ? rest : { ...rest, visitors }));

const wishes: fc.Arbitrary<Wish> = fc.record(
  {
    targets,
    conditions,
    requirement: fc.array(fc.record({ roleId: fc.constantFrom(...roles), count: fc.integer({ min: 1, max: 2 }) }), {
      maxLength: 2,
    }),
    raiserId: fc.constantFrom("u0", "u1"),
  },
  { requiredKeys: ["targets"] },
);

const formula = ({ people, facts }: Tenant, wanted: Targets) =>
  new Set(recipientsOf(wanted, people, (userId) => facts.whereaboutsOf(userId)));

test("I2: recipients, visitors held back, those left out and the others are the whole tenant, each person once", () => {
  fc.assert(
    fc.property(tenants, wishes, ({ people, facts }, wish) => {
      const audience = audienceOf(wish, people, facts);
      const listed = [...audience.recipients, ...audience.visitors, ...[...audience.leftOut.values()].flat()];
      expect(listed.length, "each once").toBe(new Set(listed).size);
      expect(people.map(({ userId }) => userId)).toEqual(expect.arrayContaining(listed));
      for (const { userId } of people) {
        const reason = reasonOf(audience, userId);
        if (audience.recipients.includes(userId)) expect(reason).toBeUndefined();
        else if (audience.visitors.includes(userId)) expect(reason).toBe("visiting");
        else expect(LeftOutReason.options).toContain(reason);
        expect(reason === "notTargeted").toBe(!listed.includes(userId));
        const rows = leftOutRows(audience).filter((row) => row.userIds.includes(userId));
        expect(rows.map((row) => row.reason)).toEqual(reason === undefined || reason === "notTargeted" ? [] : [reason]);
      }
    }),
    { numRuns: 3_000 },
  );
});

test("I3: without conditions the recipients are exactly the formula's, in the same order", () => {
  fc.assert(
    fc.property(tenants, targets, fc.constantFrom(undefined, {}, { visitors: "included" as const }), (tenant, t, c) => {
      const { recipients, visitors } = audienceOf({ targets: t, conditions: c }, tenant.people, tenant.facts);
      expect(recipients).toEqual(recipientsOf(t, tenant.people, tenant.facts.whereaboutsOf));
      expect(visitors).toEqual([]);
    }),
    { numRuns: 3_000 },
  );
});

test("I3: a condition only ever narrows, whatever it is added to", () => {
  fc.assert(
    fc.property(tenants, wishes, narrowing, (tenant, wish, more) => {
      const before = audienceOf(wish, tenant.people, tenant.facts);
      const after = audienceOf({ ...wish, conditions: { ...wish.conditions, ...more } }, tenant.people, tenant.facts);
      // Fewer regular people may let visitors in who were held back before: they belong to the wish, not to the formula alone.
      const wanted = new Set([...before.recipients, ...before.visitors]);
      for (const userId of [...after.recipients, ...after.visitors]) expect(wanted).toContain(userId);
      const chosen = formula(tenant, wish.targets);
      for (const userId of [...after.recipients, ...after.visitors]) expect(chosen).toContain(userId);
    }),
    { numRuns: 3_000 },
  );
});

const isThere = (where: Whereabouts | undefined, t: Targets) =>
  where?.state === "present" &&
  ((where.siteId !== undefined && (t.sites ?? []).includes(where.siteId)) ||
    where.zoneIds.some((zone) => (t.zones ?? []).includes(zone)));

const isGuest = (person: Candidate, where: Whereabouts | undefined, t: Targets) =>
  isThere(where, t) && person.homeSiteId !== undefined && person.homeSiteId !== where?.siteId;

/** The restriction that a reason names, written from targets.ts: it must hold for the person, and none before it. */
const holds = (reason: LeftOutReason, person: Candidate, wish: Wish, { facts }: Tenant): boolean => {
  const { targets: t, conditions: c = {} } = wish;
  const where = facts.whereaboutsOf(person.userId);
  const named = (t.users ?? []).includes(person.userId);
  const roleless = t.roles !== undefined && t.everyone !== true && !person.roleIds.some((r) => t.roles?.includes(r));
  const state = where?.state ?? "unknown";
  const atHome = person.homeSiteId !== undefined && (t.sites ?? []).includes(person.homeSiteId);
  const away =
    (t.sites !== undefined || t.zones !== undefined) && !isThere(where, t) && !(state === "unknown" && atHome);
  const asked =
    t.roles !== undefined && t.everyone !== true ? person.roleIds.filter((r) => t.roles?.includes(r)) : person.roleIds;
  switch (reason) {
    case "disabled":
      return !person.enabled;
    case "wrongRole":
      return !named && roleless;
    case "notThere":
      return !named && away;
    case "raiser":
      return person.userId === wish.raiserId;
    case "notPresent":
      return c.present === true && state !== "present";
    case "unavailable":
      return (
        c.available === true &&
        (facts.unavailable.has(person.userId) ||
          (!named && t.roles !== undefined && t.everyone !== true && !facts.availableAs(person.userId, asked)))
      );
    case "offDuty":
      return c.onDuty === true && !facts.onDuty.has(person.userId);
    case "notQualified":
      return c.qualified === true && !asked.some((r) => facts.qualifiedFor(person.userId, r));
    case "visiting":
      return c.visitors !== undefined && c.visitors !== "included" && isGuest(person, where, t);
    case "notTargeted":
      return false;
  }
};

const order: LeftOutReason[] = [
  "disabled",
  "wrongRole",
  "notThere",
  "raiser",
  "notPresent",
  "unavailable",
  "offDuty",
  "notQualified",
  "visiting",
];

test("I2: the reason is the first restriction that kept somebody out; recipients are kept out by none", () => {
  fc.assert(
    fc.property(tenants, wishes, (tenant, wish) => {
      const audience = audienceOf(wish, tenant.people, tenant.facts);
      for (const person of tenant.people) {
        const reason = reasonOf(audience, person.userId);
        const first = order.find((one) => holds(one, person, wish, tenant));
        if (reason === undefined) expect(["visiting", undefined]).toContain(first);
        else if (reason !== "notTargeted") expect(reason, JSON.stringify(person)).toBe(first);
        else {
          const { targets: t } = wish;
          expect((t.users ?? []).includes(person.userId), "named, and not explained").toBe(false);
          expect(formula(tenant, t).has(person.userId), "chosen by the formula, and not explained").toBe(false);
          if (t.everyone !== true) expect(person.roleIds.some((r) => t.roles?.includes(r))).toBe(false);
          expect((t.sites ?? []).some((site) => site === person.homeSiteId)).toBe(false);
        }
      }
    }),
    { numRuns: 3_000 },
  );
});

test("visitors with whenNeeded: all or none, by whether the regular recipients could meet the requirement", () => {
  fc.assert(
    fc.property(tenants, wishes, (tenant, anyWish) => {
      const wish: Wish = { ...anyWish, conditions: { ...anyWish.conditions, visitors: "whenNeeded" } };
      const { recipients, visitors } = audienceOf(wish, tenant.people, tenant.facts);
      const never = audienceOf(
        { ...wish, conditions: { ...wish.conditions, visitors: "never" } },
        tenant.people,
        tenant.facts,
      );
      const regular = new Set(never.recipients);
      const possible = tenant.people
        .filter(({ userId }) => regular.has(userId))
        .map(({ userId, roleIds }) => ({
          roleIds:
            wish.conditions?.qualified === true ? roleIds.filter((r) => tenant.facts.qualifiedFor(userId, r)) : roleIds,
        }));
      const enough = regular.size > 0 && couldFill(wish.requirement ?? [], possible);
      const guests = new Set(never.leftOut.get("visiting"));
      expect(new Set(recipients)).toEqual(enough ? regular : new Set([...regular, ...guests]));
      expect(new Set(visitors)).toEqual(enough ? guests : new Set());
    }),
    { numRuns: 2_000 },
  );
});

const person = (userId: string, over: Partial<Candidate> = {}): Candidate => ({
  userId,
  enabled: true,
  roleIds: ["r0"],
  homeSiteId: "s0",
  ...over,
});
const nothing: AudienceFacts = {
  whereaboutsOf: () => ({ state: "present", siteId: "s0", zoneIds: [] }),
  unavailable: new Set(),
  availableAs: () => true,
  onDuty: new Set(),
  qualifiedFor: () => true,
};

test.each<[string, Wish, Candidate, Partial<AudienceFacts>, LeftOutReason | undefined]>([
  [
    "named and unavailable",
    { targets: { users: ["u"] }, conditions: { available: true } },
    person("u"),
    { unavailable: new Set(["u"]) },
    "unavailable",
  ],
  [
    "called by a role, and not available as that one",
    { targets: { roles: ["r0"] }, conditions: { available: true } },
    person("u", { roleIds: ["r0", "r1"] }),
    { availableAs: (_, roleIds) => roleIds.includes("r1") },
    "unavailable",
  ],
  [
    "called by two roles, and available as one of them",
    { targets: { roles: ["r0", "r1"] }, conditions: { available: true } },
    person("u", { roleIds: ["r0", "r1"] }),
    { availableAs: (_, roleIds) => roleIds.includes("r1") },
    undefined,
  ],
  [
    "named, and not available as the role that is called as well",
    { targets: { users: ["u"], roles: ["r0"] }, conditions: { available: true } },
    person("u"),
    { availableAs: () => false },
    undefined,
  ],
  [
    "unavailable, and nobody asks",
    { targets: { users: ["u"] } },
    person("u"),
    { unavailable: new Set(["u"]) },
    undefined,
  ],
  [
    "named, present elsewhere than the targeted site",
    { targets: { users: ["u"], sites: ["s1"] }, conditions: { present: true } },
    person("u"),
    {},
    undefined,
  ],
  [
    "unknown at home: there by the formula, not present by the condition",
    { targets: { sites: ["s0"] }, conditions: { present: true } },
    person("u"),
    { whereaboutsOf: () => undefined },
    "notPresent",
  ],
  [
    "a guest",
    { targets: { sites: ["s0"] }, conditions: { visitors: "never" } },
    person("u", { homeSiteId: "s1" }),
    {},
    "visiting",
  ],
  [
    "no home site: nobody's guest",
    { targets: { sites: ["s0"] }, conditions: { visitors: "never" } },
    person("u", { homeSiteId: undefined }),
    {},
    undefined,
  ],
  [
    "a guest, and no place is targeted",
    { targets: { roles: ["r0"] }, conditions: { visitors: "never" } },
    person("u", { homeSiteId: "s1" }),
    {},
    undefined,
  ],
  [
    "the only one there is a guest",
    { targets: { sites: ["s0"] }, conditions: { visitors: "whenNeeded" } },
    person("u", { homeSiteId: "s1" }),
    {},
    undefined,
  ],
  [
    "qualified for another role than the targeted one",
    { targets: { roles: ["r0"] }, conditions: { qualified: true } },
    person("u", { roleIds: ["r0", "r1"] }),
    { qualifiedFor: (_, r) => r === "r1" },
    "notQualified",
  ],
  [
    "no role targeted: qualified for any of one's own",
    { targets: { everyone: true }, conditions: { qualified: true } },
    person("u", { roleIds: ["r0", "r1"] }),
    { qualifiedFor: (_, r) => r === "r1" },
    undefined,
  ],
  ["the raiser of a duress alarm", { targets: { everyone: true }, raiserId: "u" }, person("u"), {}, "raiser"],
  [
    "at home at the site, without the role",
    { targets: { roles: ["r1"], sites: ["s0"] } },
    person("u"),
    {},
    "wrongRole",
  ],
  ["with the role, present elsewhere", { targets: { roles: ["r0"], sites: ["s1"] } }, person("u"), {}, "notThere"],
  ["without the role, elsewhere", { targets: { roles: ["r1"], sites: ["s1"] } }, person("u"), {}, "notTargeted"],
  ["everyone, and disabled", { targets: { everyone: true } }, person("u", { enabled: false }), {}, "disabled"],
])("%s", (_, wish, candidate, facts, reason) => {
  expect(reasonOf(audienceOf(wish, [candidate], { ...nothing, ...facts }), "u")).toBe(reason);
});

test("ten thousand people are chosen from in a few milliseconds", () => {
  const people = Array.from({ length: 10_000 }, (_, i) =>
    person(`u${i}`, { roleIds: [`r${i % 7}`, `r${i % 11}`], homeSiteId: `s${i % 5}` }),
  );
  const where = new Map<string, Whereabouts>(
    people.map(({ userId }, i) => [userId, { state: "present", siteId: `s${i % 6}`, zoneIds: [`z${i % 30}`] }]),
  );
  const facts: AudienceFacts = {
    whereaboutsOf: (userId) => where.get(userId),
    unavailable: new Set(people.filter((_, i) => i % 9 === 0).map(({ userId }) => userId)),
    availableAs: (_, roleIds) => !roleIds.includes("r5"),
    onDuty: new Set(people.filter((_, i) => i % 2 === 0).map(({ userId }) => userId)),
    qualifiedFor: (_, roleId) => roleId !== "r3",
  };
  const all = { present: true, available: true, onDuty: true, qualified: true, visitors: "whenNeeded" } as const;
  const wished: Record<string, Wish> = {
    everyone: { targets: { everyone: true } },
    "three roles at two sites": { targets: { roles: ["r0", "r1", "r2"], sites: ["s0", "s1"] } },
    "the same, all conditions and a requirement": {
      targets: { roles: ["r0", "r1", "r2"], sites: ["s0", "s1"] },
      conditions: all,
      requirement: [{ roleId: "r0", count: 1_000 }],
    },
  };
  for (const [what, wish] of Object.entries(wished)) {
    let best = Number.POSITIVE_INFINITY;
    for (let i = 0; i < 5; i++) {
      const from = performance.now();
      audienceOf(wish, people, facts);
      best = Math.min(best, performance.now() - from);
    }
    console.info(`audience of 10,000 people, ${what}: ${best.toFixed(1)} ms`);
    // Generous: the machine is shared. A search of lists instead of sets takes seconds.
    expect(best, what).toBeLessThan(100);
  }
});
