import * as Y from "yjs";
import type { Message } from "../../../protocol/conversation/rooms.ts";
import type { KeptEpoch } from "../epoch/epoch.ts";

/**
 * The document of one epoch of a chat: an array `messages` of plain JSON, in the order of their numbers. Only the actor writes it,
 * under one client id, which keeps it small (platform.md C3); a change puts another entry in the same place. Names no
 * runtime.
 */
export class RoomDocument {
  readonly doc: Y.Doc;
  readonly #messages: Y.Array<Message>;
  #whole: Uint8Array | undefined;

  /** @param stored the document as it was kept */
  constructor(epoch: Pick<KeptEpoch, "number" | "generation">, stored?: Uint8Array) {
    this.doc = new Y.Doc({ gc: true });
    if (stored !== undefined) Y.applyUpdate(this.doc, stored);
    this.doc.clientID = actorClientId(epoch);
    this.#messages = this.doc.getArray("messages");
  }

  get length(): number {
    return this.#messages.length;
  }

  /** Writes the entry of a message: at the end, or in the place of what was there. @returns the update that says so */
  write(place: number, message: Message): Uint8Array {
    if (place > this.#messages.length) throw new Error("a message was left out of its document");
    return this.#change(() => {
      if (place < this.#messages.length) this.#messages.delete(place, 1);
      this.#messages.insert(place, [message]);
    });
  }

  /** Writes many at once, at the end. */
  push(list: readonly Message[]): Uint8Array {
    return this.#change(() => this.#messages.push([...list]));
  }

  /** All of it; made once for everybody who joins between two changes. */
  whole(): Uint8Array {
    this.#whole ??= Y.encodeStateAsUpdate(this.doc);
    return this.#whole;
  }

  /** What a client lacks. Throws when its state vector is malformed. */
  since(stateVector: Uint8Array): Uint8Array {
    // An empty document's state vector is one zero byte.
    if (stateVector.byteLength === 1 && stateVector[0] === 0) return this.whole();
    return Y.encodeStateAsUpdate(this.doc, stateVector);
  }

  /** Whether there is nothing in an update that this document does not have: an answer to `step1`, not something written. */
  has(update: Uint8Array): boolean {
    return Y.snapshotContainsUpdate(Y.snapshot(this.doc), update);
  }

  stateVector(): Uint8Array {
    return Y.encodeStateVector(this.doc);
  }

  #change(change: () => void): Uint8Array {
    let made: Uint8Array | undefined;
    const take = (update: Uint8Array): void => {
      made = update;
    };
    this.doc.once("update", take);
    this.doc.transact(change);
    this.doc.off("update", take);
    this.#whole = undefined;
    if (made === undefined) throw new Error("nothing was written");
    return made;
  }
}

/**
 * The client id under which the actor writes a document: another one for each. A client that comes with the copy of another
 * document thus brings what this one lacks, and is seen to; with one id for all, what was erased would pass for what it became.
 * Clients' own ids are drawn from 32 bits.
 */
export const actorClientId = ({ number, generation }: Pick<KeptEpoch, "number" | "generation">): number =>
  (number - 1) * 1_024 + generation + 1;
