import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Received {
  /** When all of it was there, ms since 1970. */
  at: number;
  method: string;
  /** With the query. */
  path: string;
  headers: Headers;
  body: Uint8Array;
  /** What was answered; undefined while it is still to be. */
  status: number | undefined;
}

export interface Reply {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

/**
 * What a provider does with a request that it gets.
 * - `up`: takes it and answers as documented; `slow`: the same, after `afterMs`, within the sender's deadline
 * - `late`: takes it, and answers after the sender's deadline; `lost`: takes it and never answers
 * - `error`: takes nothing and answers 500; `limited`: 429 with Retry-After; `redirect`: 302 to another path of its own
 * - `garbage`: answers 200 with a page, as a proxy in between would
 * `down` refuses connections.
 */
export type Mode =
  | { is: "up" | "down" | "error" | "redirect" | "garbage" | "lost" }
  | { is: "limited"; retryAfter: string }
  | { is: "slow" | "late"; afterMs: number };

/** A provider on loopback: a real HTTP server that can be told to misbehave. */
export class Receiver {
  /** Everything that came, taken or not, in order. */
  readonly received: Received[] = [];
  readonly #answer: (request: Received) => Reply;
  readonly #server: Server;
  readonly #waiting = new Set<() => void>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #treatments: { matches: (request: Received) => boolean; modes: Exclude<Mode, { is: "down" }>[] }[] = [];
  #mode: Mode = { is: "up" };
  #port = 0;

  /** @param answer what the provider answers when it is up; it may refuse a wrong key */
  static async start(answer: (request: Received) => Reply): Promise<Receiver> {
    const receiver = new Receiver(answer);
    await receiver.#listen();
    return receiver;
  }

  private constructor(answer: (request: Received) => Reply) {
    this.#answer = answer;
    this.#server = createServer((request, response) => void this.#take(request, response));
  }

  /** As CHANNEL_PRIVATE_HOSTS wants it. */
  get host(): string {
    return `127.0.0.1:${this.#port}`;
  }

  get url(): string {
    return `http://${this.host}`;
  }

  /** What it took: requests that it answered, or would have, with success. */
  get taken(): Received[] {
    return this.received.filter(({ status }) => status !== undefined && status < 300);
  }

  async set(mode: Mode): Promise<void> {
    const wasDown = this.#mode.is === "down";
    this.#mode = mode;
    if (mode.is === "down" && !wasDown) await this.#close();
    if (mode.is !== "down" && wasDown) await this.#listen();
  }

  /** Treats requests that match by these modes in turn, and then like all others: several cases of one provider at once. */
  treat(matches: (request: Received) => boolean, ...modes: Exclude<Mode, { is: "down" }>[]): void {
    this.#treatments.push({ matches, modes });
  }

  /** Begins anew: nothing has come. */
  forget(): void {
    this.received.length = 0;
  }

  /** Resolves with the first request that was taken and that `matches`, come already or to come. */
  async takes(matches: (request: Received) => boolean = () => true, withinMs = 30_000): Promise<Received> {
    const deadline = Date.now() + withinMs;
    for (;;) {
      const found = this.taken.find(matches);
      if (found !== undefined) return found;
      await this.#next(deadline);
    }
  }

  /** Resolves when so many requests have come, taken or not. */
  async comes(count: number, withinMs = 30_000): Promise<Received[]> {
    const deadline = Date.now() + withinMs;
    while (this.received.length < count) await this.#next(deadline);
    return this.received.slice(0, count);
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    if (this.#mode.is !== "down") await this.#close();
  }

  #next(deadline: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const states = this.received.map(({ path, status }) => `${path.split("?")[0]} ${status ?? "…"}`);
    const timer = setTimeout(
      () => reject(new Error(`what was waited for did not come; these came: ${states.join(", ") || "none"}`)),
      Math.max(0, deadline - Date.now()),
    );
    const wake = (): void => {
      clearTimeout(timer);
      this.#waiting.delete(wake);
      resolve();
    };
    this.#waiting.add(wake);
    return promise;
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const general = this.#mode;
    const chunks: Uint8Array[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk);
    } catch {
      // The sender was killed while it sent: nothing has come.
      return;
    }
    const received: Received = {
      at: Date.now(),
      method: request.method ?? "",
      path: request.url ?? "",
      headers: new Headers(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
      body: new Uint8Array(Buffer.concat(chunks)),
      status: undefined,
    };
    this.received.push(received);
    const treated = this.#treatments.find(({ matches, modes }) => modes.length > 0 && matches(received));
    const mode = treated?.modes.shift() ?? general;
    const reply = this.#replyIn(mode, received);
    // The provider has it from here on, whenever its answer arrives.
    received.status = reply.status;
    for (const wake of this.#waiting) wake();
    if (mode.is === "lost") return;
    const answer = (): void => void response.writeHead(reply.status, reply.headers).end(reply.body);
    if (mode.is !== "slow" && mode.is !== "late") return answer();
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      answer();
    }, mode.afterMs);
    this.#timers.add(timer);
  }

  #replyIn(mode: Mode, received: Received): Reply {
    switch (mode.is) {
      case "error":
        return { status: 500, body: "Internal Server Error" };
      case "limited":
        return { status: 429, headers: { "Retry-After": mode.retryAfter } };
      case "redirect":
        return { status: 302, headers: { Location: `${this.url}/elsewhere` } };
      case "garbage":
        return {
          status: 200,
          headers: { "Content-Type": "text/html" },
          body: "<html>Please log in to the Wi-Fi</html>",
        };
      default:
        return this.#answer(received);
    }
  }

  async #listen(): Promise<void> {
    this.#server.listen(this.#port, "127.0.0.1");
    await once(this.#server, "listening");
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async #close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}
