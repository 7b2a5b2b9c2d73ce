import type { Contact } from "../../../protocol/contacts.ts";
import type { Integration } from "../../../protocol/integrations.ts";
import type { Role, User } from "../../../protocol/people.ts";
import type { Site, Zone } from "../../../protocol/places.ts";
import type { FieldError } from "../../../protocol/problems.ts";
import type { MusterPoint } from "../../../protocol/roll-calls.ts";
import type { Scenario } from "../../../protocol/scenarios.ts";
import type { Targets } from "../../../protocol/targets.ts";
import { namedIn } from "./scenario-ids.ts";

/** What the tenant keeps of a person besides what the wire shows. */
export interface Person extends User {
  /** Grows with each change; copies elsewhere never go back. */
  version: number;
}

/** An integration with what only the tenant may know. */
export type KeptIntegration = WithSecret<Integration>;
type WithSecret<I> = I extends Integration ? Omit<I, "url"> & { secret: string } : never;

/** A contact without what the address book knows: whether its addresses are proven. */
export type KeptContact = Omit<Contact, "phoneVerified" | "emailVerified">;

/**
 * The tenant's directory in memory: loaded once from the actor's SQLite, changed only after the transaction that stored the
 * change. Targets are resolved against it, so raising an alarm reads no table.
 */
export interface Directory {
  people: Map<string, Person>;
  /** Usernames compare without regard to case and Unicode form. */
  byUsername: Map<string, string>;
  roles: Map<string, Role>;
  sites: Map<string, Site>;
  zones: Map<string, Zone>;
  musterPoints: Map<string, MusterPoint>;
  scenarios: Map<string, Scenario>;
  integrations: Map<string, KeptIntegration>;
  contacts: Map<string, KeptContact>;
}

export const emptyDirectory = (): Directory => ({
  people: new Map(),
  byUsername: new Map(),
  roles: new Map(),
  sites: new Map(),
  zones: new Map(),
  musterPoints: new Map(),
  scenarios: new Map(),
  integrations: new Map(),
  contacts: new Map(),
});

export const usernameKey = (username: string): string => username.normalize("NFKC").toLowerCase();
export const nameKey = (name: string): string => name.normalize("NFKC").trim().toLowerCase();

export const fullName = (person: { firstName: string; lastName: string }): string =>
  `${person.firstName} ${person.lastName}`;

/** The place whose site actor holds a person's sockets. */
export const placeOf = (person: { homeSiteId?: string | undefined }, roaming: string): string =>
  person.homeSiteId ?? roaming;

export const showPerson = ({ version: _, ...user }: Person): User => user;

/** Each id in `targets` that does not exist in this tenant, by path (422; a foreign id is as unknown as any other, I6). */
export const unknownTargets = (targets: Targets, directory: Directory, at = "targets"): FieldError[] => {
  const sides = [
    ["users", directory.people],
    ["roles", directory.roles],
    ["sites", directory.sites],
    ["zones", directory.zones],
  ] as const;
  return sides.flatMap(([side, known]) =>
    (targets[side] ?? []).flatMap((id, i) =>
      known.has(id) ? [] : [{ path: `${at}.${side}.${i}`, message: "does not exist" }],
    ),
  );
};

/** Whether a scenario or integration still names this id: what is in use is not deleted from under an alarm. */
export const namedInTargets = (directory: Directory, id: string): boolean => {
  for (const scenario of directory.scenarios.values())
    if (namedIn(scenario).some((named) => named.id === id)) return true;
  for (const integration of directory.integrations.values()) {
    if (integration.kind !== "webhook") continue;
    const { alarm, at } = integration;
    if ("targets" in alarm ? namedIn(alarm).some((named) => named.id === id) : alarm.scenarioId === id) return true;
    if (at !== undefined && Object.values(at).includes(id)) return true;
  }
  return false;
};
