import type { EscalationStep } from "../../../protocol/course.ts";
import { routes } from "../../../protocol/http/routes.ts";
import type { User } from "../../../protocol/people.ts";
import type { NewScenario, Scenario } from "../../../protocol/scenarios.ts";
import type { Targets } from "../../../protocol/targets.ts";
import type { StandbyApi } from "../../sdk/api.ts";
import { fillCalendar } from "./availability.ts";
import { fillCertificates } from "./certificates.ts";
import type { Kept } from "./kept.ts";
import { fillKiosk } from "./kiosk.ts";
import { type DemoStep, people, roles, scenarios, sites, webhook, weeklyTest } from "./organisation.ts";
import { fillOffer, fillRoster } from "./roster.ts";
import { fillStaffing } from "./staffing.ts";

export interface FilledSite {
  siteId: string;
  name: string;
  zones: { zoneId: string; name: string }[];
}

export interface FilledTenant {
  sites: FilledSite[];
  people: User[];
  scenarios: Scenario[];
}

type Say = (line: string) => void;

/** Brings the demo's organisation into the tenant. What is there by name is left as it is, so it may run again. */
export async function fillTenant(admin: StandbyApi, kept: Kept, say: Say): Promise<FilledTenant> {
  const roleIds = await fillRoles(admin, say);
  const filledSites = await fillSites(admin, say);
  const users = await fillPeople(admin, say);
  const filledScenarios = await fillScenarios(admin, roleIds, filledSites, say);
  await fillWebhook(admin, filledScenarios, kept, say);
  await fillTestPlan(admin, say);
  const siteIds = filledSites.map(({ siteId }) => siteId);
  const firstAid = idOf(roleIds, "First aider");
  await fillCertificates(admin, firstAid, users, say);
  await fillRoster(admin, siteIds, firstAid, users, say);
  await fillOffer(admin, firstAid, say);
  const bySite = new Map(filledSites.map((site) => [site.name, site.siteId]));
  const ids = { site: (name: string) => idOf(bySite, name), role: (name: string) => idOf(roleIds, name) };
  await fillStaffing(admin, ids, say);
  await fillKiosk(admin, filledSites, say);
  await fillCalendar(admin, say);
  return { sites: filledSites, people: users, scenarios: filledScenarios };
}

async function fillRoles(admin: StandbyApi, say: Say): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for await (const role of admin.items(routes.listRoles)) found.set(role.name, role.roleId);
  for (const name of roles) {
    if (found.has(name)) continue;
    found.set(name, (await admin.call(routes.createRole, { body: { name } })).roleId);
    say(`added the role ${name}`);
  }
  return found;
}

async function fillSites(admin: StandbyApi, say: Say): Promise<FilledSite[]> {
  const found = new Map<string, string>();
  for await (const site of admin.items(routes.listSites)) found.set(site.name, site.siteId);
  const filled: FilledSite[] = [];
  for (const { name, address, zones, musterPoints } of sites) {
    const known = found.get(name);
    const siteId = known ?? (await admin.call(routes.createSite, { body: { name, address } })).siteId;
    const there = new Map<string, string>();
    for await (const zone of admin.items(routes.listZones, { params: { siteId } })) there.set(zone.name, zone.zoneId);
    const filledZones: FilledSite["zones"] = [];
    for (const zone of zones) {
      const zoneId =
        there.get(zone) ?? (await admin.call(routes.createZone, { params: { siteId }, body: { name: zone } })).zoneId;
      filledZones.push({ zoneId, name: zone });
    }
    if (known === undefined) say(`added the site ${name} with ${zones.length} zones`);
    await fillMusterPoints(admin, siteId, musterPoints);
    filled.push({ siteId, name, zones: filledZones });
  }
  await nameNeighbours(admin, filled);
  return filled;
}

async function fillMusterPoints(admin: StandbyApi, siteId: string, names: readonly string[]): Promise<void> {
  const there = new Set<string>();
  for await (const point of admin.items(routes.listMusterPoints, { params: { siteId } })) there.add(point.name);
  for (const name of names)
    if (!there.has(name)) await admin.call(routes.createMusterPoint, { params: { siteId }, body: { name } });
}

/** Sites that border on each other, once all of them have an id. */
async function nameNeighbours(admin: StandbyApi, filled: readonly FilledSite[]): Promise<void> {
  const siteIds = new Map(filled.map((site) => [site.name, site.siteId]));
  for (const { name, neighbours } of sites) {
    const neighbourIds = neighbours.map((neighbour) => idOf(siteIds, neighbour));
    if (neighbourIds.length === 0) continue;
    await admin.call(routes.patchSite, { params: { siteId: idOf(siteIds, name) }, body: { neighbourIds } });
  }
}

async function fillPeople(admin: StandbyApi, say: Say): Promise<User[]> {
  const ours = new Set(people.map((person) => person.username));
  const find = async (): Promise<User[]> => {
    const found: User[] = [];
    for await (const user of admin.items(routes.listUsers, { query: { limit: 200 } }))
      if (ours.has(user.username)) found.push(user);
    return found;
  };
  const found = await find();
  const there = new Set(found.map((user) => user.username));
  const missing = people.filter((person) => !there.has(person.username));
  if (missing.length === 0) return found.filter((user) => user.enabled);
  const result = await admin.call(routes.importUsers, { body: { users: missing.map((person) => ({ ...person })) } });
  const [error] = result.errors;
  if (error !== undefined) throw new Error(`row ${error.row} of the import, ${error.path}: ${error.message}`);
  say(`added ${result.created} people`);
  return (await find()).filter((user) => user.enabled);
}

async function fillScenarios(
  admin: StandbyApi,
  roleIds: ReadonlyMap<string, string>,
  filledSites: readonly FilledSite[],
  say: Say,
): Promise<Scenario[]> {
  const siteIds = new Map(filledSites.map((site) => [site.name, site.siteId]));
  const found = new Map<string, Scenario>();
  for await (const scenario of admin.items(routes.listScenarios)) found.set(scenario.name, scenario);
  const filled: Scenario[] = [];
  for (const { site, roles: wanted, everyone, requirement, instructions, steps, ...rest } of scenarios) {
    const targets: Targets = {
      ...(everyone === undefined ? {} : { everyone }),
      ...(wanted === undefined ? {} : { roles: wanted.map((name) => idOf(roleIds, name)) }),
      ...(site === undefined ? {} : { sites: [idOf(siteIds, site)] }),
    };
    const needed = requirement?.map(({ role, count }) => ({ roleId: idOf(roleIds, role), count }));
    const body: NewScenario = {
      ...rest,
      targets,
      ...(needed === undefined ? {} : { requirement: needed }),
      ...(instructions === undefined
        ? {}
        : { instructions: instructions.map(({ role, text }) => ({ roleId: idOf(roleIds, role), text })) }),
      ...(steps === undefined ? {} : { escalation: steps.map((step) => escalationStep(step, roleIds)) }),
    };
    const known = found.get(rest.name);
    if (known === undefined) say(`added the scenario ${rest.name}`);
    filled.push(known ?? (await admin.createScenario(body)));
  }
  return filled;
}

function escalationStep(
  { name, afterSeconds, when, calls }: DemoStep,
  roleIds: ReadonlyMap<string, string>,
): EscalationStep {
  const step = { name, afterSeconds, when: { type: when } };
  if (calls === "neighbours" || calls === "everyone") return { ...step, action: { type: calls } };
  if (calls === "unanswered") return { ...step, action: { type: "reAlarm", who: "unanswered" } };
  return { ...step, action: { type: "widen", targets: { roles: [idOf(roleIds, calls)] } } };
}

/** Every Monday at noon: who is not reached, and why. */
async function fillTestPlan(admin: StandbyApi, say: Say): Promise<void> {
  const { name, title } = weeklyTest;
  for await (const plan of admin.items(routes.listTestPlans)) if (plan.name === name) return;
  await admin.call(routes.createTestPlan, {
    body: { name, title, every: "week", weekday: 1, at: "12:00", channels: ["socket"], audience: { everyone: true } },
  });
  say(`added the test plan ${name}`);
}

async function fillWebhook(admin: StandbyApi, filled: readonly Scenario[], kept: Kept, say: Say): Promise<void> {
  for await (const integration of admin.items(routes.listIntegrations)) if (integration.name === webhook.name) return;
  const scenario = filled.find((candidate) => candidate.name === webhook.scenario);
  if (scenario === undefined) throw new Error(`there is no scenario ${webhook.scenario}`);
  const { integrationId, url, secret } = await admin.call(routes.createIntegration, {
    body: { name: webhook.name, kind: "webhook", alarm: { scenarioId: scenario.scenarioId } },
  });
  kept.setWebhook(integrationId, { url, secret });
  say(`added the webhook ${webhook.name}: ${url} (its secret is in ${kept.path})`);
}

function idOf(ids: ReadonlyMap<string, string>, name: string): string {
  const id = ids.get(name);
  if (id === undefined) throw new Error(`nothing is called ${name}`);
  return id;
}
