/** The people of a load test's tenant. Imports nothing, because k6 reads it too. */

export const ROLES = ["First aider", "Evacuation marshal", "Team lead", "Fire warden"] as const;

export interface Person {
  readonly username: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly permission: "responder";
  readonly roles: string[];
  /** The name of a site, as the import wants it. */
  readonly homeSite: string;
}

export function siteName(site: number): string {
  return `Site ${site + 1}`;
}

/** Person `index` of `count`; the first `count / sites` live at the first site, and so on. */
export function person(index: number, count: number, sites: number): Person {
  return {
    username: username(index),
    firstName: "Load",
    lastName: `Person ${index}`,
    permission: "responder",
    roles: [ROLES[index % ROLES.length] as string],
    homeSite: siteName(Math.floor((index * sites) / count)),
  };
}

export function username(index: number): string {
  return `load-${String(index).padStart(5, "0")}`;
}
