import type { ConversationState, Message } from "../../../protocol/conversation/rooms.ts";
import type { Connect } from "../socket/connection.ts";
import type { EpochDocument } from "./epoch-document.ts";
import { readMessage } from "./frames.ts";
import { readOlder } from "./older-epoch.ts";

export interface OlderEpochsParts {
  connect: Connect;
  urlOf(epoch: string): string;
  open(epoch: string): EpochDocument;
  /** Removes the copy on this device. */
  drop(epoch: string): void;
  /** What is shown changed. */
  changed(): void;
}

/** Epochs that are over, loaded when somebody looks back. */
export class OlderEpochs {
  readonly #parts: OlderEpochsParts;
  /** Oldest first. */
  #open: EpochDocument[] = [];
  /** All that are over, newest first, as the server listed them. */
  #names: readonly string[] = [];
  #changes = new Map<string, Message>();
  #loading: Promise<void> | undefined;

  constructor(parts: OlderEpochsParts) {
    this.#parts = parts;
  }

  get isOpen(): boolean {
    return this.#open.length > 0;
  }

  get hasMore(): boolean {
    return this.#open.length < this.#names.length;
  }

  /** Newer states of messages than the documents have. */
  get changes(): ReadonlyMap<string, Message> {
    return this.#changes;
  }

  /** Of each loaded epoch, the oldest first. */
  messages(): Message[][] {
    return this.#open.map((document) => document.messages());
  }

  /** What there is. An epoch that was made anew, or is past its term, is let go of. */
  known({ epochs, epoch }: ConversationState): void {
    this.#names = epochs.flatMap((info) => (info.epoch === epoch ? [] : [info.epoch]));
    const gone = this.#open.filter((document) => !this.#names.includes(document.epoch));
    this.forget(gone.map((document) => document.epoch));
    this.#parts.changed();
  }

  forget(epochs: readonly string[]): void {
    const gone = this.#open.filter((document) => epochs.includes(document.epoch));
    if (gone.length === 0) return;
    this.#open = this.#open.filter((document) => !gone.includes(document));
    this.#changes.clear();
    for (const document of gone) void document.close();
  }

  /** Loads the next older one. Asked for twice, it is loaded once. @throws when it could not be had */
  loadNext(): Promise<void> {
    this.#loading ??= this.#load().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  async #load(): Promise<void> {
    // Those between it and the newest are loaded: an epoch is never left out.
    const name = this.#names.find((epoch) => !this.#open.some((document) => document.epoch === epoch));
    if (name === undefined) return;
    const document = this.#parts.open(name);
    const state = await readOlder(this.#parts.connect, this.#parts.urlOf(name), document).catch(async (error) => {
      await document.loaded;
      // Offline, the copy on this device is what there is.
      if (document.messages().length > 0) return "whole" as const;
      await document.close();
      throw error;
    });
    if (state === "gone") {
      await document.close();
      this.#names = this.#names.filter((epoch) => epoch !== name);
      this.#parts.drop(name);
      return;
    }
    this.#open = [document, ...this.#open];
    document.doc.on("update", () => this.#parts.changed());
    this.#parts.changed();
  }

  /** After the line was down: the loaded ones may have changed. */
  async refresh(): Promise<void> {
    for (const document of [...this.#open]) {
      const state = await readOlder(this.#parts.connect, this.#parts.urlOf(document.epoch), document).catch(
        () => "whole",
      );
      if (state !== "gone") continue;
      this.forget([document.epoch]);
      this.#parts.drop(document.epoch);
    }
    this.#changes.clear();
    this.#parts.changed();
  }

  /** A message that was told of in a frame: new, or changed. */
  take(told: unknown): void {
    const message = readMessage(told);
    if (message === undefined) return;
    const isOlder = this.#open.some((document) =>
      document.messages().some(({ messageId }) => messageId === message.messageId),
    );
    if (!isOlder) return;
    this.#changes.set(message.messageId, message);
    this.#parts.changed();
  }

  async close(): Promise<void> {
    const open = this.#open;
    this.#open = [];
    await Promise.all(open.map((document) => document.close()));
  }
}
