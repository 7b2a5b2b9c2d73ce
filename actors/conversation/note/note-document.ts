import * as Y from "yjs";
import { limits } from "../../../protocol/limits.ts";
import { KeptDocument } from "../document/kept-document.ts";
import { encodeContent, plainText, replaceContent, sameBytes } from "./content.ts";
import { type Examined, examine } from "./examine.ts";

/** The client id under which the actor restores versions. Clients' ids are drawn from 32 bits. */
export const actorClientId = 1;

/** An update that only shows to be wrong when it is applied. The document is spoilt: it is to be loaded again. */
export class UnfitUpdate extends Error {
  override name = "UnfitUpdate";
}

/** The document of a note: written by those who may, looked at by the server before anything of it counts. Names no runtime. */
export class NoteDocument extends KeptDocument {
  /** Bytes of the encoded document at most: counting them exactly costs more than most changes. */
  #atMost: number;

  /** @param stored the document as it was kept */
  constructor(stored?: Uint8Array) {
    super(actorClientId, stored);
    this.#atMost = stored?.byteLength ?? 0;
  }

  examine(update: Uint8Array): Examined {
    return examine(update, this.doc);
  }

  /**
   * Whether there is room for an update. A full document may still be made smaller: what only takes away may use a part that nothing
   * is written into.
   */
  hasRoomFor({ growth, bytes, clientIds }: Extract<Examined, { kind: "fresh" }>, update: Uint8Array): boolean {
    const most = limits.documentBytes - (clientIds.length > 0 ? limits.noteSpareBytes : 0);
    if (this.#atMost + growth > most) this.#atMost = this.whole().byteLength;
    if (this.#atMost + growth <= most) return true;
    // Much that was written or taken away offline counts for far more than it is. Measuring is dear (T21): not where it is hopeless.
    return this.#atMost + bytes <= most && sizeOfBoth(this.whole(), update) <= most;
  }

  /**
   * Applies an update that was examined. @returns exactly what was new in it
   * @throws UnfitUpdate
   */
  apply(update: Uint8Array, { growth, types }: Extract<Examined, { kind: "fresh" }>): Uint8Array {
    let added: Uint8Array | undefined;
    try {
      added = this.change(() => Y.applyUpdate(this.doc, update));
    } catch {
      throw new UnfitUpdate();
    }
    const { pendingStructs, pendingDs } = this.doc.store;
    const waits = pendingStructs !== null || pendingDs !== null;
    if (added === undefined || waits || types.some((id) => depthOf(this.doc, id) > limits.noteDepth))
      throw new UnfitUpdate();
    this.#atMost += growth;
    return added;
  }

  /** Makes it what it was, under the actor's client id. @returns what was written; undefined when it was so already */
  restore(state: Uint8Array): Uint8Array | undefined {
    const before = new Y.Doc();
    Y.applyUpdate(before, state);
    const written = this.change((transaction) => replaceContent(this.doc, transaction, before));
    this.#atMost = this.whole().byteLength;
    return written;
  }

  get isTooLarge(): boolean {
    return this.whole().byteLength > limits.documentBytes;
  }

  /** What can be seen in it, and its words. */
  content(): { state: Uint8Array; text: string } {
    return { state: encodeContent(this.doc), text: plainText(this.doc) };
  }

  shows(state: Uint8Array): boolean {
    return sameBytes(encodeContent(this.doc), state);
  }
}

/** Bytes of the document that two states make, measured on a copy. */
const sizeOfBoth = (whole: Uint8Array, update: Uint8Array): number => {
  const copy = new Y.Doc();
  try {
    Y.applyUpdate(copy, whole);
    Y.applyUpdate(copy, update);
    return Y.encodeStateAsUpdate(copy).byteLength;
  } catch {
    // It is unfit, and there is no room for it either.
    return Number.POSITIVE_INFINITY;
  } finally {
    copy.destroy();
  }
};

/** How many types an item lies in. */
const depthOf = (doc: Y.Doc, id: Y.ID): number => {
  let depth = 0;
  let item: Y.Item | null = itemAt(doc, id);
  while (item !== null && depth <= limits.noteDepth) {
    depth += 1;
    item = item.parent instanceof Y.AbstractType ? item.parent._item : null;
  }
  return depth;
};

const itemAt = (doc: Y.Doc, id: Y.ID): Y.Item | null => {
  const struct: Y.Item | Y.GC = Y.getItem(doc.store, id);
  return struct instanceof Y.Item ? struct : null;
};
