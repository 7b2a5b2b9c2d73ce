import type { EscalationStep } from "../../../protocol/course.ts";
import type { FieldError } from "../../../protocol/problems.ts";
import type { NewScenario } from "../../../protocol/scenarios.ts";
import type { Targets } from "../../../protocol/targets.ts";

/** Everything in a scenario (or a change of one) that names something of the tenant. */
type NamesThings = { [K in keyof NewScenario]?: NewScenario[K] | null | undefined };

type Named = { kind: "users" | "roles" | "sites" | "zones" | "contacts"; id: string; path: string };

const ofTargets = (targets: Targets, path: string): Named[] =>
  (["users", "roles", "sites", "zones"] as const).flatMap((kind) =>
    (targets[kind] ?? []).map((id, i) => ({ kind, id, path: `${path}.${kind}.${i}` })),
  );

const role = (id: string, path: string): Named => ({ kind: "roles", id, path });

const ofStep = ({ when, action }: EscalationStep, path: string): Named[] => [
  ...(when.type === "roleMissing" ? [role(when.roleId, `${path}.when.roleId`)] : []),
  ...(action.type === "widen" ? ofTargets(action.targets, `${path}.action.targets`) : []),
  ...(action.type === "contacts"
    ? action.contactIds.map((id, i) => ({ kind: "contacts" as const, id, path: `${path}.action.contactIds.${i}` }))
    : []),
];

/** Every id that a scenario names, with where it stands. */
export const namedIn = (scenario: NamesThings): Named[] => [
  ...(scenario.targets == null ? [] : ofTargets(scenario.targets, "targets")),
  ...(scenario.requirement ?? []).map((need, i) => role(need.roleId, `requirement.${i}.roleId`)),
  ...(scenario.instructions ?? []).map((one, i) => role(one.roleId, `instructions.${i}.roleId`)),
  ...(scenario.escalation ?? []).flatMap((step, i) => ofStep(step, `escalation.${i}`)),
];

/** The ids that do not exist in this tenant, by path (422; a foreign id is as unknown as any other, I6). */
export const unknownIn = (scenario: NamesThings, exists: (kind: Named["kind"], id: string) => boolean): FieldError[] =>
  namedIn(scenario).flatMap(({ kind, id, path }) => (exists(kind, id) ? [] : [{ path, message: "does not exist" }]));
