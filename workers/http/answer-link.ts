import { LinkTokens } from "../../actors/tenant/channels/link-token.ts";
import type { EdgeRequest } from "./edge-request.ts";
import { resolveTenant } from "./tenant-cache.ts";

/**
 * The send that an answer link in a path is of. Unknown tenants, tokens of another tenant and invented ones are all undefined,
 * and wake no actor of a tenant (T13, T21).
 */
export const linkOf = async ({
  env,
  settings,
  params,
}: Pick<EdgeRequest, "env" | "settings" | "params">): Promise<{ tenantId: string; sendId: string } | undefined> => {
  const tenantId = await resolveTenant(env, params.tenant ?? "");
  if (tenantId === undefined) return undefined;
  const link = new LinkTokens(settings.PASSWORD_PEPPER, tenantId).read("answer", params.token ?? "");
  return link === undefined ? undefined : { tenantId, sendId: link.sendId };
};
