import { eq, sql } from "drizzle-orm";
import { limits } from "../../../protocol/limits.ts";
import type { RecordBody } from "../../../protocol/records.ts";
import { Channel } from "../../../protocol/terms.ts";
import type { Database } from "../../kernel/database.ts";
import { newId } from "../../kernel/ids.ts";
import type { Desk } from "../desk.ts";
import type { AddressBook, NoWay } from "./address-book.ts";
import { sends } from "./channel-tables.ts";
import { type Send, shownState } from "./send.ts";
import { calling, SendReader } from "./send-reader.ts";
import { grouped, type NewSend, reasonOf } from "./send-rows.ts";
import { turnOf } from "./turns.ts";

/** The timer that takes up what is due when nobody runs any more. */
export const sendsTimer = "sends:run";

/** Rows of one statement: its one parameter must stay far below SQLite's 2 MB. */
const rowsAtOnce = 5_000;
/** Rows of one record, for the same reason. */
const rowsOfRecord = 10_000;

export interface Enqueued {
  /** Ids of those that will be sent, in the order given. */
  sendIds: string[];
  /** How many cannot be reached by this channel; each has a `skipped` row that says why. */
  skipped: number;
}

type ChannelRow = RecordBody<"alarm.channels">["rows"][number];

interface PlannedRow {
  sendId: string;
  subject: string;
  contact: boolean;
  reason: NoWay | undefined;
}

/** Prepared once: each try of each send changes its row twice. */
const prepareUpdate = (database: Database) => {
  const given = (name: string) => sql`${sql.placeholder(name)}`;
  return database
    .update(sends)
    .set({
      state: given("state"),
      attempts: given("attempts"),
      nextAt: given("nextAt"),
      reason: given("reason"),
      changedAt: given("changedAt"),
      unwanted: given("unwanted"),
      answered: given("answered"),
      reached: given("reached"),
    })
    .where(eq(sends.sendId, sql.placeholder("sendId")))
    .prepare();
};

/** The tenant's sends (send.ts): their table, and what the ladder and the lists ask of it. */
export class SendsStore extends SendReader {
  #desk: Desk;
  #addresses: AddressBook;
  #update: ReturnType<typeof prepareUpdate>;
  #stirred = false;

  constructor(desk: Desk, addresses: AddressBook) {
    super(desk.kernel.database);
    this.#desk = desk;
    this.#addresses = addresses;
    this.#update = prepareUpdate(desk.kernel.database);
  }

  /**
   * Writes down what is to be sent; it leaves after the commit. Who cannot be reached that way gets a row that says why. One
   * statement for thousands: a ladder's rung may be over ten thousand people.
   */
  enqueue(rows: readonly NewSend[], now: number): Enqueued {
    const sendIds: string[] = [];
    let skipped = 0;
    for (const group of grouped(rows)) {
      const planned = group.map((row) => this.#plan(row, now));
      for (let i = 0; i < planned.length; i += rowsAtOnce)
        this.#insert(group[0] as NewSend, planned.slice(i, i + rowsAtOnce), now);
      for (const { sendId, reason } of planned)
        if (reason === undefined) sendIds.push(sendId);
        else skipped += 1;
      const { alarmId, channel, purpose } = group[0] as NewSend;
      if (alarmId !== undefined)
        this.#record(
          alarmId,
          planned.map(({ subject, reason }) => [
            subject,
            channel,
            reason === undefined ? "waiting" : "skipped",
            now,
            reason ?? reasonOf(purpose),
          ]),
          now,
        );
    }
    if (sendIds.length > 0) this.stir(now);
    return { sendIds, skipped };
  }

  /** Ways to somebody that would work right now, in the order of the usual ladder. */
  channelsOf(userId: string, now = Date.now()): Channel[] {
    const subject = { id: userId, contact: false };
    return Channel.options.filter((channel) => this.#addresses.noWay(subject, channel, now) === undefined);
  }

  /**
   * What calls people is not needed any more: waiting sends are not sent, those under way get no further try. This is
   * `cancel` of send.ts for many at once; a stand-down or notice stays.
   *
   * @param recipients only these; everybody when absent
   */
  cancel(alarmId: string, now = Date.now(), recipients?: readonly string[]): void {
    const whom =
      recipients === undefined
        ? sql`1`
        : sql`recipient IN (SELECT value FROM json_each(${JSON.stringify(recipients)}))`;
    const rows = this.#desk.kernel.database.all<{ recipient: string; channel: string }>(
      sql`UPDATE sends SET state = 'cancelled', changed_at = ${now}, reason = NULL
        WHERE alarm_id = ${alarmId} AND state = 'waiting' AND ${calling} AND ${whom} RETURNING recipient, channel`,
    );
    this.#desk.kernel.database.run(
      sql`UPDATE sends SET unwanted = 1 WHERE alarm_id = ${alarmId} AND state = 'sending' AND ${calling} AND ${whom}`,
    );
    this.#record(
      alarmId,
      rows.map(({ recipient, channel }) => [recipient, channel as Channel, "cancelled", now, null]),
      now,
    );
  }

  /** Stores sends as the rules left them, and one record an alarm of what others can see of it. */
  save(changes: readonly { before: Send; after: Send }[], now: number): void {
    const records = new Map<string, ChannelRow[]>();
    for (const { before, after } of changes) {
      if (before === after) continue;
      this.#update.run({
        sendId: after.sendId,
        state: after.state,
        attempts: after.attempts,
        nextAt: after.nextAt,
        reason: after.reason ?? null,
        changedAt: after.changedAt,
        unwanted: after.unwanted ? 1 : null,
        answered: after.answered ? 1 : null,
        reached: after.reached === undefined ? null : JSON.stringify(after.reached),
      });
      if (after.alarmId === undefined || shownState(before.state) === shownState(after.state)) continue;
      const rows = records.get(after.alarmId) ?? [];
      const reason = after.reason ?? reasonOf(after.purpose);
      rows.push([after.recipient, after.channel, shownState(after.state), now, reason]);
      records.set(after.alarmId, rows);
    }
    for (const [alarmId, rows] of records) this.#record(alarmId, rows, now);
  }

  /** Something is to be sent: the sender runs after this commit, and the timer takes over should the process die before. */
  stir(now: number): void {
    this.#stirred = true;
    this.#desk.kernel.timers.setIfSooner(sendsTimer, now + 2_000);
  }

  /** The timer stands for what is due next as long as anything is: for the process that dies with sends in hand (I11). */
  keepTimer(now: number): void {
    const next = this.nextAt();
    if (next === undefined) this.#desk.kernel.timers.cancel(sendsTimer);
    else this.#desk.kernel.timers.set(sendsTimer, Math.max(next, now + 2_000));
  }

  /** Whether there is something new to send, asked once after each commit. */
  takeStirred(): boolean {
    const stirred = this.#stirred;
    this.#stirred = false;
    return stirred;
  }

  /** Rows are kept as long as the dead letters are listed; the history has what they came to (I10). */
  sweep(now: number): void {
    const before = now - limits.sendsKeptMs;
    this.#desk.kernel.database.run(
      sql`DELETE FROM sends WHERE created_at < ${before} AND state NOT IN ('waiting', 'sending')`,
    );
  }

  forget(): void {
    this.#stirred = false;
  }

  // ---------------------------------------------------------------------------------- inside

  #plan({ userId, contactId, channel, alarmId, purpose }: NewSend, now: number): PlannedRow {
    const subject = userId ?? contactId;
    if (subject === undefined) throw new Error("a send without a recipient");
    const contact = userId === undefined;
    const kind = alarmId === undefined ? undefined : this.#desk.alarms.open(alarmId)?.alarm.kind;
    // Nobody outside hears of an exercise or a test (I9).
    const outside = contact && kind !== undefined && kind !== "actual";
    const proving = purpose === "verification";
    const reason = outside ? "exercise" : this.#addresses.noWay({ id: subject, contact }, channel, now, proving);
    return { sendId: newId("snd"), subject, contact, reason };
  }

  #insert({ alarmId, purpose, channel, ttlSeconds, said }: NewSend, rows: readonly PlannedRow[], now: number): void {
    const list = JSON.stringify(
      rows.map(({ sendId, subject, contact, reason }) => [sendId, subject, contact ? 1 : 0, reason ?? null]),
    );
    this.#desk.kernel.database.run(sql`
      INSERT INTO sends (send_id, alarm_id, purpose, channel, recipient, contact, turn, state, attempts, next_at,
        reason, created_at, changed_at, deadline, said)
      SELECT json_extract(value, '$[0]'), ${alarmId ?? null}, ${purpose}, ${channel}, json_extract(value, '$[1]'),
        json_extract(value, '$[2]'), ${turnOf[purpose]}, iif(json_extract(value, '$[3]') IS NULL, 'waiting', 'skipped'), 0, ${now},
        json_extract(value, '$[3]'), ${now}, ${now}, ${now + ttlSeconds * 1_000},
        ${said === undefined ? null : JSON.stringify(said)}
      FROM json_each(${list})`);
  }

  #record(alarmId: string, rows: readonly ChannelRow[], now: number): void {
    for (let i = 0; i < rows.length; i += rowsOfRecord)
      this.#desk.record(
        "alarm.channels",
        alarmId,
        now,
        { type: "system", id: "channels" },
        { alarmId, rows: rows.slice(i, i + rowsOfRecord) },
      );
  }
}
