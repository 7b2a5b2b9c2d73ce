import { computed, signal } from "@preact/signals";
import { routes } from "../../../protocol/http/routes.ts";
import type { Role } from "../../../protocol/people.ts";
import type { Site, Zone } from "../../../protocol/places.ts";
import type { Scenario } from "../../../protocol/scenarios.ts";
import { api, session } from "./session.ts";

export interface Directory {
  scenarios: readonly Scenario[];
  roles: readonly Role[];
  sites: readonly Site[];
}

export const directory = signal<Directory | undefined>(undefined);
export const directoryError = signal<unknown>(undefined);

/** Zones by site, fetched when a site is looked at. */
export const zones = signal<ReadonlyMap<string, readonly Zone[]>>(new Map());

const whole = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
};

const all = { query: { limit: 200 } };

export const loadDirectory = async (): Promise<void> => {
  const asked = session.value;
  directoryError.value = undefined;
  try {
    const [scenarios, roles, sites] = await Promise.all([
      whole(api().items(routes.listScenarios, all)),
      whole(api().items(routes.listRoles, all)),
      whole(api().items(routes.listSites, all)),
    ]);
    if (session.value === asked) directory.value = { scenarios, roles, sites };
  } catch (error) {
    if (session.value === asked) directoryError.value = error;
  }
};

export const forgetDirectory = (): void => {
  directory.value = undefined;
  directoryError.value = undefined;
  zones.value = new Map();
};

const asked = new Set<string>();

export const loadZones = async (siteId: string): Promise<void> => {
  if (zones.value.has(siteId) || asked.has(siteId)) return;
  asked.add(siteId);
  try {
    const list = await whole(api().items(routes.listZones, { params: { siteId }, ...all }));
    zones.value = new Map(zones.value).set(siteId, list);
  } catch {
    // Shown without zones; the next look at the site asks again.
  } finally {
    asked.delete(siteId);
  }
};

/** Names of roles, sites and zones by id. */
export const names = computed<ReadonlyMap<string, string>>(
  () =>
    new Map([
      ...(directory.value?.roles ?? []).map((r) => [r.roleId, r.name] as const),
      ...(directory.value?.sites ?? []).map((s) => [s.siteId, s.name] as const),
      ...[...zones.value.values()].flat().map((z) => [z.zoneId, z.name] as const),
    ]),
);
