import { DurableObject } from "cloudflare:workers";
import type { AnswerLink, LinkAnswer } from "../../protocol/channels.ts";
import type { PresenceHookBody } from "../../protocol/integrations.ts";
import { limits } from "../../protocol/limits.ts";
import type { LoneWorkerSession } from "../../protocol/lone-workers.ts";
import type { Availability, AvailabilityReport } from "../../protocol/presence.ts";
import { done, type Outcome, refuse } from "../../protocol/problems.ts";
import type { BoardName } from "../../protocol/socket/client-frames.ts";
import type { RollCallFrame } from "../../protocol/socket/server-frames.ts";
import type { NewSimulation, StaffingForecast, StaffingSimulation } from "../../protocol/staffing.ts";
import { coalesce } from "../kernel/coalesce.ts";
import type { Caller, HookRaise, NewTenantFacts, RaiseResult, StartedSession } from "../kernel/contract.ts";
import type { Environment } from "../kernel/environment.ts";
import { newId } from "../kernel/ids.ts";
import { Kernel } from "../kernel/kernel.ts";
import type {
  AcceptedAnswer,
  AnswerFacts,
  CheckInFacts,
  GrantAnswer,
  PresenceChange,
  ReachNews,
  SiteFacts,
} from "../kernel/messages.ts";
import type { RoomCall, RoomHead } from "../kernel/room-messages.ts";
import { isOperation, isPerformed, mayDo, type PerformedName } from "./access/permissions.ts";
import type { ProgressPiece } from "./alarm/alarm-store.ts";
import { courseChanged } from "./alarm/course.ts";
import { countsOf } from "./alarm/progress.ts";
import { Announcer } from "./announcer.ts";
import { answerAlarm } from "./answers.ts";
import { calendarsTimer } from "./availability/calendar-operations.ts";
import { CalendarReader } from "./availability/calendar-reader.ts";
import { calendarWays } from "./availability/calendar-ways.ts";
import { type FeedFacts, feedFacts } from "./availability/feed.ts";
import { setAvailability } from "./availability/saying.ts";
import { Boards } from "./boards.ts";
import { answerByLink, type Heard, hearAll, showLink } from "./channels/answer-links.ts";
import { lostAfterMs } from "./channels/send.ts";
import { Sender } from "./channels/sender.ts";
import { sendsTimer } from "./channels/sends-store.ts";
import { setupOf } from "./channels/setup.ts";
import { takeCalls } from "./conversation/calls.ts";
import { roomErrands } from "./conversation/errands.ts";
import { takeHead } from "./conversation/heads.ts";
import { Desk, type Who } from "./desk.ts";
import { showPerson, usernameKey } from "./directory/directory.ts";
import { siteErrands } from "./errands.ts";
import { enrolKiosk, type StartedKiosk } from "./kiosk/operations.ts";
import { type ShownToKiosk, type Signer, signerAt } from "./kiosk/signing.ts";
import { checkInOf } from "./lone-worker/operations.ts";
import { raiseFromHook } from "./operations/alarms.ts";
import { operationOf } from "./operations/all.ts";
import { savePeople } from "./operations/people.ts";
import { siteFactsOf } from "./operations/places.ts";
import { type SessionWish, startSession } from "./operations/sessions.ts";
import { takePresences } from "./presence.ts";
import { type HookedPerson, hookedPresence } from "./presence-hook.ts";
import { frameFor, takeCheckIns } from "./roll-call/check-ins.ts";
import { checkTimer } from "./staffing/checking.ts";
import { Planner } from "./staffing/planning.ts";
import { StaffingWatch } from "./staffing/watch.ts";
import { tenantMigrations } from "./tenant-tables.ts";
import { timed } from "./timed.ts";

/** Sessions, keys and watchers past their time are removed this often, ms. */
const sweepMs = 3_600_000;

/** Operations that give people conversations, and how long they wait for those to be told, ms. */
const namesRooms: ReadonlySet<PerformedName> = new Set<PerformedName>([
  "listConversations",
  "createConversation",
  "putConversationMember",
]);
const roomToldMs = 1_000;

/** Log rows are kept this long (P13: three months). */
const logMs = 92 * 24 * 3_600_000;

/**
 * One customer organisation: its directory, sessions, scenarios and the life of its alarms. A thin shell: it checks who
 * asks, runs the operation in one transaction, and afterwards sends what the transaction wrote down to be sent.
 */
export class TenantActor extends DurableObject<Environment> {
  #tenantId: string;
  #kernel: Kernel;
  #desk: Desk;
  #boards: Boards;
  #errands: ReturnType<typeof siteErrands>;
  #rooms: ReturnType<typeof roomErrands>;
  #sender: Sender;
  #announcer: Announcer;
  #staffing: StaffingWatch;
  #planner: Planner;
  #calendars: CalendarReader;

  constructor(state: DurableObjectState, env: Environment) {
    super(state, env);
    const tenantId = state.id.name;
    if (tenantId === undefined) throw new Error("a tenant actor was not reached by its name");
    this.#tenantId = tenantId;
    this.#kernel = new Kernel(state, env, tenantId, tenantMigrations);
    const channels = setupOf(env, tenantId);
    this.#desk = new Desk(this.#kernel, channels);
    this.#boards = new Boards(this.#desk);
    this.#errands = siteErrands(env, this.#desk, tenantId);
    this.#rooms = roomErrands(env, this.#desk, tenantId);
    this.#sender = new Sender(this.#desk, channels, (change) => this.#commit(change));
    this.#announcer = new Announcer(env, this.#desk, this.#boards, tenantId);
    this.#staffing = new StaffingWatch(this.#desk, (change) => this.#commit(change));
    this.#planner = new Planner(this.#desk);
    this.#calendars = new CalendarReader(this.#desk, calendarWays.of(env), (change) => this.#commit(change));
  }

  override alarm(): Promise<void> {
    return this.#kernel.fire((name) => {
      const lasting = this.#lasting[name];
      if (lasting !== undefined) {
        // It goes on in waitUntil, and until it has set its timer anew, or taken it away, this one stays set: a process killed
        // meanwhile would otherwise wake to rows that nobody carries any more (I11).
        this.#kernel.timers.set(name, Date.now() + lasting.withinMs);
        this.ctx.waitUntil(lasting.run());
        return;
      }
      if (name === "sweep") this.#sweep();
      const [what = "", ref] = name.split(":");
      const work = timed[what];
      if (work !== undefined && ref !== undefined) this.#commit((now) => work(this.#desk, ref, now));
    });
  }

  /** Timers whose work waits for somebody else, and longer than any of it can last, ms. */
  #lasting: Readonly<Record<string, { withinMs: number; run: () => Promise<void> }>> = {
    sites: { withinMs: limits.historyTimeoutMs, run: () => this.#errands.run() },
    rooms: { withinMs: limits.historyTimeoutMs, run: () => this.#rooms.run() },
    [sendsTimer]: { withinMs: lostAfterMs, run: () => this.#sender.run() },
    // A calendar takes its time limit, and its redirects none of their own.
    [calendarsTimer]: { withinMs: 2 * limits.calendarTimeoutMs, run: () => this.#calendars.run() },
    [checkTimer]: { withinMs: 60_000, run: () => this.#staffing.run() },
  };

  /** Makes the tenant and its first administrator. Twice the same is harmless (the registry may ask again). */
  initialise(facts: NewTenantFacts): Outcome<{ tenantId: string }> {
    return this.#commit((now) => {
      if (this.#desk.facts !== undefined) return done({ tenantId: this.#tenantId });
      const { slug, name, locale, admin, invitationHash } = facts;
      const timeZone = facts.timeZone ?? "Europe/Amsterdam";
      this.#desk.setFacts({ tenantId: this.#tenantId, slug, name, locale, timeZone });
      const operator = { type: "operator", id: "operator" } as const;
      this.#desk.record("tenant.saved", this.#tenantId, now, operator, { slug, name, locale, timeZone, version: 1 });
      const person = {
        ...admin,
        userId: newId("usr"),
        locale,
        permission: "admin",
        roleIds: [],
        enabled: true,
        version: 1,
      } as const;
      savePeople(this.#desk, [{ ...person, roleIds: [] }], undefined, now);
      this.#desk.sessions.addCode(invitationHash, "invitation", person.userId, now + limits.invitationMs);
      this.#kernel.timers.set("sweep", now + sweepMs);
      return done({ tenantId: this.#tenantId });
    });
  }

  exists(): boolean {
    return this.#desk.facts !== undefined;
  }

  /** Everything that people ask, by the name of its route. Input was decoded at the edge by the route's schemas. */
  perform(caller: Caller, operation: string, input: unknown): Outcome<unknown> | Promise<Outcome<unknown>> {
    if (!isPerformed(operation)) return refuse("not_found");
    const outcome = this.#commit((now) => {
      const who = this.#identify(caller, now);
      if (who === undefined) return refuse("unauthenticated");
      if (!mayDo(operation, who.person.permission, who.session.kind)) return refuse("forbidden");
      return operationOf(operation)(this.#desk, who, input as never, now);
    });
    return namesRooms.has(operation) && !this.#kernel.outbox.isEmpty("rooms") ? this.#afterRooms(outcome) : outcome;
  }

  /**
   * Whoever is given a conversation goes there at once: it should have heard of itself by then. It is stored all the same, so
   * that a conversation that cannot be told now holds nobody up for longer than a moment.
   */
  async #afterRooms(outcome: Outcome<unknown>): Promise<Outcome<unknown>> {
    await Promise.race([this.#rooms.run(), new Promise((resolve) => setTimeout(resolve, roomToldMs))]);
    return outcome;
  }

  /** Whether `perform` would come to the operation at all, by the matrix alone: asked before a large body is read. */
  allows(caller: Caller, operation: string): Outcome<null> {
    const who = this.#identify(caller, Date.now());
    if (who === undefined) return refuse("unauthenticated");
    if (!isOperation(operation) || !mayDo(operation, who.person.permission, who.session.kind))
      return refuse("forbidden");
    return done(null);
  }

  checkInvitation(invitationHash: string): boolean {
    return this.#desk.sessions.knowsCode(invitationHash, "invitation", Date.now());
  }

  acceptInvitation(facts: {
    invitationHash: string;
    passwordHash: string;
    secretHash: string;
    ip?: string;
  }): Outcome<StartedSession> {
    return this.#commit((now) => {
      const userId = this.#desk.sessions.takeCode(facts.invitationHash, "invitation", now);
      if (userId === undefined || this.#desk.directory.people.get(userId)?.enabled !== true) return refuse("expired");
      this.#desk.people.setPassword(userId, facts.passwordHash);
      return startSession(this.#desk, userId, { kind: "session", secretHash: facts.secretHash, ip: facts.ip }, now);
    });
  }

  findLogin(username: string): { userId: string; passwordHash: string } | undefined {
    const userId = this.#desk.directory.byUsername.get(usernameKey(username));
    const passwordHash = userId === undefined ? undefined : this.#desk.people.passwordOf(userId);
    return userId === undefined || passwordHash === undefined ? undefined : { userId, passwordHash };
  }

  /** After the edge has checked the password: refused when it was changed in the meantime. */
  startSession(facts: {
    userId: string;
    passwordHash: string;
    secretHash: string;
    ip?: string;
  }): Outcome<StartedSession> {
    return this.#commit((now) => {
      if (this.#desk.people.passwordOf(facts.userId) !== facts.passwordHash) return refuse("unauthenticated");
      const wish: SessionWish = { kind: "session", secretHash: facts.secretHash, ip: facts.ip };
      return startSession(this.#desk, facts.userId, wish, now);
    });
  }

  enrolDevice(facts: {
    codeHash: string;
    device: { name: string; platform: string };
    secretHash: string;
    ip?: string;
  }): Outcome<StartedSession> {
    return this.#commit((now) => {
      const userId = this.#desk.sessions.takeCode(facts.codeHash, "enrolment", now);
      if (userId === undefined) return refuse("expired");
      const wish: SessionWish = { kind: "device", secretHash: facts.secretHash, device: facts.device, ip: facts.ip };
      const started = startSession(this.#desk, userId, wish, now);
      return started.ok ? started : refuse("expired");
    });
  }

  hookSecret(integrationId: string, kind: "webhook" | "presence"): string | undefined {
    const integration = this.#desk.directory.integrations.get(integrationId);
    return integration?.kind === kind ? integration.secret : undefined;
  }

  raiseFromHook(hook: HookRaise): Outcome<RaiseResult> {
    return this.#commit((now) => raiseFromHook(this.#desk, hook, now));
  }

  /** How long the commit took as the edge saw it: the answer leaves this object only when the write is durable. */
  noteCommit(alarmId: string, commitMs: number): void {
    this.#commit((now) => {
      const opened = this.#desk.alarms.open(alarmId);
      if (opened === undefined || opened.alarm.commitMs !== undefined) return;
      this.#desk.alarms.update(opened, { ...opened.alarm, commitMs });
      this.#desk.record("alarm.committed", alarmId, now, { type: "system", id: "edge" }, { alarmId, commitMs });
    });
  }

  // ---------------------------------------------------------------------------------- what links and providers say

  /** What the answer link of a send shows. The edge has checked its seal. */
  answerLink(sendId: string): Outcome<AnswerLink> {
    return showLink(this.#desk, sendId, Date.now());
  }

  answerByLink(sendId: string, answer: LinkAnswer) {
    return this.#commit((now) => answerByLink(this.#desk, sendId, answer, now));
  }

  /** Answered when it is written down: thousands of receipts that come at once are written together. */
  heard(one: Heard): Promise<Outcome<null>> {
    return this.#heard(one);
  }

  #heard = coalesce<Heard, Outcome<null>>(async (heard) => {
    await new Promise((resolve) => setTimeout(resolve, limits.receiptBatchMs));
    return this.#commit((now) => hearAll(this.#desk, heard, now));
  });

  // ---------------------------------------------------------------------------------- what site actors ask

  /** Sessions that a site actor does not know yet, many at once. */
  grants(place: string, asked: readonly { sessionId: string; secretHash: string }[]): GrantAnswer[] {
    const now = Date.now();
    return asked.map(({ sessionId, secretHash }) => {
      const who = this.#identify({ sessionId, secretHash }, now);
      if (who === undefined) return { unknown: true };
      const home = this.#desk.placeOf(who.person);
      if (home !== place) return { movedTo: home };
      const { deviceId, expiresAt } = who.session;
      const { version } = who.person;
      return { grant: { sessionId, secretHash, deviceId, expiresAt, user: showPerson(who.person), version } };
    });
  }

  /** Answers of recipients, in the order in which everybody will see them (I4). */
  answers(list: readonly AnswerFacts[]): Outcome<AcceptedAnswer>[] {
    return this.#commit((now) => list.map((facts) => answerAlarm(this.#desk, facts, now)));
  }

  /** Own check-ins to roll-calls, in the order they came. Each is answered with what the person's devices are told. */
  checkIns(list: readonly CheckInFacts[]): Outcome<RollCallFrame>[] {
    return this.#commit((now) =>
      takeCheckIns(this.#desk, list, now).map((taken, i) =>
        taken.ok ? done(frameFor(this.#desk, taken.value, list[i]?.userId ?? "")) : taken,
      ),
    );
  }

  /** What a site's devices did: who was sent it, who received and saw it, who was not reached. Twice is harmless. */
  progress(pieces: readonly { alarmId: string; piece: ProgressPiece }[]): void {
    this.#commit((now) => {
      for (const { alarmId, piece } of pieces) {
        const opened = this.#desk.alarms.open(alarmId);
        if (opened === undefined) continue;
        const changed = this.#desk.alarms.addPiece(opened, piece);
        if (changed.length === 0) continue;
        this.#desk.alarmChanged(alarmId, changed, false);
        courseChanged(this.#desk, opened, now);
      }
    });
  }

  presenceChanged(changes: readonly PresenceChange[]): void {
    this.#commit((now) => takePresences(this.#desk, changes, now));
  }

  /** What a site's actor must know of it, or undefined when there is no such site. */
  siteOf(siteId: string): { zoneIds: string[]; facts: SiteFacts } | undefined {
    const site = this.#desk.directory.sites.get(siteId);
    if (site === undefined) return undefined;
    const zones = [...this.#desk.directory.zones.values()];
    return {
      zoneIds: zones.flatMap((zone) => (zone.siteId === siteId ? [zone.zoneId] : [])),
      facts: siteFactsOf(site),
    };
  }

  /** Whose sockets came and went at a site. In memory, written later: alarms never wait for it. */
  connected(news: ReachNews): boolean {
    const agreed = this.#desk.reach.take(news, Date.now());
    if (news.came.length + news.went.length > 0) this.#desk.staffing.stir();
    this.#staffing.afterCommit();
    return agreed;
  }

  /** When these devices last gave a sign, wherever their sockets are; ms since 1970, 0 for never. */
  signsOf(deviceIds: readonly string[]): number[] {
    return this.#desk.reach.signsOf(deviceIds, Date.now());
  }

  /** Enrols the device of a kiosk with its one-time code. */
  enrolKiosk(facts: { codeHash: string; secretHash: string; ip?: string }): Outcome<StartedKiosk> {
    return this.#commit((now) => enrolKiosk(this.#desk, facts, now));
  }

  /** Who a kiosk signs in or out. The site's actor then takes it. */
  kioskSigner(caller: Caller, shown: ShownToKiosk): Outcome<Signer> {
    return this.#commit((now) => signerAt(this.#desk, caller, shown, now));
  }

  /** Whom a presence integration speaks of; `done` when this message was taken before. */
  hookedPresence(hook: { integrationId: string; webhookId: string; body: PresenceHookBody }): Outcome<HookedPerson> {
    return hookedPresence(this.#desk, hook, Date.now());
  }

  // ---------------------------------------------------------------------------------- what conversations tell

  /** What moved in a room, for people's lists. */
  roomMoved(head: RoomHead): void {
    this.#commit(() => takeHead(this.#desk, head));
  }

  /** People to be told of a message by their channels. Twice the same is harmless. */
  roomCalls(calls: readonly RoomCall[]): void {
    this.#commit((now) => takeCalls(this.#desk, calls, now));
  }

  availabilityChanged(userId: string, report: AvailabilityReport): Outcome<Availability> {
    return this.#commit((now) => setAvailability(this.#desk, userId, report, now));
  }

  /** What a person's calendar feed tells. The edge has checked its seal. */
  calendarFeed(feedId: string): Outcome<FeedFacts> {
    return feedFacts(this.#desk, feedId, Date.now());
  }

  /** A lone worker's press on a socket. */
  loneWorkerCheckedIn(
    userId: string,
    facts: { loneWorkerSessionId: string; secondsAgo?: number | undefined },
  ): Outcome<LoneWorkerSession> {
    return this.#commit((now) => checkInOf(this.#desk, userId, facts, now));
  }

  watch(place: string, userId: string, board: BoardName, ref: string): Outcome<string[]> {
    return this.#boards.watch(place, userId, board, ref, Date.now());
  }

  renewWatches(place: string, boards: readonly { board: BoardName; ref: string }[]): void {
    for (const { board, ref } of boards) this.#boards.renew(place, board, ref, Date.now());
  }

  unwatch(place: string, board: BoardName, ref: string): void {
    this.#boards.unwatch(place, board, ref);
  }

  /** Hour by hour; beside everything else (staffing/planning.ts). The edge has asked `perform` whether this person may. */
  staffingForecast(days: number | undefined): Promise<Outcome<StaffingForecast>> {
    return this.#planner.forecast(days);
  }

  staffingSimulation(wish: NewSimulation): Promise<Outcome<StaffingSimulation>> {
    return this.#planner.simulate(wish);
  }

  /** Counts of an alarm, for a site that tells a person's other devices of an answer. */
  countsOf(alarmId: string) {
    const opened = this.#desk.alarms.open(alarmId);
    return opened === undefined ? undefined : { version: opened.progress.version, counts: countsOf(opened.progress) };
  }

  // ---------------------------------------------------------------------------------- inside

  #identify(caller: Caller, now: number): Who | undefined {
    const session = this.#desk.sessions.find(caller.sessionId, caller.secretHash, now);
    const person = session === undefined ? undefined : this.#desk.directory.people.get(session.userId);
    if (session === undefined || person === undefined || !person.enabled) return undefined;
    return { person, session, ip: caller.ip };
  }

  /**
   * One transaction, then what follows from it. Crash windows: before the commit nothing happened; after it, errands and
   * records are rows that a timer of the same commit takes up again.
   */
  #commit<T>(change: (now: number) => T): T {
    const { alarms, sites: changedSites, rollCalls } = this.#desk.changes;
    let result: T;
    try {
      result = this.#kernel.transaction(() => change(Date.now()));
    } catch (error) {
      this.#desk.forget();
      alarms.clear();
      changedSites.clear();
      rollCalls.clear();
      this.#desk.changes.staffing = false;
      throw error;
    }
    this.#staffing.afterCommit();
    this.#announcer.afterCommit();
    if (this.#desk.sends.takeStirred()) this.ctx.waitUntil(this.#sender.run());
    const sites = !this.#kernel.outbox.isEmpty("sites");
    const rooms = !this.#kernel.outbox.isEmpty("rooms");
    if (sites || rooms) this.ctx.waitUntil(this.#sendSoon(sites, rooms));
    return result;
  }

  /** The caller's answer leaves first, then the fan-out begins (issue 3, "Raise"): they share one thread. */
  async #sendSoon(sites: boolean, rooms: boolean): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 1));
    await Promise.all([sites ? this.#errands.run() : undefined, rooms ? this.#rooms.run() : undefined]);
  }

  #sweep(): void {
    const now = Date.now();
    this.#kernel.transaction(() => {
      this.#desk.sweep(now);
      this.#boards.sweep(now);
      this.#kernel.log.prune(now - logMs);
      this.#kernel.timers.set("sweep", now + sweepMs);
    });
  }
}
