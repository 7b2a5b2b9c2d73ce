import { toTime } from "../../../protocol/ids.ts";
import { limits } from "../../../protocol/limits.ts";
import type { RollCallSummary } from "../../../protocol/roll-call-records.ts";
import type {
  LineWord,
  MusterPoint,
  PointTotals,
  RollCall,
  RollCallLine,
  RollCallTimings,
  RollCallTotals,
} from "../../../protocol/roll-calls.ts";
import type { RollCallFrame } from "../../../protocol/socket/server-frames.ts";
import type { Kind } from "../../../protocol/terms.ts";
import { conflictAt, lineState, type Roll, visitorsAccounted, type Word } from "./roll.ts";
import type { Ground } from "./roster.ts";

/** A roll-call as the tenant keeps it; its lines are kept apart. Times in ms since 1970. */
export interface RollCallFacts extends Ground {
  rollCallId: string;
  kind: Kind;
  title: string;
  alarmId?: string;
  incidentId?: string;
  openedAt: number;
  openedBy: string;
  /** `points`: the muster points as they were named then. `by` is absent when it closed by itself. */
  closed?: { at: number; by?: string; points: MusterPoint[] };
}

export type NameOf = (userId: string) => string;

const named = (userId: string, nameOf: NameOf) => ({ userId, name: nameOf(userId) });

export const totalsOf = (roll: Roll): RollCallTotals => {
  let [leftSite, conflicts] = [0, 0];
  for (const i of roll.left.keys()) if (lineState(roll, i) !== "accountedFor") leftSite += 1;
  for (const i of roll.standing.keys()) if (conflictAt(roll, i) !== undefined) conflicts += 1;
  return {
    lines: roll.userIds.length,
    ...roll.counts,
    leftSite,
    conflicts,
    visitors: { expected: roll.visitors.expected, accounted: visitorsAccounted(roll) },
  };
};

/** Each muster point with who is there. Whoever is accounted for without one comes last, when there is anybody. */
export const pointsOf = (roll: Roll, points: readonly MusterPoint[]): PointTotals[] => {
  const people = new Map<string, number>();
  for (const { state, musterPointId = "" } of roll.standing.values())
    if (state === "accountedFor") people.set(musterPointId, (people.get(musterPointId) ?? 0) + 1);
  const { accounted } = roll.visitors;
  const shown: PointTotals[] = points.map(({ siteId: _, ...point }) => ({
    ...point,
    accountedFor: people.get(point.musterPointId) ?? 0,
    visitors: accounted.get(point.musterPointId) ?? 0,
  }));
  const elsewhere = { accountedFor: people.get("") ?? 0, visitors: accounted.get("") ?? 0 };
  return elsewhere.accountedFor + elsewhere.visitors === 0 ? shown : [...shown, elsewhere];
};

export const timingsOf = (roll: Roll, closedAt: number | undefined): RollCallTimings => {
  const since = (at: number | undefined) => (at === undefined ? null : Math.max(0, at - roll.openedAt));
  return {
    firstMs: since(roll.firstAt),
    noneMissingMs: since(roll.noneMissingSince),
    allAccountedMs: since(roll.allAccountedSince),
    closedMs: since(closedAt),
  };
};

export const summaryOf = (
  roll: Roll,
  points: readonly MusterPoint[],
  closedAt: number | undefined,
): RollCallSummary => ({
  totals: totalsOf(roll),
  musterPoints: pointsOf(roll, points),
  timings: timingsOf(roll, closedAt),
});

/** The roll-call as the wire shows it. An exercise says so in every copy (I9). */
export const showRollCall = (
  facts: RollCallFacts,
  roll: Roll,
  points: readonly MusterPoint[],
  nameOf: NameOf,
): RollCall => {
  const { closed } = facts;
  return {
    rollCallId: facts.rollCallId,
    siteId: facts.siteId,
    ...(facts.zoneIds === undefined ? {} : { zoneIds: [...facts.zoneIds] }),
    kind: facts.kind,
    title: facts.title,
    state: closed === undefined ? "open" : "closed",
    ...(facts.alarmId === undefined ? {} : { alarmId: facts.alarmId }),
    ...(facts.incidentId === undefined ? {} : { incidentId: facts.incidentId }),
    openedAt: toTime(facts.openedAt),
    openedBy: named(facts.openedBy, nameOf),
    ...(closed === undefined ? {} : { closedAt: toTime(closed.at), reopenUntil: toTime(closed.at + limits.reopenMs) }),
    ...(closed?.by === undefined ? {} : { closedBy: named(closed.by, nameOf) }),
    version: roll.version,
    ...summaryOf(roll, points, closed?.at),
  };
};

const showWord = (word: Word, nameOf: NameOf): LineWord => ({
  state: word.state,
  ...(word.musterPointId === undefined ? {} : { musterPointId: word.musterPointId }),
  by: named(word.by, nameOf),
  at: toTime(word.at),
  self: word.self,
});

export const showLine = (roll: Roll, i: number, nameOf: NameOf): RollCallLine => {
  const word = roll.standing.get(i);
  const left = roll.left.get(i);
  const conflict = conflictAt(roll, i);
  return {
    ...named(roll.userIds[i] ?? "", nameOf),
    ...(word === undefined ? {} : showWord(word, nameOf)),
    state: lineState(roll, i),
    version: roll.lineVersion[i] ?? 0,
    ...(word?.note === undefined ? {} : { note: word.note }),
    ...(left === undefined ? {} : { leftSite: toTime(left) }),
    ...(conflict === undefined ? {} : { conflict: showWord(conflict, nameOf) }),
  };
};

/** What devices are told, without the part that differs a person. */
export const rollCallFrame = (facts: RollCallFacts, roll: Roll, points: readonly MusterPoint[]): RollCallFrame => ({
  type: "rollCall",
  rollCallId: facts.rollCallId,
  siteId: facts.siteId,
  title: facts.title,
  kind: facts.kind,
  state: facts.closed === undefined ? "open" : "closed",
  openedAt: toTime(facts.openedAt),
  version: roll.version,
  musterPoints: points.map(({ siteId: _, ...point }) => point),
});
