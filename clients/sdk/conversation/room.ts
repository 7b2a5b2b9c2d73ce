import type { Doc } from "yjs";
import type { Mark, NewMessage } from "../../../protocol/conversation/rooms.ts";
import { routes } from "../../../protocol/http/routes.ts";
import { limits } from "../../../protocol/limits.ts";
import { newIdempotencyKey, type StandbyApi } from "../api.ts";
import { Listeners } from "../listeners.ts";
import { Saver } from "../saver.ts";
import { type Connect, refusalOf, type SocketLike } from "../socket/connection.ts";
import type { Trouble } from "../socket/events.ts";
import { NamedTimers, realTimers, type Timers } from "../timers.ts";
import { CurrentDocument, fromServer } from "./current-document.ts";
import { type DocumentKeeper, EpochDocument } from "./epoch-document.ts";
import { readRoomFrame } from "./frames.ts";
import { roomStatus, step } from "./machine.ts";
import { Command, type Refused, type RoomMemory, temporaryRoomMemory } from "./memory.ts";
import { OlderEpochs } from "./older-epochs.ts";
import { Presence, quietMs } from "./presence.ts";
import { closeQuietly, openLine } from "./room-line.ts";
import { type RoomView, showRoom } from "./shown.ts";
import {
  type EndedWhy,
  initialRoomState,
  type RoomEffect,
  type RoomEventSaid,
  type RoomInput,
  type RoomStatus,
  type Standing,
  type TimerName,
} from "./state.ts";
import { applyFrame, ownAwarenessFrame, step1Frame, step2Frame, updateFrame } from "./wire.ts";

export interface RoomOptions {
  conversationId: string;
  api: Pick<StandbyApi, "call" | "roomUrl">;
  /** `connectByTicket(api)` in pages; programs may set the Authorization header instead. */
  connect: Connect;
  /** Of whose session it is. */
  userId: string;
  memory?: RoomMemory;
  /** Without one, documents are fetched anew with every start. */
  keeper?: DocumentKeeper;
  timers?: Timers;
  random?: () => number;
}

/** What listeners of a Room hear. */
export interface RoomEvents {
  status: RoomStatus;
  standing: Standing;
  /** Messages, the queue, or what was refused changed. */
  view: RoomView;
  marks: readonly Mark[];
  /** Ids of the others who are typing. */
  typing: readonly string[];
  /** The server will never take this; it stays in the view until `discard`. */
  refused: Refused;
  ended: EndedWhy;
  /** Another document is the one that is written: notes bind to this one. */
  document: Doc;
  error: Trouble;
}

/**
 * One conversation of one person on one device: its messages in one order, what they write also while offline, each once, and
 * how far everybody has read. The behaviour is in machine.ts; this class does what it says and holds the documents.
 */
export class Room {
  readonly #options: RoomOptions;
  readonly #memory: RoomMemory;
  readonly #timers: Timers;
  readonly #random: () => number;
  readonly #listeners = new Listeners<RoomEvents>((name, cause) => {
    if (name !== "error") this.#tell("error", { kind: "listener", message: `a listener of ${name} threw`, cause });
  });
  readonly #running: NamedTimers<TimerName>;
  readonly #saver: Saver;
  readonly #document: CurrentDocument;
  readonly #older: OlderEpochs;
  #state = initialRoomState;
  #line: SocketLike | undefined;
  #presence: Presence | undefined;
  #typedAt = Number.NEGATIVE_INFINITY;
  #showing = false;
  #loading = false;

  constructor(options: RoomOptions) {
    this.#options = options;
    this.#memory = options.memory ?? temporaryRoomMemory();
    this.#timers = options.timers ?? realTimers;
    this.#random = options.random ?? Math.random;
    this.#running = new NamedTimers(this.#timers, (name) => this.#take({ type: "timer", name }));
    this.#saver = new Saver(() => this.#memory.save(this.#state.kept), this.#trouble("saving"));
    this.#document = new CurrentDocument({
      nameOf: (epoch) => this.#nameOf(epoch),
      keeper: options.keeper,
      trouble: (what) => this.#trouble(what),
      opened: (doc) => this.#tell("document", doc),
      wrote: (update) => this.#wrote(update),
      changed: () => this.#show(),
    });
    this.#older = new OlderEpochs({
      connect: options.connect,
      urlOf: (epoch) => options.api.roomUrl(options.conversationId, epoch),
      open: (epoch) => new EpochDocument(epoch, this.#nameOf(epoch), options.keeper, this.#trouble("reading a copy")),
      drop: (epoch) => this.#remove([epoch]),
      changed: () => this.#show(),
    });
  }

  get status(): RoomStatus {
    return roomStatus(this.#state);
  }

  /** How the room stands; undefined before the server said so. */
  get standing(): Standing | undefined {
    return this.#state.standing;
  }

  get marks(): readonly Mark[] {
    return [...this.#state.marks.values()];
  }

  /** The document that is written now. Notes have their text in it: `doc.getText("content")`. */
  get doc(): Doc | undefined {
    return this.#document.doc;
  }

  get view(): RoomView {
    return {
      ...showRoom(
        [...this.#older.messages(), this.#document.messages()],
        this.#older.changes,
        this.#state.kept,
        this.#options.userId,
      ),
      hasOlder: this.#older.hasMore,
      isWhole: this.#document.isWhole,
    };
  }

  /** @returns a function that takes the listener off again */
  on<N extends keyof RoomEvents>(name: N, listener: (value: RoomEvents[N]) => void): () => void {
    return this.#listeners.on(name, listener);
  }

  /** Opens the room and keeps following it until `stop()`, or until it ends. */
  start(): void {
    this.#take({ type: "start" });
    if (!this.#state.loaded && !this.#loading) void this.#load();
  }

  /** @returns when everything is saved and the documents are closed */
  async stop(): Promise<void> {
    this.#take({ type: "stop" });
    this.#presence?.close();
    await Promise.all([this.#saver.settled, this.#document.close(), this.#older.close()]);
  }

  /** The network or the screen is back: try now. A pause the server asked for is kept. */
  wake(): void {
    this.#take({ type: "wake" });
  }

  /**
   * Sends a message; works offline too.
   *
   * @returns its id, at once
   * @throws ZodError when it is no message at all, RangeError when too many wait
   */
  send(message: Omit<NewMessage, "messageId">): string {
    const messageId = `msg_${newIdempotencyKey()}`;
    this.#typedAt = Number.NEGATIVE_INFINITY;
    this.#presence?.rest();
    this.#command({ type: "send", messageId, ...message });
    return messageId;
  }

  edit(messageId: string, text: string, mentions?: string[]): void {
    this.#command({ type: "edit", messageId, text, ...(mentions === undefined ? {} : { mentions }) });
  }

  delete(messageId: string): void {
    this.#command({ type: "delete", messageId });
  }

  react(messageId: string, emoji: string, on: boolean): void {
    this.#command({ type: "react", messageId, emoji, on });
  }

  /** What was refused is tried once more. */
  tryAgain(messageId: string): void {
    this.#take({ type: "tryAgain", messageId });
  }

  /** What was refused has been seen. */
  discard(messageId: string): void {
    this.#take({ type: "discard", messageId });
  }

  /**
   * After `ended` with `tooLarge`: what this device has of the note is dropped, with what was written here and never sent, and the
   * room starts again with what the server has.
   */
  discardCopy(): void {
    this.#take({ type: "discardCopy" });
  }

  /** The person has read everything up to this number. */
  read(seq: number): void {
    this.#take({ type: "marked", read: seq });
  }

  /** A key was pressed; that nobody is typing any more says itself. */
  typing(): void {
    this.#typedAt = this.#timers.now();
    this.#presence?.type();
  }

  /**
   * Loads the next older epoch; its messages come with `view`, and stay up to date.
   *
   * @throws when it could not be had: try again later
   */
  async loadOlder(): Promise<void> {
    await this.#older.loadNext();
    // From now on changes of older messages are told as well, which this line's document does not have.
    if (this.#state.phase === "online") this.#sendText({ type: "hello", messages: true });
  }

  #command(given: Command): void {
    // Checked here: what the server cannot read would be refused on every try.
    this.#take({ type: "command", command: Command.parse(given) });
  }

  #take(input: RoomInput): void {
    const { state, effects } = step(this.#state, input, this.#timers.now(), this.#random());
    // Set before the effects: a listener may call us back.
    this.#state = state;
    for (const effect of effects) this.#do(effect);
  }

  #do(effect: RoomEffect): unknown {
    switch (effect.type) {
      case "ask":
        return void this.#ask(effect.connection);
      case "connect":
        return void this.#connect(effect.connection, effect.epoch);
      case "close": {
        const line = this.#line;
        this.#line = undefined;
        this.#silence();
        return closeQuietly(line, effect.code, effect.reason);
      }
      case "send":
        return this.#sendText(effect.frame);
      case "document":
        return this.#document.open(effect.epoch);
      case "sync":
        return void this.#sync(effect.connection);
      case "drop":
        return this.#remove(effect.epochs);
      case "epochs":
        return this.#older.known(effect.state);
      case "save":
        return this.#saver.ask();
      case "show":
        return this.#show();
      case "tell":
        return this.#said(effect.event);
      case "setTimer":
        // Marks that wait already are told with the newer ones.
        if (effect.name === "marks" && this.#running.isRunning("marks")) return;
        return this.#running.set(effect.name, effect.ms);
      case "clearTimer":
        return this.#running.clear(effect.name);
    }
  }

  // ---------------------------------------------------------------------------------- the line

  async #ask(connection: number): Promise<void> {
    const { api, conversationId } = this.#options;
    try {
      const state = await api.call(routes.getConversationState, { params: { conversationId } });
      this.#take({ type: "asked", connection, state });
    } catch (error) {
      this.#take({ type: "refused", connection, ...refusalOf(error) });
    }
  }

  async #connect(connection: number, epoch: string): Promise<void> {
    const { api, conversationId, connect } = this.#options;
    const isOurs = (): boolean => connection === this.#state.connection;
    try {
      const line = await openLine(connect, api.roomUrl(conversationId, epoch), {
        opened: () => this.#take({ type: "opened", connection }),
        text: (text) => isOurs() && this.#text(connection, text),
        bytes: (bytes) => isOurs() && this.#bytes(connection, bytes),
        closed: (code) => {
          if (isOurs()) this.#silence();
          this.#take({ type: "closed", connection, code });
        },
      });
      // Given up, or stopped, while the ticket was on its way.
      if (!isOurs() || this.#state.phase !== "connecting") return closeQuietly(line);
      this.#line = line;
      if (line.readyState === 1) this.#take({ type: "opened", connection });
    } catch (error) {
      this.#take({ type: "refused", connection, ...refusalOf(error) });
    }
  }

  #text(connection: number, text: string) {
    const read = readRoomFrame(text);
    if (read.kind === "undecodable")
      this.#said({ name: "error", value: { kind: "undecodable", message: read.message } });
    if (read.kind !== "frame") return this.#take({ type: "heard", connection });
    if (read.frame.type === "message") this.#older.take(read.frame.message);
    this.#take({ type: "text", connection, frame: read.frame });
  }

  #bytes(connection: number, bytes: Uint8Array) {
    this.#take({ type: "heard", connection });
    const { doc } = this.#document;
    if (doc === undefined) return;
    const applied = applyFrame(bytes, doc, this.#presence?.awareness, fromServer);
    switch (applied.type) {
      case "asked":
        return this.#write(applied.reply);
      case "queried":
        return this.#presence?.sayAgain();
      case "synced":
        return this.#document.synced();
      case "denied":
        return this.#take({ type: "denied", connection });
      case "undecodable":
        this.#said({ name: "error", value: { kind: "undecodable", message: "a frame of the document" } });
        return;
    }
  }

  /** The line is up: the document is brought up to date, and whoever types can say so. */
  async #sync(connection: number): Promise<void> {
    const { doc, loaded } = this.#document;
    await loaded;
    if (doc === undefined || connection !== this.#state.connection || this.#line === undefined) return;
    this.#silence();
    this.#presence = new Presence(
      () => this.#presence && this.#send(ownAwarenessFrame(this.#presence.awareness)),
      () => this.#tell("typing", this.#presence?.typing(this.#options.userId) ?? []),
    );
    this.#send(step1Frame(doc));
    // Keys were pressed while the line was being opened.
    if (this.#timers.now() - this.#typedAt < quietMs) this.#presence.type();
    if (this.#older.isOpen) {
      this.#sendText({ type: "hello", messages: true });
      await this.#older.refresh();
    }
  }

  #silence(): void {
    if (this.#presence === undefined) return;
    this.#presence.close();
    this.#presence = undefined;
    this.#tell("typing", []);
  }

  #sendText(frame: object): void {
    this.#send(JSON.stringify(frame));
  }

  #send(data: string | Uint8Array<ArrayBuffer>): void {
    try {
      this.#line?.send(data);
    } catch {
      // The line is on its way out; its `close` event does the rest.
    }
  }

  // ---------------------------------------------------------------------------------- documents

  #nameOf(epoch: string): string {
    return `${this.#options.conversationId}/${epoch}`;
  }

  /** In a note the person writes; what is written before the line is up goes with the answer to the server's question. */
  #wrote(update: Uint8Array): void {
    const { standing, phase } = this.#state;
    if (standing?.form !== "note" || phase !== "online" || !this.#document.isWhole) return;
    const frame = updateFrame(update);
    // A large paste: an answer may be larger than any other frame, and the server takes it unasked as well.
    this.#write(frame.byteLength > limits.noteFrameBytes ? step2Frame(update) : frame);
  }

  /** What was written here. Sent when it is more than a note holds, it would only be closed upon, at every line anew. */
  #write(frame: Uint8Array<ArrayBuffer>): void {
    const { connection, standing } = this.#state;
    if (standing?.form === "note" && frame.byteLength > limits.documentBytes)
      this.#take({ type: "tooLarge", connection });
    else this.#send(frame);
  }

  #remove(epochs: readonly string[]): void {
    this.#document.remove(epochs);
    this.#older.forget(epochs);
    this.#show();
  }

  // ---------------------------------------------------------------------------------- telling

  /** Once for everything that happens in one turn. */
  #show(): void {
    if (this.#showing) return;
    this.#showing = true;
    queueMicrotask(() => {
      this.#showing = false;
      const { view } = this;
      this.#tell("view", view);
      const newest = view.messages.at(-1)?.message.seq;
      if (newest !== undefined && this.#document.isWhole) this.#take({ type: "marked", received: newest });
    });
  }

  #said(event: RoomEventSaid): void {
    this.#tell(event.name, event.value as never);
  }

  #tell<N extends keyof RoomEvents>(name: N, value: RoomEvents[N]): void {
    this.#listeners.tell(name, value);
  }

  #trouble(what: string): (cause: unknown) => void {
    return (cause) => this.#tell("error", { kind: "memory", message: `${what} failed`, cause });
  }

  async #load(): Promise<void> {
    this.#loading = true;
    const kept = await this.#memory.load().catch(this.#trouble("loading"));
    this.#take({ type: "loaded", kept: kept ?? undefined });
    this.#loading = false;
  }
}
