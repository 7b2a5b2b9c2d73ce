import { bodyHashOf, type ChainHead, chainStart, linkHash } from "../../actors/kernel/chain.ts";
import type { ChainRow } from "../../history/chain-rows.ts";
import type { ChainProblem, Verification } from "../../protocol/verification.ts";

type Problem = Verification["problems"][number];
type LinkedRow = ChainRow & { n: number; bodyHash: string; hash: string };

/** Entries of one answer: who has more than this does not need to know where the next one is. */
const mostProblems = 200;

/** Rows whose true place is looked for: each at each place after each neighbour, so the work grows with the cube. */
const mostReordered = 20;

const isLinked = (row: ChainRow): row is LinkedRow => row.n !== null && row.bodyHash !== null && row.hash !== null;

/** An erased body has lost its salt too; its hash stays, and with it the chain. */
const isErased = (row: LinkedRow): boolean => row.salt === null && row.body === "{}";

const bodyHolds = (row: LinkedRow): boolean =>
  isErased(row) || (row.salt !== null && bodyHashOf(row.salt, row.body) === row.bodyHash);

const follows = (row: LinkedRow, previous: string, n: number = row.n): boolean =>
  linkHash(previous, { ...row, n }) === row.hash;

/** One chain: what stands in the history against the head that its actor holds. */
class ChainCheck {
  readonly problems: Problem[] = [];
  readonly #source: string;
  readonly #failing: LinkedRow[] = [];
  readonly #byPlace: ReadonlyMap<number, readonly LinkedRow[]>;
  readonly #start: string;
  #broken = false;

  constructor(source: string, rows: readonly LinkedRow[], head: ChainHead, start: string) {
    this.#source = source;
    this.#start = start;
    this.#byPlace = Map.groupBy(rows, ({ n }) => n);
    const newest = Math.max(0, ...rows.map(({ n }) => n).filter((n) => n <= head.n));
    let previous: readonly string[] | undefined = [start];
    for (let n = 1; n <= head.n; n++) {
      const here: readonly LinkedRow[] = this.#byPlace.get(n) ?? [];
      const run = head.waiting.find(({ from, to }) => from <= n && n <= to);
      if (here.length === 0) {
        this.#add(run !== undefined ? "behind" : n > newest ? "truncated" : "missing", n);
        // After a gap the next link cannot be followed, unless the actor says what the gap ends with.
        previous = run?.to === n ? [run.hash] : undefined;
        continue;
      }
      previous = this.#take(here, previous);
    }
    for (const row of rows) if (row.n > head.n || row.n < 1) this.#add("inserted", row.n, row);
    this.#explain();
    // The whole end was written anew, each link rightly after the other: only the actor knows what stood there.
    const last = this.#byPlace.get(head.n);
    if (last !== undefined && !last.some(({ hash }) => hash === head.hash)) this.#broken = true;
    const told = this.problems.some(({ problem }) => problem !== "behind");
    if (this.#broken && !told) this.#add("altered", head.n, last?.[0] ?? this.#failing[0]);
  }

  /**
   * Of several rows for one place the one that holds is the true one.
   *
   * @param previous hashes that the link before may have had, when they are known; one of them is enough
   * @returns the same for the next: where only the hash was changed, what follows still follows the true one
   */
  #take(here: readonly LinkedRow[], previous: readonly string[] | undefined): readonly string[] {
    const whole = (row: LinkedRow) =>
      bodyHolds(row) && (previous === undefined || previous.some((hash) => follows(row, hash)));
    const [first = here[0] as LinkedRow] = here.filter(whole);
    for (const row of here) if (row !== first) this.#add("inserted", row.n, row);
    if (whole(first)) return [first.hash];
    this.#failing.push(first);
    return [first.hash, ...(previous ?? []).slice(0, 2).map((hash) => linkHash(hash, first))];
  }

  /** What befell the rows that do not hold: another place, another content, or only another neighbour. */
  #explain(): void {
    this.#broken = this.#failing.length > 0;
    const few = this.#failing.length <= mostReordered;
    const places = few ? this.#failing.map(({ n }) => n) : [];
    const neighbours = [...new Set(places.flatMap((n) => [n - 1, n]))];
    const hashes = [this.#start, ...neighbours.flatMap((n) => (this.#byPlace.get(n) ?? []).map(({ hash }) => hash))];
    for (const row of this.#failing) {
      if (!few || !bodyHolds(row)) {
        this.#add("altered", row.n, row);
        continue;
      }
      const place = this.#placeOf(row, places, hashes);
      // At its own place after another row: the row is as it was written, and that other one is not where it was.
      if (place !== row.n) this.#add(place === undefined ? "altered" : "reordered", row.n, row);
    }
  }

  #placeOf(row: LinkedRow, places: readonly number[], hashes: readonly string[]): number | undefined {
    for (const n of [row.n, ...places]) for (const hash of hashes) if (follows(row, hash, n)) return n;
    return undefined;
  }

  #add(problem: ChainProblem, n: number, row?: LinkedRow): void {
    const last = this.problems.at(-1);
    if (row === undefined && last?.problem === problem && last.eventId === undefined && (last.to ?? last.n) === n - 1)
      last.to = n;
    else this.problems.push({ ...(row && { eventId: row.eventId }), source: this.#source, n, problem });
  }
}

/**
 * Holds an alarm's events against the heads of the actors that wrote them. Pure. Compares by hashes alone: whoever can write
 * to libSQL can compute a chain too, but not what the actors hold (docs/record.md).
 *
 * @param heads by source; a row of a source without a head was written by nobody
 */
export const verifyChains = (
  tenantId: string,
  alarmId: string,
  rows: readonly ChainRow[],
  heads: ReadonlyMap<string, ChainHead>,
): Verification => {
  const linked = rows.filter(isLinked);
  const bySource = Map.groupBy(linked, ({ source }) => source ?? "");
  const problems: Problem[] = [];
  const chains: Verification["chains"] = [];
  for (const [source, head] of heads) {
    const own = bySource.get(source) ?? [];
    if (head.n === 0 && own.length === 0) continue;
    problems.push(...new ChainCheck(source, own, head, chainStart(tenantId, source, alarmId)).problems);
    chains.push({ source, events: own.length, head: head.hash });
  }
  for (const row of linked)
    if (!heads.has(row.source ?? ""))
      problems.push({ eventId: row.eventId, source: row.source ?? "", n: row.n, problem: "inserted" });

  const loose = rows.filter((row) => !isLinked(row));
  const allowed = [...heads.values()].reduce((sum, { unchained }) => sum + unchained, 0);
  // Of events from before there were chains only the number is known: the newest are the ones too many.
  for (const row of loose.slice(allowed))
    problems.push({ eventId: row.eventId, source: row.source ?? "", n: row.n ?? 0, problem: "inserted" });
  return {
    alarmId,
    intact: problems.every(({ problem }) => problem === "behind"),
    complete: problems.every(({ problem }) => problem !== "behind"),
    events: rows.length,
    erased: linked.filter(isErased).length,
    unchained: Math.min(loose.length, allowed),
    chains,
    problems: problems.slice(0, mostProblems),
  };
};

/** What was found about an alarm with what was found about its incident, whose one chain (the tenant's) is named `incident`. */
export const joinVerifications = (ofAlarm: Verification, ofIncident: Verification): Verification => {
  const named = <T extends { source: string }>(entry: T): T =>
    entry.source === "tenant" ? { ...entry, source: "incident" } : entry;
  return {
    alarmId: ofAlarm.alarmId,
    intact: ofAlarm.intact && ofIncident.intact,
    complete: ofAlarm.complete && ofIncident.complete,
    events: ofAlarm.events + ofIncident.events,
    erased: ofAlarm.erased + ofIncident.erased,
    unchained: ofAlarm.unchained + ofIncident.unchained,
    chains: [...ofAlarm.chains, ...ofIncident.chains.map(named)],
    problems: [...ofAlarm.problems, ...ofIncident.problems.map(named)].slice(0, mostProblems),
  };
};
