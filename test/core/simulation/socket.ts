/** The server's end of a socket, as workerd gives it to an actor. What it sends arrives at once and in order. */
export class ServerSocket {
  open = true;
  onText: (text: string) => void = () => undefined;
  onBytes: (bytes: Uint8Array) => void = () => undefined;
  onClosed: (code: number) => void = () => undefined;
  onGone: () => void = () => undefined;
  #attachment: unknown;

  send(frame: string | Uint8Array): void {
    if (!this.open) throw new Error("the socket is closed");
    if (typeof frame === "string") this.onText(frame);
    else this.onBytes(frame.slice());
  }

  close(code = 1000): void {
    if (!this.open) return;
    this.open = false;
    this.onGone();
    this.onClosed(code);
  }

  /** The process was killed: no close frame, the line is just gone. */
  lose(): void {
    if (!this.open) return;
    this.open = false;
    this.onClosed(1006);
  }

  accept(): void {}

  serializeAttachment(attachment: unknown): void {
    this.#attachment = structuredClone(attachment);
  }

  deserializeAttachment(): unknown {
    return structuredClone(this.#attachment);
  }
}

/** What an upgrade is answered with: Node's own `Response` refuses status 101. */
class UpgradeResponse {
  readonly status: number;
  readonly webSocket: unknown;
  readonly headers: Headers;

  constructor(_body: unknown, facts: { status?: number; webSocket?: unknown; headers?: Record<string, string> } = {}) {
    this.status = facts.status ?? 200;
    this.webSocket = facts.webSocket;
    this.headers = new Headers(facts.headers);
  }
}

/** Names of the runtime that the site actor uses (actors/kernel/runtime.d.ts). @returns what puts everything back */
export const installSockets = (): (() => void) => {
  const before = {
    Response: globalThis.Response,
    WebSocketPair: Reflect.get(globalThis, "WebSocketPair"),
    WebSocketRequestResponsePair: Reflect.get(globalThis, "WebSocketRequestResponsePair"),
  };
  Object.assign(globalThis, {
    Response: UpgradeResponse,
    /** Both ends are the server's here: the device looks at what it sends. */
    WebSocketPair: function pair() {
      const server = new ServerSocket();
      return { 0: server, 1: server };
    },
    WebSocketRequestResponsePair: class {},
  });
  return () => Object.assign(globalThis, before);
};
