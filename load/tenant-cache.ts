/**
 * A tenant with thousands of devices takes a while to make, so a run against a server that goes on running finds the
 * one of the run before it. The file holds live tokens of that throw-away tenant: only its owner may read it.
 */
import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import * as z from "zod";

export interface TenantShape {
  readonly sites: number;
  /** In all, not a site. */
  readonly devices: number;
  /** Each person said "present". Otherwise presence is unknown, which counts as there at the home site. */
  readonly present: boolean;
}

const tenant = z.object({
  sites: z.number(),
  devices: z.number(),
  present: z.boolean(),
  slug: z.string(),
  adminToken: z.string(),
  siteIds: z.array(z.string()),
  /** In the order of the sites: the first `devices / sites` belong to the first one. */
  deviceTokens: z.array(z.string()),
  webhook: z.object({ integrationId: z.string(), secret: z.string() }),
});
export type Tenant = z.infer<typeof tenant>;

/** @returns nothing when there is no such tenant, or its installation no longer knows it */
export async function readTenant(base: string, shape: TenantShape): Promise<Tenant | undefined> {
  let text: string;
  try {
    text = await readFile(cacheFile(base, shape), "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  const cached = tenant.parse(JSON.parse(text));
  const me = await fetch(`${base}/v1/${cached.slug}/me`, { headers: { authorization: `Bearer ${cached.adminToken}` } });
  return me.ok ? cached : undefined;
}

export async function writeTenant(base: string, made: Tenant): Promise<void> {
  const file = cacheFile(base, made);
  await mkdir(folder(), { recursive: true, mode: 0o700 });
  await writeFile(`${file}.new`, JSON.stringify(made), { mode: 0o600 });
  await rename(`${file}.new`, file);
}

function folder(): string {
  return join(tmpdir(), `standby-load-${userInfo().uid}`);
}

function cacheFile(base: string, shape: TenantShape): string {
  const installation = createHash("sha256").update(base).digest("hex").slice(0, 12);
  return join(
    folder(),
    `${installation}-${shape.sites}-${shape.devices}-${shape.present ? "present" : "unknown"}.json`,
  );
}
