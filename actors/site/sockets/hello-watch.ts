import { limits } from "../../../protocol/limits.ts";
import type { SocketIndex } from "../../kernel/socket-index.ts";
import type { Timers } from "../../kernel/timers.ts";
import type { Connection } from "./connection.ts";

/** The timer that looks for sockets without a hello. */
export const helloTimer = "hello";

/**
 * One timer for all sockets that have not said hello (4408); none when all have. A row, because an object that hibernates
 * forgets its timeouts and keeps its silent sockets (I11).
 */
export class HelloWatch {
  #timers: Timers;
  #sockets: SocketIndex<Connection>;
  #closeSilent: (socket: WebSocket) => void;
  #isSet = false;

  constructor(timers: Timers, sockets: SocketIndex<Connection>, closeSilent: (socket: WebSocket) => void) {
    this.#timers = timers;
    this.#sockets = sockets;
    this.#closeSilent = closeSilent;
  }

  /** A socket came. */
  came(now: number): void {
    if (this.#isSet) return;
    this.#isSet = true;
    this.#timers.set(helloTimer, now + limits.helloMs / 2);
  }

  /** The timer came: closes those who were silent for too long, and looks again while others still may speak. */
  look(now: number): void {
    this.#isSet = false;
    const before = now - limits.helloMs;
    let waiting = false;
    for (const [socket, connection] of [...this.#sockets.entries()]) {
      if (connection.hello) continue;
      if (connection.acceptedAt <= before) this.#closeSilent(socket);
      else waiting = true;
    }
    if (waiting) this.came(now);
  }
}
