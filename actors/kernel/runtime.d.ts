/**
 * The runtime that server code may use, declared by hand: web standards plus the subset of the Durable Object API in
 * design §7, and no more. Whatever is missing here is missing on purpose, because every name in this file is one that
 * the adapter for another host (Deno) has to provide. `@cloudflare/workers-types` therefore stays out of server code;
 * test/workerd is checked against it, which proves that this file is a true subset of the real runtime.
 *
 * Widening the subset means changing design §7 first.
 */

// ---------------------------------------------------------------- the actor class

declare namespace Rpc {
  const __DURABLE_OBJECT_BRAND: "__DURABLE_OBJECT_BRAND";
  /** Only classes that extend `DurableObject` may stand behind a namespace. */
  interface DurableObjectBranded {
    [__DURABLE_OBJECT_BRAND]: never;
  }
}

declare module "cloudflare:workers" {
  export abstract class DurableObject<Env = unknown> implements Rpc.DurableObjectBranded {
    [Rpc.__DURABLE_OBJECT_BRAND]: never;
    protected ctx: DurableObjectState;
    protected env: Env;
    constructor(ctx: DurableObjectState, env: Env);
    fetch?(request: Request): Response | Promise<Response>;
    alarm?(info?: AlarmInvocationInfo): void | Promise<void>;
    webSocketMessage?(ws: WebSocket, message: string | ArrayBuffer): void | Promise<void>;
    webSocketClose?(ws: WebSocket, code: number, reason: string, wasClean: boolean): void | Promise<void>;
    webSocketError?(ws: WebSocket, error: unknown): void | Promise<void>;
  }
}

interface AlarmInvocationInfo {
  readonly isRetry: boolean;
  readonly retryCount: number;
}

// ---------------------------------------------------------------- ctx

interface DurableObjectState {
  readonly id: DurableObjectId;
  readonly storage: DurableObjectStorage;
  waitUntil(promise: Promise<unknown>): void;
  blockConcurrencyWhile<T>(callback: () => Promise<T>): Promise<T>;
  /** At most 10 tags of 256 characters each. */
  acceptWebSocket(ws: WebSocket, tags?: string[]): void;
  getWebSockets(tag?: string): WebSocket[];
  getTags(ws: WebSocket): string[];
  setWebSocketAutoResponse(pair?: WebSocketRequestResponsePair): void;
}

interface DurableObjectId {
  /** Set when the object was reached by name, which is the only way here (actors/kernel/stubs.ts). */
  readonly name?: string;
  toString(): string;
}

// ---------------------------------------------------------------- ctx.storage

interface DurableObjectStorage {
  readonly sql: SqlStorage;
  transactionSync<T>(closure: () => T): T;
  /** Milliseconds since the epoch, or a Date. There is one alarm per object. */
  setAlarm(scheduledTime: number | Date): Promise<void>;
  getAlarm(): Promise<number | null>;
  deleteAlarm(): Promise<void>;
  deleteAll(): Promise<void>;
}

type SqlStorageValue = ArrayBuffer | string | number | null;

interface SqlStorage {
  /** At most 100 bindings. Booleans and bigints are left out: the runtime would store them as text or refuse them. */
  exec<T extends Record<string, SqlStorageValue>>(
    query: string,
    ...bindings: (SqlStorageValue | ArrayBufferView)[]
  ): SqlStorageCursor<T>;
}

/** Drain it before the next `await`: a cursor held across one has no snapshot isolation. */
interface SqlStorageCursor<T extends Record<string, SqlStorageValue>> {
  /** Throws unless there is exactly one row. */
  one(): T;
  toArray(): T[];
  next(): IteratorResult<T, undefined>;
  [Symbol.iterator](): IterableIterator<T>;
  /** Rows as arrays in column order; drizzle's durable-sqlite driver reads by it. */
  raw<U extends SqlStorageValue[]>(): IterableIterator<U>;
  readonly rowsWritten: number;
}

// ---------------------------------------------------------------- namespaces and stubs

interface DurableObjectNamespace<T extends Rpc.DurableObjectBranded | undefined = undefined> {
  getByName(name: string): DurableObjectStub<T>;
  idFromName(name: string): DurableObjectId;
  get(id: DurableObjectId): DurableObjectStub<T>;
  /** Throws in the local runtime, which has no jurisdictions. Called by actors/kernel/stubs.ts alone. */
  jurisdiction(jurisdiction: "eu"): DurableObjectNamespace<T>;
}

/** What the platform calls on an actor; not callable from another one. */
type DurableObjectLifecycleMethod =
  | "fetch"
  | "alarm"
  | "webSocketMessage"
  | "webSocketClose"
  | "webSocketError"
  | "__DURABLE_OBJECT_BRAND";

type DurableObjectRpcMethods<T> = {
  [K in Exclude<keyof T, DurableObjectLifecycleMethod> as T[K] extends (...args: never[]) => unknown
    ? K
    : never]: T[K] extends (...args: infer Args) => infer Result ? (...args: Args) => Promise<Awaited<Result>> : never;
};

/** The public methods of the actor, each answering with a promise, and `fetch` for the WebSocket upgrade. */
type DurableObjectStub<T extends Rpc.DurableObjectBranded | undefined = undefined> = DurableObjectRpcMethods<T> & {
  readonly id: DurableObjectId;
  readonly name?: string;
  fetch(input: Request | URL | string, init?: RequestInit): Promise<Response>;
};

// ---------------------------------------------------------------- sockets

declare const WebSocketPair: {
  new (): { 0: WebSocket; 1: WebSocket };
};

declare class WebSocketRequestResponsePair {
  /** Both at most 2,048 characters, text only. */
  constructor(request: string, response: string);
  readonly request: string;
  readonly response: string;
}

interface WebSocket {
  /** Survives eviction with the socket; at most 16,384 bytes of structured clone. */
  serializeAttachment(attachment: unknown): void;
  /** Whatever an older version of this code may have written: decode it with a schema. */
  deserializeAttachment(): unknown;
}

interface ResponseInit {
  /** With status 101: the client's half of a `WebSocketPair`. */
  webSocket?: WebSocket | null;
}

// ---------------------------------------------------------------- the edge (workers/)

interface ExecutionContext {
  waitUntil(promise: Promise<unknown>): void;
  passThroughOnException(): void;
  readonly props: unknown;
}

/** A service binding, such as the static files (`ASSETS`). */
interface Fetcher {
  fetch(input: Request | URL | string, init?: RequestInit): Promise<Response>;
}
