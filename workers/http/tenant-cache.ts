import type { Environment } from "../../actors/kernel/environment.ts";
import { registryStub } from "../../actors/kernel/stubs.ts";
import { TenantRef } from "../../protocol/ids.ts";

/** A tenant's slug never changes hands while it is confirmed, so an answer may be this old, ms. */
const freshMs = 60_000;
const mostEntries = 10_000;

const known = new Map<string, { tenantId: string; until: number }>();

/**
 * The id of the tenant that a path names by slug or id; undefined when there is none. Only positive answers are remembered:
 * a new tenant must be there at once, and made-up names must not fill the memory.
 */
export const resolveTenant = async (env: Environment, ref: string): Promise<string | undefined> => {
  const now = Date.now();
  const found = known.get(ref);
  if (found !== undefined && found.until > now) return found.tenantId;
  if (!TenantRef.safeParse(ref).success) return undefined;
  const tenantId = await registryStub(env).resolve(ref);
  if (tenantId === undefined) return undefined;
  // Clearing all is enough: what is needed is asked for again.
  if (known.size >= mostEntries) known.clear();
  known.set(ref, { tenantId, until: now + freshMs });
  return tenantId;
};
