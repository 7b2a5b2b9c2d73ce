import { eq, type SQL, sql } from "drizzle-orm";
import type { ChannelTry } from "../../../protocol/alarms.ts";
import type { Channel, ChannelState } from "../../../protocol/terms.ts";
import type { Database } from "../../kernel/database.ts";
import { sends } from "./channel-tables.ts";
import { mayHaveReached, type Send, type SendState, shownState, surerWay } from "./send.ts";
import { toSend, toTry } from "./send-rows.ts";
import { type Queue, shareOut } from "./turns.ts";

/** What channels did, by recipient. */
export type Tries = Pick<ReadonlyMap<string, ChannelTry[]>, "get">;

/** More than so many single reads cost more than reading them all. */
const fewRecipients = 300;

/** Purposes that call people; a stand-down or a notice calls nobody. */
export const calling = sql`purpose IN ('alarm', 'reAlarm')`;
export const active = sql`state IN ('waiting', 'sending')`;

/** Prepared once: each lane asks these again and again while anything is on its way, and boards ask the last two. */
const prepare = (database: Database) => {
  const alarm = sql<string>`ifnull(alarm_id, '')`;
  const channel = sql`channel = ${sql.placeholder("channel")}`;
  const turn = sql.placeholder("turn");
  const alarmId = sql.placeholder("alarmId");
  const queue = (where: SQL) =>
    database
      .select({ turn: sends.turn, alarmId: alarm.as("alarmId") })
      .from(sends)
      .where(sql`${channel} AND ${where} AND ${active}`)
      .orderBy(sql`turn, ifnull(alarm_id, '')`)
      .limit(1)
      .prepare();
  return {
    firstQueue: queue(sql`turn >= 0`),
    nextOfTurn: queue(sql`turn = ${turn} AND ifnull(alarm_id, '') > ${alarmId}`),
    nextTurn: queue(sql`turn > ${turn}`),
    due: database
      .select()
      .from(sends)
      .where(
        sql`${channel} AND turn = ${turn} AND ifnull(alarm_id, '') = ${alarmId} AND next_at <= ${sql.placeholder("now")} AND ${active}`,
      )
      .orderBy(sql`next_at`)
      .limit(sql.placeholder("most"))
      .prepare(),
    nextAt: database.select({ at: sql<number | null>`min(next_at)` }).from(sends).where(active).prepare(),
    anyOfAlarm: database
      .select({ one: sql<number>`1` })
      .from(sends)
      .where(sql`alarm_id = ${alarmId}`)
      .limit(1)
      .prepare(),
    ofRecipient: database
      .select()
      .from(sends)
      .where(sql`alarm_id = ${alarmId} AND recipient = ${sql.placeholder("recipient")}`)
      .orderBy(sql`created_at, send_id`)
      .prepare(),
  };
};

/** What is asked of the sends that are written down; writing is sends-store.ts. */
export class SendReader {
  #database: Database;
  #statements: ReturnType<typeof prepare>;

  constructor(database: Database) {
    this.#database = database;
    this.#statements = prepare(database);
  }

  /** Users whom the alarm reached, or may have reached, by other ways than the socket: each by the surest of them. */
  reachedBy(alarmId: string): Map<string, Channel> {
    return this.#reached(alarmId, false);
  }

  /** The same of contacts outside. */
  contactsReachedBy(alarmId: string): Map<string, Channel> {
    return this.#reached(alarmId, true);
  }

  /** What channels did for one recipient, in order. The stand-down's have the reason `standDown`. */
  triesOf(alarmId: string, userId: string): ChannelTry[] {
    return this.#statements.ofRecipient.all({ alarmId, recipient: userId }).map((row) => toTry(toSend(row)));
  }

  /**
   * The same for recipients of an alarm as they are asked for: a board asks for a few of ten thousand, four times a second, and a
   * list for all of them.
   */
  ofAlarm(alarmId: string): Tries {
    if (this.#statements.anyOfAlarm.all({ alarmId }).length === 0) return new Map();
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
    const [row] = this.#database.select().from(sends).where(eq(sends.sendId, sendId)).all();
    return row === undefined ? undefined : toSend(row);
  }

  /** Sends of a channel whose time has come, each alarm's oldest first, in their turns. */
  due(channel: Channel, now: number, limit: number): Send[] {
    return shareOut(this.#queues(channel), limit, ({ turn, alarmId }, most) =>
      this.#statements.due.all({ channel, turn, alarmId, now, most }).map(toSend),
    );
  }

  /** The queues of a channel: from one to the next by the index, however many rows each has. */
  #queues(channel: Channel): Queue[] {
    const { firstQueue, nextOfTurn, nextTurn } = this.#statements;
    const queues: Queue[] = [];
    for (let at = firstQueue.all({ channel })[0]; at !== undefined; ) {
      queues.push(at);
      const { turn, alarmId } = at;
      at = nextOfTurn.all({ channel, turn, alarmId })[0] ?? nextTurn.all({ channel, turn })[0];
    }
    return queues;
  }

  /** When the next of them is due, or counts as lost; undefined when none is left. */
  nextAt(): number | undefined {
    return this.#statements.nextAt.all()[0]?.at ?? undefined;
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

  #reached(alarmId: string, contact: boolean): Map<string, Channel> {
    const reached = new Map<string, Send>();
    for (const send of this.#select(sql`alarm_id = ${alarmId} AND contact = ${contact ? 1 : 0} AND ${calling}`))
      if (mayHaveReached(send)) reached.set(send.recipient, surerWay(reached.get(send.recipient) ?? send, send));
    return new Map([...reached].map(([recipient, { channel }]) => [recipient, channel]));
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

  #select(where: SQL, order: SQL = sql`created_at, send_id`, limit = -1): Send[] {
    return this.#database.select().from(sends).where(where).orderBy(order).limit(limit).all().map(toSend);
  }

  #all<T>(query: SQL): T[] {
    return this.#database.all<T>(query);
  }
}
