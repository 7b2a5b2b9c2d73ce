import type { Doc } from "yjs";
import type { Message } from "../../../protocol/conversation/rooms.ts";
import { type DocumentKeeper, EpochDocument } from "./epoch-document.ts";

/** In a document's changes: those that came from the server. */
export const fromServer = Symbol("from the server");

export interface CurrentDocumentParts {
  /** Under which an epoch's copy is kept on this device. */
  nameOf(epoch: string): string;
  keeper: DocumentKeeper | undefined;
  /** Takes what went wrong with a copy. */
  trouble(what: string): (cause: unknown) => void;
  opened(doc: Doc): void;
  /** Something was written on this device. */
  wrote(update: Uint8Array): void;
  /** What is shown changed. */
  changed(): void;
}

/** The document of the epoch that is followed now, and the copies of former ones while they are put away. */
export class CurrentDocument {
  readonly #parts: CurrentDocumentParts;
  #open: EpochDocument | undefined;
  #isWhole = false;
  #closing: Promise<unknown> = Promise.resolve();

  constructor(parts: CurrentDocumentParts) {
    this.#parts = parts;
  }

  get doc(): Doc | undefined {
    return this.#open?.doc;
  }

  /** Whether all that the server has is in it. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** When the copy on this device is in it. */
  get loaded(): Promise<void> | undefined {
    return this.#open?.loaded;
  }

  messages(): Message[] {
    return this.#open?.messages() ?? [];
  }

  /** The server has answered what was asked. */
  synced(): void {
    this.#isWhole = true;
    this.#parts.changed();
  }

  open(epoch: string): void {
    if (this.#open?.epoch === epoch) return;
    const { nameOf, keeper, trouble, opened, changed } = this.#parts;
    this.#putAway();
    const document = new EpochDocument(epoch, nameOf(epoch), keeper, trouble("reading a copy"), this.#closing);
    this.#open = document;
    document.doc.on("update", (update: Uint8Array, origin: unknown) => this.#updated(document, update, origin));
    opened(document.doc);
    void document.loaded.then(changed);
  }

  /** Removes the copies of these epochs; the current one is closed when it is among them. */
  remove(epochs: readonly string[]): void {
    const { nameOf, keeper, trouble } = this.#parts;
    if (this.#open !== undefined && epochs.includes(this.#open.epoch)) this.#putAway();
    const closed = this.#closing;
    this.#closing = Promise.all(
      epochs.map((epoch) => closed.then(() => keeper?.remove(nameOf(epoch))).catch(trouble("removing a copy"))),
    );
  }

  /** @returns when it is closed, and so is whatever was open before */
  close(): Promise<unknown> {
    this.#putAway();
    return this.#closing;
  }

  #putAway(): void {
    const former = this.#open;
    this.#open = undefined;
    this.#isWhole = false;
    if (former !== undefined) this.#closing = Promise.all([this.#closing, former.close()]);
  }

  #updated(document: EpochDocument, update: Uint8Array, origin: unknown): void {
    if (document !== this.#open) return;
    if (origin !== fromServer) this.#parts.wrote(update);
    this.#parts.changed();
  }
}
