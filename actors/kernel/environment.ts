import * as z from "zod";
import type { ConversationActor } from "../conversation/conversation-actor.ts";
import type { RegistryActor } from "../registry/registry-actor.ts";
import type { SiteActor } from "../site/site-actor.ts";
import type { TenantActor } from "../tenant/tenant-actor.ts";

/** What the runtime gives every actor and the edge: wrangler.toml's bindings and the variables of design §7. */
export interface Environment {
  REGISTRY: DurableObjectNamespace<RegistryActor>;
  TENANTS: DurableObjectNamespace<TenantActor>;
  SITES: DurableObjectNamespace<SiteActor>;
  CONVERSATIONS: DurableObjectNamespace<ConversationActor>;
  ASSETS?: Fetcher;
  /** Self-hosted only: the one way out to private addresses, for libSQL. */
  HISTORY_NET?: Fetcher;
  /** Self-hosted only: the way to the hosts in CHANNEL_PRIVATE_HOSTS; actors/tenant/channels/way-out.ts keeps it to those. */
  CHANNEL_NET?: Fetcher;
  /** Self-hosted only: the way to the hosts in CALENDAR_PRIVATE_HOSTS, kept to those by the same file. */
  CALENDAR_NET?: Fetcher;
  OPERATOR_TOKEN?: string;
  PUBLIC_URL?: string;
  LIBSQL_URL?: string;
  LIBSQL_AUTH_TOKEN?: string;
  JURISDICTION?: string;
  PASSWORD_PEPPER?: string;
  // Providers of the channels: actors/tenant/channels/settings.ts decodes them.
  CHANNEL_SMS?: string;
  CHANNEL_VOICE?: string;
  CHANNEL_EMAIL?: string;
  CHANNEL_PRIVATE_HOSTS?: string;
  VAPID_PUBLIC_KEY?: string;
  VAPID_PRIVATE_KEY?: string;
  VAPID_SUBJECT?: string;
  /** actors/tenant/availability/calendar-ways.ts decodes it. */
  CALENDAR_PRIVATE_HOSTS?: string;
}

const Settings = z.object({
  OPERATOR_TOKEN: z.string().min(16),
  PASSWORD_PEPPER: z.string().min(16),
  PUBLIC_URL: z.url({ protocol: /^https?$/ }),
  JURISDICTION: z.union([z.literal("eu"), z.literal("")]).default(""),
  LIBSQL_URL: z.url().optional(),
  LIBSQL_AUTH_TOKEN: z.string().optional(),
});
export type Settings = z.infer<typeof Settings>;

let decoded: { from: Environment; settings: Settings } | undefined;

/** The variables, checked. Throws with the names (never the values) of those that are missing or wrong. */
export const settingsOf = (env: Environment): Settings => {
  if (decoded?.from === env) return decoded.settings;
  const result = Settings.safeParse({
    OPERATOR_TOKEN: env.OPERATOR_TOKEN,
    PASSWORD_PEPPER: env.PASSWORD_PEPPER,
    PUBLIC_URL: env.PUBLIC_URL,
    JURISDICTION: env.JURISDICTION,
    LIBSQL_URL: env.LIBSQL_URL || undefined,
    LIBSQL_AUTH_TOKEN: env.LIBSQL_AUTH_TOKEN || undefined,
  });
  if (!result.success)
    throw new Error(`settings are missing or wrong: ${result.error.issues.map((i) => i.path.join(".")).join(", ")}`);
  decoded = { from: env, settings: result.data };
  return result.data;
};
