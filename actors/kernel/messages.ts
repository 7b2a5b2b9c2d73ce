import type { Counts, RecipientState } from "../../protocol/alarms.ts";
import type { Fill } from "../../protocol/course.ts";
import type { User } from "../../protocol/people.ts";
import type { PresenceRules } from "../../protocol/places.ts";
import type { PresenceState } from "../../protocol/presence.ts";
import type { LineState } from "../../protocol/roll-calls.ts";
import type { AlarmFrame, NoticeFrame, RollCallFrame, StandDownFrame } from "../../protocol/socket/server-frames.ts";
import type { Response } from "../../protocol/terms.ts";

/**
 * What the tenant and site actors tell each other. Plain data; old and new code may talk to each other during a deploy, so
 * fields are only ever added, and optional.
 */

/** The board `alarms` as wallboards watch it: without duress alarms. */
export const onTheWall = "wall";

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
      /** Recipients (by position) around a duress alarm's raiser: they get the frame as a silent one. */
      quiet?: number[];
    }
  /**
   * The same alarm again, under a new number: to those in `only`, or to all when it is absent. It opens the alarm again where it
   * had ended. Overtaken by a newer number it is passed over.
   */
  | { kind: "again"; frame: AlarmFrame; only?: string[] }
  | { kind: "standDown"; frame: StandDownFrame }
  /** Something for these people that is no alarm; whoever has no open socket misses it. */
  | { kind: "notice"; userIds: string[]; frame: NoticeFrame }
  /**
   * A roll-call, with the states of these people's lines. `all`: everybody here who has a line is told, because it opened,
   * closed, or has other muster points.
   */
  | { kind: "rollCall"; frame: RollCallFrame; people: Partial<Record<LineState, string[]>>; all?: boolean }
  | { kind: "sessionsEnded"; sessionIds: string[] }
  /** Facts of people changed; `rights` when what they may do did, so that their sockets are closed (4403). */
  | { kind: "person"; user: User; rights: boolean; version?: number }
  /** The person's sockets belong to another place from now on. */
  | { kind: "moved"; userId: string; to: string; version?: number }
  /** The person is present elsewhere since `at`. */
  | { kind: "left"; userId: string; at: number }
  /** What presence in this site goes by has changed. */
  | { kind: "siteFacts"; facts: SiteFacts };

/** What a site actor must know of its site to end presence by itself. */
export interface SiteFacts extends PresenceRules {
  timeZone: string;
}

/** Sockets that a site actor holds, as it tells the tenant about them. Times in ms since 1970. */
export interface ReachNews {
  place: string;
  /** Devices with an open socket here after this, in all: the tenant asks for `whole` when it counts another number. */
  open: number;
  came: readonly (readonly [deviceId: string, userId: string, at: number])[];
  went: readonly (readonly [deviceId: string, userId: string, at: number])[];
  /** `came` is everybody who is connected here; whoever else was is not. */
  whole?: true;
}

/** A session as a site actor keeps it, so that a device can come back without the tenant actor. */
export interface Grant {
  sessionId: string;
  secretHash: string;
  deviceId: string;
  /** Milliseconds since 1970. */
  expiresAt: number;
  user: User;
  /** Of the person's facts: an answer and a message may overtake each other. */
  version?: number;
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
  /** How the requirement is met; absent without one. */
  fill?: Fill;
  /** Coming, but the need is filled by others. */
  standBy?: true;
}

/** An own check-in of a person whose session was checked. */
export interface CheckInFacts {
  rollCallId: string;
  userId: string;
  musterPointId?: string | undefined;
  secondsAgo?: number | undefined;
}

export interface PresenceChange {
  userId: string;
  siteId: string;
  state: PresenceState;
  zoneIds: string[];
  since: number;
  /** When the site took the report: the newest of two reports holds. Milliseconds since 1970. */
  at: number;
  /** The webhook this came by, `<integrationId>:<webhook-id>`: remembered with it, so that it counts once (I5). */
  hook?: string;
}
