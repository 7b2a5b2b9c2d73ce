import { and, asc, desc, eq, inArray, isNotNull, isNull, lt } from "drizzle-orm";
import type { RollCallChange } from "../../../protocol/roll-call-records.ts";
import type { Database } from "../../kernel/database.ts";
import { applyChange, newRoll, type Roll, type Roster } from "./roll.ts";
import type { RollCallFacts } from "./roll-call.ts";
import { rollCallChanges, rollCalls } from "./roll-call-tables.ts";

export interface OpenedRollCall {
  facts: RollCallFacts;
  roll: Roll;
}

interface KeptRoster extends Roster {
  visitors: number;
}

/** Closed roll-calls kept in memory; more are read again when somebody looks. */
const keptInMemory = 5;

/** The tenant's roll-calls: tables, and the ones in use in memory. A tick appends a row and rewrites none. */
export class RollCallStore {
  #database: Database;
  #known = new Map<string, OpenedRollCall>();
  #open: string[] | undefined;

  constructor(database: Database) {
    this.#database = database;
  }

  add(facts: RollCallFacts, roster: Roster, visitors: number): OpenedRollCall {
    const kept: KeptRoster = { ...roster, visitors };
    this.#database
      .insert(rollCalls)
      .values({ rollCallId: facts.rollCallId, body: JSON.stringify(facts), roster: JSON.stringify(kept) })
      .run();
    const opened = { facts, roll: newRoll(facts.openedAt, roster, visitors) };
    this.#keep(opened);
    this.#open = undefined;
    return opened;
  }

  get(rollCallId: string): OpenedRollCall | undefined {
    const known = this.#known.get(rollCallId);
    if (known !== undefined) return known;
    const [row] = this.#database.select().from(rollCalls).where(eq(rollCalls.rollCallId, rollCallId)).all();
    if (row === undefined) return undefined;
    // Written by this actor; both shapes have only ever been added to.
    const facts = JSON.parse(row.body) as RollCallFacts;
    const { visitors, ...roster } = JSON.parse(row.roster) as KeptRoster;
    const roll = newRoll(facts.openedAt, roster, visitors);
    const changes = this.#database
      .select({ body: rollCallChanges.body })
      .from(rollCallChanges)
      .where(eq(rollCallChanges.rollCallId, rollCallId))
      .orderBy(asc(rollCallChanges.n))
      .all();
    for (const { body } of changes) applyChange(roll, JSON.parse(body) as RollCallChange);
    const opened = { facts, roll };
    this.#keep(opened);
    return opened;
  }

  /** Stores a change and folds it in. @returns the lines it touched */
  change(opened: OpenedRollCall, change: RollCallChange): number[] {
    this.#database
      .insert(rollCallChanges)
      .values({ rollCallId: opened.facts.rollCallId, body: JSON.stringify(change) })
      .run();
    return applyChange(opened.roll, change);
  }

  /** Closed, or open again. */
  update(opened: OpenedRollCall, facts: RollCallFacts): void {
    this.#database
      .update(rollCalls)
      .set({ body: JSON.stringify(facts), closedAt: facts.closed?.at ?? null })
      .where(eq(rollCalls.rollCallId, facts.rollCallId))
      .run();
    opened.facts = facts;
    this.#open = undefined;
  }

  /** Those that are open: a handful, asked for with each report of presence. */
  open(): OpenedRollCall[] {
    this.#open ??= this.#database
      .select({ rollCallId: rollCalls.rollCallId })
      .from(rollCalls)
      .where(isNull(rollCalls.closedAt))
      .orderBy(asc(rollCalls.n))
      .all()
      .map((row) => row.rollCallId);
    return this.#open.flatMap((rollCallId) => this.get(rollCallId) ?? []);
  }

  /** Ids newest first, before a number of this list. */
  ids(state: "open" | "closed" | undefined, before: number, limit: number): { n: number; rollCallId: string }[] {
    const which =
      state === "open" ? isNull(rollCalls.closedAt) : state === "closed" ? isNotNull(rollCalls.closedAt) : undefined;
    return this.#database
      .select({ n: rollCalls.n, rollCallId: rollCalls.rollCallId })
      .from(rollCalls)
      .where(and(lt(rollCalls.n, before), which))
      .orderBy(desc(rollCalls.n))
      .limit(limit)
      .all();
  }

  /** Forgets those that were closed before this time; the history keeps them (I10). */
  prune(closedBefore: number): void {
    const old = this.#database
      .delete(rollCalls)
      .where(and(isNotNull(rollCalls.closedAt), lt(rollCalls.closedAt, closedBefore)))
      .returning({ rollCallId: rollCalls.rollCallId })
      .all()
      .map((row) => row.rollCallId);
    for (let i = 0; i < old.length; i += 90)
      this.#database
        .delete(rollCallChanges)
        .where(inArray(rollCallChanges.rollCallId, old.slice(i, i + 90)))
        .run();
    for (const rollCallId of old) this.#known.delete(rollCallId);
  }

  /** After a failed transaction what is in memory may not be what is stored. */
  forget(): void {
    this.#known.clear();
    this.#open = undefined;
  }

  #keep(opened: OpenedRollCall): void {
    this.#known.set(opened.facts.rollCallId, opened);
    let closed = [...this.#known.values()].filter(({ facts }) => facts.closed !== undefined).length;
    for (const [id, { facts }] of this.#known) {
      if (closed <= keptInMemory) return;
      if (facts.closed === undefined || id === opened.facts.rollCallId) continue;
      this.#known.delete(id);
      closed -= 1;
    }
  }
}
