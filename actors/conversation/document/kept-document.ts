import * as Y from "yjs";

/** The document of a conversation in memory, as it is made from what is stored. Names no runtime. */
export class KeptDocument {
  readonly doc: Y.Doc;
  #whole: Uint8Array | undefined;

  /** @param clientId under which the actor writes; @param stored the document as it was kept */
  constructor(clientId: number, stored?: Uint8Array) {
    this.doc = new Y.Doc({ gc: true });
    if (stored !== undefined) Y.applyUpdate(this.doc, stored);
    this.doc.clientID = clientId;
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
