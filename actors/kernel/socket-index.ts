/** What an actor must know of a socket to find it: whose it is. */
export interface Indexed {
  userId: string;
  sessionId: string;
}

/**
 * The open sockets of an actor by person. The platform keeps sockets through hibernation but finds them only by tag or all
 * together; this index is made once when the actor wakes, from the sockets' attachments, and kept by hand after that.
 */
export class SocketIndex<C extends Indexed> {
  #connections = new Map<WebSocket, C>();
  #ofPerson = new Map<string, Set<WebSocket>>();
  /** Hears of every socket that came or went. */
  changed: (connection: C) => void = () => undefined;

  get size(): number {
    return this.#connections.size;
  }

  add(socket: WebSocket, connection: C): void {
    this.#connections.set(socket, connection);
    this.changed(connection);
    const known = this.#ofPerson.get(connection.userId);
    if (known === undefined) this.#ofPerson.set(connection.userId, new Set([socket]));
    else known.add(socket);
  }

  remove(socket: WebSocket): C | undefined {
    const connection = this.#connections.get(socket);
    if (connection === undefined) return undefined;
    this.#connections.delete(socket);
    const rest = this.#ofPerson.get(connection.userId);
    rest?.delete(socket);
    if (rest?.size === 0) this.#ofPerson.delete(connection.userId);
    this.changed(connection);
    return connection;
  }

  of(socket: WebSocket): C | undefined {
    return this.#connections.get(socket);
  }

  /** A person's sockets, oldest first. */
  ofPerson(userId: string): ReadonlySet<WebSocket> {
    return this.#ofPerson.get(userId) ?? none;
  }

  entries(): IterableIterator<[WebSocket, C]> {
    return this.#connections.entries();
  }
}

const none: ReadonlySet<WebSocket> = new Set();
