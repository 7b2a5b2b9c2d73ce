import * as Y from "yjs";
import type { Message } from "../../../protocol/conversation/rooms.ts";
import { readMessage } from "./frames.ts";

/** A document that outlives the program. */
export interface KeptDocument {
  /** When what was kept is in the document. Rejects when it cannot be read: then it starts empty. */
  loaded: Promise<unknown>;
  /** Stops keeping; what was kept stays. */
  close(): Promise<unknown>;
}

/** Where documents are kept on this device, such as y-indexeddb in a page. Given from outside: not every runtime has one. */
export interface DocumentKeeper {
  keep(name: string, doc: Y.Doc): KeptDocument;
  /** Removes what was kept under this name, whether it is open or not. */
  remove(name: string): Promise<unknown>;
}

/** The document of one epoch, with its copy on this device. */
export class EpochDocument {
  readonly epoch: string;
  readonly doc = new Y.Doc();
  /** When the copy on this device is in it. */
  readonly loaded: Promise<void>;
  readonly #kept: KeptDocument | undefined;
  readonly #read = new WeakMap<object, Message | false>();

  constructor(epoch: string, name: string, keeper: DocumentKeeper | undefined, trouble: (cause: unknown) => void) {
    this.epoch = epoch;
    this.#kept = keeper?.keep(name, this.doc);
    // A device that cannot read its copy gets the document from the server all the same.
    this.loaded = Promise.resolve(this.#kept?.loaded).then(() => undefined, trouble);
  }

  /** The messages in it, in their order. Entries that make no sense are passed over. */
  messages(): Message[] {
    return this.doc
      .getArray<unknown>("messages")
      .toArray()
      .flatMap((entry) => {
        if (typeof entry !== "object" || entry === null) return [];
        // Yjs gives the same object again as long as it is the same entry: each is decoded once.
        const read = this.#read.get(entry) ?? readMessage(entry) ?? false;
        this.#read.set(entry, read);
        return read === false ? [] : [read];
      });
  }

  async close(): Promise<void> {
    await this.#kept?.close();
    this.doc.destroy();
  }
}
