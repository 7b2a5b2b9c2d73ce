import { eq, lte } from "drizzle-orm";
import { limits } from "../../protocol/limits.ts";
import type { By, RecordBody, RecordType } from "../../protocol/records.ts";
import type { NoticeFrame } from "../../protocol/socket/server-frames.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { SiteMessage } from "../kernel/messages.ts";
import { roaming } from "../kernel/stubs.ts";
import type { KeptSession } from "./access/session-store.ts";
import { SessionStore } from "./access/session-store.ts";
import { AlarmStore, type OpenedAlarm } from "./alarm/alarm-store.ts";
import { GoingOut } from "./alarm/going-out.ts";
import { isWithAll } from "./alarm/progress.ts";
import { AvailabilityStore } from "./availability/availability-store.ts";
import { AddressBook } from "./channels/address-book.ts";
import { LinkTokens } from "./channels/link-token.ts";
import { SendsStore } from "./channels/sends-store.ts";
import type { ChannelSetup } from "./channels/setup.ts";
import { VerificationStore } from "./channels/verification-store.ts";
import { ConversationStore } from "./conversation/conversation-store.ts";
import { isToldToRooms, type RoomErrand, roomLogMs } from "./conversation/errands.ts";
import type { Person } from "./directory/directory.ts";
import { DirectoryStore } from "./directory/directory-store.ts";
import { Headcounts } from "./headcounts.ts";
import { IncidentStore } from "./incident/incident-store.ts";
import { KioskStore } from "./kiosk/kiosk-store.ts";
import { ReachStore } from "./reach/reach-store.ts";
import { RollCallStore } from "./roll-call/roll-call-store.ts";
import { RosterStore } from "./roster/roster-store.ts";
import { countingOf } from "./site-presence.ts";
import { StaffingStore } from "./staffing/staffing-store.ts";
import { dayIn, isQualified } from "./targeting/qualified.ts";
import { ReadinessStore } from "./targeting/readiness-store.ts";
import { watchExpiry } from "./targeting/reminding.ts";
import { keys, meta } from "./tenant-tables.ts";
import { WhereaboutsStore } from "./whereabouts-store.ts";

export interface TenantFacts {
  tenantId: string;
  slug: string;
  name: string;
  locale: "nl" | "en";
  timeZone: string;
}

/** Who does something, checked: the session exists, its time is not over, the person is enabled. */
export interface Who {
  person: Person;
  session: KeptSession;
  ip?: string | undefined;
}

/** A message to a site actor as the outbox keeps it: an alarm by its id, its recipients are read when it is sent. */
export type SiteErrand =
  | { kind: "alarm"; alarmId: string; only?: string[] }
  | { kind: "again"; alarmId: string; seq: number; only?: string[] }
  /** A roll-call as it stands when this is sent: for everybody with a line, or for these people. */
  | { kind: "rollCall"; rollCallId: string; only?: string[] }
  | Exclude<SiteMessage, { kind: "alarm" | "again" | "rollCall" }>;

/** What changed for those who watch, told after the commit. */
export interface Changes {
  alarms: Map<string, { recipients: Set<number>; answered: boolean }>;
  /** People whose presence or availability changed, by site. */
  sites: Map<string, Set<string>>;
  /** Lines that changed, by roll-call. */
  rollCalls: Map<string, Set<number>>;
  /** How a staffing rule stands. */
  staffing: boolean;
}

/**
 * Everything an operation of the tenant works with. Operations are synchronous and run in one transaction: state, record,
 * outbox row and timer together, or nothing (I1).
 */
export class Desk {
  readonly kernel: Kernel;
  readonly people: DirectoryStore;
  readonly sessions: SessionStore;
  readonly alarms: AlarmStore;
  readonly whereabouts: WhereaboutsStore;
  /** How many are present in each site. */
  readonly headcounts: Headcounts;
  readonly readiness: ReadinessStore;
  readonly availability: AvailabilityStore;
  readonly conversations: ConversationStore;
  readonly incidents: IncidentStore;
  readonly rollCalls: RollCallStore;
  readonly staffing: StaffingStore;
  readonly rosters: RosterStore;
  readonly addresses: AddressBook;
  readonly codes: VerificationStore;
  readonly sends: SendsStore;
  readonly reach: ReachStore;
  readonly kiosks: KioskStore;
  /** When each person raised alarms of late, ms since 1970. In memory alone: it asks for a second thought, no more. */
  readonly raisedOfLate = new Map<string, number[]>();
  readonly changes: Changes = { alarms: new Map(), sites: new Map(), rollCalls: new Map(), staffing: false };
  #goingOut = new GoingOut((alarmId) => {
    const opened = this.alarms.open(alarmId);
    return opened === undefined || isWithAll(opened.progress);
  });
  #facts: TenantFacts | undefined;
  /** The timer that tells rooms of incidents what happened is set. */
  #roomLog = false;

  constructor(kernel: Kernel, channels: ChannelSetup) {
    this.kernel = kernel;
    this.headcounts = new Headcounts(
      () => this.whereabouts.all.keys(),
      (userId) => countingOf(this, userId),
    );
    const stirred = (userId: string) => this.headcounts.stir(userId);
    this.people = new DirectoryStore(kernel.database, stirred);
    this.sessions = new SessionStore(kernel.database);
    this.alarms = new AlarmStore(kernel.database);
    this.whereabouts = new WhereaboutsStore(kernel.database, stirred);
    this.readiness = new ReadinessStore(kernel.database);
    this.availability = new AvailabilityStore(kernel.database);
    this.conversations = new ConversationStore(kernel.database);
    this.incidents = new IncidentStore(kernel.database);
    this.rollCalls = new RollCallStore(kernel.database);
    this.staffing = new StaffingStore(kernel.database);
    const timeZone = () => this.facts?.timeZone ?? "";
    const directory = () => this.directory;
    this.rosters = new RosterStore(kernel.database, directory, (userId, roleId, at) =>
      this.#isQualified(userId, roleId, at),
    );
    this.addresses = new AddressBook(kernel.database, this.people, this.sessions, channels.adapters, timeZone);
    this.codes = new VerificationStore(kernel.database, new LinkTokens(channels.pepper, channels.tenantId));
    this.sends = new SendsStore(this, this.addresses);
    this.reach = new ReachStore(kernel, this.addresses);
    this.kiosks = new KioskStore(kernel.database);
  }

  get directory() {
    return this.people.directory;
  }

  get facts(): TenantFacts | undefined {
    this.#facts ??= this.#read("tenant") as TenantFacts | undefined;
    return this.#facts;
  }

  setFacts(facts: TenantFacts): void {
    this.#write("tenant", facts);
    this.#facts = facts;
  }

  /** The tenant's next number of alarms and stand-downs (wire.md, `seq`). */
  nextSeq(): number {
    const seq = ((this.#read("seq") as number | undefined) ?? 0) + 1;
    this.#write("seq", seq);
    return seq;
  }

  record<T extends RecordType>(type: T, entity: string, at: number, by: By, body: RecordBody<T>, ip?: string): void {
    this.kernel.log.append({ type, entity, at, by, ip, body });
    this.kernel.recordsWritten(at);
    this.staffing.heard(type);
    if (isToldToRooms(type)) this.#tellRoomsLater(at);
  }

  /** Sends something to a site actor, in order with what was sent to it before, until it has stored it. */
  tellSite(place: string, errand: SiteErrand, now: number): void {
    this.kernel.outbox.add({ topic: "sites", entity: place, body: errand }, now);
    // The safety net for a crash between this commit and the sending that follows it at once.
    this.kernel.timers.setIfSooner("sites", now + 2_000);
    if (errand.kind === "alarm" || errand.kind === "again") this.#goingOut.called(errand.alarmId, now);
  }

  /** Tells a conversation's own actor something, in order with what it was told before, until it has stored it. */
  tellRoom(conversationId: string, errand: RoomErrand, now: number): void {
    this.kernel.outbox.add({ topic: "rooms", entity: conversationId, body: errand }, now);
    // As for the sites.
    this.kernel.timers.setIfSooner("rooms", now + 2_000);
  }

  /**
   * Says something that is no alarm to these people, on every open socket of theirs. Kept nowhere: whoever must not miss it
   * needs a call that tells how things stand.
   */
  notify(userIds: readonly string[], frame: NoticeFrame, now: number): void {
    const places = new Map<string, string[]>();
    for (const userId of userIds) {
      const person = this.directory.people.get(userId);
      if (person === undefined || !person.enabled) continue;
      const there = places.get(this.placeOf(person));
      if (there === undefined) places.set(this.placeOf(person), [userId]);
      else there.push(userId);
    }
    for (const [place, there] of places) this.tellSite(place, { kind: "notice", userIds: there, frame }, now);
  }

  placeOf(person: { homeSiteId?: string | undefined }): string {
    return person.homeSiteId ?? roaming;
  }

  /** Where an alarm's recipients are delivered to: where they were when it was raised, and where they have moved to since. */
  placesOf({ places, progress }: OpenedAlarm): Set<string> {
    const all = new Set(places.map(({ place }) => place));
    for (const userId of progress.userIds) {
      const person = this.directory.people.get(userId);
      if (person !== undefined) all.add(this.placeOf(person));
    }
    return all;
  }

  /** What was answered to this key before, when it is still remembered (I5). */
  replay(key: string, now: number): { bodyHash: string; answer: unknown } | undefined {
    const [row] = this.kernel.database.select().from(keys).where(eq(keys.key, key)).all();
    if (row === undefined || row.expiresAt <= now) return undefined;
    return { bodyHash: row.bodyHash, answer: JSON.parse(row.answer) as unknown };
  }

  remember(key: string, bodyHash: string, answer: unknown, expiresAt: number): void {
    const row = { bodyHash, answer: JSON.stringify(answer), expiresAt };
    this.kernel.database
      .insert(keys)
      .values({ key, ...row })
      .onConflictDoUpdate({ target: keys.key, set: row })
      .run();
  }

  sweep(now: number): void {
    this.kernel.database.delete(keys).where(lte(keys.expiresAt, now)).run();
    this.sessions.sweep(now);
    this.addresses.sweep();
    this.codes.sweep(now);
    this.sends.sweep(now);
    this.kiosks.sweep(now);
    this.rollCalls.prune(now - limits.rollCallKeptMs);
    this.staffing.sweep(now);
    this.rosters.sweep(now);
    this.availability.sweep(now);
    this.conversations.sweep(now - limits.roomCallsKeptMs);
    watchExpiry(this, now);
  }

  /** Whether an alarm is on its way to devices: what can wait does (kernel/giving-way.ts). */
  alarmGoesOut(): boolean {
    return this.#goingOut.any(Date.now());
  }

  alarmChanged(alarmId: string, recipients: readonly number[], answered: boolean): void {
    const known = this.changes.alarms.get(alarmId) ?? { recipients: new Set<number>(), answered: false };
    for (const i of recipients) known.recipients.add(i);
    known.answered ||= answered;
    this.changes.alarms.set(alarmId, known);
  }

  /** Somebody came to a site, left it, or changed there. */
  presenceChanged(siteId: string, userId: string): void {
    const known = this.changes.sites.get(siteId);
    if (known === undefined) this.changes.sites.set(siteId, new Set([userId]));
    else known.add(userId);
  }

  /** Grows with each change of a shape: devices that know the newest number ask for nothing more. */
  get shapesVersion(): number {
    return (this.#read("shapes") as number | undefined) ?? 0;
  }

  shapesChanged(): void {
    this.#write("shapes", this.shapesVersion + 1);
  }

  /** Sites in which somebody was present when presence was last counted. */
  countedSites(): string[] {
    return (this.#read("counted") as string[] | undefined) ?? [];
  }

  setCountedSites(siteIds: readonly string[]): void {
    this.#write("counted", siteIds);
  }

  rollCallChanged(rollCallId: string, lines: readonly number[]): void {
    const known = this.changes.rollCalls.get(rollCallId) ?? new Set<number>();
    for (const i of lines) known.add(i);
    this.changes.rollCalls.set(rollCallId, known);
  }

  /** After a failed transaction what is in memory may not be what is stored. */
  forget(): void {
    this.people.forget();
    this.sessions.forget();
    this.alarms.forget();
    this.whereabouts.forget();
    this.headcounts.forget();
    this.rollCalls.forget();
    this.staffing.forget();
    this.readiness.forget();
    this.availability.forget();
    this.rosters.forget();
    this.addresses.forget();
    this.sends.forget();
    this.#facts = undefined;
    this.#roomLog = false;
  }

  /** What happened to an incident is told to its room by a timer of its own: the alarm does not wait for it. */
  #tellRoomsLater(now: number): void {
    if (this.#roomLog) return;
    this.#roomLog = true;
    this.kernel.timers.setIfSooner("roomLog:tenant", now + roomLogMs);
  }

  /** The timer has come: the next record sets it again. */
  roomLogTaken(): void {
    this.#roomLog = false;
  }

  #isQualified(userId: string, roleId: string, at: number): boolean {
    const { people, roles } = this.directory;
    const day = dayIn(this.facts?.timeZone ?? "Europe/Amsterdam", at);
    return isQualified(people.get(userId), roles.get(roleId), this.readiness.certificatesOf(userId), day);
  }

  #read(key: string): unknown {
    const [row] = this.kernel.database.select().from(meta).where(eq(meta.key, key)).all();
    return row === undefined ? undefined : JSON.parse(row.value);
  }

  #write(key: string, value: unknown): void {
    const text = JSON.stringify(value);
    this.kernel.database
      .insert(meta)
      .values({ key, value: text })
      .onConflictDoUpdate({ target: meta.key, set: { value: text } })
      .run();
  }
}
