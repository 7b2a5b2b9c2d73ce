import { eq, gt, lt, sql } from "drizzle-orm";
import { limits } from "../../../protocol/limits.ts";
import type { StaffingRule } from "../../../protocol/staffing.ts";
import type { Database } from "../../kernel/database.ts";
import type { Counted } from "./counting.ts";
import type { KeptCover } from "./cover.ts";
import type { Standing } from "./episode.ts";
import { coverRequests, staffingRules, staffingStandings, staffingUsual } from "./staffing-tables.ts";
import { sharesOf, type UsualCount, type UsualShare } from "./usual.ts";

/**
 * Whether a record of this kind may change who counts. Everything about alarms is not in it: they never make anybody count
 * again, and pay one look into this set.
 */
const stirring: ReadonlySet<string> = new Set([
  "users",
  "role",
  "site",
  "session",
  "availability",
  "duty",
  "qualifications",
  "shift",
  "shifts",
  "roster",
  "staffingRule",
]);

/** Rules and how they stand are in memory whole beside their tables: they are looked at every second while people come and go. */
export class StaffingStore {
  #database: Database;
  #rules: Map<string, StaffingRule> | undefined;
  #standings: Map<string, Standing> | undefined;
  #usual: ReadonlyMap<string, UsualShare> | undefined;
  #stirred = false;
  /** Grows with everything that may change who counts: what was computed before is old. */
  generation = 0;
  /** Who counted at the last look. In memory alone. */
  latest:
    | {
        at: number;
        generation: number;
        posts: ReadonlySet<string>;
        counts: ReadonlyMap<string, readonly Counted[]>;
      }
    | undefined;

  constructor(database: Database) {
    this.#database = database;
  }

  // ---------------------------------------------------------------------------------- what makes it count again

  heard(recordType: string): void {
    if (stirring.has(recordType.slice(0, recordType.indexOf(".")))) this.stir();
  }

  stir(): void {
    this.#stirred = true;
    this.generation += 1;
  }

  /** Asked once after each commit. */
  takeStirred(): boolean {
    const stirred = this.#stirred;
    this.#stirred = false;
    return stirred;
  }

  // ---------------------------------------------------------------------------------- rules

  get rules(): ReadonlyMap<string, StaffingRule> {
    return this.#loadRules();
  }

  /** Whether a rule names this role or site: what is in use is not removed from under it. */
  names(id: string): boolean {
    for (const { roleId, siteId, warn } of this.rules.values())
      if (roleId === id || siteId === id || warn?.roles?.includes(id)) return true;
    return false;
  }

  saveRule(rule: StaffingRule): void {
    const body = JSON.stringify(rule);
    this.#database
      .insert(staffingRules)
      .values({ staffingRuleId: rule.staffingRuleId, body })
      .onConflictDoUpdate({ target: staffingRules.staffingRuleId, set: { body } })
      .run();
    this.#loadRules().set(rule.staffingRuleId, rule);
  }

  removeRule(staffingRuleId: string): void {
    this.#database.delete(staffingRules).where(eq(staffingRules.staffingRuleId, staffingRuleId)).run();
    this.#database.delete(staffingStandings).where(eq(staffingStandings.staffingRuleId, staffingRuleId)).run();
    this.#loadRules().delete(staffingRuleId);
    this.#loadStandings().delete(staffingRuleId);
  }

  // ---------------------------------------------------------------------------------- how they stand

  standingOf(staffingRuleId: string): Standing | undefined {
    return this.#loadStandings().get(staffingRuleId);
  }

  /** One statement for all that changed in a second. */
  saveStandings(changed: readonly (readonly [staffingRuleId: string, standing: Standing])[]): void {
    if (changed.length === 0) return;
    const rows = JSON.stringify(changed.map(([id, standing]) => [id, JSON.stringify(standing)]));
    this.#database.run(sql`
      INSERT INTO staffing_standings (staffing_rule_id, body)
      SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(${rows}) WHERE true
      ON CONFLICT (staffing_rule_id) DO UPDATE SET body = excluded.body`);
    const known = this.#loadStandings();
    for (const [id, standing] of changed) known.set(id, standing);
  }

  // ---------------------------------------------------------------------------------- usual presence

  /** Takes the counts of one hour; counted again within the hour, the last holds. Older weeks than needed are removed. */
  saveUsual(counts: readonly UsualCount[], week: number): void {
    const rows = JSON.stringify(counts.map(({ post, hour, counted, pool }) => [post, hour, counted, pool]));
    this.#database.run(sql`
      INSERT INTO staffing_usual (post, hour, week, counted, pool)
      SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), ${week}, json_extract(value, '$[2]'),
        json_extract(value, '$[3]') FROM json_each(${rows}) WHERE true
      ON CONFLICT (post, hour, week) DO UPDATE SET counted = excluded.counted, pool = excluded.pool`);
    this.#database
      .delete(staffingUsual)
      .where(lt(staffingUsual.week, week - limits.usualWeeks))
      .run();
    this.#usual = undefined;
    this.generation += 1;
  }

  /** Nobody asks any more: what is not needed is not kept (P17). */
  clearUsual(): void {
    this.#database.delete(staffingUsual).run();
    this.#usual = undefined;
  }

  get usual(): ReadonlyMap<string, UsualShare> {
    this.#usual ??= sharesOf(
      this.#database.all<UsualCount & { weeks: number }>(
        sql`SELECT post, hour, sum(counted) AS counted, sum(pool) AS pool, count(*) AS weeks FROM staffing_usual GROUP BY post, hour`,
      ),
    );
    return this.#usual;
  }

  // ---------------------------------------------------------------------------------- requests to help out

  cover(coverRequestId: string): KeptCover | undefined {
    const [row] = this.#database
      .select({ body: coverRequests.body })
      .from(coverRequests)
      .where(eq(coverRequests.coverRequestId, coverRequestId))
      .all();
    return row === undefined ? undefined : (JSON.parse(row.body) as KeptCover);
  }

  saveCover(cover: KeptCover): void {
    const { coverRequestId, from, to } = cover;
    const body = JSON.stringify(cover);
    this.#database
      .insert(coverRequests)
      .values({ coverRequestId, from, to, body })
      .onConflictDoUpdate({ target: coverRequests.coverRequestId, set: { body } })
      .run();
  }

  /** Those whose time is not over. */
  coversFrom(at: number): KeptCover[] {
    return this.#database
      .select({ body: coverRequests.body })
      .from(coverRequests)
      .where(gt(coverRequests.to, at))
      .all()
      .map((row) => JSON.parse(row.body) as KeptCover);
  }

  allCovers(): KeptCover[] {
    return this.coversFrom(0);
  }

  /** I10: as long as every log; the history has who helped out. */
  sweep(now: number): void {
    this.#database
      .delete(coverRequests)
      .where(lt(coverRequests.to, now - limits.coverKeptMs))
      .run();
  }

  forget(): void {
    this.#rules = undefined;
    this.#standings = undefined;
    this.#usual = undefined;
    this.latest = undefined;
  }

  #loadRules(): Map<string, StaffingRule> {
    this.#rules ??= new Map(
      this.#database
        .select()
        .from(staffingRules)
        .all()
        .map((row) => [row.staffingRuleId, JSON.parse(row.body) as StaffingRule]),
    );
    return this.#rules;
  }

  #loadStandings(): Map<string, Standing> {
    this.#standings ??= new Map(
      this.#database
        .select()
        .from(staffingStandings)
        .all()
        .map((row) => [row.staffingRuleId, JSON.parse(row.body) as Standing]),
    );
    return this.#standings;
  }
}
