import * as prng from "lib0/prng";
import * as Y from "yjs";
import { ConversationActor } from "../../../../actors/conversation/conversation-actor.ts";
import type { Admitted } from "../../../../actors/kernel/room-messages.ts";
import { readServerFrame, step1, step2, written } from "../../y-frames.ts";
import { Clock } from "../clock.ts";
import { Disk, storageOf } from "../disk.ts";
import { installSockets, type ServerSocket } from "../socket.ts";

const name = "tnt_notes.cnv_converges";
/** Ids below are drawn by nobody: the actor's own are there. */
const firstClientId = 1_000;

/** One process with the actor of a note in it. */
class NoteProcess {
  readonly disk = new Disk();
  readonly sockets = new Set<ServerSocket>();
  #actor: ConversationActor;
  #lost = false;

  constructor() {
    this.#actor = this.#start();
    const facts = {
      form: "note",
      kind: "everyone",
      title: "Plan",
      timeZone: "Europe/Amsterdam",
      createdAt: Date.now(),
      closed: false,
      version: 1,
    } as const;
    this.#actor.receive([{ kind: "facts", facts }]);
  }

  #start(): ConversationActor {
    this.#lost = false;
    const state = {
      id: { name, toString: () => name },
      storage: storageOf(this.disk, () => {
        if (this.#lost) throw new Error("this process is gone");
      }),
      waitUntil: () => undefined,
      blockConcurrencyWhile: (work: () => Promise<unknown>) => work(),
      acceptWebSocket: (socket: ServerSocket) => {
        this.sockets.add(socket);
        socket.onGone = () => this.sockets.delete(socket);
      },
      getWebSockets: () => [...this.sockets],
      getTags: () => [],
      setWebSocketAutoResponse: () => undefined,
    };
    const env = {
      PASSWORD_PEPPER: "password-pepper-of-the-tests",
      OPERATOR_TOKEN: "operator-token-of-the-tests",
      PUBLIC_URL: "https://standby.test",
      JURISDICTION: "",
    };
    return new ConversationActor(state as never, env as never);
  }

  /** The actor is dropped from memory; sockets stay. */
  evict(): void {
    this.#actor = this.#start();
  }

  /** The process is killed: sockets go with it. */
  kill(): void {
    for (const socket of [...this.sockets]) socket.lose();
    this.sockets.clear();
    this.#actor = this.#start();
  }

  connect(userId: string): ServerSocket {
    const admitted: Admitted = {
      sessionId: `ses_${userId}`,
      deviceId: `dev_${userId}`,
      expiresAt: Date.now() + 1e12,
      person: { userId, permission: "coordinator", roleIds: [], enabled: true },
    };
    const headers = new Headers({ "x-standby-admitted": JSON.stringify(admitted), upgrade: "websocket" });
    const before = new Set(this.sockets);
    // Nothing is awaited in an upgrade: the socket is there when this returns.
    void this.#actor.fetch({ headers } as Request);
    const made = [...this.sockets].find((socket) => !before.has(socket));
    if (made === undefined) throw new Error("the upgrade was refused");
    return made;
  }

  say(socket: ServerSocket, bytes: Uint8Array): void {
    this.#actor.webSocketMessage(socket as never, bytes.slice().buffer);
  }

  hangUp(socket: ServerSocket): void {
    if (!socket.open) return;
    socket.open = false;
    this.sockets.delete(socket);
    this.#actor.webSocketClose(socket as never, 1000);
  }
}

/** A client as Yjs' test helper knows one, on a line to the actor instead of to all others. */
export class ActorClient extends Y.Doc {
  readonly userID: number;
  readonly tc: ActorConnector;
  /** For the helper, which merges them all in the end. */
  readonly updates: Uint8Array[] = [];
  readonly toServer: Uint8Array[] = [];
  readonly fromServer: Uint8Array[] = [];
  readonly closes: number[] = [];
  #socket: ServerSocket | undefined;

  constructor(connector: ActorConnector, number: number) {
    super();
    this.tc = connector;
    this.userID = number;
    this.clientID = firstClientId + number;
    connector.allConns.add(this);
    this.on("update", (update: Uint8Array, origin: unknown) => {
      if (origin !== connector && this.#socket !== undefined) this.toServer.push(written(update));
      this.updates.push(update);
    });
    this.connect();
  }

  connect(): void {
    if (this.#socket !== undefined) return;
    const socket = this.tc.process.connect(`usr_number${this.userID}`);
    this.#socket = socket;
    this.tc.onlineConns.add(this);
    socket.onBytes = (bytes) => this.fromServer.push(bytes);
    socket.onClosed = (code) => {
      this.closes.push(code);
      if (this.#socket === socket) this.#forget();
    };
    this.toServer.push(step1(Y.encodeStateVector(this)));
  }

  disconnect(): void {
    const socket = this.#socket;
    if (socket === undefined) return;
    this.#forget();
    this.tc.process.hangUp(socket);
  }

  /** One message to the server, or one from it, in the order of its line. @returns false when there is none */
  deliver(towardsServer: boolean): boolean {
    if (towardsServer) {
      const bytes = this.toServer.shift();
      if (bytes === undefined || this.#socket === undefined) return false;
      this.tc.process.say(this.#socket, bytes);
      return true;
    }
    const bytes = this.fromServer.shift();
    if (bytes === undefined) return false;
    const frame = readServerFrame(bytes);
    if (frame.type === "update") Y.applyUpdate(this, frame.update, this.tc);
    if (frame.type === "step1") this.toServer.push(step2(Y.encodeStateAsUpdate(this, frame.stateVector)));
    if (frame.type === "denied") throw new Error(`a trusted writer was refused: ${frame.reason}`);
    return true;
  }

  get waits(): boolean {
    return this.#socket !== undefined && (this.toServer.length > 0 || this.fromServer.length > 0);
  }

  #forget(): void {
    this.#socket = undefined;
    this.toServer.length = 0;
    this.fromServer.length = 0;
    this.tc.onlineConns.delete(this);
  }
}

/** Takes the place of the helper's own connector: every message goes through the actor. */
export class ActorConnector {
  readonly allConns = new Set<ActorClient>();
  readonly onlineConns = new Set<ActorClient>();
  readonly prng: prng.PRNG;
  readonly process: NoteProcess;
  #clock: Clock;
  #leave: () => void;

  constructor(gen: prng.PRNG) {
    this.prng = gen;
    this.#clock = new Clock(Date.parse("2026-11-28T09:00:00Z"));
    const leave = [this.#clock.install(), installSockets()];
    this.#leave = () => {
      for (const back of leave) back();
    };
    this.process = new NoteProcess();
  }

  createY(number: number): ActorClient {
    return new ActorClient(this, number);
  }

  flushRandomMessage(): boolean {
    const waiting = [...this.onlineConns].filter((client) => client.waits);
    if (waiting.length === 0) return false;
    // Time goes on, so that nobody comes to the limit of messages.
    this.#clock.now += 100;
    const client = prng.oneOf(this.prng, waiting);
    const towardsServer = prng.bool(this.prng);
    if (!client.deliver(towardsServer)) client.deliver(!towardsServer);
    return true;
  }

  flushAllMessages(): boolean {
    let any = false;
    while (this.flushRandomMessage()) any = true;
    return any;
  }

  disconnectRandom(): void {
    const online = [...this.onlineConns];
    if (online.length > 0) prng.oneOf(this.prng, online).disconnect();
  }

  reconnectRandom(): void {
    const offline = [...this.allConns].filter((client) => !this.onlineConns.has(client));
    if (offline.length > 0) prng.oneOf(this.prng, offline).connect();
  }

  reconnectAll(): void {
    for (const client of this.allConns) client.connect();
  }

  end(): void {
    this.#clock.forget();
    this.#leave();
  }
}
