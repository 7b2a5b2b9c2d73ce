import type { Message, RoomEvent } from "../../../protocol/conversation/rooms.ts";
import { toTime } from "../../../protocol/ids.ts";
import { done, type Outcome, refuse } from "../../../protocol/problems.ts";
import type { By } from "../../../protocol/records.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { RoomPerson } from "../../kernel/room-messages.ts";
import type { DocumentStore } from "../document/document-store.ts";
import type { KeptEpoch } from "../epoch/epoch.ts";
import type { EpochStore } from "../epoch/epoch-store.ts";
import type { MemberStore } from "../member-store.ts";
import type { PhotoStore } from "../photo/photo-store.ts";
import { type Command, decide, erasedFrom } from "./message.ts";
import type { MessageStore } from "./message-store.ts";
import { RoomDocument } from "./room-document.ts";

/** What was written, for those who have the document and those who get messages. */
export interface Written {
  epoch: KeptEpoch;
  update: Uint8Array;
  messages: Message[];
  /** The epoch that ended with this. */
  ended?: KeptEpoch;
}

export interface Taken {
  message: Message;
  /** Absent when it was taken before. */
  written?: Written;
}

export interface ChatRoomParts {
  conversationId: string;
  kernel: Kernel;
  members: MemberStore;
  messages: MessageStore;
  epochs: EpochStore;
  documents: DocumentStore;
  photos: PhotoStore;
}

/** Documents kept in memory: the one that is written and one that somebody looks back into. */
const openDocuments = 2;

/**
 * A chat. Rows first: what a command does is written into the rows, then into the document, then into the log, all in the
 * caller's one transaction; sending it is the caller's, afterwards. Nothing is left of it in memory when the transaction fails
 * (`forget`).
 */
export class ChatRoom {
  #parts: ChatRoomParts;
  #documents = new Map<number, RoomDocument>();

  constructor(parts: ChatRoomParts) {
    this.#parts = parts;
  }

  /** Number of the newest message, 0 before the first. */
  get lastSeq(): number {
    const epoch = this.#parts.epochs.peek();
    return epoch === undefined ? 0 : epoch.firstSeq + epoch.messages - 1;
  }

  /** A person's command. Call it in a transaction. */
  take(command: Command, person: RoomPerson, ip: string | undefined, now: number): Outcome<Taken> {
    const { members, messages, photos } = this.#parts;
    const rights = members.rights(person);
    if (!rights.belongs) return refuse("not_found");
    const room = {
      find: (messageId: string) => messages.find(messageId),
      photo: (photoId: string) => photos.offered(photoId, person.userId),
      nextSeq: this.lastSeq + 1,
    };
    const decided = decide(room, command, { userId: person.userId, ...rights }, now);
    if (!decided.ok) return decided;
    const { message, unchanged } = decided.value;
    if (unchanged) return done({ message });
    const by = { type: "user", id: person.userId } as const;
    if (command.type === "send") {
      if (message.photo !== undefined) photos.take(message.photo.photoId);
      return done({ message, written: this.#append([message], by, ip, now) });
    }
    // A photo goes with its words.
    if (message.gone !== undefined) {
      const { photo } = room.find(message.messageId) ?? {};
      if (photo !== undefined) photos.remove(photo.photoId);
    }
    this.#recordChange(command, message, by, ip, now);
    if (message.gone !== undefined) this.#scrub([message.messageId]);
    return done({ message, written: this.#rewrite(message, now) });
  }

  /** What happened to an incident, as the system's own messages: each once by its id (I4). Call it in a transaction. */
  post(events: readonly { eventId: string; at: number; event: RoomEvent }[], now: number): Written | undefined {
    const known = this.#parts.messages.known(events.map(({ eventId }) => eventId));
    const fresh = events.filter(({ eventId }) => !known.has(eventId));
    if (fresh.length === 0) return undefined;
    const next = this.lastSeq + 1;
    const list = fresh.map(
      ({ eventId, at, event }, i): Message => ({
        messageId: eventId,
        seq: next + i,
        at: toTime(at),
        event,
      }),
    );
    return this.#append(list, { type: "system", id: "conversation" }, undefined, now);
  }

  /** The document of an epoch, loaded when it is first asked for. */
  document(epoch: Pick<KeptEpoch, "number" | "generation">): RoomDocument {
    const { number } = epoch;
    const known = this.#documents.get(number);
    if (known !== undefined) return known;
    const loaded = new RoomDocument(epoch, this.#parts.documents.load(number));
    this.#documents.set(number, loaded);
    for (const other of this.#documents.keys()) {
      if (this.#documents.size <= openDocuments) break;
      if (other !== number && other !== this.#parts.epochs.peek()?.number) this.#documents.delete(other);
    }
    return loaded;
  }

  /**
   * Takes everything of a person out of the rows, and makes the documents anew in which anything was: an epoch's next generation,
   * whose history never held it (P18). Call it in a transaction. @returns the epochs as they were, whose copies are to be dropped
   */
  erase(userId: string, now: number): { replaced: KeptEpoch[]; messages: number } {
    const { messages, epochs, photos, conversationId } = this.#parts;
    const touched = new Set<number>();
    const emptied: string[] = [];
    for (const { epoch, message } of messages.naming(userId)) {
      const after = erasedFrom(message, userId);
      if (after === undefined) continue;
      if (after.gone !== undefined || message.event?.type === "noted") emptied.push(message.messageId);
      messages.change(after);
      touched.add(epoch);
    }
    photos.removeOf(userId);
    this.#scrub(emptied);
    const by = { type: "system", id: "conversation" } as const;
    this.#parts.kernel.log.append({
      type: "messages.erased",
      entity: conversationId,
      at: now,
      by,
      body: { conversationId, userId, upToSeq: this.lastSeq, messages: emptied.length },
    });
    this.#parts.kernel.recordsWritten(now);
    const replaced = [...touched].flatMap((number) => {
      const former = epochs.get(number);
      if (former === undefined) return [];
      this.#rebuild({ ...former, generation: former.generation + 1 });
      return [former];
    });
    return { replaced, messages: emptied.length };
  }

  /** Ends an epoch at its term: rows, document and photos go (P13). Call it in a transaction. */
  remove(epoch: KeptEpoch, now: number): void {
    const { messages, epochs, documents, photos, conversationId } = this.#parts;
    for (const { photo } of messages.ofEpoch(epoch.number)) if (photo !== undefined) photos.remove(photo.photoId);
    messages.removeEpoch(epoch.number);
    documents.remove(epoch.number);
    this.#documents.delete(epoch.number);
    epochs.remove(epoch.number);
    this.#parts.kernel.log.append({
      type: "epoch.removed",
      entity: conversationId,
      at: now,
      by: { type: "system", id: "conversation" },
      body: {
        conversationId,
        epoch: epoch.number,
        upToSeq: epoch.firstSeq + epoch.messages - 1,
        messages: epoch.messages,
      },
    });
    this.#parts.kernel.recordsWritten(now);
  }

  forget(): void {
    this.#documents.clear();
  }

  #append(list: readonly Message[], by: By, ip: string | undefined, now: number): Written {
    const { members, messages, epochs, conversationId } = this.#parts;
    const timeZone = members.facts?.timeZone ?? "Europe/Amsterdam";
    const { epoch, ended } = epochs.forNext(this.lastSeq + 1, timeZone, now, (number) => messages.lastAt(number));
    for (const message of list) {
      messages.add(message, epoch.number, now);
      this.#parts.kernel.log.append({
        type: "message.sent",
        entity: conversationId,
        at: now,
        by,
        ip,
        body: {
          conversationId,
          messageId: message.messageId,
          seq: message.seq,
          epoch: epoch.number,
          ...(message.authorId === undefined ? {} : { authorId: message.authorId }),
          ...(message.text === undefined ? {} : { text: message.text }),
          ...(message.replyTo === undefined ? {} : { replyTo: message.replyTo }),
          ...(message.mentions === undefined ? {} : { mentions: message.mentions }),
          ...(message.photo === undefined ? {} : { photoId: message.photo.photoId }),
          ...(message.event === undefined ? {} : { event: message.event }),
        },
      });
    }
    this.#parts.kernel.recordsWritten(now);
    const grown = { ...epoch, messages: epoch.messages + list.length };
    epochs.save(grown);
    const document = this.document(epoch);
    const update = document.push(list);
    this.#keep(grown, document, update, now);
    return { epoch: grown, update, messages: [...list], ...(ended === undefined ? {} : { ended }) };
  }

  /** Puts a changed message in the place of what it was. */
  #rewrite(message: Message, now: number): Written {
    const { messages, epochs } = this.#parts;
    messages.change(message);
    const number = messages.epochOf(message.seq);
    const epoch = number === undefined ? undefined : epochs.get(number);
    if (epoch === undefined) throw new Error("a message without an epoch");
    const document = this.document(epoch);
    const update = document.write(message.seq - epoch.firstSeq, message);
    this.#keep(epoch, document, update, now);
    return { epoch, update, messages: [message] };
  }

  #keep(epoch: KeptEpoch, document: RoomDocument, update: Uint8Array, now: number): void {
    const { documents } = this.#parts;
    if (documents.append(epoch.number, update, undefined, now)) documents.compact(epoch.number, document.whole());
  }

  /** Makes a document anew from the rows. */
  #rebuild(epoch: KeptEpoch): void {
    const { messages, epochs, documents } = this.#parts;
    epochs.save(epoch);
    const document = new RoomDocument(epoch);
    const list = messages.ofEpoch(epoch.number);
    if (list.length > 0) document.push(list);
    documents.compact(epoch.number, document.whole());
    this.#documents.set(epoch.number, document);
  }

  #recordChange(
    command: Exclude<Command, { type: "send" }>,
    message: Message,
    by: By,
    ip: string | undefined,
    now: number,
  ): void {
    const { conversationId, kernel } = this.#parts;
    const { messageId, seq } = message;
    const facts = { entity: conversationId, at: now, by, ip };
    switch (command.type) {
      case "edit": {
        const mentions = message.mentions === undefined ? {} : { mentions: message.mentions };
        const body = { conversationId, messageId, seq, authorId: by.id, text: command.text, ...mentions };
        // The message's own time of it, by which of two edits the later one holds, also when the clock stood still.
        const at = message.editedAt === undefined ? now : Date.parse(message.editedAt);
        kernel.log.append({ type: "message.edited", ...facts, at, body });
        break;
      }
      case "delete":
        kernel.log.append({ type: "message.deleted", ...facts, body: { conversationId, messageId, seq } });
        break;
      case "react": {
        const { emoji, on } = command;
        const body = { conversationId, messageId, userId: by.id, emoji, on };
        kernel.log.append({ type: "message.reacted", ...facts, body });
      }
    }
    kernel.recordsWritten(now);
  }

  /** What was said in these messages goes out of the log as well. */
  #scrub(messageIds: readonly string[]): void {
    const { conversationId, kernel } = this.#parts;
    kernel.log.scrub(conversationId, "messageId", messageIds, ["text", "mentions", "photoId", "event"]);
  }
}
