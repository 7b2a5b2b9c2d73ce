import { DurableObject } from "cloudflare:workers";
import { roomClosing } from "../../protocol/conversation/closing.ts";
import type {
  AcceptedMessage,
  ConversationState,
  Message,
  NoteText,
  NoteVersion,
} from "../../protocol/conversation/rooms.ts";
import { limits } from "../../protocol/limits.ts";
import { done, type Outcome, refuse } from "../../protocol/problems.ts";
import { subprotocol } from "../../protocol/socket/closing.ts";
import type { Environment } from "../kernel/environment.ts";
import { Kernel } from "../kernel/kernel.ts";
import type { Admitted, RoomMessage, RoomPerson } from "../kernel/room-messages.ts";
import { SocketIndex } from "../kernel/socket-index.ts";
import { conversationOfName, tenantStub } from "../kernel/stubs.ts";
import { CallStore, callOf } from "./calls/call-store.ts";
import { ChatRoom, type Taken } from "./chat/chat-room.ts";
import type { Command } from "./chat/message.ts";
import { MessageStore } from "./chat/message-store.ts";
import { conversationMigrations } from "./conversation-tables.ts";
import { DocumentStore } from "./document/document-store.ts";
import { isPast, type KeptEpoch } from "./epoch/epoch.ts";
import { EpochStore } from "./epoch/epoch-store.ts";
import { MarkStore } from "./marks/mark-store.ts";
import { MemberStore } from "./member-store.ts";
import { NoteDesk } from "./note/note-desk.ts";
import { NoteRoom, versionTimer } from "./note/note-room.ts";
import { noteMigrations } from "./note/note-tables.ts";
import { type NewPhoto, PhotoStore } from "./photo/photo-store.ts";
import { showState } from "./showing.ts";
import { readUpgrade, type Upgrade } from "./sockets/admission.ts";
import {
  attachmentOf,
  newConnection,
  photoBudgets,
  type RoomConnection,
  readAttachment,
} from "./sockets/room-connection.ts";
import { RoomDesk } from "./sockets/room-desk.ts";

const sweepMs = 24 * 3_600_000;
/** Log rows are kept this long (P13: three months). */
const logMs = 92 * 24 * 3_600_000;

/**
 * One chat or shared note of a tenant: its messages, its document and the sockets that follow it. A thin shell over chat/,
 * note/, document/, epoch/, marks/ and sockets/.
 */
export class ConversationActor extends DurableObject<Environment> {
  #tenantId: string;
  #conversationId: string;
  #kernel: Kernel;
  #sockets = new SocketIndex<RoomConnection>();
  #members: MemberStore;
  #messages: MessageStore;
  #epochs: EpochStore;
  #documents: DocumentStore;
  #marks: MarkStore;
  #photos: PhotoStore;
  #calls: CallStore;
  #chat: ChatRoom;
  #note: NoteRoom;
  #notes: NoteDesk;
  #desk: RoomDesk;
  #photoBudgets = photoBudgets();
  #marking: ReturnType<typeof setTimeout> | undefined;

  constructor(state: DurableObjectState, env: Environment) {
    super(state, env);
    const { tenantId, conversationId } = conversationOfName(state.id.name);
    this.#tenantId = tenantId;
    this.#conversationId = conversationId;
    this.#kernel = new Kernel(state, env, tenantId, [...conversationMigrations, ...noteMigrations]);
    const { database } = this.#kernel;
    this.#members = new MemberStore(database);
    this.#messages = new MessageStore(database);
    this.#epochs = new EpochStore(database);
    this.#documents = new DocumentStore(database);
    this.#marks = new MarkStore(database);
    this.#photos = new PhotoStore(database);
    this.#calls = new CallStore(database);
    this.#chat = new ChatRoom({
      conversationId,
      kernel: this.#kernel,
      members: this.#members,
      messages: this.#messages,
      epochs: this.#epochs,
      documents: this.#documents,
      photos: this.#photos,
    });
    this.#note = new NoteRoom({ conversationId, kernel: this.#kernel, documents: this.#documents });
    this.#notes = new NoteDesk({
      sockets: this.#sockets,
      members: this.#members,
      room: this.#note,
      transaction: (change) => this.#transaction(change),
    });
    this.#desk = new RoomDesk({
      conversationId,
      sockets: this.#sockets,
      members: this.#members,
      messages: this.#messages,
      epochs: this.#epochs,
      chat: this.#chat,
      note: this.#notes,
      take: (command, { person }, now) => this.#take(command, person, undefined, now),
      marked: (userId, to) => this.#marked(userId, to),
    });
    // Answered by the platform without waking this object.
    state.setWebSocketAutoResponse(new WebSocketRequestResponsePair('{"type":"ping"}', '{"type":"pong"}'));
    this.#findSockets();
  }

  /** After hibernation or eviction the sockets are still open: they are found again by their attachments. */
  #findSockets(): void {
    for (const socket of this.ctx.getWebSockets()) {
      const connection = readAttachment(socket.deserializeAttachment());
      if (connection === undefined) socket.close(roomClosing.restarting.code, roomClosing.restarting.reason);
      else this.#sockets.add(socket, connection);
    }
  }

  override alarm(): Promise<void> {
    return this.#kernel.fire((name) => {
      if (name === "sweep") return this.#sweep();
      if (name === "calls") return this.#call();
      if (name === "heads") return this.#tellHead();
      if (name === versionTimer) return this.#transaction(() => this.#note.keepDue(Date.now()));
      return undefined;
    });
  }

  // ---------------------------------------------------------------------------------- from the tenant

  /** Takes messages in order; answers when they are stored. Twice is harmless. */
  receive(list: readonly RoomMessage[]): void {
    const now = Date.now();
    const after: (() => void)[] = [];
    this.#transaction(() => {
      for (const message of list) after.push(this.#hear(message, now));
      this.#kernel.timers.setIfSooner("sweep", now + sweepMs);
    });
    for (const step of after) step();
  }

  #hear(message: RoomMessage, now: number): () => void {
    switch (message.kind) {
      case "facts": {
        if (!this.#members.setFacts(message.facts)) return () => undefined;
        this.#epochs.current(now);
        return () => {
          this.#closeStrangers();
          this.#desk.tellState();
        };
      }
      case "joined":
        this.#members.set(message.userIds, { guest: message.guests === true, at: message.at, left: false });
        return () => undefined;
      case "left":
        this.#members.set(message.userIds, { guest: false, at: message.at, left: true });
        return () => this.#closeStrangers();
      case "people":
        this.#members.tell(message.people, now);
        return () => this.#peopleChanged(message.people);
      case "sessionsEnded": {
        this.#members.endSessions(message.sessionIds, now);
        const ended = new Set(message.sessionIds);
        return () => this.#desk.closeWhere(({ sessionId }) => ended.has(sessionId), roomClosing.sessionEnded);
      }
      case "events": {
        // What happens to an incident is told in its chat.
        if (this.#isNote) return () => undefined;
        const written = this.#chat.post(message.events, now);
        if (written === undefined) return () => undefined;
        this.#moved(now);
        return () => this.#desk.tell(written);
      }
      case "erase": {
        if (this.#isNote) {
          this.#note.erase(message.userId, now);
          this.#marks.remove(message.userId);
          return () => undefined;
        }
        const { replaced } = this.#chat.erase(message.userId, now);
        this.#marks.remove(message.userId);
        return () => this.#desk.dropped(replaced);
      }
    }
  }

  // ---------------------------------------------------------------------------------- from the edge

  /** A message, or a change of one, over HTTP. */
  command(person: RoomPerson, command: Command, ip?: string): Outcome<AcceptedMessage> {
    const now = Date.now();
    if (!this.#desk.mayCommand(person.userId, now)) return refuse("rate_limited");
    const taken = this.#take(command, person, ip, now);
    if (!taken.ok) return taken;
    const { message, written } = taken.value;
    if (written !== undefined) this.#desk.tell(written);
    return done({ messageId: message.messageId, seq: message.seq, at: message.at });
  }

  /** How it stands for this person. */
  state(person: RoomPerson): Outcome<ConversationState> {
    const rights = this.#members.rights(person);
    const { facts } = this.#members;
    if (!rights.belongs || facts === undefined) return refuse("not_found");
    const current = this.#transaction(() => this.#epochs.current(Date.now()));
    return done(
      showState({
        conversationId: this.#conversationId,
        facts,
        mayWrite: rights.mayWrite,
        current,
        epochs: this.#epochs.all(),
        lastSeq: this.#chat.lastSeq,
        marks: this.#marks.shown(person.userId, limits.marksShown),
      }),
    );
  }

  /** A page of messages, in their order. */
  list(
    person: RoomPerson,
    query: { limit: number; before?: number; after?: number },
  ): Outcome<{ items: Message[]; more: boolean }> {
    if (!this.#members.rights(person).belongs) return refuse("not_found");
    const { limit, before = Number.MAX_SAFE_INTEGER, after } = query;
    const found = this.#messages.page(after === undefined ? { before } : { after }, limit + 1);
    const more = found.length > limit;
    const items = !more ? found : after === undefined ? found.slice(1) : found.slice(0, -1);
    return done({ items, more });
  }

  read(person: RoomPerson, read: number): Outcome<null> {
    if (!this.#members.rights(person).belongs) return refuse("not_found");
    this.#marked(person.userId, { read });
    return done(null);
  }

  /** Whether this person may put a photo here now: asked before the edge works on one, and counted (T21). */
  expectPhoto(person: RoomPerson): Outcome<null> {
    const rights = this.#members.rights(person);
    if (!rights.belongs) return refuse("not_found");
    if (!rights.mayWrite) return refuse("forbidden");
    if (this.#members.facts?.form === "note") return refuse("conflict", "notes have no photos");
    if (this.#photos.count() >= limits.photosPerRoom) return refuse("conflict", "there are too many photos here");
    if (!this.#photoBudgets.spend(person.userId, Date.now())) return refuse("rate_limited");
    return done(null);
  }

  /** A photo that the edge has encoded anew, for a message of this person's to take. */
  addPhoto(person: RoomPerson, photo: Omit<NewPhoto, "userId">, ip?: string): Outcome<null> {
    const now = Date.now();
    const rights = this.#members.rights(person);
    if (!rights.belongs) return refuse("not_found");
    if (!rights.mayWrite) return refuse("forbidden");
    return this.#transaction(() => {
      if (this.#photos.count() >= limits.photosPerRoom) return refuse("conflict", "there are too many photos here");
      this.#photos.add({ ...photo, userId: person.userId }, now);
      this.#kernel.log.append({
        type: "photo.added",
        entity: this.#conversationId,
        at: now,
        by: { type: "user", id: person.userId },
        ip,
        body: {
          conversationId: this.#conversationId,
          photoId: photo.photoId,
          userId: person.userId,
          bytes: photo.bytes.byteLength,
        },
      });
      this.#kernel.recordsWritten(now);
      return done(null);
    });
  }

  photo(person: RoomPerson, photoId: string): Outcome<Uint8Array> {
    if (!this.#members.rights(person).belongs) return refuse("not_found");
    const bytes = this.#photos.read(photoId, person.userId);
    return bytes === undefined ? refuse("not_found") : done(bytes);
  }

  /** Versions of a note before one, newest first. */
  noteVersions(
    person: RoomPerson,
    { before, limit }: { before: number; limit: number },
  ): Outcome<{ items: NoteVersion[]; more: boolean }> {
    if (!this.#isNote || !this.#members.rights(person).belongs) return refuse("not_found");
    const found = this.#note.list(before, limit + 1);
    return done({ items: found.slice(0, limit), more: found.length > limit });
  }

  noteVersion(person: RoomPerson, version: number): Outcome<NoteText> {
    if (!this.#isNote || !this.#members.rights(person).belongs) return refuse("not_found");
    const text = this.#note.text(version);
    return text === undefined ? refuse("not_found") : done(text);
  }

  /** Makes a note what it was. By those who lead, while it is open. */
  restoreNote(person: RoomPerson, version: number, ip?: string): Outcome<NoteVersion> {
    const now = Date.now();
    if (!this.#desk.mayCommand(person.userId, now)) return refuse("rate_limited");
    const rights = this.#members.rights(person);
    if (!this.#isNote || !rights.belongs) return refuse("not_found");
    if (this.#members.facts?.closed) return refuse("conflict", "this note is closed");
    if (!rights.mayModerate) return refuse("forbidden");
    const restored = this.#transaction(() => this.#note.restore(version, person.userId, ip, now));
    if (!restored.ok) return restored;
    const { update, version: made } = restored.value;
    if (update !== undefined) this.#notes.tell(update);
    return done(made);
  }

  /** The upgrade of a socket. The edge has had the session checked by the site actor that knows it. */
  override async fetch(request: Request): Promise<Response> {
    const upgrade = readUpgrade(request);
    if (upgrade === undefined) return new Response(null, { status: 401 });
    const { admitted } = upgrade;
    if (this.#members.isEnded(admitted.sessionId)) return new Response(null, { status: 401 });
    if (!this.#members.rights(admitted.person).belongs) return new Response(null, { status: 404 });
    if (this.#sockets.size >= limits.roomSockets) return new Response(null, { status: 429 });
    return this.#accept(admitted, upgrade);
  }

  #accept(admitted: Admitted, { epoch: wanted, answerProtocol }: Upgrade): Response {
    const current = this.#transaction(() => this.#epochs.current(Date.now()));
    const epoch = wanted === undefined ? current : this.#epochs.get(wanted[0]);
    const pair = new WebSocketPair();
    const [client, server] = [pair[0], pair[1]];
    this.ctx.acceptWebSocket(server);
    const document = [epoch?.number ?? 0, epoch?.generation ?? 0] as const;
    const connection = newConnection(admitted, document, this.#members.facts?.roleId);
    server.serializeAttachment(attachmentOf(connection));
    this.#sockets.add(server, connection);
    // Told by a number and not by a refusal of the upgrade, which a page cannot read.
    if (epoch === undefined || (wanted !== undefined && wanted[1] !== epoch.generation))
      this.#desk.close(server, roomClosing.epochGone);
    const own = this.#sockets.ofPerson(connection.userId);
    const [oldest] = own;
    if (own.size > limits.roomSocketsPerPerson && oldest !== undefined) this.#desk.close(oldest, roomClosing.tooMany);
    return new Response(null, {
      status: 101,
      webSocket: client,
      ...(answerProtocol ? { headers: { "sec-websocket-protocol": subprotocol } } : {}),
    });
  }

  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void {
    this.#desk.message(socket, message);
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    this.#desk.closed(socket);
    try {
      // 1005, 1006 and 1015 may not be sent (platform.md A6).
      socket.close(code === 1005 || code === 1006 || code === 1015 ? 1000 : code);
    } catch {
      // It was closed already.
    }
  }

  override webSocketError(socket: WebSocket): void {
    this.#desk.closed(socket);
  }

  // ---------------------------------------------------------------------------------- inside

  get #isNote(): boolean {
    return this.#members.facts?.form === "note";
  }

  #take(command: Command, person: RoomPerson, ip: string | undefined, now: number): Outcome<Taken> {
    if (this.#isNote && this.#members.rights(person).belongs)
      return refuse("conflict", "a note has no messages: its text is written in its document");
    const outcome = this.#transaction(() => {
      const taken = this.#chat.take(command, person, ip, now);
      if (!taken.ok || taken.value.written === undefined) return taken;
      this.#moved(now);
      if (command.type === "send") this.#callLater(taken.value.message, now);
      return taken;
    });
    // Whoever writes here has read what stands above it.
    if (command.type === "send" && outcome.ok) this.#marked(person.userId, { read: outcome.value.message.seq });
    return outcome;
  }

  #callLater(message: Message, now: number): void {
    const { facts } = this.#members;
    const named = facts?.kind === "direct" ? this.#members.named() : [];
    const call = facts && callOf(this.#conversationId, facts, named, message, now);
    if (call !== undefined) this.#kernel.timers.setIfSooner("calls", this.#calls.add(message.seq, call));
  }

  /** Hands over whom nobody reached by the room itself. The rows stay until the tenant has taken them (I11). */
  async #call(): Promise<void> {
    const now = Date.now();
    const due = this.#calls.due(now);
    const unread = due.flatMap(({ seq, call }) => {
      const userIds = call.userIds.filter((userId) => this.#marks.of(userId).read < seq);
      return userIds.length === 0 ? [] : [{ ...call, userIds }];
    });
    if (unread.length > 0) await tenantStub(this.env, this.#tenantId).roomCalls(unread);
    this.#transaction(() => {
      this.#calls.remove(due.map(({ messageId }) => messageId));
      const next = this.#calls.next();
      if (next !== undefined) this.#kernel.timers.set("calls", next);
    });
  }

  #moved(now: number): void {
    this.#kernel.timers.setIfSooner("heads", now + limits.roomHeadsMs);
  }

  #marked(userId: string, to: { received?: number; read?: number }): void {
    if (!this.#marks.move(userId, to, this.#chat.lastSeq)) return;
    this.#marking ??= setTimeout(() => this.#tellMarks(), limits.marksBatchMs);
  }

  #untold = new Map<string, number>();

  #tellMarks(): void {
    this.#marking = undefined;
    const now = Date.now();
    const marks = this.#transaction(() => {
      this.#moved(now);
      return this.#marks.write(now);
    });
    this.#marks.settle();
    for (const { userId, read } of marks) this.#untold.set(userId, read ?? 0);
    if (marks.length > 0) this.#desk.tellAll({ type: "marks", marks });
  }

  /** Thrown errors bring the timer again. */
  async #tellHead(): Promise<void> {
    const lastSeq = this.#chat.lastSeq;
    const epoch = this.#epochs.peek();
    const lastAt = (epoch && this.#messages.lastAt(epoch.number)) ?? this.#members.facts?.createdAt ?? 0;
    const reads = [...this.#untold];
    await tenantStub(this.env, this.#tenantId).roomMoved({
      conversationId: this.#conversationId,
      lastSeq,
      lastAt,
      reads,
    });
    for (const [userId, seq] of reads) if (this.#untold.get(userId) === seq) this.#untold.delete(userId);
  }

  #peopleChanged(people: readonly RoomPerson[]): void {
    const changed = new Map(people.map((person) => [person.userId, person]));
    for (const [socket, connection] of [...this.#sockets.entries()]) {
      const person = changed.get(connection.userId);
      if (person === undefined) continue;
      const roles = person.roleIds.filter((roleId) => roleId === this.#members.facts?.roleId);
      connection.person = { ...person, roleIds: roles };
      socket.serializeAttachment(attachmentOf(connection));
    }
    this.#closeStrangers();
    this.#desk.tellState();
  }

  #closeStrangers(): void {
    this.#desk.closeWhere(({ person }) => !this.#members.rights(person).belongs, roomClosing.rightsChanged);
  }

  #sweep(): void {
    const now = Date.now();
    const gone: KeptEpoch[] = [];
    this.#transaction(() => {
      this.#endQuiet(now);
      for (const epoch of this.#epochs.all())
        if (isPast(epoch, now)) {
          this.#chat.remove(epoch, now);
          gone.push(epoch);
        }
      this.#photos.sweep(now - limits.photoUnusedMs);
      this.#members.sweep(now - limits.deviceSessionMs);
      this.#kernel.log.prune(now - logMs);
      this.#kernel.timers.set("sweep", now + sweepMs);
    });
    if (gone.length > 0) this.#desk.dropped(gone);
  }

  /** A chat in which nobody writes any more must not keep its last epoch for ever. */
  #endQuiet(now: number): void {
    const epoch = this.#epochs.peek();
    const lastAt = epoch && this.#messages.lastAt(epoch.number);
    if (epoch === undefined || lastAt === undefined || lastAt + limits.messagesKeptMs > now) return;
    this.#epochs.end(epoch, lastAt, this.#chat.lastSeq + 1, now);
  }

  /** One transaction. What is in memory may not be what is stored when it fails. */
  #transaction<T>(change: () => T): T {
    try {
      return this.#kernel.transaction(change);
    } catch (error) {
      this.#members.forget();
      this.#epochs.forget();
      this.#documents.forget();
      this.#marks.forget();
      this.#chat.forget();
      this.#note.forget();
      throw error;
    }
  }
}
