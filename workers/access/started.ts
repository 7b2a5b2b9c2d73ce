import type { StartedSession } from "../../actors/kernel/contract.ts";
import type { Settings } from "../../actors/kernel/environment.ts";
import { hashSecret } from "../../actors/kernel/hashes.ts";
import { newSecret } from "../../actors/kernel/ids.ts";
import { makeToken } from "../../actors/kernel/tokens.ts";
import { toTime } from "../../protocol/ids.ts";

/** A secret that only the client keeps; the actor gets its hash. */
export interface FreshSecret {
  secret: string;
  secretHash: string;
}

export const freshSecret = (): FreshSecret => {
  const secret = newSecret();
  return { secret, secretHash: hashSecret(secret) };
};

/** What every kind of session answers. */
export const shownSession = (settings: Settings, tenantId: string, started: StartedSession, secret: string) => ({
  token: makeToken(settings.PASSWORD_PEPPER, tenantId, started.place, started.sessionId, secret),
  expiresAt: toTime(started.expiresAt),
  user: started.user,
});
