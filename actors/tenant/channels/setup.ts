import { type Environment, settingsOf } from "../../kernel/environment.ts";
import { type Adapters, adaptersOf, channelSettingsOf } from "./settings.ts";

/** What sending takes besides the tenant's own data. */
export interface ChannelSetup {
  tenantId: string;
  /** Without a slash at its end. */
  publicUrl: string;
  pepper: string;
  adapters: Readonly<Adapters>;
}

/** The one place where providers are chosen: an object, so that a test can put its own in their place. */
export const providers = {
  of: (env: Environment): Readonly<Adapters> => adaptersOf(env, settingsOf(env)),
  /** Where push services may be: hosts of the operator's own that a browser's address may name. */
  privateHosts: (env: Environment): ReadonlySet<string> => channelSettingsOf(env, settingsOf(env)).privateHosts,
  pushKey: (env: Environment): string | undefined => channelSettingsOf(env, settingsOf(env)).push?.publicKey,
};

export const setupOf = (env: Environment, tenantId: string): ChannelSetup => {
  const { PUBLIC_URL, PASSWORD_PEPPER } = settingsOf(env);
  return {
    tenantId,
    publicUrl: PUBLIC_URL.replace(/\/+$/, ""),
    pepper: PASSWORD_PEPPER,
    adapters: providers.of(env),
  };
};
