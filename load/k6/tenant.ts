/** Makes the tenant of a run: sites, roles, people, a device each, an integration. Runs once, in k6's `setup`. */
import crypto from "k6/crypto";
import encoding from "k6/encoding";
import { person, ROLES, siteName } from "../people.ts";
import { call, callAll } from "./call.ts";
import { operatorToken } from "./parameters.ts";

/** Limits of the wire. */
const IMPORT_ROWS = 10_000;
const ENROLMENTS = 1_000;

const DEVICE_SESSIONS_AT_ONCE = 20;

export interface Tenant {
  readonly slug: string;
  readonly adminToken: string;
  readonly siteIds: string[];
  /** In the order of `deviceTokens`. */
  readonly userIds: string[];
  readonly deviceTokens: string[];
  readonly webhook: { readonly integrationId: string; readonly secret: string };
}

/** @throws Error when a call is refused or the import names errors */
export function setUpTenant(sites: number, devices: number): Tenant {
  const slug = `k6-${crypto.sha256(crypto.randomBytes(16), "hex").slice(0, 12)}`;
  const adminToken = openTenant(slug);
  for (const name of ROLES) call({ method: "POST", path: `/${slug}/roles`, token: adminToken, body: { name } });
  const siteIds = Array.from({ length: sites }, (_, i) => {
    const path = `/${slug}/sites`;
    return call<{ siteId: string }>({ method: "POST", path, token: adminToken, body: { name: siteName(i) } }).siteId;
  });
  const userIds = importPeople(slug, adminToken, sites, devices);
  console.log(`tenant ${slug}: ${userIds.length} people on ${sites} sites`);
  const deviceTokens = chunks(userIds, ENROLMENTS).flatMap((part) => openDevices(slug, adminToken, part));
  console.log(`tenant ${slug}: ${deviceTokens.length} devices enrolled`);
  const webhook = call<Tenant["webhook"]>({
    method: "POST",
    path: `/${slug}/integrations`,
    token: adminToken,
    body: {
      name: "Load test",
      kind: "webhook",
      alarm: { title: "Load test", targets: { sites: siteIds }, urgency: "urgent", kind: "actual" },
    },
  });
  const { integrationId, secret } = webhook;
  return { slug, adminToken, siteIds, userIds, deviceTokens, webhook: { integrationId, secret } };
}

function openTenant(slug: string): string {
  const admin = { username: "load-admin", email: "load-admin@example.com", firstName: "Load", lastName: "Admin" };
  const { invitation } = call<{ invitation: string }>({
    method: "POST",
    path: "/tenants",
    token: operatorToken,
    body: { slug, name: `Load test ${slug}`, locale: "en", admin },
  });
  const password = encoding.b64encode(crypto.randomBytes(18), "rawurl");
  const path = `/${slug}/invitations/accept`;
  return call<{ token: string }>({ method: "POST", path, body: { invitation, password } }).token;
}

function importPeople(slug: string, adminToken: string, sites: number, devices: number): string[] {
  const people = Array.from({ length: devices }, (_, i) => person(i, devices, sites));
  for (const users of chunks(people, IMPORT_ROWS)) {
    const path = `/${slug}/users/import`;
    const { errors } = call<{ errors: unknown[] }>({ method: "POST", path, token: adminToken, body: { users } });
    if (errors.length > 0) throw new Error(`the import refused rows: ${JSON.stringify(errors.slice(0, 3))}`);
  }
  const ids = new Map<string, string>();
  let query = "?limit=200";
  while (query !== "") {
    const page = call<{ items: { userId: string; username: string }[]; nextCursor?: string }>({
      method: "GET",
      path: `/${slug}/users${query}`,
      token: adminToken,
    });
    for (const { username, userId } of page.items) ids.set(username, userId);
    query = page.nextCursor === undefined ? "" : `?limit=200&cursor=${encodeURIComponent(page.nextCursor)}`;
  }
  return people.map(({ username }) => {
    const id = ids.get(username);
    if (id === undefined) throw new Error(`${username} was imported and is not in the list of users`);
    return id;
  });
}

function openDevices(slug: string, adminToken: string, userIds: readonly string[]): string[] {
  const { enrolments } = call<{ enrolments: { userId: string; code: string }[] }>({
    method: "POST",
    path: `/${slug}/device-enrolments`,
    token: adminToken,
    body: { userIds },
  });
  const codes = new Map(enrolments.map(({ userId, code }) => [userId, code]));
  return chunks(userIds, DEVICE_SESSIONS_AT_ONCE).flatMap((part) =>
    callAll<{ token: string }>(
      part.map((userId) => ({
        method: "POST",
        path: `/${slug}/device-sessions`,
        body: { code: codes.get(userId), device: { name: "Load test", platform: "load" } },
      })),
    ).map(({ token }) => token),
  );
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}
