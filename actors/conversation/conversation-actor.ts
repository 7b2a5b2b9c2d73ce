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
import { CallStore } from "./calls/call-store.ts";
import { Caller, callsTimer } from "./calls/caller.ts";
import { ChatRoom, type Taken } from "./chat/chat-room.ts";
import type { Command } from "./chat/message.ts";
import { MessageStore } from "./chat/message-store.ts";
import { conversationMigrations } from "./conversation-tables.ts";
import { DocumentStore } from "./document/document-store.ts";
import { isPast, type KeptEpoch } from "./epoch/epoch.ts";
import { EpochStore } from "./epoch/epoch-store.ts";
import { HeadTeller, headsTimer } from "./heads.ts";
import { MarkDesk } from "./marks/mark-desk.ts";
import { MarkStore } from "./marks/mark-store.ts";
import { MemberStore } from "./member-store.ts";
import { NoteDesk } from "./note/note-desk.ts";
import { NoteRoom, versionTimer } from "./note/note-room.ts";
import { noteMigrations } from "./note/note-tables.ts";
import { VersionDesk } from "./note/version-desk.ts";
import { PhotoDesk } from "./photo/photo-desk.ts";
import { type NewPhoto, PhotoStore } from "./photo/photo-store.ts";
import { showState } from "./showing.ts";
import { readUpgrade, type Upgrade } from "./sockets/admission.ts";
import { attachmentOf, newConnection, type RoomConnection, readAttachment } from "./sockets/room-connection.ts";
import { RoomDesk } from "./sockets/room-desk.ts";

const sweepMs = 24 * 3_600_000;
/** Log rows are kept this long (P13: three months). */
const logMs = 92 * 24 * 3_600_000;

/**
 * One chat or shared note of a tenant: its messages, its document and the sockets that follow it. A thin shell over chat/,
 * note/, document/, epoch/, marks/ and sockets/.
 */
export class ConversationActor extends DurableObject<Environment> {
  #conversationId: string;
  #kernel: Kernel;
  #sockets = new SocketIndex<RoomConnection>();
  #members: MemberStore;
  #messages: MessageStore;
  #epochs: EpochStore;
  #documents: DocumentStore;
  #marks: MarkStore;
  #photos: PhotoStore;
  #caller: Caller;
  #heads: HeadTeller;
  #markDesk: MarkDesk;
  #photoDesk: PhotoDesk;
  #chat: ChatRoom;
  #note: NoteRoom;
  #notes: NoteDesk;
  #versions: VersionDesk;
  #desk: RoomDesk;

  constructor(state: DurableObjectState, env: Environment) {
    super(state, env);
    const { tenantId, conversationId } = conversationOfName(state.id.name);
    this.#conversationId = conversationId;
    const kernel = new Kernel(state, env, tenantId, [...conversationMigrations, ...noteMigrations]);
    this.#kernel = kernel;
    const { database } = kernel;
    const members = new MemberStore(database);
    const messages = new MessageStore(database);
    const epochs = new EpochStore(database);
    const documents = new DocumentStore(database);
    const marks = new MarkStore(database);
    const photos = new PhotoStore(database);
    const transaction = <T>(change: () => T): T => this.#transaction(change);
    const lastSeq = (): number => this.#chat.lastSeq;
    const tenant = () => tenantStub(env, tenantId);
    this.#members = members;
    this.#messages = messages;
    this.#epochs = epochs;
    this.#documents = documents;
    this.#marks = marks;
    this.#photos = photos;
    this.#chat = new ChatRoom({ conversationId, kernel, members, messages, epochs, documents, photos });
    this.#note = new NoteRoom({ conversationId, kernel, documents });
    this.#notes = new NoteDesk({ sockets: this.#sockets, members, room: this.#note, transaction });
    this.#versions = new VersionDesk({
      members,
      room: this.#note,
      transaction,
      tell: (update) => this.#notes.tell(update),
    });
    this.#photoDesk = new PhotoDesk({ conversationId, kernel, members, photos, transaction });
    this.#caller = new Caller({
      conversationId,
      kernel,
      members,
      marks,
      calls: new CallStore(database),
      tell: (calls) => tenant().roomCalls(calls),
      transaction,
    });
    this.#heads = new HeadTeller({
      conversationId,
      kernel,
      members,
      messages,
      epochs,
      marks,
      lastSeq,
      tell: (head) => tenant().roomMoved(head),
      transaction,
    });
    this.#markDesk = new MarkDesk({
      marks,
      lastSeq,
      written: (now) => this.#heads.moved(now),
      tellAll: (moved) => this.#desk.tellAll({ type: "marks", marks: moved }),
      transaction,
    });
    this.#desk = new RoomDesk({
      conversationId,
      sockets: this.#sockets,
      members,
      messages,
      epochs,
      chat: this.#chat,
      note: this.#notes,
      take: (command, { person }, now) => this.#take(command, person, undefined, now),
      marked: (userId, to) => this.#markDesk.moved(userId, to),
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
      if (name === callsTimer) return this.#caller.call(Date.now());
      if (name === headsTimer) return this.#heads.tell();
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
        this.#heads.moved(now);
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
    this.#markDesk.moved(person.userId, { read });
    return done(null);
  }

  expectPhoto(person: RoomPerson): Outcome<null> {
    return this.#photoDesk.expect(person, Date.now());
  }

  addPhoto(person: RoomPerson, photo: Omit<NewPhoto, "userId">, ip?: string): Outcome<null> {
    return this.#photoDesk.add(person, photo, ip, Date.now());
  }

  photo(person: RoomPerson, photoId: string): Outcome<Uint8Array> {
    return this.#photoDesk.show(person, photoId);
  }

  noteVersions(person: RoomPerson, page: { before: number; limit: number }) {
    return this.#versions.list(person, page);
  }

  noteVersion(person: RoomPerson, version: number): Outcome<NoteText> {
    return this.#versions.text(person, version);
  }

  restoreNote(person: RoomPerson, version: number, ip?: string): Outcome<NoteVersion> {
    const now = Date.now();
    return this.#desk.mayCommand(person.userId, now)
      ? this.#versions.restore(person, version, ip, now)
      : refuse("rate_limited");
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
      this.#heads.moved(now);
      if (command.type === "send") this.#caller.sent(taken.value.message, now);
      return taken;
    });
    // Whoever writes here has read what stands above it.
    if (command.type === "send" && outcome.ok) this.#markDesk.moved(person.userId, { read: outcome.value.message.seq });
    return outcome;
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
