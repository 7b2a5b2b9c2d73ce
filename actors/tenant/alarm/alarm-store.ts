import { and, asc, desc, eq, isNotNull, isNull, lt, sql } from "drizzle-orm";
import type { LeftOutReason } from "../../../protocol/explanations.ts";
import type { Conditions, Targets } from "../../../protocol/targets.ts";
import type { Database } from "../../kernel/database.ts";
import { alarms, progress } from "../tenant-tables.ts";
import type { RaisedAlarm } from "./alarm.ts";
import type { Filled } from "./fill.ts";
import {
  type Answer,
  extend,
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

/** Whom the alarm was meant for, as it was when it was raised: written once, read when somebody asks why. */
export interface KeptAudience {
  targets: Targets;
  conditions?: Conditions | undefined;
  leftOut: { reason: LeftOutReason; userIds: string[] }[];
  /** Visiting responders, kept for when they are needed. */
  visitors: string[];
}

/** A piece of progress as it is stored: what a site reported, one answer, or more people who were called. */
export interface ProgressPiece {
  sent?: readonly SentRow[];
  receipts?: readonly ReceiptRow[];
  notReached?: readonly NotReachedRow[];
  answer?: Answer & { userId: string };
  widened?: { step?: number | undefined; places: readonly PlaceRecipients[] };
}

export interface OpenedAlarm {
  alarm: RaisedAlarm;
  places: PlaceRecipients[];
  progress: Progress;
  /** How the requirement is met; undefined until somebody asks, null without a requirement. In memory alone. */
  fill?: Filled | null | undefined;
}

/** Alarms kept in memory after their end; more are read again when somebody looks. */
const keptInMemory = 40;

const addPlaces = (to: PlaceRecipients[], added: readonly PlaceRecipients[]): void => {
  for (const { place, userIds } of added) {
    const there = to.find((one) => one.place === place);
    if (there === undefined) to.push({ place, userIds: [...userIds] });
    else {
      const known = new Set(there.userIds);
      for (const userId of userIds) if (!known.has(userId)) there.userIds.push(userId);
    }
  }
};

/** Applies a piece to what is in memory; answers who changed. */
export const applyPiece = (to: { places: PlaceRecipients[]; progress: Progress }, piece: ProgressPiece): number[] => {
  const known = to.progress;
  const changed = [
    ...mergeSent(known, piece.sent ?? []),
    ...mergeReceipts(known, piece.receipts ?? []),
    ...mergeNotReached(known, piece.notReached ?? []),
  ];
  if (piece.answer !== undefined && mergeAnswer(known, piece.answer.userId, piece.answer)) {
    const i = known.indexOf.get(piece.answer.userId);
    if (i !== undefined) changed.push(i);
  }
  if (piece.widened !== undefined) {
    const { places, step } = piece.widened;
    changed.push(
      ...extend(
        known,
        places.flatMap((part) => part.userIds),
        step,
      ),
    );
    addPlaces(to.places, places);
  }
  return changed;
};

/** Prepared once: these run with every batch of receipts and every answer. */
const prepare = (database: Database) => ({
  update: database
    .update(alarms)
    .set({ body: sql`${sql.placeholder("body")}`, endedAt: sql`${sql.placeholder("endedAt")}` })
    .where(eq(alarms.alarmId, sql.placeholder("alarmId")))
    .prepare(),
  addPiece: database
    .insert(progress)
    .values({ alarmId: sql.placeholder("alarmId"), body: sql.placeholder("body") })
    .prepare(),
});

/** The tenant's alarms: tables, and the ones in use in memory. */
export class AlarmStore {
  #database: Database;
  #statements: ReturnType<typeof prepare>;
  #opened = new Map<string, OpenedAlarm>();

  constructor(database: Database) {
    this.#database = database;
    this.#statements = prepare(database);
  }

  /** @param source what a repeat of the same signal is recognised by; only for alarms that may be repeated */
  add(
    alarm: RaisedAlarm,
    places: readonly PlaceRecipients[],
    audience: KeptAudience,
    source: string | undefined,
  ): OpenedAlarm {
    this.#database
      .insert(alarms)
      .values({
        alarmId: alarm.alarmId,
        seq: alarm.seq,
        raisedAt: alarm.raisedAt,
        body: JSON.stringify(alarm),
        recipients: JSON.stringify(places),
        audience: JSON.stringify(audience),
        source: source ?? null,
      })
      .run();
    const opened: OpenedAlarm = {
      alarm,
      places: places.map((part) => ({ ...part })),
      progress: newProgress(places.flatMap((part) => part.userIds)),
    };
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
      alarm: withCourse(JSON.parse(row.body) as Partial<RaisedAlarm> & RowOfIssue3),
      places,
      progress: newProgress(places.flatMap((part) => part.userIds)),
    };
    const pieces = this.#database
      .select({ body: progress.body })
      .from(progress)
      .where(eq(progress.alarmId, alarmId))
      .orderBy(asc(progress.n))
      .all();
    for (const piece of pieces) applyPiece(opened, JSON.parse(piece.body) as ProgressPiece);
    this.#keep(opened);
    return opened;
  }

  /** Whom it was meant for. Alarms of before audiences were kept have none. */
  audience(alarmId: string): KeptAudience | undefined {
    const [row] = this.#database
      .select({ audience: alarms.audience })
      .from(alarms)
      .where(eq(alarms.alarmId, alarmId))
      .all();
    return row?.audience == null ? undefined : (JSON.parse(row.audience) as KeptAudience);
  }

  /** Stores a piece and applies it. Twice the same piece changes nothing. */
  addPiece(opened: OpenedAlarm, piece: ProgressPiece): number[] {
    const changed = applyPiece(opened, piece);
    if (changed.length > 0)
      this.#statements.addPiece.run({ alarmId: opened.alarm.alarmId, body: JSON.stringify(piece) });
    return changed;
  }

  update(opened: OpenedAlarm, alarm: RaisedAlarm): void {
    this.#statements.update.run({
      alarmId: alarm.alarmId,
      body: JSON.stringify(alarm),
      endedAt: alarm.end?.at ?? null,
    });
    opened.alarm = alarm;
  }

  /** The newest open alarm of a source. */
  openOf(source: string): OpenedAlarm | undefined {
    const [row] = this.#database
      .select({ alarmId: alarms.alarmId })
      .from(alarms)
      .where(and(eq(alarms.source, source), isNull(alarms.endedAt)))
      .orderBy(desc(alarms.seq))
      .limit(1)
      .all();
    return row === undefined ? undefined : this.open(row.alarmId);
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

  /** Roles or certificates changed: who fills what is reckoned anew when somebody asks, as it would be after a restart. */
  reckonAgain(): void {
    for (const opened of this.#opened.values()) opened.fill = undefined;
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

/** What a row held before alarms had a course. */
type RowOfIssue3 = Pick<
  RaisedAlarm,
  "alarmId" | "seq" | "raisedAt" | "raisedBy" | "kind" | "urgency" | "silent" | "title"
>;

/** Rows of older versions: an alarm without a course keeps the one it had, which is none. */
const withCourse = (row: Partial<RaisedAlarm> & RowOfIssue3): RaisedAlarm => ({
  incidentId: row.alarmId,
  whenFilled: "collect",
  escalation: [],
  ladder: [],
  forgotten: { remindMinutes: 10_080, endMinutes: 10_080 },
  openedAt: row.raisedAt,
  steps: [],
  runs: [],
  ...row,
});
