import type { NoteText, NoteVersion } from "../../../protocol/conversation/rooms.ts";
import { done, type Outcome, refuse } from "../../../protocol/problems.ts";
import type { RoomPerson } from "../../kernel/room-messages.ts";
import type { MemberStore } from "../member-store.ts";
import type { NoteRoom } from "./note-room.ts";

export interface VersionDeskParts {
  members: MemberStore;
  room: NoteRoom;
  transaction<T>(change: () => T): T;
  /** Sends what was written to everybody who has the note. */
  tell(update: Uint8Array): void;
}

/** Who may see what a note was, and make it that again. */
export class VersionDesk {
  #parts: VersionDeskParts;

  constructor(parts: VersionDeskParts) {
    this.#parts = parts;
  }

  /** Versions before one, newest first. */
  list(
    person: RoomPerson,
    { before, limit }: { before: number; limit: number },
  ): Outcome<{ items: NoteVersion[]; more: boolean }> {
    if (!this.#maySee(person)) return refuse("not_found");
    const found = this.#parts.room.list(before, limit + 1);
    return done({ items: found.slice(0, limit), more: found.length > limit });
  }

  text(person: RoomPerson, version: number): Outcome<NoteText> {
    if (!this.#maySee(person)) return refuse("not_found");
    const text = this.#parts.room.text(version);
    return text === undefined ? refuse("not_found") : done(text);
  }

  /** Makes the note what it was. By those who lead, while it is open. */
  restore(person: RoomPerson, version: number, ip: string | undefined, now: number): Outcome<NoteVersion> {
    const { members, room, transaction, tell } = this.#parts;
    if (!this.#maySee(person)) return refuse("not_found");
    if (members.facts?.closed) return refuse("conflict", "this note is closed");
    if (!members.rights(person).mayModerate) return refuse("forbidden");
    const restored = transaction(() => room.restore(version, person.userId, ip, now));
    if (!restored.ok) return restored;
    const { update, version: made } = restored.value;
    if (update !== undefined) tell(update);
    return done(made);
  }

  #maySee(person: RoomPerson): boolean {
    const { members } = this.#parts;
    return members.facts?.form === "note" && members.rights(person).belongs;
  }
}
