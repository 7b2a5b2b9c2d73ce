import type { Counts, RecipientState } from "../../protocol/alarms.ts";
import type { User } from "../../protocol/people.ts";
import type { PresenceState } from "../../protocol/presence.ts";
import type { AlarmFrame, StandDownFrame } from "../../protocol/socket/server-frames.ts";
import type { Response } from "../../protocol/terms.ts";

/**
 * What the tenant and site actors tell each other. Plain data; old and new code may talk to each other during a deploy, so
 * fields are only ever added, and optional.
 */

/** Tenant to site, in order, at least once: the site must take the same one twice without harm. */
export type SiteMessage =
  | {
      kind: "alarm";
      frame: AlarmFrame;
      /** Milliseconds since 1970. */
      raisedAt: number;
      recipients: string[];
      /** Recipients (by position) that have no device or page at all. */
      withoutDevice: number[];
    }
  | { kind: "standDown"; frame: StandDownFrame }
  | { kind: "sessionsEnded"; sessionIds: string[] }
  /** Facts of people changed; `rights` when what they may do did, so that their sockets are closed (4403). */
  | { kind: "person"; user: User; rights: boolean }
  /** The person's sockets belong to another place from now on. */
  | { kind: "moved"; userId: string; to: string }
  /** The person is present elsewhere since `at`. */
  | { kind: "left"; userId: string; at: number };

/** A session as a site actor keeps it, so that a device can come back without the tenant actor. */
export interface Grant {
  sessionId: string;
  secretHash: string;
  deviceId: string;
  /** Milliseconds since 1970. */
  expiresAt: number;
  user: User;
}

export type GrantAnswer = { grant: Grant } | { movedTo: string } | { unknown: true };

export interface AnswerFacts {
  alarmId: string;
  userId: string;
  deviceId: string;
  response: Response;
  etaMinutes?: number | undefined;
  text?: string | undefined;
}

export interface AcceptedAnswer {
  /** Milliseconds since 1970. */
  at: number;
  version: number;
  counts: Counts;
  state: RecipientState;
}

export interface PresenceChange {
  userId: string;
  siteId: string;
  state: PresenceState;
  zoneIds: string[];
  since: number;
  /** When the site took the report: the newest of two reports holds. Milliseconds since 1970. */
  at: number;
}
