import { DurableObject } from "cloudflare:workers";
import { limits } from "../../protocol/limits.ts";
import { User } from "../../protocol/people.ts";
import type { OwnPresence, PresenceReport } from "../../protocol/presence.ts";
import { done, type Outcome, type ProblemCode, problemStatus, refuse, toProblem } from "../../protocol/problems.ts";
import type { BoardName } from "../../protocol/socket/client-frames.ts";
import { closing, subprotocol } from "../../protocol/socket/closing.ts";
import type { ChainHead } from "../kernel/chain.ts";
import type { Caller, Located } from "../kernel/contract.ts";
import type { Environment } from "../kernel/environment.ts";
import { Kernel } from "../kernel/kernel.ts";
import type { SiteMessage } from "../kernel/messages.ts";
import { type Admitted, roomPerson } from "../kernel/room-messages.ts";
import { SocketIndex } from "../kernel/socket-index.ts";
import { placeOfName, siteStub, tenantStub } from "../kernel/stubs.ts";
import { nameOf } from "../kernel/timers.ts";
import { Admission, UpgradeCaller } from "./admission.ts";
import { Courier } from "./delivery/courier.ts";
import type { Delivery } from "./delivery/delivery.ts";
import { DeliveryStore } from "./delivery/delivery-store.ts";
import { fanOut } from "./delivery/fan-out.ts";
import { Teller } from "./delivery/teller.ts";
import { GrantStore, type Known } from "./grant-store.ts";
import { Endings } from "./presence/endings.ts";
import type { Source } from "./presence/presence.ts";
import { PresenceDesk, toChange } from "./presence/presence-desk.ts";
import { PresenceStore } from "./presence/presence-store.ts";
import { Attendance } from "./reach/attendance.ts";
import { Crier } from "./roll-call/crier.ts";
import { RollCallStore } from "./roll-call/roll-call-store.ts";
import { siteMigrations } from "./site-tables.ts";
import { attachmentOf, type Connection, newConnection, readAttachment } from "./sockets/connection.ts";
import { SocketDesk } from "./sockets/desk.ts";
import { HelloWatch, helloTimer } from "./sockets/hello-watch.ts";

const sweepMs = 3_600_000;
const renewMs = 4 * 60_000;
const logMs = 92 * 24 * 3_600_000;

/**
 * One place: presence in a site, the sockets of the people whose home it is (or of those without a home), and the delivery
 * of alarms to them. A thin shell over delivery/, presence/ and sockets/.
 */
export class SiteActor extends DurableObject<Environment> {
  #place: string;
  #tenantId: string;
  #kernel: Kernel;
  #sockets = new SocketIndex<Connection>();
  #grants: GrantStore;
  #deliveries: DeliveryStore;
  #courier: Courier;
  #teller: Teller;
  #presence: PresenceDesk;
  #endings: Endings;
  #attendance: Attendance;
  #rollCalls: RollCallStore;
  #crier: Crier;
  #admission: Admission;
  #desk: SocketDesk;
  #hellos: HelloWatch;
  #sending: Promise<void> = Promise.resolve();

  constructor(state: DurableObjectState, env: Environment) {
    super(state, env);
    const { tenantId, place } = placeOfName(state.id.name);
    this.#tenantId = tenantId;
    this.#place = place;
    this.#kernel = new Kernel(state, env, tenantId, siteMigrations);
    const { database, log } = this.#kernel;
    const tenant = () => tenantStub(env, tenantId);
    this.#grants = new GrantStore(database);
    this.#deliveries = new DeliveryStore(database, log);
    this.#teller = new Teller(this.#kernel, this.#deliveries, (pieces) => tenant().progress(pieces));
    this.#courier = new Courier(this.#kernel, this.#deliveries, this.#sockets, place, () =>
      state.waitUntil(this.#teller.tell()),
    );
    this.#rollCalls = new RollCallStore(database);
    this.#crier = new Crier(this.#rollCalls, (userIds, text) => this.#courier.sendText(userIds, text));
    const presenceStore = new PresenceStore(database);
    this.#presence = new PresenceDesk({
      place,
      kernel: this.#kernel,
      store: presenceStore,
      tenant,
      alarmGoesOut: () => this.#courier.isBusy,
      elsewhere: (siteId, ...report) => siteStub(env, tenantId, siteId).takePresence(...report),
    });
    this.#endings = new Endings({
      kernel: this.#kernel,
      store: presenceStore,
      toChange: (userId, change) => toChange(place, userId, change),
      tell: (changes) => tenant().presenceChanged(changes),
      isOpen: (userId, deviceId) =>
        [...this.#sockets.ofPerson(userId)].some((socket) => this.#sockets.of(socket)?.deviceId === deviceId),
      signsOf: (deviceIds) => tenant().signsOf(deviceIds),
    });
    this.#attendance = new Attendance({
      place,
      kernel: this.#kernel,
      sockets: this.#sockets,
      tell: (news) => tenant().connected(news),
      waitUntil: (work) => state.waitUntil(work),
    });
    this.#admission = new Admission(this.#grants, place, tenant);
    this.#desk = new SocketDesk({
      place,
      tenant,
      sockets: this.#sockets,
      grants: this.#grants,
      deliveries: this.#deliveries,
      courier: this.#courier,
      presence: this.#presence,
      crier: this.#crier,
    });
    this.#hellos = new HelloWatch(this.#kernel.timers, this.#sockets, (socket) =>
      this.#desk.close(socket, closing.noHello),
    );
    // Answered by the platform without waking this object: a device may ask every few seconds.
    state.setWebSocketAutoResponse(new WebSocketRequestResponsePair('{"type":"ping"}', '{"type":"pong"}'));
    this.#findSockets();
    // After the ones that slept through a hibernation: the tenant knows those.
    this.#sockets.changed = (connection) => this.#attendance.changed(connection);
  }

  /** After hibernation or eviction the sockets are still open: they are found again by their attachments. */
  #findSockets(): void {
    const now = Date.now();
    for (const socket of this.ctx.getWebSockets()) {
      const connection = readAttachment(socket.deserializeAttachment(), now);
      if (connection === undefined) socket.close(closing.restarting.code, closing.restarting.reason);
      else this.#sockets.add(socket, connection);
    }
  }

  override alarm(): Promise<void> {
    return this.#kernel.fire((name) => {
      const [what, alarmId] = name.split(":");
      if (what === "resend" && alarmId !== undefined) this.#courier.resend(alarmId, Date.now());
      if (what === "tell") {
        // Stays set until the tenant has been told: telling goes on after this handler, and a process may be killed (I11).
        this.#kernel.timers.set("tell", Date.now() + limits.historyTimeoutMs);
        this.ctx.waitUntil(this.#teller.tell());
      }
      if (what === "watches") this.ctx.waitUntil(this.#renewWatches());
      if (what === helloTimer) this.#hellos.look(Date.now());
      if (what === "dayEnd") this.ctx.waitUntil(this.#ending(this.#endings.dayEnded(Date.now())));
      if (what === "silence") this.ctx.waitUntil(this.#ending(this.#endings.checkSilence(Date.now())));
      if (what === "untold") {
        // As with `tell`: stays set until the tenant has been told.
        this.#kernel.timers.set("untold", Date.now() + limits.historyTimeoutMs);
        this.ctx.waitUntil(this.#ending(this.#endings.tellTenant()));
      }
      if (what === "reach") this.ctx.waitUntil(this.#attendance.renew());
      if (what === "sweep") this.#sweep();
    });
  }

  // ---------------------------------------------------------------------------------- from the tenant

  /** Takes messages in order; answers when they are stored, before anything is sent to devices. Twice is harmless. */
  receive(messages: readonly SiteMessage[]): void {
    const now = Date.now();
    const after: (() => Promise<void> | void)[] = [];
    this.#transaction(() => {
      for (const message of messages) after.push(this.#take(message, now));
    });
    this.ctx.waitUntil(this.#afterwards(after));
  }

  #take(message: SiteMessage, now: number): () => Promise<void> | void {
    switch (message.kind) {
      case "alarm":
        return this.#takeAlarm(message, now);
      case "again": {
        const { frame, only } = message;
        const delivery = this.#courier.again(frame.alarmId, frame.seq, JSON.stringify(frame), now);
        return () => (delivery === undefined ? undefined : this.#courier.send(delivery, only ?? delivery.recipients));
      }
      case "standDown": {
        const { frame } = message;
        const text = JSON.stringify(frame);
        const delivery = this.#courier.end(frame.alarmId, frame.seq, text, now);
        return () => (delivery === undefined ? undefined : this.#courier.sendEnd(delivery, text));
      }
      case "notice":
        return () => this.#courier.sendText(message.userIds, JSON.stringify(message.frame));
      case "rollCall": {
        this.#kernel.timers.setIfSooner("sweep", now + sweepMs);
        return this.#crier.take(message, now);
      }
      case "sessionsEnded": {
        this.#grants.end(message.sessionIds, now);
        const ended = new Set(message.sessionIds);
        return () => this.#closeWhere((connection) => ended.has(connection.sessionId), "sessionEnded");
      }
      case "person":
        this.#grants.savePerson(message.user, message.version);
        return () =>
          message.rights
            ? this.#closeWhere(({ userId }) => userId === message.user.userId, "rightsChanged")
            : undefined;
      case "moved":
        this.#grants.move(message.userId, message.to, message.version);
        return () => this.#closeWhere(({ userId }) => userId === message.userId, "restarting");
      case "left":
        this.#presence.left(message.userId, message.at);
        return () => undefined;
      case "siteFacts":
        this.#presence.takeFacts(message.facts, now);
        return () => undefined;
    }
  }

  #takeAlarm(message: Extract<SiteMessage, { kind: "alarm" }>, now: number): () => Promise<void> {
    const { frame, raisedAt, recipients, withoutDevice, quiet = [] } = message;
    const { alarmId, seq } = frame;
    const { delivery, added } = this.#courier.store(
      { alarmId, seq, raisedAt, storedAt: now, frame: JSON.stringify(frame), recipients, withoutDevice, quiet },
      now,
    );
    this.#kernel.timers.setIfSooner("sweep", now + sweepMs);
    return () => this.#courier.send(delivery as Delivery, added);
  }

  /**
   * One after the other, also across calls: a person's frames leave in the order of their numbers. A stand-down that overtook
   * an earlier alarm and was then lost with the line would be behind the device's `lastSeq`, and never be sent again.
   */
  #afterwards(steps: readonly (() => Promise<void> | void)[]): Promise<void> {
    const turn = this.#sending.then(async () => {
      for (const step of steps) await step();
    });
    this.#sending = turn.catch((error: unknown) =>
      console.error(JSON.stringify({ event: "sending", error: nameOf(error) })),
    );
    return this.#sending.then(() => this.#teller.tell());
  }

  /** Counts of an alarm for its recipients' devices: text that is sent as it is. */
  async pushUpdate(alarmId: string, frame: string): Promise<void> {
    const delivery = this.#deliveries.get(alarmId);
    if (delivery === undefined) return;
    const told = fanOut(
      frame,
      delivery.recipients,
      (userId) => this.#sockets.ofPerson(userId),
      () => undefined,
    );
    this.ctx.waitUntil(told);
  }

  pushBoard(board: BoardName, ref: string, frame: string): void {
    if (this.#desk.pushBoard(board, ref, frame) === 0)
      this.ctx.waitUntil(
        tenantStub(this.env, this.#tenantId)
          .unwatch(this.#place, board, ref)
          .catch(() => undefined),
      );
    else this.#kernel.timers.setIfSooner("watches", Date.now() + renewMs);
  }

  async #renewWatches(): Promise<void> {
    const boards = this.#desk.watched();
    if (boards.length === 0) return;
    this.#kernel.timers.set("watches", Date.now() + renewMs);
    await tenantStub(this.env, this.#tenantId).renewWatches(this.#place, boards);
  }

  // ---------------------------------------------------------------------------------- from the edge

  /** Where this actor's hash chain of an alarm ends: the history is held against it. */
  chainHead(entity: string): ChainHead {
    return this.#kernel.log.chain.head(entity);
  }

  async issueTicket(caller: Caller, ticketHash: string): Promise<Located<{ expiresAt: number }>> {
    const found = await this.#admission.identify(caller);
    if (!("known" in found)) return found;
    const expiresAt = Date.now() + limits.ticketMs;
    this.#transaction(() => {
      this.#grants.addTicket(ticketHash, found.known.sessionId, expiresAt);
      this.#kernel.timers.setIfSooner("sweep", Date.now() + sweepMs);
    });
    return done({ expiresAt });
  }

  /** Who asks, for a conversation's actor: it knows no sessions. A ticket is used up. */
  async admit(caller: UpgradeCaller): Promise<Located<Admitted>> {
    const found = await this.#admission.find(caller);
    if (!("known" in found)) return found;
    const { known } = found;
    const person = this.#grants.personJson(known.userId);
    if (person === undefined) return refuse("unauthenticated");
    const { sessionId, deviceId, expiresAt } = known;
    return done({ sessionId, deviceId, expiresAt, person: roomPerson(User.parse(JSON.parse(person))) });
  }

  async reportPresence(caller: Caller, report: PresenceReport): Promise<Located<OwnPresence>> {
    const found = await this.#admission.identify(caller);
    if (!("known" in found)) return found;
    const { userId, deviceId } = found.known;
    return this.#presence.report(userId, report, { id: deviceId, own: true });
  }

  /** From another site's actor, a kiosk or an integration: whoever asks has checked who it is about. */
  takePresence(userId: string, report: PresenceReport, source: Source, hook?: string): Promise<Outcome<OwnPresence>> {
    return report.siteId === this.#place
      ? this.#presence.report(userId, report, source, hook)
      : Promise.resolve(refuse("not_found"));
  }

  /** The upgrade of a socket. The edge has checked origin and seal; here the session or ticket is. */
  override async fetch(request: Request): Promise<Response> {
    const parsed = UpgradeCaller.safeParse(safeJson(request.headers.get("x-standby-caller")));
    if (!parsed.success || request.headers.get("upgrade")?.toLowerCase() !== "websocket")
      return problem("unauthenticated");
    const found = await this.#admission.find(parsed.data);
    if ("movedTo" in found)
      return new Response(null, { status: 421, headers: { "x-standby-moved-to": found.movedTo } });
    if (!("known" in found)) return problem("unauthenticated");
    return this.#accept(found.known, request.headers.get("x-standby-protocol") === "1");
  }

  #accept(known: Known, ticket: boolean): Response {
    const pair = new WebSocketPair();
    const [client, server] = [pair[0], pair[1]];
    const connection = newConnection(known, Date.now());
    this.ctx.acceptWebSocket(server);
    server.serializeAttachment(attachmentOf(connection));
    this.#sockets.add(server, connection);
    const own = this.#sockets.ofPerson(known.userId);
    if (own.size > limits.socketsPerPerson) {
      const [oldest] = own;
      if (oldest !== undefined) this.#desk.close(oldest, closing.tooMany);
    }
    this.#hellos.came(Date.now());
    return new Response(null, {
      status: 101,
      webSocket: client,
      ...(ticket ? { headers: { "sec-websocket-protocol": subprotocol } } : {}),
    });
  }

  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    return this.#desk.message(socket, message);
  }

  /**
   * The runtime does not answer a client's close frame for sockets that may hibernate: without this the client waits ten
   * seconds for it, and the socket keeps its descriptors. 1005, 1006 and 1015 say that there was no code; they cannot be sent.
   */
  override webSocketClose(socket: WebSocket, code: number): void {
    this.#sockets.remove(socket);
    try {
      socket.close([1005, 1006, 1015].includes(code) ? 1000 : code);
    } catch {
      // The line is gone altogether.
    }
  }

  override webSocketError(socket: WebSocket): void {
    this.#sockets.remove(socket);
  }

  // ---------------------------------------------------------------------------------- inside

  #closeWhere(which: (connection: Connection) => boolean, why: keyof typeof closing): void {
    for (const [socket, connection] of [...this.#sockets.entries()])
      if (which(connection)) this.#desk.close(socket, closing[why]);
  }

  /** What is left undone is written down and has a timer of its own. */
  #ending(work: Promise<void>): Promise<void> {
    return work.catch((error: unknown) =>
      console.error(JSON.stringify({ event: "presence not ended", error: nameOf(error) })),
    );
  }

  #transaction<T>(change: () => T): T {
    try {
      return this.#kernel.transaction(change);
    } catch (error) {
      this.#grants.forget();
      this.#deliveries.forget();
      this.#rollCalls.forget();
      throw error;
    }
  }

  #sweep(): void {
    const now = Date.now();
    this.#transaction(() => {
      this.#grants.sweep(now, now - limits.deviceSessionMs);
      this.#deliveries.prune(now - limits.resumeMs);
      this.#crier.sweep(now);
      this.#kernel.log.prune(now - logMs);
      this.#kernel.timers.set("sweep", now + sweepMs);
    });
  }
}

const safeJson = (text: string | null): unknown => {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return null;
  }
};

const problem = (code: ProblemCode): Response =>
  new Response(JSON.stringify(toProblem({ code })), {
    status: problemStatus[code],
    headers: { "content-type": "application/problem+json" },
  });
