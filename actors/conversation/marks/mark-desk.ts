import type { Mark } from "../../../protocol/conversation/rooms.ts";
import { limits } from "../../../protocol/limits.ts";
import type { MarkStore } from "./mark-store.ts";

export interface MarkDeskParts {
  marks: MarkStore;
  /** The newest message: nobody has read further. */
  lastSeq(): number;
  /** In the transaction that writes marks: the tenant is to hear of them. */
  written(now: number): void;
  tellAll(marks: Mark[]): void;
  transaction<T>(change: () => T): T;
}

/** Marks as they come, a few times a second and person: written and told together. */
export class MarkDesk {
  #parts: MarkDeskParts;
  #running: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: MarkDeskParts) {
    this.#parts = parts;
  }

  moved(userId: string, to: { received?: number; read?: number }): void {
    const { marks, lastSeq } = this.#parts;
    if (!marks.move(userId, to, lastSeq())) return;
    this.#running ??= setTimeout(() => this.#tell(), limits.marksBatchMs);
  }

  #tell(): void {
    this.#running = undefined;
    const { marks, written, tellAll, transaction } = this.#parts;
    const now = Date.now();
    const moved = transaction(() => {
      written(now);
      return marks.write(now);
    });
    marks.settle();
    if (moved.length > 0) tellAll(moved);
  }
}
