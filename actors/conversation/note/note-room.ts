import * as Y from "yjs";
import type { NoteText, NoteVersion } from "../../../protocol/conversation/rooms.ts";
import { toTime } from "../../../protocol/ids.ts";
import { limits } from "../../../protocol/limits.ts";
import { done, type Outcome, refuse } from "../../../protocol/problems.ts";
import type { By } from "../../../protocol/records.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { DocumentStore } from "../document/document-store.ts";
import { ClientStore } from "./client-store.ts";
import { plainText } from "./content.ts";
import { NoteDocument } from "./note-document.ts";
import { type KeptVersion, VersionStore } from "./version-store.ts";
import { versionDueAt } from "./versions.ts";

/** What became of an update that somebody sent. */
export type Taken =
  /** Nothing was new in it: nothing was changed, written, or is to be told. */
  | { outcome: "held" }
  /** Stored. What was new in it goes to the others. */
  | { outcome: "written"; update: Uint8Array }
  /** It builds upon something that we do not have: the client is to send that first. */
  | { outcome: "lacking" }
  | { outcome: "readOnly" | "full" | "forged" | "malformed" };

export interface NoteRoomParts {
  conversationId: string;
  kernel: Kernel;
  documents: DocumentStore;
}

/** A note has one document for ever: no epoch of it ends. */
const noteDocument = 1;

/** The timer that keeps versions: rows know when, so that it fires after a sleep or crash as well (I11). */
export const versionTimer = "note.version";

const system: By = { type: "system", id: "conversation" };

/**
 * A note: its document is the truth, written by those who may. What is new in an update is stored with its author, in the caller's one
 * transaction; sending it on is the caller's, afterwards. Nothing is left of it in memory when the transaction fails (`forget`).
 */
export class NoteRoom {
  #parts: NoteRoomParts;
  #clients: ClientStore;
  #versions: VersionStore;
  #document: NoteDocument | undefined;

  constructor(parts: NoteRoomParts) {
    this.#parts = parts;
    this.#clients = new ClientStore(parts.kernel.database);
    this.#versions = new VersionStore(parts.kernel.database);
  }

  get document(): NoteDocument {
    this.#document ??= new NoteDocument(this.#parts.documents.load(noteDocument));
    return this.#document;
  }

  /**
   * Takes an update of somebody. Call it in a transaction.
   * @throws UnfitUpdate when it shows only while it is applied that it is malformed
   */
  take(update: Uint8Array, { userId, mayWrite }: { userId: string; mayWrite: boolean }, now: number): Taken {
    const examined = this.document.examine(update);
    if (examined.kind === "malformed") return { outcome: "malformed" };
    if (examined.kind === "held") return { outcome: "held" };
    if (!mayWrite) return { outcome: "readOnly" };
    if (!this.#clients.areOf(examined.clientIds, userId)) return { outcome: "forged" };
    if (examined.kind === "lacking") return { outcome: "lacking" };
    if (!this.document.hasRoomFor(examined, update)) return { outcome: "full" };
    // Only what was new in it is stored and sent on, never the sender's own bytes.
    const added = this.document.apply(update, examined);
    this.#clients.bind(examined.clientIds, userId);
    this.#keep(added, userId, now);
    this.#versions.wrote(userId, now);
    // Not moved with every letter: when it fires too early it is set again.
    this.#parts.kernel.timers.setIfSooner(versionTimer, now + limits.noteQuietMs);
    return { outcome: "written", update: added };
  }

  /** Keeps a version when its time has come. The timer's handler; call it in a transaction. */
  keepDue(now: number): void {
    const writing = this.#versions.writing();
    if (writing === undefined) return;
    if (versionDueAt(writing) <= now) this.#keepVersion({ authorIds: writing.authorIds }, system, undefined, now);
    // Anew and not "if sooner": the row that is due now goes when this handler returns.
    else this.#parts.kernel.timers.set(versionTimer, versionDueAt(writing));
  }

  /** Newest first. */
  list(before: number, limit: number): NoteVersion[] {
    return this.#versions.page(before, limit).map(showVersion);
  }

  text(version: number): NoteText | undefined {
    const kept = this.#versions.find(version);
    if (kept === undefined) return undefined;
    const doc = new Y.Doc();
    Y.applyUpdate(doc, this.#versions.state(version));
    return { version, at: toTime(kept.at), text: plainText(doc) };
  }

  /**
   * Makes the note what it was in a version, and keeps what it was before as a version as well. Call it in a transaction.
   * @returns the version that it is now, and what was written, if it was not so already
   * @throws when it fails in the middle: nothing of the document in memory may stay then
   */
  restore(
    version: number,
    userId: string,
    ip: string | undefined,
    now: number,
  ): Outcome<{ version: NoteVersion; update?: Uint8Array }> {
    const kept = this.#versions.find(version);
    if (kept === undefined) return refuse("not_found");
    const state = this.#versions.state(version);
    const writing = this.#versions.writing();
    if (this.document.shows(state)) {
      // Asked again, or nothing to do.
      const last = this.#versions.last();
      return done({ version: showVersion(last?.restoredFrom === version && writing === undefined ? last : kept) });
    }
    if (writing !== undefined) this.#keepVersion({ authorIds: writing.authorIds }, system, undefined, now);
    const update = this.document.restore(state);
    if (update === undefined || this.document.isTooLarge) {
      this.forget();
      return refuse("conflict", "there is no room left in this note");
    }
    this.#keep(update, userId, now);
    const by: By = { type: "user", id: userId };
    const made = this.#keepVersion({ authorIds: [userId], restoredFrom: version }, by, ip, now);
    return done({ version: showVersion(made), update });
  }

  /** Takes a person's name out of everything that says who wrote what; the text is the organisation's and stays (P18). */
  erase(userId: string, now: number): void {
    const { conversationId, kernel, documents } = this.#parts;
    documents.erase(userId);
    this.#clients.erase(userId);
    this.#versions.erase(userId);
    kernel.log.removeFromLists(conversationId, "authorIds", userId);
    const body = { conversationId, userId, upToSeq: 0, messages: 0 };
    kernel.log.append({ type: "messages.erased", entity: conversationId, at: now, by: system, body });
    kernel.recordsWritten(now);
  }

  forget(): void {
    this.#document = undefined;
    this.#clients.forget();
  }

  #keep(update: Uint8Array, userId: string, now: number): void {
    const { documents } = this.#parts;
    if (documents.append(noteDocument, update, userId, now)) documents.compact(noteDocument, this.document.whole());
  }

  #keepVersion(
    facts: { authorIds: string[]; restoredFrom?: number },
    by: By,
    ip: string | undefined,
    now: number,
  ): KeptVersion {
    const { conversationId, kernel } = this.#parts;
    const { state, text } = this.document.content();
    const kept = this.#versions.keep({ ...facts, at: now, characters: text.length }, state);
    const { version: noteVersion, authorIds, characters } = kept;
    const restored = facts.restoredFrom === undefined ? {} : { restoredFrom: facts.restoredFrom };
    const body = { conversationId, noteVersion, authorIds, characters, ...restored };
    kernel.log.append({ type: "note.written", entity: conversationId, at: now, by, ip, body });
    kernel.recordsWritten(now);
    return kept;
  }
}

const showVersion = ({ version, at, authorIds, characters, restoredFrom }: KeptVersion): NoteVersion => ({
  version,
  at: toTime(at),
  authorIds,
  characters,
  ...(restoredFrom === undefined ? {} : { restoredFrom }),
});
