import { limits } from "../../../protocol/limits.ts";
import { done, type Outcome, refuse } from "../../../protocol/problems.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { RoomPerson } from "../../kernel/room-messages.ts";
import type { MemberStore } from "../member-store.ts";
import { photoBudgets } from "../sockets/room-connection.ts";
import type { NewPhoto, PhotoStore } from "./photo-store.ts";

export interface PhotoDeskParts {
  conversationId: string;
  kernel: Kernel;
  members: MemberStore;
  photos: PhotoStore;
  transaction<T>(change: () => T): T;
}

/** Who may put photos into a conversation and see them there. */
export class PhotoDesk {
  #parts: PhotoDeskParts;
  #budgets = photoBudgets();

  constructor(parts: PhotoDeskParts) {
    this.#parts = parts;
  }

  /** Whether this person may put a photo here now: asked before the edge works on one, and counted (T21). */
  expect(person: RoomPerson, now: number): Outcome<null> {
    const refused = this.#refused(person);
    if (refused !== undefined) return refused;
    return this.#budgets.spend(person.userId, now) ? done(null) : refuse("rate_limited");
  }

  /** A photo that the edge has encoded anew, for a message of this person's to take. */
  add(person: RoomPerson, photo: Omit<NewPhoto, "userId">, ip: string | undefined, now: number): Outcome<null> {
    const { conversationId, kernel, photos, transaction } = this.#parts;
    const { userId } = person;
    return transaction(() => {
      // Asked again: the edge took its time, and others may have come first.
      const refused = this.#refused(person);
      if (refused !== undefined) return refused;
      photos.add({ ...photo, userId }, now);
      kernel.log.append({
        type: "photo.added",
        entity: conversationId,
        at: now,
        by: { type: "user", id: userId },
        ip,
        body: { conversationId, photoId: photo.photoId, userId, bytes: photo.bytes.byteLength },
      });
      kernel.recordsWritten(now);
      return done(null);
    });
  }

  show(person: RoomPerson, photoId: string): Outcome<Uint8Array> {
    const { members, photos } = this.#parts;
    if (!members.rights(person).belongs) return refuse("not_found");
    const bytes = photos.read(photoId, person.userId);
    return bytes === undefined ? refuse("not_found") : done(bytes);
  }

  #refused(person: RoomPerson): Outcome<null> | undefined {
    const { members, photos } = this.#parts;
    const rights = members.rights(person);
    if (!rights.belongs) return refuse("not_found");
    if (!rights.mayWrite) return refuse("forbidden");
    if (members.facts?.form === "note") return refuse("conflict", "notes have no photos");
    return photos.count() >= limits.photosPerRoom ? refuse("conflict", "there are too many photos here") : undefined;
  }
}
