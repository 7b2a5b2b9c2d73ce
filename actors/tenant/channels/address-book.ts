import { and, eq, gt, sql } from "drizzle-orm";
import type { Detail } from "../../../protocol/channels.ts";
import type { Channel } from "../../../protocol/terms.ts";
import type { Database } from "../../kernel/database.ts";
import type { SessionStore } from "../access/session-store.ts";
import type { DirectoryStore } from "../directory/directory-store.ts";
import { sessions as sessionRows } from "../tenant-tables.ts";
import type { Address } from "./channel.ts";
import { pushSubscriptions, verifiedDetails } from "./channel-tables.ts";
import { toE164 } from "./phone-number.ts";
import type { Adapters } from "./settings.ts";

/** Why a channel cannot reach somebody: the reason of a `skipped` send. */
export type NoWay =
  | "noProvider"
  | "noNumber"
  | "noEmail"
  | "notVerified"
  | "noSubscription"
  | "exercise"
  | "disabled"
  | "unknown";

export interface Subject {
  id: string;
  contact: boolean;
}

/** Where a push message goes, and whose session that is. */
export interface PushAddress {
  sessionId: string;
  to: Extract<Address, { type: "push" }>;
}

export const detailOf: Record<Exclude<Channel, "push">, Detail> = { sms: "phone", voice: "phone", email: "email" };

/**
 * Where people can be reached: only addresses that were proven by a code, and browsers whose session lasts. What is proven is
 * the address itself, so a changed one counts as unproven at once, whoever changed it.
 */
export class AddressBook {
  #database: Database;
  #people: DirectoryStore;
  #sessions: SessionStore;
  #adapters: Readonly<Adapters>;
  #timeZone: () => string;
  /** `<detail>:<subject>` -> the proven address. */
  #proven: Map<string, string> | undefined;
  /** People with a subscribed browser -> when the last of their sessions ends. */
  #subscribed: { people: Map<string, number>; ofSessions: number } | undefined;

  constructor(
    database: Database,
    people: DirectoryStore,
    sessions: SessionStore,
    adapters: Readonly<Adapters>,
    timeZone: () => string,
  ) {
    this.#database = database;
    this.#people = people;
    this.#sessions = sessions;
    this.#adapters = adapters;
    this.#timeZone = timeZone;
  }

  /** An address as it was written down, whether proven or not. */
  written({ id, contact }: Subject, detail: Detail): string | undefined {
    const { people, contacts } = this.#people.directory;
    return (contact ? contacts.get(id) : people.get(id))?.[detail];
  }

  /** An address as providers take it; undefined also for a number of which the country cannot be told. */
  usable(subject: Subject, detail: Detail): string | undefined {
    const written = this.written(subject, detail);
    if (written === undefined) return undefined;
    return detail === "email" ? written : toE164(written, this.#timeZone());
  }

  isProven(subject: Subject, detail: Detail): boolean {
    const written = this.written(subject, detail);
    return written !== undefined && this.#provenMap().get(`${detail}:${subject.id}`) === written;
  }

  prove({ id }: Subject, detail: Detail, value: string, now: number): void {
    const row = { value, at: now };
    this.#database
      .insert(verifiedDetails)
      .values({ subject: id, detail, ...row })
      .onConflictDoUpdate({ target: [verifiedDetails.subject, verifiedDetails.detail], set: row })
      .run();
    this.#provenMap().set(`${detail}:${id}`, value);
  }

  /** Takes back what was proven of addresses that somebody no longer has: proof of an old one must not come back with it. */
  disprove(subjects: readonly Subject[]): void {
    for (const subject of subjects)
      for (const detail of ["email", "phone"] as const) {
        const proven = this.#provenMap().get(`${detail}:${subject.id}`);
        if (proven === undefined || proven === this.written(subject, detail)) continue;
        this.#database
          .delete(verifiedDetails)
          .where(and(eq(verifiedDetails.subject, subject.id), eq(verifiedDetails.detail, detail)))
          .run();
        this.#provenMap().delete(`${detail}:${subject.id}`);
      }
  }

  /** Whether this installation has a provider for a channel. */
  isConfigured(channel: Channel): boolean {
    return this.#adapters[channel] !== undefined;
  }

  providerOf(channel: Channel): string | undefined {
    return this.#adapters[channel]?.provider;
  }

  /**
   * Why this channel cannot reach somebody; undefined when it can. Reads no table once it is warm.
   *
   * @param proving a code goes to an address that is not proven yet: that is the only thing it is used for
   */
  noWay(subject: Subject, channel: Channel, now: number, proving = false): NoWay | undefined {
    const { people, contacts } = this.#people.directory;
    if (subject.contact ? !contacts.has(subject.id) : !people.has(subject.id)) return "unknown";
    if (!subject.contact && people.get(subject.id)?.enabled !== true) return "disabled";
    if (this.#adapters[channel] === undefined) return "noProvider";
    if (channel === "push") {
      const until = subject.contact ? undefined : this.#subscribers(now).get(subject.id);
      return until === undefined || until <= now ? "noSubscription" : undefined;
    }
    const detail = detailOf[channel];
    if (this.usable(subject, detail) === undefined) return detail === "email" ? "noEmail" : "noNumber";
    return proving || this.isProven(subject, detail) ? undefined : "notVerified";
  }

  // ---------------------------------------------------------------------------------- browsers

  subscribe(sessionId: string, userId: string, to: Omit<PushAddress["to"], "type">, now: number): void {
    // A browser that somebody else logs in on keeps its endpoint: it is the new session's from now on.
    this.#database.delete(pushSubscriptions).where(eq(pushSubscriptions.endpoint, to.endpoint)).run();
    const row = { userId, ...to, at: now };
    this.#database
      .insert(pushSubscriptions)
      .values({ sessionId, ...row })
      .onConflictDoUpdate({ target: pushSubscriptions.sessionId, set: row })
      .run();
    this.#subscribed = undefined;
  }

  /** @param endpoint only when it is still this one: a browser may have subscribed anew meanwhile */
  unsubscribe(sessionId: string, endpoint?: string): void {
    this.#database
      .delete(pushSubscriptions)
      .where(
        and(
          eq(pushSubscriptions.sessionId, sessionId),
          endpoint === undefined ? undefined : eq(pushSubscriptions.endpoint, endpoint),
        ),
      )
      .run();
    this.#subscribed = undefined;
  }

  /** The browsers of somebody whose sessions last. */
  pushAddresses(userId: string, now: number): PushAddress[] {
    return this.#database
      .select({
        sessionId: pushSubscriptions.sessionId,
        endpoint: pushSubscriptions.endpoint,
        p256dh: pushSubscriptions.p256dh,
        auth: pushSubscriptions.auth,
      })
      .from(pushSubscriptions)
      .innerJoin(sessionRows, eq(sessionRows.sessionId, pushSubscriptions.sessionId))
      .where(and(eq(pushSubscriptions.userId, userId), gt(sessionRows.expiresAt, now)))
      .all()
      .map(({ sessionId, ...to }) => ({ sessionId, to: { type: "push", ...to } }));
  }

  /** Removes subscriptions of sessions that are over, and proof of addresses that nobody has any more (I10). */
  sweep(): void {
    this.#database.run(sql`DELETE FROM push_subscriptions WHERE session_id NOT IN (SELECT session_id FROM sessions)`);
    const { people, contacts } = this.#people.directory;
    for (const { subject } of this.#database.select({ subject: verifiedDetails.subject }).from(verifiedDetails).all())
      if (!people.has(subject) && !contacts.has(subject))
        this.#database.delete(verifiedDetails).where(eq(verifiedDetails.subject, subject)).run();
    this.forget();
  }

  forget(): void {
    this.#proven = undefined;
    this.#subscribed = undefined;
  }

  #provenMap(): Map<string, string> {
    this.#proven ??= new Map(
      this.#database
        .select()
        .from(verifiedDetails)
        .all()
        .map(({ detail, subject, value }) => [`${detail}:${subject}`, value]),
    );
    return this.#proven;
  }

  #subscribers(now: number): Map<string, number> {
    const ofSessions = this.#sessions.changes;
    if (this.#subscribed?.ofSessions === ofSessions) return this.#subscribed.people;
    const rows = this.#database
      .select({ userId: pushSubscriptions.userId, until: sql<number>`max(${sessionRows.expiresAt})` })
      .from(pushSubscriptions)
      .innerJoin(sessionRows, eq(sessionRows.sessionId, pushSubscriptions.sessionId))
      .where(gt(sessionRows.expiresAt, now))
      .groupBy(pushSubscriptions.userId)
      .all();
    const people = new Map(rows.map(({ userId, until }) => [userId, until]));
    this.#subscribed = { people, ofSessions };
    return people;
  }
}
