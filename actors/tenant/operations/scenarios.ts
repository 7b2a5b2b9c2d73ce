import type { NewIntegration } from "../../../protocol/integrations.ts";
import { limits } from "../../../protocol/limits.ts";
import { done, type FieldError, refuse } from "../../../protocol/problems.ts";
import type { Scenario } from "../../../protocol/scenarios.ts";
import type { Requirement } from "../../../protocol/terms.ts";
import { newId } from "../../kernel/ids.ts";
import type { Desk, Who } from "../desk.ts";
import { type KeptIntegration, nameKey, unknownTargets } from "../directory/directory.ts";
import { unknownIn } from "../directory/scenario-ids.ts";
import { LoneWorkerStore } from "../lone-worker/lone-worker-store.ts";
import { notFound, type Operation, pageOf } from "./operation.ts";
import { patched } from "./places.ts";

const by = (who: Who) => ({ type: "user", id: who.person.userId }) as const;

export const unknownRequirement = (desk: Desk, requirement: Requirement | null | undefined): FieldError[] =>
  (requirement ?? []).flatMap((need, i) =>
    desk.directory.roles.has(need.roleId) ? [] : [{ path: `requirement.${i}.roleId`, message: "does not exist" }],
  );

const unknownIds = (desk: Desk, scenario: Parameters<typeof unknownIn>[0]): FieldError[] => {
  const { people: users, roles, sites, zones, contacts } = desk.directory;
  const known = { users, roles, sites, zones, contacts };
  return unknownIn(scenario, (kind, id) => known[kind].has(id));
};

const taken = (desk: Desk, name: string, except?: string): boolean =>
  [...desk.directory.scenarios.values()].some(
    (other) => other.scenarioId !== except && nameKey(other.name) === nameKey(name),
  );

const saveScenario = (desk: Desk, who: Who, scenario: Scenario, now: number) => {
  desk.people.saveThing("scenario", scenario.scenarioId, scenario);
  const { scenarioId, name, title, version } = scenario;
  desk.record("scenario.saved", scenarioId, now, by(who), { scenarioId, name, title, version }, who.ip);
  return done(scenario);
};

export const createScenario: Operation<"createScenario"> = (desk, who, { body }, now) => {
  const errors = unknownIds(desk, body);
  if (errors.length > 0) return refuse("invalid", undefined, errors);
  if (taken(desk, body.name)) return refuse("name_taken");
  if (desk.directory.scenarios.size >= limits.scenariosPerTenant)
    return refuse("conflict", "there are too many scenarios");
  const scenario = { scenarioId: newId("scn"), version: 1, urgency: "urgent", silent: false } as const;
  return saveScenario(
    desk,
    who,
    patched<Scenario>({ ...scenario, name: "", title: "", targets: body.targets }, body),
    now,
  );
};

export const listScenarios: Operation<"listScenarios"> = (desk, _who, { query }) =>
  pageOf([...desk.directory.scenarios.values()], (scenario) => nameKey(scenario.name), query);

export const getScenario: Operation<"getScenario"> = (desk, _who, { params }) => {
  const scenario = desk.directory.scenarios.get(params.scenarioId ?? "");
  return scenario === undefined ? notFound() : done(scenario);
};

export const patchScenario: Operation<"patchScenario"> = (desk, who, { params, body }, now) => {
  const scenario = desk.directory.scenarios.get(params.scenarioId ?? "");
  if (scenario === undefined) return notFound();
  const errors = unknownIds(desk, body);
  if (errors.length > 0) return refuse("invalid", undefined, errors);
  if (body.name !== undefined && taken(desk, body.name, scenario.scenarioId)) return refuse("name_taken");
  return saveScenario(desk, who, { ...patched(scenario, body), version: scenario.version + 1 }, now);
};

export const deleteScenario: Operation<"deleteScenario"> = (desk, who, { params }, now) => {
  const scenario = desk.directory.scenarios.get(params.scenarioId ?? "");
  if (scenario === undefined) return notFound();
  for (const one of desk.directory.integrations.values())
    if (one.kind === "webhook" && "scenarioId" in one.alarm && one.alarm.scenarioId === scenario.scenarioId)
      return refuse("conflict", "an integration uses this scenario");
  if (new LoneWorkerStore(desk.kernel.database).uses(scenario.scenarioId))
    return refuse("conflict", "somebody works alone with this scenario");
  desk.people.removeThing("scenario", scenario.scenarioId);
  const { scenarioId, name, title } = scenario;
  const version = scenario.version + 1;
  desk.record("scenario.saved", scenarioId, now, by(who), { scenarioId, name, title, version, deleted: true }, who.ip);
  return done(null);
};

// ------------------------------------------------------------------------------------------------ integrations

/** 32 random bytes in the form of Standard Webhooks. Kept readable: a signature cannot be checked against a hash. */
const newWebhookSecret = (): string =>
  `whsec_${btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))))}`;

const withoutSecret = ({ secret: _, ...shown }: KeptIntegration) => shown;

const unknownInAlarm = (desk: Desk, { alarm }: Extract<NewIntegration, { kind: "webhook" }>): FieldError[] => {
  if (!("scenarioId" in alarm)) return unknownTargets(alarm.targets, desk.directory, "alarm.targets");
  return desk.directory.scenarios.has(alarm.scenarioId)
    ? []
    : [{ path: "alarm.scenarioId", message: "does not exist" }];
};

export const createIntegration: Operation<"createIntegration"> = (desk, who, { body }, now) => {
  const errors = body.kind === "webhook" ? unknownInAlarm(desk, body) : [];
  if (errors.length > 0) return refuse("invalid", undefined, errors);
  const { integrations } = desk.directory;
  for (const other of integrations.values())
    if (nameKey(other.name) === nameKey(body.name)) return refuse("name_taken");
  if (integrations.size >= limits.integrationsPerTenant) return refuse("conflict", "there are too many integrations");
  const at = (body.kind === "webhook" ? body.at : undefined) ?? {};
  const place = [
    at.userId !== undefined && !desk.directory.people.has(at.userId) ? "at.userId" : undefined,
    at.siteId !== undefined && !desk.directory.sites.has(at.siteId) ? "at.siteId" : undefined,
    at.zoneId !== undefined && !desk.directory.zones.has(at.zoneId) ? "at.zoneId" : undefined,
  ].filter((path) => path !== undefined);
  if (place.length > 0)
    return refuse(
      "invalid",
      undefined,
      place.map((path) => ({ path, message: "does not exist" })),
    );
  const integration: KeptIntegration = { integrationId: newId("int"), ...body, secret: newWebhookSecret() };
  const version = desk.people.saveThing("integration", integration.integrationId, integration);
  const { integrationId, name } = integration;
  desk.record("integration.saved", integrationId, now, by(who), { integrationId, name, version }, who.ip);
  return done(integration);
};

export const listIntegrations: Operation<"listIntegrations"> = (desk, _who, { query }) =>
  pageOf([...desk.directory.integrations.values()].map(withoutSecret), (one) => nameKey(one.name), query);

export const getIntegration: Operation<"getIntegration"> = (desk, _who, { params }) => {
  const integration = desk.directory.integrations.get(params.integrationId ?? "");
  return integration === undefined ? notFound() : done(withoutSecret(integration));
};

export const deleteIntegration: Operation<"deleteIntegration"> = (desk, who, { params }, now) => {
  const integration = desk.directory.integrations.get(params.integrationId ?? "");
  if (integration === undefined) return notFound();
  const version = desk.people.removeThing("integration", integration.integrationId);
  const { integrationId, name } = integration;
  desk.record(
    "integration.saved",
    integrationId,
    now,
    by(who),
    { integrationId, name, version, deleted: true },
    who.ip,
  );
  return done(null);
};
