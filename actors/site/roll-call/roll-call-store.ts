import { eq, sql } from "drizzle-orm";
import type { LineState } from "../../../protocol/roll-calls.ts";
import type { RollCallFrame } from "../../../protocol/socket/server-frames.ts";
import type { Database } from "../../kernel/database.ts";
import type { SiteMessage } from "../../kernel/messages.ts";
import { rollCallStates, rollCalls } from "./roll-call-tables.ts";

export type RollCallMessage = Extract<SiteMessage, { kind: "rollCall" }>;
type People = RollCallMessage["people"];

/** A roll-call as this place knows it. */
export interface KnownRollCall {
  frame: RollCallFrame;
  states: Map<string, LineState>;
  closedAt: number | undefined;
  storedAt: number;
}

const entriesOf = (people: People): [string, LineState][] =>
  Object.entries(people).flatMap(([state, userIds]) =>
    userIds.map((userId): [string, LineState] => [userId, state as LineState]),
  );

/** The roll-calls that people of this place have a line in: few, and in memory whole once somebody asks. */
export class RollCallStore {
  #database: Database;
  #known: Map<string, KnownRollCall> | undefined;

  constructor(database: Database) {
    this.#database = database;
  }

  get all(): ReadonlyMap<string, KnownRollCall> {
    return this.#load();
  }

  /**
   * Takes what the tenant says, in the caller's transaction. The same twice is harmless.
   *
   * @returns undefined for what a newer message has overtaken: that one says what holds now
   */
  take({ frame, people }: RollCallMessage, now: number): KnownRollCall | undefined {
    const { rollCallId, version } = frame;
    const before = this.#load().get(rollCallId);
    if (before !== undefined && before.frame.version > version) return undefined;
    const closedAt = frame.state === "open" ? undefined : (before?.closedAt ?? now);
    const row = { version, frame: JSON.stringify(frame), closedAt: closedAt ?? null };
    const said = entriesOf(people);
    this.#database
      .insert(rollCalls)
      .values({ rollCallId, ...row, people: JSON.stringify(people), storedAt: now })
      .onConflictDoUpdate({ target: rollCalls.rollCallId, set: row })
      .run();
    // What the first message said is in the row above; the same said again is not written again.
    const news = before === undefined ? [] : said.filter(([userId, state]) => before.states.get(userId) !== state);
    if (news.length > 0)
      this.#database.run(sql`
        INSERT INTO roll_call_states (roll_call_id, user_id, state)
        SELECT ${rollCallId}, json_extract(value, '$[0]'), json_extract(value, '$[1]')
        FROM json_each(${JSON.stringify(news)}) WHERE true
        ON CONFLICT (roll_call_id, user_id) DO UPDATE SET state = excluded.state`);
    const known = before ?? { frame, states: new Map<string, LineState>(), closedAt, storedAt: now };
    known.frame = frame;
    known.closedAt = closedAt;
    for (const [userId, state] of said) known.states.set(userId, state);
    this.#load().set(rollCallId, known);
    return known;
  }

  /** Forgets what no device comes back for: closed before one time, or (the close never came) stored before another. */
  prune(closedBefore: number, storedBefore: number): void {
    for (const [rollCallId, { closedAt, storedAt }] of this.#load()) {
      if (closedAt === undefined ? storedAt > storedBefore : closedAt > closedBefore) continue;
      this.#database.delete(rollCalls).where(eq(rollCalls.rollCallId, rollCallId)).run();
      this.#database.delete(rollCallStates).where(eq(rollCallStates.rollCallId, rollCallId)).run();
      this.#load().delete(rollCallId);
    }
  }

  forget(): void {
    this.#known = undefined;
  }

  #load(): Map<string, KnownRollCall> {
    this.#known ??= this.#read();
    return this.#known;
  }

  #read(): Map<string, KnownRollCall> {
    const known = new Map<string, KnownRollCall>();
    // Written by this object; both shapes have only ever been added to.
    for (const { rollCallId, frame, people, closedAt, storedAt } of this.#database.select().from(rollCalls).all())
      known.set(rollCallId, {
        frame: JSON.parse(frame) as RollCallFrame,
        states: new Map(entriesOf(JSON.parse(people) as People)),
        closedAt: closedAt ?? undefined,
        storedAt,
      });
    for (const { rollCallId, userId, state } of this.#database.select().from(rollCallStates).all())
      known.get(rollCallId)?.states.set(userId, state as LineState);
    return known;
  }
}
