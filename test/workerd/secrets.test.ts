import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { hashSecret } from "../../actors/kernel/hashes.ts";
import { Enrolments } from "../../protocol/access.ts";
import { type AnyStub, query } from "./harness/storage.ts";
import { password, Tenant } from "./harness/tenant.ts";

// T12, T22: no actor stores a secret that opens anything, only its hash. The one exception is stated and tested: the secret of an
// integration, without which its signatures cannot be checked. Log lines are test/system's.

/** Every value of every table of an actor, as text. */
const contents = async (stub: AnyStub): Promise<string> => {
  const tables = await query(stub, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '_cf_%'");
  const all = await Promise.all(tables.map(({ name }) => query(stub, `SELECT * FROM "${name}"`)));
  return JSON.stringify(all);
};

/** The part of a token or ticket that only its holder knows. */
const secretOf = (token: string): string => {
  const secret = token.split(".")[2];
  if (!secret) throw new Error("a token has no secret");
  return secret;
};

test("T12, T22: tokens, codes, tickets, invitations and passwords are stored as hashes alone", async () => {
  const tenant = await Tenant.make();
  const userId = await tenant.addPerson("person");
  const asked = await tenant.call("POST", "/device-enrolments", {
    body: { userIds: [userId, tenant.admin.user.userId] },
  });
  const [used, unused] = Enrolments.parse(asked.body).enrolments.map(({ code }) => code) as [string, string];
  const body = { code: used, device: { name: "Phone", platform: "test" } };
  const device = (await tenant.call("POST", "/device-sessions", { body })).body as { token: string; deviceId: string };
  const { ticket } = (await tenant.call("POST", "/socket-tickets", { token: device.token })).body as { ticket: string };
  (await tenant.connect({ userId, ...device })).close();
  const user = (await tenant.call("POST", "/users", { body: { username: "invited", firstName: "I", lastName: "N" } }))
    .body;
  const { invitation } = user as { invitation: string };
  const login = await tenant.call("POST", "/sessions", { body: { username: "admin", password } });
  const session = (login.body as { token: string }).token;

  const stored = {
    tenant: await contents(tenant.stub),
    site: await contents(tenant.site()),
    registry: await contents(env.REGISTRY.getByName("registry")),
  };
  const secrets = {
    password,
    usedInvitation: tenant.invitation,
    invitation,
    usedCode: used,
    code: unused,
    adminToken: secretOf(tenant.admin.token),
    session: secretOf(session),
    device: secretOf(device.token),
    ticket: secretOf(ticket),
    pepper: env.PASSWORD_PEPPER ?? "",
    operator: env.OPERATOR_TOKEN ?? "",
  };
  for (const [actor, text] of Object.entries(stored))
    for (const [name, secret] of Object.entries(secrets)) {
      expect(secret.length, name).toBeGreaterThan(10);
      expect(text.includes(secret), `${name} in ${actor}`).toBe(false);
    }

  // The scan would have found them: their hashes are where they should be.
  for (const secret of [invitation, unused, secrets.session, secrets.device])
    expect(stored.tenant).toContain(hashSecret(secret));
  expect(stored.tenant).not.toContain(hashSecret(used));
  for (const secret of [secrets.device, secrets.ticket]) expect(stored.site).toContain(hashSecret(secret));
  expect(stored.registry).toContain(tenant.slug);
  expect(stored.registry, "no personal data there").not.toContain("admin@example.org");
});

test("T16: an integration's secret is with the tenant alone, and is shown once", async () => {
  const tenant = await Tenant.make();
  const alarm = { title: "Fire", targets: { everyone: true } };
  const made = await tenant.call("POST", "/integrations", { body: { name: "Panel", kind: "webhook", alarm } });
  const { secret, integrationId } = made.body as { secret: string; integrationId: string };
  expect(secret).toMatch(/^whsec_/);
  for (const path of ["/integrations", `/integrations/${integrationId}`])
    expect(JSON.stringify((await tenant.call("GET", path)).body)).not.toContain(secret);
  const records = await query(tenant.stub, "SELECT body FROM log");
  expect(JSON.stringify(records), "not in what goes to the history").not.toContain(secret.slice("whsec_".length));
});
