import { type ImportError, type ImportResult, ImportRow } from "../../../protocol/people.ts";
import { fieldErrors } from "../../../protocol/problems.ts";
import { type Directory, nameKey, type Person, usernameKey } from "./directory.ts";

export interface ImportPlan {
  result: ImportResult;
  /** People to store, new and changed ones. */
  save: Person[];
}

export interface ImportFacts {
  locale: "nl" | "en";
  newUserId: () => string;
  /** Most people a tenant may have. */
  most: number;
}

const sameIds = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((id, i) => id === b[i]);

const same = (a: Person, b: Person) =>
  a.firstName === b.firstName &&
  a.lastName === b.lastName &&
  a.email === b.email &&
  a.phone === b.phone &&
  a.permission === b.permission &&
  a.homeSiteId === b.homeSiteId &&
  sameIds(a.roleIds, b.roleIds);

/**
 * What an import would do: good rows are taken, bad ones named (wire.md, users/import). People are found by username. A field
 * that a row leaves out stays as it is. Pure: a dry run is this plan, not carried out.
 */
export const planImport = (
  rows: readonly Record<string, unknown>[],
  directory: Directory,
  facts: ImportFacts,
): ImportPlan => {
  const roles = new Map([...directory.roles.values()].map((role) => [nameKey(role.name), role.roleId]));
  const sites = new Map([...directory.sites.values()].map((site) => [nameKey(site.name), site.siteId]));
  const result: ImportResult = { created: 0, updated: 0, unchanged: 0, errors: [] };
  const save: Person[] = [];
  const seen = new Map<string, number>();

  const fail = (row: number, path: string, code: string, message: string): ImportError => {
    const error = { row, path, code, message };
    result.errors.push(error);
    return error;
  };

  rows.forEach((raw, index) => {
    const parsed = ImportRow.safeParse(raw);
    if (!parsed.success) {
      for (const error of fieldErrors(parsed.error)) fail(index, error.path, "invalid", error.message);
      return;
    }
    const row = parsed.data;
    const key = usernameKey(row.username);
    const earlier = seen.get(key);
    if (earlier !== undefined) {
      fail(index, "username", "conflict", `is also in row ${earlier}`);
      return;
    }
    seen.set(key, index);

    const roleIds: string[] = [];
    let wrong = false;
    for (const [i, name] of (row.roles ?? []).entries()) {
      const roleId = roles.get(nameKey(name));
      if (roleId === undefined) wrong = fail(index, `roles.${i}`, "not_found", "no role of this name") !== undefined;
      else if (!roleIds.includes(roleId)) roleIds.push(roleId);
    }
    const siteId = row.homeSite === undefined ? undefined : sites.get(nameKey(row.homeSite));
    if (row.homeSite !== undefined && siteId === undefined)
      wrong = fail(index, "homeSite", "not_found", "no site of this name") !== undefined;
    if (wrong) return;

    const knownId = directory.byUsername.get(key);
    const known = knownId === undefined ? undefined : directory.people.get(knownId);
    if (known === undefined && directory.people.size + result.created >= facts.most) {
      fail(index, "", "conflict", "there are too many people");
      return;
    }
    const email = row.email ?? known?.email;
    const phone = row.phone ?? known?.phone;
    const homeSiteId = siteId ?? known?.homeSiteId;
    const person: Person = {
      userId: known?.userId ?? facts.newUserId(),
      username: known?.username ?? row.username,
      firstName: row.firstName,
      lastName: row.lastName,
      ...(email === undefined ? {} : { email }),
      ...(phone === undefined ? {} : { phone }),
      locale: known?.locale ?? facts.locale,
      permission: row.permission ?? known?.permission ?? "employee",
      roleIds: row.roles === undefined ? (known?.roleIds ?? []) : roleIds,
      ...(homeSiteId === undefined ? {} : { homeSiteId }),
      enabled: known?.enabled ?? true,
      version: (known?.version ?? 0) + 1,
    };
    if (known !== undefined && same(known, person)) {
      result.unchanged += 1;
      return;
    }
    if (known === undefined) result.created += 1;
    else result.updated += 1;
    save.push(person);
  });
  return { result, save };
};
