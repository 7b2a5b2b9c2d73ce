import fc from "fast-check";
import { expect, test } from "vitest";
import { type Directory, emptyDirectory, type Person, usernameKey } from "../../actors/tenant/directory/directory.ts";
import { type ImportPlan, planImport } from "../../actors/tenant/directory/import.ts";

// Proves what an import of users does to a directory (wire.md, users/import). A dry run is the same plan, not carried out: the
// plan touches nothing. The route, its size and its limit of rows are test/system's.

const withNames = (): Directory => {
  const directory = emptyDirectory();
  for (const name of ["First aider", "Team lead"]) directory.roles.set(`rol_${name}`, { roleId: `rol_${name}`, name });
  for (const name of ["Head office", "Depot"])
    directory.sites.set(`sit_${name}`, { siteId: `sit_${name}`, name, timeZone: "Europe/Amsterdam" });
  return directory;
};

const planned = (rows: readonly Record<string, unknown>[], directory: Directory, most = 50_000): ImportPlan => {
  let made = 0;
  return planImport(rows, directory, { locale: "nl", newUserId: () => `usr_${directory.people.size}_${made++}`, most });
};

const carryOut = (plan: ImportPlan, directory: Directory): void => {
  for (const person of plan.save) {
    directory.people.set(person.userId, person);
    directory.byUsername.set(usernameKey(person.username), person.userId);
  }
};

const row = (username: string, facts: Record<string, unknown> = {}) => ({
  username,
  firstName: "An",
  lastName: "Jansen",
  ...facts,
});

const rows = fc.array(
  fc.record(
    {
      username: fc.constantFrom("an", "AN", "bo", "cees", "dirk", "x y", ""),
      firstName: fc.constantFrom("An", "Bo", "", 7),
      lastName: fc.constantFrom("Jansen", "de Vries"),
      email: fc.constantFrom("an@example.org", "bo@example.org", "none"),
      phone: fc.constantFrom("+31 6 12345678", "x"),
      permission: fc.constantFrom("employee", "responder", "king"),
      roles: fc.subarray(["First aider", "first aider", "Team lead", "Nobody"]),
      homeSite: fc.constantFrom("Head office", "DEPOT", "Moon"),
      shoeSize: fc.constant(43),
    },
    { requiredKeys: ["username", "firstName", "lastName"] },
  ),
  { maxLength: 12 },
);

test("the same rows a second time are all unchanged, with the same errors", () => {
  fc.assert(
    fc.property(rows, (list) => {
      const directory = withNames();
      const first = planned(list, directory);
      carryOut(first, directory);
      const second = planned(list, directory);
      expect(second.save).toEqual([]);
      expect(second.result).toEqual({
        created: 0,
        updated: 0,
        unchanged: first.result.created,
        errors: first.result.errors,
      });
    }),
    { numRuns: 1_000 },
  );
});

test("every row is counted once or named in the errors, in the order of the rows", () => {
  fc.assert(
    fc.property(rows, (list) => {
      const { result, save } = planned(list, withNames());
      const wrong = result.errors.map((error) => error.row);
      expect(result.created + result.updated + result.unchanged + new Set(wrong).size).toBe(list.length);
      expect(wrong).toEqual(wrong.toSorted((a, b) => a - b));
      expect(save.length).toBe(result.created + result.updated);
      expect(new Set(save.map((person) => usernameKey(person.username))).size).toBe(save.length);
    }),
    { numRuns: 1_000 },
  );
});

test("a dry run says the same and changes nothing", () => {
  fc.assert(
    fc.property(rows, rows, (before, list) => {
      const directory = withNames();
      carryOut(planned(before, directory), directory);
      const copy = structuredClone(directory);
      const dry = planned(list, directory);
      expect(directory).toEqual(copy);
      expect(planned(list, directory)).toEqual(dry);
    }),
  );
});

test("a row says what it changes; what it leaves out stays", () => {
  const directory = withNames();
  carryOut(
    planned(
      [row("an", { email: "an@example.org", permission: "responder", roles: ["Team lead"], homeSite: "depot" })],
      directory,
    ),
    directory,
  );
  const { result, save } = planned([row("AN", { firstName: "Anna" })], directory);
  expect(result).toEqual({ created: 0, updated: 1, unchanged: 0, errors: [] });
  expect(save).toEqual([
    {
      userId: "usr_0_0",
      username: "an",
      firstName: "Anna",
      lastName: "Jansen",
      email: "an@example.org",
      locale: "nl",
      permission: "responder",
      roleIds: ["rol_Team lead"],
      homeSiteId: "sit_Depot",
      enabled: true,
      version: 2,
    } satisfies Person,
  ]);
});

test("an import does not enable somebody who was disabled", () => {
  const directory = withNames();
  carryOut(planned([row("an")], directory), directory);
  const [known] = [...directory.people.values()];
  if (known !== undefined) directory.people.set(known.userId, { ...known, enabled: false });
  expect(planned([row("an", { lastName: "de Vries" })], directory).save).toMatchObject([{ enabled: false }]);
});

test.each<[string, Record<string, unknown>[], { row: number; path: string; code: string }[]]>([
  ["a name twice, whatever its case", [row("an"), row("AN")], [{ row: 1, path: "username", code: "conflict" }]],
  [
    "an unknown role",
    [row("an", { roles: ["Team lead", "Nobody"] })],
    [{ row: 0, path: "roles.1", code: "not_found" }],
  ],
  ["an unknown site", [row("an", { homeSite: "Moon" })], [{ row: 0, path: "homeSite", code: "not_found" }]],
  [
    "both",
    [row("an", { roles: ["Nobody"], homeSite: "Moon" })],
    [
      { row: 0, path: "roles.0", code: "not_found" },
      { row: 0, path: "homeSite", code: "not_found" },
    ],
  ],
  ["an unknown field (I7: a position)", [row("an", { latitude: 52 })], [{ row: 0, path: "latitude", code: "invalid" }]],
  ["an unknown permission", [row("an", { permission: "king" })], [{ row: 0, path: "permission", code: "invalid" }]],
])("a bad row is named and the good ones are taken: %s", (_, bad, errors) => {
  const { result, save } = planned([...bad, row("zoe")], withNames());
  expect(result.errors.map(({ row: at, path, code }) => ({ row: at, path, code }))).toEqual(errors);
  expect(save.map((person) => person.username)).toContain("zoe");
});

test("the first row over the tenant's limit is refused; changes still go", () => {
  const directory = withNames();
  carryOut(planned([row("an")], directory), directory);
  const { result } = planned([row("bo"), row("cees"), row("an", { lastName: "Smit" })], directory, 2);
  expect(result).toMatchObject({ created: 1, updated: 1, errors: [{ row: 1, code: "conflict" }] });
});
