import { subprotocol, ticketPrefix } from "../../../protocol/socket/closing.ts";
import type { StandbyApi } from "../api.ts";
import { StandbyProblem } from "../problem.ts";

/** The part of a WebSocket that is used. Both the browser's and the one of Node's `ws` package have it. */
export interface SocketLike {
  readonly readyState: number;
  send(data: string | Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: "open" | "message" | "close" | "error", listener: (event: unknown) => void): void;
}

/**
 * Opens one line. May throw or reject with a `StandbyProblem` or a `ConnectRefused`, so that a status and Retry-After of
 * a refused upgrade reach the back-off; a plain WebSocket hides them.
 */
export type Connect = (url: string, protocols: readonly string[]) => SocketLike | Promise<SocketLike>;

/** A refused upgrade, for programs whose WebSocket tells. */
export class ConnectRefused extends Error {
  override readonly name = "ConnectRefused";
  readonly status: number;
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, retryAfterSeconds?: number) {
    super(`the upgrade was refused with ${status}`);
    this.status = status;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** What a failed try says of when to try again. */
export const refusalOf = (error: unknown): { status?: number; retryAfterSeconds?: number } => {
  if (!(error instanceof StandbyProblem) && !(error instanceof ConnectRefused)) return {};
  const { status, retryAfterSeconds } = error;
  return { status, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) };
};

/** For pages: a ticket of 30 s for each line, as a second subprotocol, because pages cannot set headers. */
export const connectByTicket =
  (api: Pick<StandbyApi, "createSocketTicket">): Connect =>
  async (url, protocols) => {
    const { ticket } = await api.createSocketTicket();
    return new WebSocket(url, [...protocols, `${ticketPrefix}${ticket}`]);
  };

export const standbyProtocols: readonly string[] = [subprotocol];
