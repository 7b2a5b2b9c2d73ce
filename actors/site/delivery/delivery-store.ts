import { and, asc, eq, gt, isNotNull, isNull, lt, or, sql } from "drizzle-orm";
import type { RecordBody } from "../../../protocol/records.ts";
import type { Database } from "../../kernel/database.ts";
import type { Log } from "../../kernel/log.ts";
import { deliveries, marks } from "../site-tables.ts";
import { type Delivery, type DeliveryFacts, newDelivery } from "./delivery.ts";

/** Ended alarms kept in memory for devices that come back; older ones are read again. */
const keptEnded = 20;

/** Prepared once: the mark `told` moves with every batch of receipts. */
const prepareMarks = (database: Database) => ({
  get: database
    .select()
    .from(marks)
    .where(eq(marks.name, sql.placeholder("name")))
    .prepare(),
  set: database
    .insert(marks)
    .values({ name: sql.placeholder("name"), value: sql.placeholder("value") })
    .onConflictDoUpdate({ target: marks.name, set: { value: sql`excluded.value` } })
    .prepare(),
});

/** The alarms of this place: rows, and the ones in use in memory (their state folded from this actor's own log). */
export class DeliveryStore {
  #database: Database;
  #log: Log;
  #marks: ReturnType<typeof prepareMarks>;
  #known = new Map<string, Delivery>();
  #openLoaded = false;

  constructor(database: Database, log: Log) {
    this.#database = database;
    this.#log = log;
    this.#marks = prepareMarks(database);
  }

  /** Stores an alarm, or adds recipients to one that is here already. Answers those that are new here. */
  add(facts: DeliveryFacts): { delivery: Delivery; added: readonly string[] } {
    const before = this.get(facts.alarmId);
    const added = before === undefined ? facts.recipients : facts.recipients.filter((id) => !before.indexOf.has(id));
    if (before !== undefined && added.length === 0) return { delivery: before, added };
    const offset = before?.recipients.length ?? 0;
    const recipients = [...(before?.recipients ?? []), ...added];
    const position = new Map(recipients.map((id, i) => [id, i]));
    const atNew = (i: number) => {
      const at = position.get(facts.recipients[i] ?? "");
      return at === undefined || at < offset ? [] : [at];
    };
    const withoutDevice = [...(before?.withoutDevice ?? []), ...facts.withoutDevice.flatMap(atNew)];
    const quiet = [...(before?.quiet?.positions ?? []), ...(facts.quiet ?? []).flatMap(atNew)];
    const row = {
      recipients: JSON.stringify(recipients),
      withoutDevice: JSON.stringify(withoutDevice),
      quiet: quiet.length === 0 ? null : JSON.stringify(quiet),
      // Whoever is called later has as long to receive it as those who were called first.
      storedAt: facts.storedAt,
    };
    const { alarmId, seq, raisedAt, frame } = facts;
    this.#database
      .insert(deliveries)
      .values({ alarmId, seq, raisedAt, frame, ...row })
      .onConflictDoUpdate({ target: deliveries.alarmId, set: row })
      .run();
    this.#known.delete(alarmId);
    const delivery =
      before === undefined ? newDelivery({ ...facts, recipients, withoutDevice, quiet }) : this.get(alarmId);
    if (delivery === undefined) throw new Error("a delivery that was stored is not there");
    this.#known.set(alarmId, delivery);
    return { delivery, added };
  }

  get(alarmId: string): Delivery | undefined {
    const known = this.#known.get(alarmId);
    if (known !== undefined) return known;
    const [row] = this.#database.select().from(deliveries).where(eq(deliveries.alarmId, alarmId)).all();
    return row === undefined ? undefined : this.#load(row);
  }

  /** Marks an alarm as ended; false when it was already, or was never here. */
  end(alarmId: string, seq: number, frame: string): Delivery | undefined {
    const delivery = this.get(alarmId);
    // Called again or opened again since: an end that was long on its way is none.
    if (delivery === undefined || delivery.end !== undefined || seq <= delivery.seq) return undefined;
    this.#database
      .update(deliveries)
      .set({ endSeq: seq, endFrame: frame })
      .where(eq(deliveries.alarmId, alarmId))
      .run();
    delivery.end = { seq, frame };
    return delivery;
  }

  /**
   * The same alarm under a newer number: its frame is replaced, and it is open again if it had ended. Undefined when it is not
   * here, or when something newer overtook this.
   */
  again(alarmId: string, seq: number, frame: string, now: number): Delivery | undefined {
    const delivery = this.get(alarmId);
    if (delivery === undefined || seq <= delivery.seq || (delivery.end !== undefined && seq < delivery.end.seq))
      return undefined;
    this.#database
      .update(deliveries)
      .set({ seq, frame, storedAt: now, endSeq: null, endFrame: null })
      .where(eq(deliveries.alarmId, alarmId))
      .run();
    delete delivery.end;
    Object.assign(delivery, { seq, frame, storedAt: now });
    return delivery;
  }

  /** Open alarms, and with `lastSeq` those of which anything came after it. */
  since(lastSeq: number | undefined): Delivery[] {
    if (!this.#openLoaded) {
      for (const row of this.#database.select().from(deliveries).where(isNull(deliveries.endSeq)).all())
        if (!this.#known.has(row.alarmId)) this.#load(row);
      this.#openLoaded = true;
    }
    const open = [...this.#known.values()].filter((delivery) => delivery.end === undefined);
    if (lastSeq === undefined || lastSeq >= this.lastSeq()) return open;
    const ids = this.#database
      .select({ alarmId: deliveries.alarmId })
      .from(deliveries)
      .where(and(isNotNull(deliveries.endSeq), or(gt(deliveries.seq, lastSeq), gt(deliveries.endSeq, lastSeq))))
      .orderBy(asc(deliveries.seq))
      .all();
    return [...open, ...ids.flatMap(({ alarmId }) => this.get(alarmId) ?? [])];
  }

  /** The highest sequence number this place has: of an alarm or a stand-down. */
  lastSeq(): number {
    this.#lastSeq ??= this.#readLastSeq();
    return this.#lastSeq;
  }
  #lastSeq: number | undefined;

  seqStored(seq: number): void {
    if (seq > this.lastSeq()) this.#lastSeq = seq;
  }

  /** Forgets ended alarms that nobody will come back for. */
  prune(before: number): void {
    const old = this.#database
      .delete(deliveries)
      .where(and(isNotNull(deliveries.endSeq), lt(deliveries.storedAt, before)))
      .returning({ alarmId: deliveries.alarmId, endSeq: deliveries.endSeq })
      .all();
    if (old.length === 0) return;
    for (const { alarmId } of old) this.#known.delete(alarmId);
    this.setMark("floor", Math.max(this.mark("floor"), ...old.map((row) => row.endSeq ?? 0)));
  }

  mark(name: "told" | "floor"): number {
    const [row] = this.#marks.get.all({ name });
    return row?.value ?? 0;
  }

  setMark(name: "told" | "floor", value: number): void {
    this.#marks.set.run({ name, value });
  }

  forget(): void {
    this.#known.clear();
    this.#openLoaded = false;
    this.#lastSeq = undefined;
  }

  #readLastSeq(): number {
    const [row] = this.#database
      .select({ seq: sql<number | null>`max(max(${deliveries.seq}), coalesce(max(${deliveries.endSeq}), 0))` })
      .from(deliveries)
      .all();
    return row?.seq ?? 0;
  }

  #load(row: typeof deliveries.$inferSelect): Delivery {
    const delivery = newDelivery({
      alarmId: row.alarmId,
      seq: row.seq,
      raisedAt: row.raisedAt,
      storedAt: row.storedAt,
      frame: row.frame,
      recipients: JSON.parse(row.recipients) as string[],
      withoutDevice: JSON.parse(row.withoutDevice) as number[],
      ...(row.quiet === null ? {} : { quiet: JSON.parse(row.quiet) as number[] }),
      ...(row.endSeq === null || row.endFrame === null ? {} : { end: { seq: row.endSeq, frame: row.endFrame } }),
    });
    const index = (userId: string) => delivery.indexOf.get(userId) ?? -1;
    for (const { type, body } of this.#log.bodies(row.alarmId, ["alarm.sent", "alarm.receipts", "alarm.notReached"])) {
      if (type === "alarm.sent")
        for (const [userId] of (body as RecordBody<"alarm.sent">).rows) delivery.sent[index(userId)] = 1;
      else if (type === "alarm.notReached")
        for (const [userId] of (body as RecordBody<"alarm.notReached">).rows) delivery.notReached[index(userId)] = 1;
      else
        for (const [userId, deviceId, what] of (body as RecordBody<"alarm.receipts">).rows) {
          delivery.received[index(userId)] = 1;
          delivery.devices.add(what === "seen" ? `${deviceId}!` : deviceId);
        }
    }
    this.#known.set(row.alarmId, delivery);
    if (this.#known.size > keptEnded * 2) this.#dropEnded();
    return delivery;
  }

  #dropEnded(): void {
    const ended = [...this.#known.values()].filter((delivery) => delivery.end !== undefined);
    for (const delivery of ended.slice(0, Math.max(0, ended.length - keptEnded))) this.#known.delete(delivery.alarmId);
  }
}
