import { evictDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import { Raised } from "../../protocol/alarms.ts";
import { Role } from "../../protocol/people.ts";
import { Site } from "../../protocol/places.ts";
import { Duty, Qualifications } from "../../protocol/readiness.ts";
import { query } from "./harness/storage.ts";
import { Tenant } from "./harness/tenant.ts";

// Duty, certificates and neighbouring sites as the tenant keeps them: stored before they are answered, recorded, and used when an
// alarm is raised, after an eviction too. The rules themselves are readiness.test.ts and audience.test.ts of test/core.

const raise = async (tenant: Tenant, body: object): Promise<string[]> => {
  const answer = await tenant.call("POST", "/alarms", { body: { title: "Fire", ...body } });
  expect(answer.status, JSON.stringify(answer.body)).toBe(202);
  return (await tenant.recipients(Raised.parse(answer.body).alarmId)).map(({ userId }) => userId);
};

const recorded = async (tenant: Tenant, type: string): Promise<unknown[]> =>
  (await query(tenant.stub, "SELECT body FROM log WHERE type = ? ORDER BY seq", type)).map(
    ({ body }) => JSON.parse(String(body)) as unknown,
  );

test("I1: who said to be on duty is called after an eviction too; who was put off duty is not", async () => {
  const tenant = await Tenant.make();
  const [own, put, off] = await Promise.all(["own", "put", "off"].map((name) => tenant.addPerson(name)));
  const device = await tenant.enrol(own ?? "");
  const until = new Date(Date.now() + 3_600_000).toISOString();
  const said = await tenant.call("PUT", "/me/duty", { token: device.token, body: { onDuty: true, until } });
  expect(Duty.parse(said.body)).toMatchObject({ userId: own, onDuty: true, until });
  for (const userId of [put, off])
    expect((await tenant.call("PUT", `/users/${userId}/duty`, { body: { onDuty: true } })).status).toBe(200);
  expect((await tenant.call("PUT", `/users/${off}/duty`, { body: { onDuty: false } })).status).toBe(200);

  await evictDurableObject(tenant.stub);
  expect((await raise(tenant, { targets: { everyone: true }, conditions: { onDuty: true } })).toSorted()).toEqual(
    [own, put].toSorted(),
  );
  expect(await recorded(tenant, "duty.changed")).toEqual([
    { userId: own, onDuty: true, until: Date.parse(until), version: 1 },
    { userId: put, onDuty: true, version: 1 },
    { userId: off, onDuty: true, version: 1 },
    { userId: off, onDuty: false, version: 2 },
  ]);
});

test("T1, I6: duty of others is for those who lead, of people of this tenant, and to a time that is not over", async () => {
  const [tenant, other] = [await Tenant.make(), await Tenant.make()];
  const userId = await tenant.addPerson("ulla");
  const device = await tenant.enrol(userId);
  const body = { onDuty: true };
  expect((await tenant.call("PUT", `/users/${userId}/duty`, { token: device.token, body })).status).toBe(403);
  const foreign = await tenant.call("PUT", `/users/${await other.addPerson("vera")}/duty`, { body });
  const unknown = await tenant.call("PUT", "/users/usr_doesnotexist/duty", { body });
  expect([foreign.status, foreign.body]).toEqual([404, unknown.body]);
  const over = await tenant.call("PUT", "/me/duty", { body: { onDuty: true, until: "2020-01-01T00:00:00Z" } });
  expect(over.body).toMatchObject({ code: "invalid", errors: [{ path: "until" }] });
});

test("only those certified count as qualified where the role asks for it; expired ones are listed and do not count", async () => {
  const tenant = await Tenant.make();
  const addRole = async (body: object) => Role.parse((await tenant.call("POST", "/roles", { body })).body);
  const aid = await addRole({ name: "First aider", certificate: true });
  const lead = await addRole({ name: "Team lead" });
  const roleIds = [aid.roleId];
  const [valid, expired, none] = await Promise.all(
    ["valid", "expired", "none"].map((name) => tenant.addPerson(name, { roleIds })),
  );
  const leader = await tenant.addPerson("leader", { roleIds: [lead.roleId] });
  const certify = (userId: string | undefined, qualifications: object[]) =>
    tenant.call("PUT", `/users/${userId}/qualifications`, { body: { qualifications } });
  expect((await certify(valid, [{ roleId: aid.roleId, validUntil: "2999-12-31" }])).status).toBe(200);
  const answer = await certify(expired, [{ roleId: aid.roleId, validUntil: "2020-12-31" }, { roleId: lead.roleId }]);
  expect(Qualifications.parse(answer.body).qualifications).toEqual([
    { roleId: aid.roleId, validUntil: "2020-12-31", expired: true },
    { roleId: lead.roleId },
  ]);

  await evictDurableObject(tenant.stub);
  const wanted = { roles: [aid.roleId, lead.roleId] };
  expect(new Set(await raise(tenant, { targets: wanted, conditions: { qualified: true } }))).toEqual(
    new Set([valid, leader]),
  );
  expect(new Set(await raise(tenant, { targets: wanted })), "nobody asks for it").toEqual(
    new Set([valid, expired, none, leader]),
  );
  // The role does not ask for one any more: holding it is enough.
  await tenant.call("PATCH", `/roles/${aid.roleId}`, { body: { certificate: null } });
  expect(new Set(await raise(tenant, { targets: wanted, conditions: { qualified: true } }))).toEqual(
    new Set([valid, expired, none, leader]),
  );
});

test("P10, T1: certificates are an administrator's to give and one's own to see; a role that goes takes them along (P17)", async () => {
  const tenant = await Tenant.make();
  const role = Role.parse((await tenant.call("POST", "/roles", { body: { name: "Diver" } })).body);
  const [me, colleague] = [await tenant.addPerson("me"), await tenant.addPerson("colleague")];
  const { token } = await tenant.enrol(me);
  const body = { qualifications: [{ roleId: role.roleId }] };
  expect((await tenant.call("PUT", `/users/${me}/qualifications`, { token, body })).status).toBe(403);
  expect((await tenant.call("PUT", `/users/${me}/qualifications`, { body })).status).toBe(200);
  expect((await tenant.call("GET", `/users/${me}/qualifications`, { token })).body).toEqual({ userId: me, ...body });
  expect((await tenant.call("GET", `/users/${colleague}/qualifications`, { token })).status).toBe(403);
  expect((await tenant.call("GET", "/users/usr_doesnotexist/qualifications")).status).toBe(404);
  const unknown = { qualifications: [{ roleId: "rol_doesnotexist" }] };
  expect((await tenant.call("PUT", `/users/${me}/qualifications`, { body: unknown })).body).toMatchObject({
    code: "invalid",
    errors: [{ path: "qualifications.0.roleId" }],
  });

  expect((await tenant.call("DELETE", `/roles/${role.roleId}`)).status).toBe(204);
  expect((await tenant.call("GET", `/users/${me}/qualifications`)).body).toEqual({ userId: me, qualifications: [] });
  expect(await recorded(tenant, "qualifications.saved")).toEqual([
    { userId: me, ...body, version: 1 },
    { userId: me, qualifications: [], version: 2 },
  ]);
});

test("neighbours of a site are other sites of this tenant; one that is removed is nobody's neighbour any more", async () => {
  const tenant = await Tenant.make();
  const [a, b] = [await tenant.addSite("A"), await tenant.addSite("B")];
  const made = await tenant.call("POST", "/sites", { body: { name: "C", neighbourIds: [a, b] } });
  const c = Site.parse(made.body);
  expect(c.neighbourIds).toEqual([a, b]);
  const patch = (siteId: string, neighbourIds: string[] | null) =>
    tenant.call("PATCH", `/sites/${siteId}`, { body: { neighbourIds } });
  expect((await patch(a, [a])).body).toMatchObject({ code: "invalid", errors: [{ path: "neighbourIds.0" }] });
  expect((await patch(a, [b, "sit_doesnotexist"])).body).toMatchObject({ errors: [{ path: "neighbourIds.1" }] });
  expect((await patch(a, [b, b])).status).toBe(422);
  expect((await patch(a, [b])).status).toBe(200);
  await evictDurableObject(tenant.stub);

  expect((await tenant.call("DELETE", `/sites/${b}`)).status).toBe(204);
  const now = async (siteId: string) => Site.parse((await tenant.call("GET", `/sites/${siteId}`)).body).neighbourIds;
  expect(await now(a)).toBeUndefined();
  expect(await now(c.siteId)).toEqual([a]);
  await patch(c.siteId, null);
  expect(await now(c.siteId)).toBeUndefined();
});
