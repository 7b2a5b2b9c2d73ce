import type { Channel } from "../../../protocol/terms.ts";
import { type Environment, settingsOf } from "../../kernel/environment.ts";
import type { ChannelAdapter } from "./channel.ts";
import { adaptersOf } from "./settings.ts";

export type Adapters = Readonly<Partial<Record<Channel, ChannelAdapter>>>;

/** What sending takes besides the tenant's own data. */
export interface ChannelSetup {
  tenantId: string;
  /** Without a slash at its end. */
  publicUrl: string;
  pepper: string;
  adapters: Adapters;
}

/** The one place where providers are chosen: an object, so that a test can put its own in their place. */
export const providers = {
  of: (env: Environment): Adapters => adaptersOf(env, settingsOf(env)),
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
