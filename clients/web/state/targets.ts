import type { Targets } from "../../../protocol/targets.ts";
import { names } from "./directory.ts";
import { words } from "./language.ts";
import { listed } from "./times.ts";

const named = (ids: readonly string[] | undefined): string[] => (ids ?? []).map((id) => names.value.get(id) ?? "…");

/** Who an alarm is for, in a sentence: "First aiders present at North or Depot, and also 2 people by name". */
export const describeTargets = (targets: Targets, people: readonly string[] = []): string => {
  const w = words.value.raise;
  const places = listed([...named(targets.sites), ...named(targets.zones)], "disjunction");
  const roles = targets.everyone === true ? "" : listed(named(targets.roles), "disjunction");
  const byName = people.length > 0 ? listed(people, "conjunction") : w.targetPeople(targets.users?.length ?? 0);
  const group = describeGroup(targets.everyone === true, roles, places);
  if (targets.users === undefined) return group;
  return group === "" ? byName : w.plus(group, byName);
};

const describeGroup = (everyone: boolean, roles: string, places: string): string => {
  const w = words.value.raise;
  if (roles !== "") return places === "" ? roles : w.targetRolesAt(roles, places);
  if (places !== "") return w.targetEveryoneAt(places);
  return everyone ? w.everyone : "";
};
