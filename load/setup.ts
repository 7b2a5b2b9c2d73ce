/** Prepares a tenant for a load test, over HTTP alone: sites, roles, people, a device each, an integration. */
import { randomBytes } from "node:crypto";
import * as z from "zod";
import { Api } from "./api.ts";
import { inParallel } from "./parallel.ts";
import { person, ROLES, siteName } from "./people.ts";
import type { Tenant, TenantShape } from "./tenant-cache.ts";

/** Limits of the wire. */
const IMPORT_ROWS = 10_000;
const ENROLMENTS = 1_000;
const PAGE = 200;

const DEVICE_SESSIONS_AT_ONCE = 32;
/** Long enough for a run; the tenant and its password are thrown away after it. */
const PASSWORD_BYTES = 18;

const invited = z.object({ tenantId: z.string(), invitation: z.string() });
const session = z.object({ token: z.string() });
const role = z.object({ roleId: z.string() });
const site = z.object({ siteId: z.string() });
const imported = z.object({
  created: z.number(),
  updated: z.number(),
  unchanged: z.number(),
  errors: z.array(z.unknown()),
});
const users = z.object({
  items: z.array(z.object({ userId: z.string(), username: z.string() })),
  nextCursor: z.string().optional(),
});
const enrolments = z.object({ enrolments: z.array(z.object({ userId: z.string(), code: z.string() })) });
const integration = z.object({ integrationId: z.string(), secret: z.string() });

/**
 * Makes the tenant; tenant-cache.ts finds one that an earlier run made.
 *
 * @throws Error when a call is refused or the import names errors
 */
export async function setUpTenant(
  base: string,
  operatorToken: string,
  shape: TenantShape,
  progress: (line: string) => void,
): Promise<Tenant> {
  const slug = `load-${randomBytes(5).toString("hex")}`;
  const adminToken = await openTenant(new Api(base, operatorToken), slug);
  const admin = new Api(base, adminToken);
  progress(`tenant ${slug}: made`);

  for (const name of ROLES) await admin.call("POST", `/${slug}/roles`, role, { name });
  const siteIds: string[] = [];
  for (let i = 0; i < shape.sites; i++) {
    siteIds.push((await admin.call("POST", `/${slug}/sites`, site, { name: siteName(i) })).siteId);
  }
  const userIds = await importPeople(admin, slug, shape);
  progress(`tenant ${slug}: ${userIds.length} people on ${siteIds.length} sites`);

  const deviceTokens = await openDevices(admin, slug, userIds, progress);
  if (shape.present) await arrive(admin, slug, deviceTokens, siteIds);
  const webhook = await admin.call("POST", `/${slug}/integrations`, integration, {
    name: "Load test",
    kind: "webhook",
    alarm: { title: "Load test", targets: { sites: siteIds }, urgency: "urgent", kind: "actual" },
  });
  return { ...shape, slug, adminToken, siteIds, deviceTokens, webhook };
}

/** @returns the token of its admin */
async function openTenant(operator: Api, slug: string): Promise<string> {
  const { invitation } = await operator.call("POST", "/tenants", invited, {
    slug,
    name: `Load test ${slug}`,
    locale: "en",
    admin: { username: "load-admin", email: "load-admin@example.com", firstName: "Load", lastName: "Admin" },
  });
  const password = randomBytes(PASSWORD_BYTES).toString("base64url");
  const { token } = await new Api(operator.base).call("POST", `/${slug}/invitations/accept`, session, {
    invitation,
    password,
  });
  return token;
}

/** @returns the ids of the people, in the order of their numbers */
async function importPeople(admin: Api, slug: string, shape: TenantShape): Promise<string[]> {
  const people = Array.from({ length: shape.devices }, (_, i) => person(i, shape.devices, shape.sites));
  for (const part of chunks(people, IMPORT_ROWS)) {
    const result = await admin.call("POST", `/${slug}/users/import`, imported, { users: part });
    if (result.errors.length > 0)
      throw new Error(`the import refused rows: ${JSON.stringify(result.errors.slice(0, 3))}`);
  }
  const ids = new Map<string, string>();
  let cursor: string | undefined;
  do {
    const after = cursor === undefined ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const page = await admin.call("GET", `/${slug}/users?limit=${PAGE}${after}`, users);
    for (const user of page.items) ids.set(user.username, user.userId);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return people.map(({ username }) => {
    const id = ids.get(username);
    if (id === undefined) throw new Error(`${username} was imported and is not in the list of users`);
    return id;
  });
}

async function openDevices(
  admin: Api,
  slug: string,
  userIds: readonly string[],
  progress: (line: string) => void,
): Promise<string[]> {
  const anybody = new Api(admin.base);
  const tokens: string[] = [];
  for (const part of chunks(userIds, ENROLMENTS)) {
    const answer = await admin.call("POST", `/${slug}/device-enrolments`, enrolments, { userIds: part });
    const codes = new Map(answer.enrolments.map(({ userId, code }) => [userId, code]));
    const opened = await inParallel(part, DEVICE_SESSIONS_AT_ONCE, async (userId) => {
      const device = { name: "Load test", platform: "load" };
      return (await anybody.call("POST", `/${slug}/device-sessions`, session, { code: codes.get(userId), device }))
        .token;
    });
    tokens.push(...opened);
    progress(`tenant ${slug}: ${tokens.length} of ${userIds.length} devices enrolled`);
  }
  return tokens;
}

async function arrive(
  anybody: Api,
  slug: string,
  deviceTokens: readonly string[],
  siteIds: readonly string[],
): Promise<void> {
  const perSite = deviceTokens.length / siteIds.length;
  await inParallel(deviceTokens, DEVICE_SESSIONS_AT_ONCE, async (token, index) => {
    const siteId = siteIds[Math.floor(index / perSite)];
    await anybody.as(token).call("PUT", `/${slug}/me/presence`, z.object({}), { siteId, present: true });
  });
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}
