import fc from "fast-check";
import { expect, test } from "vitest";
import { namedIn, unknownIn } from "../../actors/tenant/directory/scenario-ids.ts";
import type { NewScenario } from "../../protocol/scenarios.ts";

// I6: every id that a scenario can name is looked up, wherever it stands, and a foreign one is as unknown as any other.

/** A scenario in which `id(n)` stands at every place that takes an id. */
const whole = (id: (n: number) => string): NewScenario => ({
  name: "All",
  title: "All",
  targets: { users: [id(0)], roles: [id(1), id(2)], sites: [id(3)], zones: [id(4)] },
  requirement: [{ roleId: id(5), count: 1 }],
  instructions: [{ roleId: id(6), text: "Go" }],
  escalation: [
    { name: "A", afterSeconds: 1, when: { type: "roleMissing", roleId: id(7) }, action: { type: "everyone" } },
    { name: "B", afterSeconds: 1, when: { type: "always" }, action: { type: "widen", targets: { zones: [id(8)] } } },
    { name: "C", afterSeconds: 1, when: { type: "always" }, action: { type: "contacts", contactIds: [id(9), id(10)] } },
  ],
});
const paths = [
  "targets.users.0",
  "targets.roles.0",
  "targets.roles.1",
  "targets.sites.0",
  "targets.zones.0",
  "requirement.0.roleId",
  "instructions.0.roleId",
  "escalation.0.when.roleId",
  "escalation.1.action.targets.zones.0",
  "escalation.2.action.contactIds.0",
  "escalation.2.action.contactIds.1",
];
const kinds = ["users", "roles", "roles", "sites", "zones", "roles", "roles", "roles", "zones", "contacts", "contacts"];

/** Every id in a scenario's JSON: whatever field is added that takes one, it is found here by its form. */
const idsIn = (thing: unknown): string[] => JSON.stringify(thing).match(/id_\d+/g) ?? [];

test("no id stands in a scenario that is not looked up", () => {
  const scenario = whole((n) => `id_${n}`);
  const named = namedIn(scenario);
  expect(named.map(({ id }) => id).sort()).toEqual(idsIn(scenario).sort());
  expect(named.map(({ path }) => path)).toEqual(paths);
  expect(named.map(({ kind }) => kind)).toEqual(kinds);
});

test("exactly the unknown ones are named, by their path", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat({ max: paths.length - 1 })), (unknown) => {
      const lost = new Set(unknown.map((n) => `id_${n}`));
      const errors = unknownIn(
        whole((n) => `id_${n}`),
        (_, id) => !lost.has(id),
      );
      expect(errors.map(({ path }) => path)).toEqual(paths.filter((_, n) => unknown.includes(n)));
    }),
  );
});

test("an id is looked up among its own kind: a role's id is no site", () => {
  const errors = unknownIn({ targets: { sites: ["id_1"], roles: ["id_1"] } }, (kind) => kind === "roles");
  expect(errors).toEqual([{ path: "targets.sites.0", message: "does not exist" }]);
});

test("what a patch takes away names nothing", () => {
  expect(namedIn({ requirement: null, escalation: null, instructions: null })).toEqual([]);
});
