import type { ConversationActor } from "../conversation/conversation-actor.ts";
import type { RegistryActor } from "../registry/registry-actor.ts";
import type { SiteActor } from "../site/site-actor.ts";
import type { TenantActor } from "../tenant/tenant-actor.ts";
import { type Environment, settingsOf } from "./environment.ts";

/**
 * The only place that turns a name into an object (I12, T3): the same name in another jurisdiction is another object, so
 * one forgotten `jurisdiction` would make a second tenant. The local runtime has no jurisdictions, hence the setting.
 */
const within = <T extends Rpc.DurableObjectBranded>(env: Environment, all: DurableObjectNamespace<T>) =>
  settingsOf(env).JURISDICTION === "eu" ? all.jurisdiction("eu") : all;

export const registryStub = (env: Environment): DurableObjectStub<RegistryActor> =>
  within(env, env.REGISTRY).getByName("registry");

export const tenantStub = (env: Environment, tenantId: string): DurableObjectStub<TenantActor> =>
  within(env, env.TENANTS).getByName(tenantId);

/**
 * The site actor that delivers to the people of one place.
 *
 * @param place a site's id, or `roaming` for people without a home site
 */
export const siteStub = (env: Environment, tenantId: string, place: string): DurableObjectStub<SiteActor> =>
  within(env, env.SITES).getByName(`${tenantId}.${place}`);

/** One chat or note of a tenant. */
export const conversationStub = (
  env: Environment,
  tenantId: string,
  conversationId: string,
): DurableObjectStub<ConversationActor> => within(env, env.CONVERSATIONS).getByName(`${tenantId}.${conversationId}`);

/** The reverse of `conversationStub`'s name. Throws when the object was made under another name. */
export const conversationOfName = (name: string | undefined): { tenantId: string; conversationId: string } => {
  const [tenantId, conversationId, ...rest] = (name ?? "").split(".");
  if (!tenantId || !conversationId || rest.length > 0)
    throw new Error("a conversation actor was made under a foreign name");
  return { tenantId, conversationId };
};

/** The reverse of `siteStub`'s name. Throws when the object was made under another name. */
export const placeOfName = (name: string | undefined): { tenantId: string; place: string } => {
  const [tenantId, place, ...rest] = (name ?? "").split(".");
  if (!tenantId || !place || rest.length > 0) throw new Error("a site actor was made under a foreign name");
  return { tenantId, place };
};

/** Where people without a home site are delivered to. */
export const roaming = "roaming";
