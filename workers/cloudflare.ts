/** The Worker and its actors, on Cloudflare and in workerd on one machine: the same bundle. */
import { ConversationActor } from "../actors/conversation/conversation-actor.ts";
import { RegistryActor } from "../actors/registry/registry-actor.ts";
import { SiteActor } from "../actors/site/site-actor.ts";
import { TenantActor } from "../actors/tenant/tenant-actor.ts";
import { handleRequest } from "./app.ts";

export { ConversationActor, RegistryActor, SiteActor, TenantActor };

export default { fetch: handleRequest };
