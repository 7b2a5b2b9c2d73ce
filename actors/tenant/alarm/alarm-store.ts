import { and, asc, desc, eq, isNotNull, isNull, lt } from "drizzle-orm";
import type { Database } from "../../kernel/database.ts";
import { alarms, progress } from "../tenant-tables.ts";
import type { RaisedAlarm } from "./alarm.ts";
import {
  type Answer,
  mergeAnswer,
  mergeNotReached,
  mergeReceipts,
  mergeSent,
  type NotReachedRow,
  newProgress,
  type Progress,
  type ReceiptRow,
  type SentRow,
} from "./progress.ts";

export interface PlaceRecipients {
  place: string;
  userIds: string[];
}

/** A piece of progress as it is stored: what a site reported, or one answer. */
export interface ProgressPiece {
  sent?: readonly SentRow[];
  receipts?: readonly ReceiptRow[];
  notReached?: readonly NotReachedRow[];
  answer?: Answer & { userId: string };
}

export interface OpenedAlarm {
  alarm: RaisedAlarm;
  places: readonly PlaceRecipients[];
  progress: Progress;
}

/** Alarms kept in memory after their end; more are read again when somebody looks. */
const keptInMemory = 40;

/** Applies a piece to the progress in memory; answers who changed. */
export const applyPiece = (to: Progress, piece: ProgressPiece): number[] => {
  const changed = [
    ...mergeSent(to, piece.sent ?? []),
    ...mergeReceipts(to, piece.receipts ?? []),
    ...mergeNotReached(to, piece.notReached ?? []),
  ];
  if (piece.answer !== undefined && mergeAnswer(to, piece.answer.userId, piece.answer)) {
    const i = to.indexOf.get(piece.answer.userId);
    if (i !== undefined) changed.push(i);
  }
  return changed;
};

/** The tenant's alarms: tables, and the ones in use in memory. */
export class AlarmStore {
  #database: Database;
  #opened = new Map<string, OpenedAlarm>();

  constructor(database: Database) {
    this.#database = database;
  }

  add(alarm: RaisedAlarm, places: readonly PlaceRecipients[]): OpenedAlarm {
    this.#database
      .insert(alarms)
      .values({
        alarmId: alarm.alarmId,
        seq: alarm.seq,
        raisedAt: alarm.raisedAt,
        body: JSON.stringify(alarm),
        recipients: JSON.stringify(places),
      })
      .run();
    const opened = { alarm, places, progress: newProgress(places.flatMap((part) => part.userIds)) };
    this.#keep(opened);
    return opened;
  }

  open(alarmId: string): OpenedAlarm | undefined {
    const known = this.#opened.get(alarmId);
    if (known !== undefined) return known;
    const [row] = this.#database.select().from(alarms).where(eq(alarms.alarmId, alarmId)).all();
    if (row === undefined) return undefined;
    const places = JSON.parse(row.recipients) as PlaceRecipients[];
    const opened: OpenedAlarm = {
      alarm: JSON.parse(row.body) as RaisedAlarm,
      places,
      progress: newProgress(places.flatMap((part) => part.userIds)),
    };
    const pieces = this.#database
      .select({ body: progress.body })
      .from(progress)
      .where(eq(progress.alarmId, alarmId))
      .orderBy(asc(progress.n))
      .all();
    for (const piece of pieces) applyPiece(opened.progress, JSON.parse(piece.body) as ProgressPiece);
    this.#keep(opened);
    return opened;
  }

  /** Stores a piece and applies it. Twice the same piece changes nothing. */
  addPiece(opened: OpenedAlarm, piece: ProgressPiece): number[] {
    const changed = applyPiece(opened.progress, piece);
    if (changed.length > 0)
      this.#database
        .insert(progress)
        .values({ alarmId: opened.alarm.alarmId, body: JSON.stringify(piece) })
        .run();
    return changed;
  }

  update(opened: OpenedAlarm, alarm: RaisedAlarm): void {
    this.#database
      .update(alarms)
      .set({ body: JSON.stringify(alarm), endedAt: alarm.end?.at ?? null })
      .where(eq(alarms.alarmId, alarm.alarmId))
      .run();
    opened.alarm = alarm;
  }

  /** Ids newest first, before a sequence number. */
  ids(state: "open" | "ended" | undefined, beforeSeq: number, limit: number): string[] {
    return this.#database
      .select({ alarmId: alarms.alarmId })
      .from(alarms)
      .where(
        and(
          lt(alarms.seq, beforeSeq),
          state === "open" ? isNull(alarms.endedAt) : state === "ended" ? isNotNull(alarms.endedAt) : undefined,
        ),
      )
      .orderBy(desc(alarms.seq))
      .limit(limit)
      .all()
      .map((row) => row.alarmId);
  }

  forget(): void {
    this.#opened.clear();
  }

  #keep(opened: OpenedAlarm): void {
    this.#opened.set(opened.alarm.alarmId, opened);
    if (this.#opened.size <= keptInMemory) return;
    for (const [id, other] of this.#opened) {
      if (this.#opened.size <= keptInMemory) break;
      if (other.alarm.end !== undefined) this.#opened.delete(id);
    }
  }
}
