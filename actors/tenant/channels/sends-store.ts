import { eq, type SQL, sql } from "drizzle-orm";
import type { ChannelTry } from "../../../protocol/alarms.ts";
import { toTime } from "../../../protocol/ids.ts";
import { limits } from "../../../protocol/limits.ts";
import type { RecordBody } from "../../../protocol/records.ts";
import { Channel, type ChannelState } from "../../../protocol/terms.ts";
import { newId } from "../../kernel/ids.ts";
import type { Desk } from "../desk.ts";
import type { AddressBook, NoWay } from "./address-book.ts";
import { sends } from "./channel-tables.ts";
import { mayHaveReached, type Purpose, type Send, type SendState, shownState } from "./send.ts";
import { type Queue, shareOut, turnOf } from "./turns.ts";

/** The timer that takes up what is due when nobody runs any more. */
export const sendsTimer = "sends:run";

/** Rows of one statement: its one parameter must stay far below SQLite's 2 MB. */
const rowsAtOnce = 5_000;
/** Rows of one record, for the same reason. */
const rowsOfRecord = 10_000;

/** Something to send: to a user or to a contact, never both. */
export interface NewSend {
  alarmId?: string | undefined;
  purpose: Purpose;
  channel: Channel;
  userId?: string | undefined;
  contactId?: string | undefined;
  /** Of no use any more after this. */
  ttlSeconds: number;
  /** Only for `notice`: its words. */
  said?: { title: string; text: string } | undefined;
}

export interface Enqueued {
  /** Ids of those that will be sent, in the order given. */
  sendIds: string[];
  /** How many cannot be reached by this channel; each has a `skipped` row that says why. */
  skipped: number;
}

/** What channels did, by recipient. */
export type Tries = Pick<ReadonlyMap<string, ChannelTry[]>, "get">;

/** More than so many single reads cost more than reading them all. */
const fewRecipients = 300;

type ChannelRow = RecordBody<"alarm.channels">["rows"][number];

interface PlannedRow {
  sendId: string;
  subject: string;
  contact: boolean;
  reason: NoWay | undefined;
}

/** Purposes that call people; a stand-down or a notice calls nobody. */
const calling = sql`purpose IN ('alarm', 'reAlarm')`;
const active = sql`state IN ('waiting', 'sending')`;

/** The tenant's sends (send.ts): their table, and what the ladder and the lists ask of it. */
export class SendsStore {
  #desk: Desk;
  #addresses: AddressBook;
  #stirred = false;

  constructor(desk: Desk, addresses: AddressBook) {
    this.#desk = desk;
    this.#addresses = addresses;
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
    const rows = this.#all<{ recipient: string; channel: string }>(
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

  /** Users whom the alarm reached, or may have reached, by other ways than the socket: each by the last of them. */
  reachedBy(alarmId: string): Map<string, Channel> {
    return this.#reached(alarmId, false);
  }

  /** The same of contacts outside. */
  contactsReachedBy(alarmId: string): Map<string, Channel> {
    return this.#reached(alarmId, true);
  }

  /** What channels did for one recipient, in order. The stand-down's have the reason `standDown`. */
  triesOf(alarmId: string, userId: string): ChannelTry[] {
    return this.#select(sql`alarm_id = ${alarmId} AND recipient = ${userId}`).map(toTry);
  }

  /**
   * The same for recipients of an alarm as they are asked for: a board asks for a few of ten thousand, four times a second, and a
   * list for all of them.
   */
  ofAlarm(alarmId: string): Tries {
    const [any] = this.#all<{ one: number }>(sql`SELECT 1 AS one FROM sends WHERE alarm_id = ${alarmId} LIMIT 1`);
    if (any === undefined) return new Map();
    let asked = 0;
    let all: Map<string, ChannelTry[]> | undefined;
    return {
      get: (userId) => {
        asked += 1;
        if (all === undefined && asked <= fewRecipients) return this.triesOf(alarmId, userId);
        all ??= this.#allTries(alarmId);
        return all.get(userId);
      },
    };
  }

  // ---------------------------------------------------------------------------------- what sends them

  find(sendId: string): Send | undefined {
    const [row] = this.#desk.kernel.database.select().from(sends).where(eq(sends.sendId, sendId)).all();
    return row === undefined ? undefined : toSend(row);
  }

  /** Sends of a channel whose time has come, each alarm's oldest first, in their turns. */
  due(channel: Channel, now: number, limit: number): Send[] {
    return shareOut(this.#queues(channel), limit, ({ turn, alarmId }, most) =>
      this.#select(
        sql`channel = ${channel} AND turn = ${turn} AND ifnull(alarm_id, '') = ${alarmId} AND next_at <= ${now} AND ${active}`,
        sql`next_at`,
        most,
      ),
    );
  }

  /** The queues of a channel: from one to the next by the index, however many rows each has. */
  #queues(channel: Channel): Queue[] {
    const next = (where: SQL): Queue | undefined =>
      this.#all<Queue>(
        sql`SELECT turn, ifnull(alarm_id, '') AS alarmId FROM sends
          WHERE channel = ${channel} AND ${where} AND ${active} ORDER BY turn, ifnull(alarm_id, '') LIMIT 1`,
      )[0];
    const queues: Queue[] = [];
    for (let at = next(sql`turn >= 0`); at !== undefined; ) {
      queues.push(at);
      const { turn, alarmId } = at;
      at = next(sql`turn = ${turn} AND ifnull(alarm_id, '') > ${alarmId}`) ?? next(sql`turn > ${turn}`);
    }
    return queues;
  }

  /** Stores sends as the rules left them, and one record an alarm of what others can see of it. */
  save(changes: readonly { before: Send; after: Send }[], now: number): void {
    const records = new Map<string, ChannelRow[]>();
    for (const { before, after } of changes) {
      if (before === after) continue;
      this.#desk.kernel.database
        .update(sends)
        .set({
          state: after.state,
          attempts: after.attempts,
          nextAt: after.nextAt,
          reason: after.reason ?? null,
          changedAt: after.changedAt,
          unwanted: after.unwanted ? 1 : null,
          answered: after.answered ? 1 : null,
          reached: after.reached === undefined ? null : JSON.stringify(after.reached),
        })
        .where(eq(sends.sendId, after.sendId))
        .run();
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
    const [row] = this.#all<{ at: number | null }>(sql`SELECT min(next_at) AS at FROM sends WHERE ${active}`);
    if (row?.at == null) this.#desk.kernel.timers.cancel(sendsTimer);
    else this.#desk.kernel.timers.set(sendsTimer, Math.max(row.at, now + 2_000));
  }

  /** Whether there is something new to send, asked once after each commit. */
  takeStirred(): boolean {
    const stirred = this.#stirred;
    this.#stirred = false;
    return stirred;
  }

  // ---------------------------------------------------------------------------------- what administrators see

  counts(): Map<Channel, Partial<Record<ChannelState, number>>> {
    const counts = new Map<Channel, Partial<Record<ChannelState, number>>>();
    const rows = this.#all<{ channel: Channel; state: SendState; n: number }>(
      sql`SELECT channel, state, count(*) AS n FROM sends GROUP BY channel, state`,
    );
    for (const { channel, state, n } of rows) {
      const known = counts.get(channel) ?? {};
      const shown = shownState(state);
      known[shown] = (known[shown] ?? 0) + n;
      counts.set(channel, known);
    }
    return counts;
  }

  /** What was given up, newest first. */
  deadLetters(before: { createdAt: number; sendId: string } | undefined, limit: number): Send[] {
    const older =
      before === undefined
        ? sql`1`
        : sql`(created_at < ${before.createdAt} OR (created_at = ${before.createdAt} AND send_id < ${before.sendId}))`;
    return this.#select(sql`state = 'failed' AND ${older}`, sql`created_at DESC, send_id DESC`, limit);
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

  #reached(alarmId: string, contact: boolean): Map<string, Channel> {
    const reached = new Map<string, Channel>();
    for (const send of this.#select(sql`alarm_id = ${alarmId} AND contact = ${contact ? 1 : 0} AND ${calling}`))
      if (mayHaveReached(send)) reached.set(send.recipient, send.channel);
    return reached;
  }

  #allTries(alarmId: string): Map<string, ChannelTry[]> {
    const tries = new Map<string, ChannelTry[]>();
    for (const send of this.#select(sql`alarm_id = ${alarmId}`)) {
      const known = tries.get(send.recipient);
      if (known === undefined) tries.set(send.recipient, [toTry(send)]);
      else known.push(toTry(send));
    }
    return tries;
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

  #select(where: SQL, order: SQL = sql`created_at, send_id`, limit = -1): Send[] {
    return this.#desk.kernel.database.select().from(sends).where(where).orderBy(order).limit(limit).all().map(toSend);
  }

  #all<T>(query: SQL): T[] {
    return this.#desk.kernel.database.all<T>(query);
  }
}

/** Rows that share everything but the recipient: they go into the table by one statement and into one record. */
const grouped = (rows: readonly NewSend[]): NewSend[][] => {
  const groups = new Map<string, NewSend[]>();
  for (const row of rows) {
    const key = `${row.alarmId}|${row.purpose}|${row.channel}|${row.ttlSeconds}|${row.said?.title}|${row.said?.text}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return [...groups.values()];
};

/** Tries that did not call anybody say so where no other reason stands. */
const reasonOf = (purpose: Purpose): string | null =>
  purpose === "standDown" || purpose === "notice" ? purpose : null;

const toTry = (send: Send): ChannelTry => {
  const reason = send.reason ?? reasonOf(send.purpose);
  return {
    channel: send.channel,
    state: shownState(send.state),
    at: toTime(send.changedAt),
    ...(reason === null ? {} : { reason }),
  };
};

const toSend = (row: typeof sends.$inferSelect): Send => ({
  sendId: row.sendId,
  ...(row.alarmId === null ? {} : { alarmId: row.alarmId }),
  // Written by this actor alone.
  purpose: row.purpose as Purpose,
  channel: row.channel as Channel,
  recipient: row.recipient,
  contact: row.contact === 1,
  state: row.state as SendState,
  attempts: row.attempts,
  nextAt: row.nextAt,
  ...(row.reason === null ? {} : { reason: row.reason }),
  createdAt: row.createdAt,
  changedAt: row.changedAt,
  deadline: row.deadline,
  ...(row.unwanted === 1 ? { unwanted: true as const } : {}),
  ...(row.answered === 1 ? { answered: true as const } : {}),
  ...(row.reached === null ? {} : { reached: JSON.parse(row.reached) as string[] }),
  ...(row.said === null ? {} : { said: JSON.parse(row.said) as { title: string; text: string } }),
});
