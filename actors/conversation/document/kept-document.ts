import * as Y from "yjs";
import type { KeptEpoch } from "../epoch/epoch.ts";

/** A document by its name: the number of its epoch, and how often it was made anew. */
type Named = Pick<KeptEpoch, "number" | "generation">;

/**
 * The client id under which the actor writes a document: another one for each. A client that comes with the copy of another
 * document thus brings what this one lacks, and is seen to; with one id for all, what was erased would pass for what it became.
 * Clients' own ids are drawn from 32 bits.
 */
export const actorClientId = ({ number, generation }: Named): number => (number - 1) * 1_024 + generation + 1;

/** The document of a conversation in memory, as it is made from what is stored. Names no runtime. */
export class KeptDocument {
  readonly doc: Y.Doc;
  #whole: Uint8Array | undefined;

  /** @param stored the document as it was kept */
  constructor(name: Named, stored?: Uint8Array) {
    this.doc = new Y.Doc({ gc: true });
    if (stored !== undefined) Y.applyUpdate(this.doc, stored);
    this.doc.clientID = actorClientId(name);
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

  stateVector(): Uint8Array {
    return Y.encodeStateVector(this.doc);
  }

  /** Runs a change. @returns exactly what it added, as one update; undefined when it added nothing */
  protected change(change: (transaction: Y.Transaction) => void): Uint8Array | undefined {
    const made: Uint8Array[] = [];
    const take = (update: Uint8Array): void => {
      made.push(update);
    };
    this.doc.on("update", take);
    try {
      this.doc.transact(change);
    } finally {
      this.doc.off("update", take);
      this.#whole = undefined;
    }
    // Yjs tidies formats up in a transaction of its own, right after one that changed them.
    return made.length > 1 ? Y.mergeUpdates(made) : made[0];
  }
}
