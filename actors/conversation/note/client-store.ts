import { eq } from "drizzle-orm";
import type { Database } from "../../kernel/database.ts";
import { actorClientId } from "./note-document.ts";
import { noteClients } from "./note-tables.ts";

/**
 * Whose each Yjs client id is. A document names nobody: its structs carry numbers that every client draws for itself, so the first who
 * writes under one keeps it, and nobody writes in another one's name (T20).
 */
export class ClientStore {
  #database: Database;
  #known: Map<number, string | null> | undefined;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Whether this person may write under all of these. The actor's own is nobody's, nor is that of somebody who was erased. */
  areOf(clientIds: readonly number[], userId: string): boolean {
    return clientIds.every((clientId) => {
      const owner = this.#all().get(clientId);
      return clientId !== actorClientId && (owner === undefined || owner === userId);
    });
  }

  bind(clientIds: readonly number[], userId: string): void {
    for (const clientId of clientIds) {
      if (this.#all().has(clientId)) continue;
      this.#database.insert(noteClients).values({ clientId, userId }).run();
      this.#all().set(clientId, userId);
    }
  }

  erase(userId: string): void {
    this.#database.update(noteClients).set({ userId: null }).where(eq(noteClients.userId, userId)).run();
    this.forget();
  }

  forget(): void {
    this.#known = undefined;
  }

  #all(): Map<number, string | null> {
    this.#known ??= new Map(
      this.#database
        .select()
        .from(noteClients)
        .all()
        .map(({ clientId, userId }) => [clientId, userId]),
    );
    return this.#known;
  }
}
