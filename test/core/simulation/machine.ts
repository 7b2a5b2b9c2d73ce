import type { Environment } from "../../../actors/kernel/environment.ts";
import type { Admitted } from "../../../actors/kernel/room-messages.ts";
import { type Clock, settle } from "./clock.ts";
import { Disk, storageOf } from "./disk.ts";
import { installSockets, type ServerSocket } from "./socket.ts";

/** Thrown at whoever still holds on to a process that was killed. */
export class Dead extends Error {
  override name = "Dead";
}

/** The parts of an actor that the platform calls. */
interface Instance {
  alarm?(): Promise<void>;
  fetch?(request: { headers: Headers }): Promise<{ status: number; webSocket: ServerSocket }>;
  webSocketMessage?(socket: unknown, message: string | ArrayBuffer): void | Promise<void>;
  webSocketClose?(socket: unknown, code: number): void;
}

type ActorClass = new (state: never, env: never) => Instance;

/** Nothing that this is for needs more in one stretch of time: a timer that is due again at once for ever does. */
const mostEvents = 20_000;

interface Life {
  instance: Instance;
  alive: boolean;
  /** Its alarm is being handled: the platform starts no second one meanwhile. */
  ringing: boolean;
  ready: Promise<unknown>;
  /** Rejects when this life ends: a call that waits in it will never return. */
  death: Promise<never>;
  end: () => void;
}

const newLife = (): Life => {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => undefined);
  const life: Life = {
    instance: {},
    alive: true,
    ringing: false,
    ready: Promise.resolve(),
    death: promise,
    end: () => undefined,
  };
  life.end = () => {
    life.alive = false;
    reject(new Dead());
  };
  return life;
};

/** Kinds of objects, as the bindings of wrangler.toml. */
export type Kind = "TENANTS" | "SITES" | "CONVERSATIONS";

/**
 * One process with the real actor classes in it, and what stays when it is killed. It does what the platform does (wakes an object
 * by its name, runs its alarm, carries calls between objects as copies) and can be killed at any point at which something
 * is written or goes from one object to another.
 */
export class Machine {
  readonly clock: Clock;
  readonly env: Environment;
  /** Calls between objects that have returned, with what they carried. */
  onCall: (name: string, method: string, args: unknown[]) => void = () => undefined;
  /** Told when the process is killed. */
  onKill: () => void = () => undefined;
  /** Asked before a call is carried: true when the line to that object is cut. */
  isCut: (name: string) => boolean = () => false;
  /** Asked before a call is carried: for how long the line to that object is silent, ms. */
  silence: (name: string, method: string) => number = () => 0;
  /** What a `waitUntil`, an alarm or a listener failed with, when nothing was killed: there must be none. */
  readonly failures: unknown[] = [];
  #classes: Partial<Record<Kind, ActorClass>>;
  #kinds = new Map<string, Kind>();
  #disks = new Map<string, Disk>();
  #kept = new Set<string>();
  #lives = new Map<string, Life>();
  #sockets = new Map<string, Set<ServerSocket>>();
  /** How many more points are passed before the process is killed. */
  #fuse: number | undefined;
  #epoch = 0;

  constructor(clock: Clock, classes: Partial<Record<Kind, ActorClass>>, settings: Partial<Environment>) {
    this.clock = clock;
    this.#classes = classes;
    const namespace = (kind: Kind) => ({
      getByName: (name: string) => this.#stub(kind, name),
    });
    const registry = { getByName: () => ({ report: () => Promise.resolve() }) };
    this.env = {
      ...settings,
      TENANTS: namespace("TENANTS"),
      SITES: namespace("SITES"),
      CONVERSATIONS: namespace("CONVERSATIONS"),
      REGISTRY: registry,
    } as unknown as Environment;
  }

  // ---------------------------------------------------------------------------------- what befalls it

  /** Kills the whole process: everything in memory is gone, sockets too. */
  kill(): void {
    this.#epoch += 1;
    this.#fuse = undefined;
    for (const life of this.#lives.values()) life.end();
    this.#lives.clear();
    this.clock.forget();
    const all = [...this.#sockets.values()].flatMap((sockets) => [...sockets]);
    this.#sockets.clear();
    for (const socket of all) socket.lose();
    this.onKill();
  }

  /** Takes one object out of memory; its sockets stay open. */
  evict(name: string): void {
    this.#lives.get(name)?.end();
    this.#lives.delete(name);
  }

  /** The process is killed at the so-manieth point from now on. */
  light(points: number): void {
    this.#fuse = points;
  }

  /** @returns whether it had not burnt down */
  extinguish(): boolean {
    const burning = this.#fuse !== undefined;
    this.#fuse = undefined;
    return burning;
  }

  /** What a listener throws is for the test to find, and not for the actors. */
  #tellCall(name: string, method: string, args: unknown[]): void {
    try {
      this.onCall(name, method, args);
    } catch (error) {
      this.failures.push(error);
    }
  }

  /** A point at which a process may be killed. */
  #point(): void {
    if (this.#fuse === undefined) return;
    this.#fuse -= 1;
    if (this.#fuse >= 0) return;
    this.kill();
    throw new Dead();
  }

  // ---------------------------------------------------------------------------------- time

  /** Lets time pass, with everything that falls due in it. */
  async advance(ms: number): Promise<void> {
    const until = this.clock.now + ms;
    await settle();
    for (let events = 0; ; events++) {
      if (events > mostEvents) throw new Error(`more than ${mostEvents} events within ${ms} ms: somebody never rests`);
      const alarm = this.#nextAlarm();
      const timeout = this.clock.nextAt();
      const next = Math.min(alarm?.at ?? Number.POSITIVE_INFINITY, timeout ?? Number.POSITIVE_INFINITY);
      if (next > until) break;
      if (alarm !== undefined && alarm.at <= (timeout ?? Number.POSITIVE_INFINITY)) this.#ring(alarm.name);
      else this.#runTimeout();
      await settle();
    }
    this.clock.now = until;
  }

  #runTimeout(): void {
    const epoch = this.#epoch;
    try {
      this.#point();
      this.clock.runNext();
    } catch (error) {
      if (!(error instanceof Dead) && epoch === this.#epoch) throw error;
    }
  }

  #nextAlarm(): { name: string; at: number } | undefined {
    let first: { name: string; at: number } | undefined;
    for (const [name, { alarmAt }] of this.#disks)
      if (alarmAt !== null && this.#lives.get(name)?.ringing !== true && (first === undefined || alarmAt < first.at))
        first = { name, at: alarmAt };
    return first;
  }

  #ring(name: string): void {
    const disk = this.disk(name);
    const epoch = this.#epoch;
    this.clock.now = Math.max(this.clock.now, disk.alarmAt ?? 0);
    // The platform has taken its alarm; a handler that dies is tried again.
    disk.alarmAt = null;
    const again = () => {
      disk.alarmAt = Math.min(disk.alarmAt ?? Number.POSITIVE_INFINITY, this.clock.now + 2_000);
    };
    const ring = async () => {
      const life = await this.#wake(name);
      this.#point();
      life.ringing = true;
      await this.#within(life, () => life.instance.alarm?.()).finally(() => {
        life.ringing = false;
      });
      this.#tellCall(name, "alarm", []);
      if (!life.alive) throw new Dead();
    };
    ring().catch((error: unknown) => {
      again();
      if (!(error instanceof Dead) && epoch === this.#epoch) this.failures.push(error);
    });
  }

  // ---------------------------------------------------------------------------------- objects

  disk(name: string): Disk {
    let disk = this.#disks.get(name);
    if (disk === undefined) {
      disk = new Disk();
      this.#disks.set(name, disk);
    }
    return disk;
  }

  /** Of the tenant and its sites: rooms are proven by themselves. */
  get disks(): ReadonlyMap<string, Disk> {
    return new Map([...this.#disks].filter(([name]) => this.#kinds.get(name) !== "CONVERSATIONS"));
  }

  /** A call from outside. Throws `Dead` when the process is killed before the answer is there. */
  async call<T>(kind: Kind, name: string, method: string, ...args: unknown[]): Promise<T> {
    this.#kinds.set(name, kind);
    this.#point();
    const life = await this.#wake(name);
    const sent = structuredClone(args);
    const work = (life.instance as unknown as Record<string, (...all: unknown[]) => unknown>)[method];
    if (work === undefined) throw new Error(`${name} has no ${method}`);
    const result = await this.#within(life, () => work.apply(life.instance, sent));
    if (!life.alive) throw new Dead();
    this.#tellCall(name, method, args);
    this.#point();
    return structuredClone(result) as T;
  }

  /** Work of one life. Throws `Dead` when that life ends before: whatever the work made of it (drizzle wraps errors), it is over. */
  async #within<T>(life: Life, work: () => T | Promise<T>): Promise<T> {
    try {
      return await Promise.race([work(), life.death]);
    } catch (error) {
      throw life.alive ? error : new Dead();
    }
  }

  async #wake(name: string): Promise<Life> {
    let life = this.#lives.get(name);
    if (life === undefined) {
      life = this.#start(name);
      this.#lives.set(name, life);
    }
    await life.ready;
    if (!life.alive) throw new Dead();
    return life;
  }

  #start(name: string): Life {
    const kind = this.#kinds.get(name);
    if (kind === undefined) throw new Error(`nobody has asked for ${name}`);
    const life = newLife();
    const sockets = this.#sockets.get(name) ?? new Set<ServerSocket>();
    this.#sockets.set(name, sockets);
    const state = {
      id: { name, toString: () => name },
      storage: storageOf(this.disk(name), (writes) => {
        if (!life.alive) throw new Dead();
        if (writes) this.#point();
      }),
      waitUntil: (work: Promise<unknown>) => {
        work.catch((error: unknown) => {
          if (life.alive && !(error instanceof Dead)) this.failures.push(error);
        });
      },
      blockConcurrencyWhile: <T>(work: () => Promise<T>): Promise<T> => {
        const done = work();
        done.catch(() => undefined);
        life.ready = Promise.all([life.ready, done]);
        life.ready.catch(() => undefined);
        return done;
      },
      acceptWebSocket: (socket: ServerSocket) => {
        sockets.add(socket);
        socket.onGone = () => sockets.delete(socket);
      },
      getWebSockets: () => [...sockets],
      getTags: () => [],
      setWebSocketAutoResponse: () => undefined,
    };
    const Actor = this.#classes[kind];
    if (Actor === undefined) throw new Error(`there are no ${kind} here`);
    life.instance = new Actor(state as never, this.env as never);
    return life;
  }

  /** How objects see each other. A dead caller hears nothing any more. */
  #stub(kind: Kind, name: string): unknown {
    return new Proxy(
      {},
      {
        get:
          (_, method: string) =>
          async (...args: unknown[]) => {
            const epoch = this.#epoch;
            const sent = structuredClone(args);
            try {
              await Promise.resolve();
              if (this.isCut(name)) throw new Error("the line is cut");
              const silent = this.silence(name, method);
              if (silent > 0) await new Promise((resolve) => setTimeout(resolve, silent));
              return await this.call(kind, name, method, ...sent);
            } catch (error) {
              if (epoch !== this.#epoch) return new Promise(() => undefined);
              if (error instanceof Dead) throw new Error("the object was reset");
              throw error;
            }
          },
      },
    );
  }

  // ---------------------------------------------------------------------------------- sockets

  /** A device's upgrade as the edge sends it on. @returns the socket; undefined when there was no answer */
  upgrade(
    name: string,
    caller: { sessionId: string; secretHash: string },
  ): Promise<ServerSocket | "refused" | undefined> {
    return this.#upgrade("SITES", name, { "x-standby-caller": JSON.stringify(caller) });
  }

  /** The upgrade of a conversation's socket, for a person whose session was checked. */
  enterRoom(name: string, admitted: Admitted, epoch?: string): Promise<ServerSocket | "refused" | undefined> {
    const headers = { "x-standby-admitted": JSON.stringify(admitted) };
    return this.#upgrade(
      "CONVERSATIONS",
      name,
      epoch === undefined ? headers : { ...headers, "x-standby-epoch": epoch },
    );
  }

  async #upgrade(
    kind: Kind,
    name: string,
    facts: Record<string, string>,
  ): Promise<ServerSocket | "refused" | undefined> {
    this.#kinds.set(name, kind);
    const headers = new Headers({ ...facts, upgrade: "websocket" });
    try {
      const life = await this.#wake(name);
      const answer = await this.#within(life, () => life.instance.fetch?.({ headers }));
      return answer?.status === 101 ? answer.webSocket : "refused";
    } catch {
      // The process died, or the place could not ask the tenant: the edge answers 503, and devices come back.
      return undefined;
    }
  }

  /** Something that a device says on its socket. */
  async say(name: string, socket: ServerSocket, frame: string | Uint8Array): Promise<void> {
    try {
      const life = await this.#wake(name);
      const message = typeof frame === "string" ? frame : frame.slice().buffer;
      await this.#within(life, () => life.instance.webSocketMessage?.(socket, message));
    } catch (error) {
      if (!(error instanceof Dead)) throw error;
    }
  }

  async hangUp(name: string, socket: ServerSocket): Promise<void> {
    if (!socket.open) return;
    socket.open = false;
    try {
      const life = await this.#wake(name);
      life.instance.webSocketClose?.(socket, 1000);
    } catch (error) {
      if (!(error instanceof Dead)) throw error;
    }
    this.#sockets.get(name)?.delete(socket);
  }

  // ---------------------------------------------------------------------------------- one history after another

  /** Puts its clock and its sockets in the place of the process's own. @returns what puts those back */
  enter(): () => void {
    const putBack = [this.clock.install(), installSockets()];
    return () => {
      for (const back of putBack) back();
    };
  }

  keep(): void {
    for (const [name, disk] of this.#disks) {
      disk.keep();
      this.#kept.add(name);
    }
  }

  back(): void {
    this.kill();
    // Objects that first came into being in this history go with it.
    for (const [name, disk] of this.#disks)
      if (this.#kept.has(name)) disk.back();
      else this.#disks.delete(name);
    this.failures.length = 0;
  }
}
