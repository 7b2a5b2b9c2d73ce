import { and, asc, gt, inArray, sql } from "drizzle-orm";
import type { RecordBody, RecordType } from "../../../protocol/records.ts";
import { backOffMs } from "../../kernel/back-off.ts";
import type { Database } from "../../kernel/database.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { log } from "../../kernel/kernel-tables.ts";
import { nameOf } from "../../kernel/timers.ts";
import type { ProgressPiece } from "../../tenant/alarm/alarm-store.ts";
import type { DeliveryStore } from "./delivery-store.ts";

const types: readonly RecordType[] = ["alarm.sent", "alarm.receipts", "alarm.notReached"];

/** Log rows of one call. */
const batch = 50;

const toPiece = (type: string, body: unknown): { alarmId: string; piece: ProgressPiece } => {
  const { alarmId, rows } = body as RecordBody<"alarm.sent" | "alarm.receipts" | "alarm.notReached">;
  if (type === "alarm.sent") return { alarmId, piece: { sent: rows as RecordBody<"alarm.sent">["rows"] } };
  if (type === "alarm.receipts") return { alarmId, piece: { receipts: rows as RecordBody<"alarm.receipts">["rows"] } };
  return { alarmId, piece: { notReached: rows as RecordBody<"alarm.notReached">["rows"] } };
};

/** Prepared once: it is asked twice for each batch of receipts. */
const prepareNext = (database: Database) =>
  database
    .select({ seq: log.seq, type: log.type, body: log.body })
    .from(log)
    .where(and(gt(log.seq, sql.placeholder("told")), inArray(log.type, [...types])))
    .orderBy(asc(log.seq))
    .limit(batch)
    .prepare();

/**
 * Tells the tenant how its alarms fare here: this actor's own log, from a mark on. The mark moves when the tenant has stored
 * it; a crash in between tells it again, which the tenant's merge does not mind.
 */
export class Teller {
  #kernel: Kernel;
  #deliveries: DeliveryStore;
  #send: (pieces: { alarmId: string; piece: ProgressPiece }[]) => Promise<void>;
  #nextRows: ReturnType<typeof prepareNext>;
  #running = false;
  #failures = 0;

  constructor(
    kernel: Kernel,
    deliveries: DeliveryStore,
    send: (pieces: { alarmId: string; piece: ProgressPiece }[]) => Promise<void>,
  ) {
    this.#kernel = kernel;
    this.#deliveries = deliveries;
    this.#send = send;
    this.#nextRows = prepareNext(kernel.database);
  }

  /** Tells everything that is new. Never throws: what fails is told again by the timer `tell`. */
  async tell(): Promise<void> {
    // Whoever tells now looks once more before it stops.
    if (this.#running) return;
    this.#running = true;
    try {
      for (let rows = this.#next(); rows.length > 0; rows = this.#next()) {
        await this.#send(rows.map((row) => toPiece(row.type, JSON.parse(row.body))));
        this.#deliveries.setMark("told", rows.at(-1)?.seq ?? 0);
        this.#failures = 0;
      }
      // In the turn that found nothing: a row of any later turn has a timer of its own (I11).
      this.#kernel.timers.cancel("tell");
    } catch (error) {
      this.#failures += 1;
      console.error(JSON.stringify({ event: "tell", error: nameOf(error), failures: this.#failures }));
      this.#kernel.timers.set("tell", Date.now() + backOffMs(this.#failures, 200, 15_000));
    } finally {
      this.#running = false;
    }
  }

  #next() {
    return this.#nextRows.all({ told: this.#deliveries.mark("told") });
  }
}
