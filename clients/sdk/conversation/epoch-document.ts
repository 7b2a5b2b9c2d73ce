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
  #kept: KeptDocument | undefined;
  #isClosed = false;
  readonly #read = new WeakMap<object, Message | false>();

  /** @param ready when a copy of the same name that is being removed is gone: it must not be read again */
  constructor(
    epoch: string,
    name: string,
    keeper: DocumentKeeper | undefined,
    trouble: (cause: unknown) => void,
    ready: Promise<unknown> = Promise.resolve(),
  ) {
    this.epoch = epoch;
    const open = async (): Promise<void> => {
      await ready;
      if (this.#isClosed) return;
      this.#kept = keeper?.keep(name, this.doc);
      await this.#kept?.loaded;
    };
    // A device that cannot read its copy gets the document from the server all the same.
    this.loaded = open().catch(trouble);
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
    this.#isClosed = true;
    await this.#kept?.close();
    this.doc.destroy();
  }
}
