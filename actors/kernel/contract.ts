import type { NewTenant } from "../../protocol/access.ts";
import type { Raised } from "../../protocol/alarms.ts";
import type { HookBody } from "../../protocol/integrations.ts";
import type { User } from "../../protocol/people.ts";
import type { Outcome } from "../../protocol/problems.ts";

/** Plain data that crosses between the edge and the actors, and between actors. Old and new code may talk: only add. */

/** Who asks, as the edge has read it from the token: the actor still checks that the session exists. */
export interface Caller {
  sessionId: string;
  secretHash: string;
  /** Client address, for the access log (P8). */
  ip?: string;
}

export interface StartedSession {
  sessionId: string;
  /** The site actor that holds this person's sockets. */
  place: string;
  /** Milliseconds since 1970. */
  expiresAt: number;
  user: User;
  /** Only for devices. */
  deviceId?: string;
}

export interface NewTenantFacts extends NewTenant {
  tenantId: string;
  invitationHash: string;
}

/** What `raiseAlarm` and `raiseFromHook` answer: `replayed` when the key was seen before. */
export interface RaiseResult {
  raised: Raised;
  replayed: boolean;
}

export interface HookRaise {
  integrationId: string;
  webhookId: string;
  body: HookBody;
  ip?: string;
  /** When the edge took the request, milliseconds since 1970. */
  acceptedAt: number;
}

/** A person whose sockets another site actor holds by now answers with that place instead of a value. */
export type Located<T> = Outcome<T> | { movedTo: string };

/** How an actor's outbox is doing; no personal data. */
export interface Backlog {
  actor: string;
  pending: number;
  parked: number;
  /** Milliseconds since 1970 of the oldest pending row. */
  oldestAt?: number;
}
