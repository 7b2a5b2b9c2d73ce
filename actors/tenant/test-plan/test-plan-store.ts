import { asc, desc, eq, sql } from "drizzle-orm";
import type { Database } from "../../kernel/database.ts";
import type { KeptTestRun, PersonResult } from "./report.ts";
import type { KeptTestPlan } from "./test-plan.ts";
import { plans, results, runs } from "./test-plan-tables.ts";

/** People in one row of results. */
const peopleAPart = 500;

/** Recurring test alarms and their runs. Nothing is held in memory: a test runs once a week. */
export class TestPlanStore {
  #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  all(): KeptTestPlan[] {
    return this.#database
      .select({ body: plans.body })
      .from(plans)
      .all()
      .map((row) => JSON.parse(row.body) as KeptTestPlan);
  }

  get(testPlanId: string): KeptTestPlan | undefined {
    const [row] = this.#database.select({ body: plans.body }).from(plans).where(eq(plans.testPlanId, testPlanId)).all();
    return row === undefined ? undefined : (JSON.parse(row.body) as KeptTestPlan);
  }

  audience(testPlanId: string): string[] {
    const [row] = this.#database
      .select({ audience: plans.audience })
      .from(plans)
      .where(eq(plans.testPlanId, testPlanId))
      .all();
    return row === undefined ? [] : (JSON.parse(row.audience) as string[]);
  }

  add(plan: KeptTestPlan, audience: readonly string[]): void {
    this.#database
      .insert(plans)
      .values({ testPlanId: plan.testPlanId, body: JSON.stringify(plan), audience: JSON.stringify(audience) })
      .run();
  }

  /** @param audience the new one when it was frozen anew */
  update(plan: KeptTestPlan, audience?: readonly string[]): void {
    this.#database
      .update(plans)
      .set({
        body: JSON.stringify(plan),
        ...(audience === undefined ? {} : { audience: JSON.stringify(audience) }),
      })
      .where(eq(plans.testPlanId, plan.testPlanId))
      .run();
  }

  remove(testPlanId: string): void {
    this.#database.delete(plans).where(eq(plans.testPlanId, testPlanId)).run();
    this.#database
      .delete(results)
      .where(sql`${results.alarmId} IN (SELECT alarm_id FROM test_runs WHERE test_plan_id = ${testPlanId})`)
      .run();
    this.#database.delete(runs).where(eq(runs.testPlanId, testPlanId)).run();
  }

  addRun(run: KeptTestRun): void {
    const { alarmId, testPlanId, startedAt } = run;
    this.#database
      .insert(runs)
      .values({ alarmId, testPlanId, startedAt, body: JSON.stringify(run) })
      .run();
  }

  /** Writes a result down for good. */
  settle(run: KeptTestRun, people: readonly PersonResult[]): void {
    const { alarmId } = run;
    this.#database
      .update(runs)
      .set({ body: JSON.stringify(run) })
      .where(eq(runs.alarmId, alarmId))
      .run();
    for (let part = 0; part * peopleAPart < people.length; part++)
      this.#database
        .insert(results)
        .values({ alarmId, part, body: JSON.stringify(people.slice(part * peopleAPart, (part + 1) * peopleAPart)) })
        .onConflictDoNothing()
        .run();
  }

  results(alarmId: string): PersonResult[] {
    return this.#database
      .select({ body: results.body })
      .from(results)
      .where(eq(results.alarmId, alarmId))
      .orderBy(asc(results.part))
      .all()
      .flatMap((row) => JSON.parse(row.body) as PersonResult[]);
  }

  run(alarmId: string): KeptTestRun | undefined {
    const [row] = this.#database.select({ body: runs.body }).from(runs).where(eq(runs.alarmId, alarmId)).all();
    return row === undefined ? undefined : (JSON.parse(row.body) as KeptTestRun);
  }

  /** Newest first. */
  runsOf(testPlanId: string): KeptTestRun[] {
    return this.#database
      .select({ body: runs.body })
      .from(runs)
      .where(eq(runs.testPlanId, testPlanId))
      .orderBy(desc(runs.startedAt))
      .all()
      .map((row) => JSON.parse(row.body) as KeptTestRun);
  }
}
