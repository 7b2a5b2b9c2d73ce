import type { Caller, StartedSession } from "../../../actors/kernel/contract.ts";
import { hashSecret } from "../../../actors/kernel/hashes.ts";
import { SiteActor } from "../../../actors/site/site-actor.ts";
import { TenantActor } from "../../../actors/tenant/tenant-actor.ts";
import type { Outcome } from "../../../protocol/problems.ts";
import type { Targets } from "../../../protocol/targets.ts";
import { Clock } from "./clock.ts";
import { DurableObject } from "./cloudflare-workers.ts";
import { SimDevice } from "./device.ts";
import { Dice } from "./dice.ts";
import { beginIds } from "./ids.ts";
import { Machine } from "./machine.ts";
import { Town } from "./town.ts";

/** Where every history begins: a working day in the Netherlands, in the morning. */
export const beginning = Date.parse("2026-11-23T09:00:00Z");

const settings = {
  OPERATOR_TOKEN: "operator-token-of-the-tests",
  PASSWORD_PEPPER: "password-pepper-of-the-tests",
  PUBLIC_URL: "https://standby.test",
  JURISDICTION: "",
  LIBSQL_URL: "http://history.test",
};

/** An organisation that was made through the tenant's own operations, with everything a history needs to know of it. */
export interface World {
  seed: number;
  machine: Machine;
  tenant: string;
  town: Town;
  callers: Map<string, Caller>;
  adminId: string;
  devices: SimDevice[];
  hooks: Hook[];
}

/** A panel or button of the organisation's. */
export interface Hook {
  integrationId: string;
  targets: Targets;
  mergeSeconds: number;
  /** Who carries it. */
  bearer: string | undefined;
}

const value = <T>(outcome: Outcome<T>): T => {
  if (!outcome.ok) throw new Error(`refused: ${JSON.stringify(outcome.refusal)}`);
  return outcome.value;
};

/** Takes whatever a room is told: what rooms do with it is proven by themselves (rooms/). */
class Room extends DurableObject {
  receive(_messages: unknown): void {}
}

/** Makes the world of a number: the same each time. Some are a corner shop, some have three sites. */
export const makeWorld = async (seed: number): Promise<World> => {
  const dice = new Dice(seed);
  beginIds(`w${seed.toString(36)}`);
  const clock = new Clock(beginning - 3_600_000);
  const classes = { TENANTS: TenantActor as never, SITES: SiteActor as never, CONVERSATIONS: Room as never };
  const machine = new Machine(clock, classes, settings);
  const leave = machine.enter();
  try {
    const tenant = `tnt_world${String(seed).padStart(6, "0")}`;
    const town = new Town();
    const callers = new Map<string, Caller>();
    const devices: SimDevice[] = [];
    const ask = <T>(method: string, ...args: unknown[]) => machine.call<T>("TENANTS", tenant, method, ...args);
    let secrets = 0;
    const newHash = () => hashSecret(`secret-${seed}-${secrets++}`);

    const invitationHash = newHash();
    const admin = { username: "admin", email: "admin@example.org", firstName: "An", lastName: "Admin" };
    const locale = dice.pick(["nl", "en"] as const);
    await ask("initialise", { tenantId: tenant, slug: "acme", name: "Acme", locale, admin, invitationHash });
    const secretHash = newHash();
    const started = value(
      await ask<Outcome<StartedSession>>("acceptInvitation", { invitationHash, passwordHash: "none", secretHash }),
    );
    const adminId = started.user.userId;
    const adminCaller = { sessionId: started.sessionId, secretHash };
    callers.set(adminId, adminCaller);
    const perform = async <T>(operation: string, input: object): Promise<T> =>
      value(await ask<Outcome<T>>("perform", adminCaller, operation, { params: {}, query: {}, ...input }));

    for (let i = 0; i < 2 + dice.below(3); i++) {
      const certificate = dice.chance(35);
      const body = { name: `Role ${i}`, ...(certificate ? { certificate: true } : {}) };
      const { roleId } = await perform<{ roleId: string }>("createRole", { body });
      town.roles.push({ roleId, certificate });
    }
    for (let i = 0; i < 1 + dice.below(3); i++) {
      const neighbourIds = dice.some(
        town.sites.map(({ siteId }) => siteId),
        60,
      );
      const body = { name: `Site ${i}`, ...(neighbourIds.length === 0 ? {} : { neighbourIds }) };
      const { siteId } = await perform<{ siteId: string }>("createSite", { body });
      town.sites.push({ siteId, neighbourIds });
      for (let j = 0; j < dice.below(3); j++) {
        const zone = await perform<{ zoneId: string }>("createZone", {
          params: { siteId },
          body: { name: `Zone ${i}.${j}` },
        });
        town.zones.push({ zoneId: zone.zoneId, siteId });
      }
    }

    const people = 2 + dice.below(6);
    for (let i = 0; i < people; i++) {
      const facts = {
        permission: dice.pick(["employee", "responder", "responder", "coordinator"] as const),
        locale: dice.pick(["nl", "en"] as const),
        roleIds: dice.some(
          town.roles.map(({ roleId }) => roleId),
          55,
        ),
        homeSiteId: dice.chance(75) ? dice.pick(town.sites).siteId : undefined,
      };
      const body = {
        username: `person${i}`,
        firstName: "P",
        lastName: `Number ${i}`,
        ...(dice.chance(70) ? { phone: `+3161234567${i}` } : {}),
        ...(dice.chance(70) ? { email: `person${i}@example.org` } : {}),
        ...facts,
        ...(facts.homeSiteId === undefined ? {} : { homeSiteId: facts.homeSiteId }),
      };
      if (facts.homeSiteId === undefined) delete (body as { homeSiteId?: unknown }).homeSiteId;
      const { userId } = await perform<{ userId: string }>("createUser", { body, invitationHash: newHash() });
      town.citizens.push({ userId, enabled: true, ...facts });
    }
    town.citizens.push({
      userId: adminId,
      enabled: true,
      permission: "admin",
      locale,
      roleIds: [],
      homeSiteId: undefined,
    });
    for (const { userId, homeSiteId } of town.citizens) {
      const home = homeSiteId ?? "roaming";
      const many = dice.pick([0, 1, 1, 1, 2]);
      const codes = Array.from({ length: many }, () => ({ userId, codeHash: newHash() }));
      if (many > 0) await perform("createEnrolments", { body: { userIds: [userId] }, codes });
      for (const { codeHash } of codes) {
        const session = { codeHash, device: { name: "Phone", platform: "test" }, secretHash: newHash() };
        const { sessionId, deviceId = "" } = value(await ask<Outcome<StartedSession>>("enrolDevice", session));
        const own = { sessionId, secretHash: session.secretHash };
        devices.push(new SimDevice(machine, `${tenant}.${home}`, { userId, deviceId, ...own }));
        if (!callers.has(userId)) callers.set(userId, own);
      }
    }
    await proveAddresses(machine, tenant, town, dice, perform);
    for (const place of ["roaming", ...town.sites.map(({ siteId }) => siteId)])
      await machine.call("SITES", `${tenant}.${place}`, "receive", []);
    const hooks = await makeHooks(town, dice, perform);
    await machine.advance(3_600_000 - 1);
    machine.kill();
    machine.keep();
    return { seed, machine, tenant, town, callers, adminId, devices, hooks };
  } finally {
    leave();
  }
};

/** Addresses that were confirmed by their codes long ago, and browsers that subscribed: channel tests prove how that goes. */
const proveAddresses = async (
  machine: Machine,
  tenant: string,
  town: Town,
  dice: Dice,
  perform: <T>(operation: string, input: object) => Promise<T>,
): Promise<void> => {
  const disk = machine.disk(tenant);
  for (let i = 0; i < 1 + dice.below(2); i++) {
    const body = { name: `Neighbour ${i}`, phone: `+3120555000${i}`, email: `neighbour${i}@example.org` };
    const { contactId } = await perform<{ contactId: string }>("createContact", { body });
    town.contactIds.push(contactId);
    for (const [detail, value] of [
      ["phone", body.phone],
      ["email", body.email],
    ] as const)
      disk.run("INSERT INTO verified_details VALUES (?, ?, ?, 0)", [contactId, detail, value]);
  }
  const people = disk.rows<{ user_id: string; body: string }>("SELECT user_id, body FROM people");
  for (const { user_id, body } of people) {
    const { phone, email } = JSON.parse(body) as { phone?: string; email?: string };
    if (phone !== undefined && dice.chance(80))
      disk.run("INSERT INTO verified_details VALUES (?, 'phone', ?, 0)", [user_id, phone]);
    if (email !== undefined && dice.chance(80))
      disk.run("INSERT INTO verified_details VALUES (?, 'email', ?, 0)", [user_id, email]);
  }
  for (const { session_id, user_id } of disk.rows<{ session_id: string; user_id: string }>(
    "SELECT session_id, user_id FROM sessions WHERE kind = 'device'",
  ))
    if (dice.chance(50))
      disk.run("INSERT INTO push_subscriptions VALUES (?, ?, ?, 'key', 'auth', 0)", [
        session_id,
        user_id,
        `https://push.example.org/${session_id}`,
      ]);
};

/** A panel, and a button that somebody carries and that calls for help in silence. */
const makeHooks = async (
  town: Town,
  dice: Dice,
  perform: <T>(operation: string, input: object) => Promise<T>,
): Promise<Hook[]> => {
  const everyone = { everyone: true } as const;
  const site = dice.pick(town.sites).siteId;
  const panel = { title: "Panel", targets: dice.chance(50) ? everyone : { sites: [site] } };
  const bearer = dice.pick(town.citizens).userId;
  const duress = await perform<{ scenarioId: string }>("createScenario", {
    body: {
      name: "Duress",
      title: "Help",
      targets: everyone,
      duress: true,
      ladder: [{ criterion: "seen", withinSeconds: 5, channel: "sms" }],
      escalation: [
        { name: "All", afterSeconds: 10, when: { type: "noResponse", percent: 50 }, action: { type: "everyone" } },
      ],
    },
  });
  const hooks: Hook[] = [];
  for (const [name, alarm, targets, at] of [
    ["Panel", panel, panel.targets, undefined],
    ["Exercise", { ...panel, kind: "exercise" }, panel.targets, undefined],
    ["Button", { scenarioId: duress.scenarioId }, everyone, { userId: bearer }],
  ] as const) {
    const mergeSeconds = dice.pick([0, 10, 60]);
    const body = { name, kind: "webhook", alarm, mergeSeconds, ...(at === undefined ? {} : { at }) };
    const { integrationId } = await perform<{ integrationId: string }>("createIntegration", { body });
    hooks.push({ integrationId, targets, mergeSeconds, bearer: at?.userId });
  }
  return hooks;
};
