import type { RollCallChange, WordRow } from "../../../protocol/roll-call-records.ts";
import type { LineState } from "../../../protocol/roll-calls.ts";

/** What a marshal or the person said about a line. */
export interface Word {
  state: LineState;
  musterPointId?: string;
  note?: string;
  by: string;
  self: boolean;
  /** Milliseconds since 1970; of a check-in, when the person pressed. */
  at: number;
  version: number;
}

/**
 * The lines of one roll-call: who was there by presence, and what was said since. Changes are folded in the order of their
 * versions, twice is harmless. A line never goes away (nobody vanishes), and counts are kept along, so that a tick among
 * ten thousand lines costs no pass over them.
 */
export interface Roll {
  openedAt: number;
  userIds: string[];
  indexOf: Map<string, number>;
  /** What presence alone says of each line. */
  start: ("missing" | "unknown")[];
  /** The change each line was last touched by. */
  lineVersion: number[];
  /** The word that holds, and the latest of either side: where they differ the line is a conflict. */
  standing: Map<number, Word>;
  own: Map<number, Word>;
  marshal: Map<number, Word>;
  /** Reported to have left the site at this time. */
  left: Map<number, number>;
  /** Visitors who are there, by muster point; "" is none in particular. */
  visitors: { expected: number; accounted: Map<string, number> };
  counts: Record<LineState, number>;
  version: number;
  firstAt?: number;
  /** Since when it holds; taken back when somebody turns out to be missing after all. */
  noneMissingSince?: number | undefined;
  allAccountedSince?: number | undefined;
}

export interface Roster {
  missing: readonly string[];
  unknown: readonly string[];
}

export const newRoll = (openedAt: number, roster: Roster, visitorsExpected: number): Roll => {
  const roll: Roll = {
    openedAt,
    userIds: [],
    indexOf: new Map(),
    start: [],
    lineVersion: [],
    standing: new Map(),
    own: new Map(),
    marshal: new Map(),
    left: new Map(),
    visitors: { expected: visitorsExpected, accounted: new Map() },
    counts: { missing: 0, accountedFor: 0, unknown: 0 },
    version: 0,
  };
  for (const userId of roster.missing) addLine(roll, userId, "missing");
  for (const userId of roster.unknown) addLine(roll, userId, "unknown");
  markTimes(roll, openedAt);
  return roll;
};

export const lineState = (roll: Roll, i: number): LineState =>
  roll.standing.get(i)?.state ?? roll.start[i] ?? "unknown";

/** What the other side says, where it is not what holds. */
export const conflictAt = (roll: Roll, i: number): Word | undefined => {
  const standing = roll.standing.get(i);
  if (standing === undefined) return undefined;
  const other = (standing.self ? roll.marshal : roll.own).get(i);
  return other === undefined || other.state === standing.state ? undefined : other;
};

/** Folds a change in. @returns the lines that it touched; none when it is known already */
export const applyChange = (roll: Roll, change: RollCallChange): number[] => {
  if (change.version <= roll.version) return [];
  roll.version = change.version;
  const touched = new Set<number>();
  for (const userId of change.joined ?? []) touched.add(join(roll, userId));
  for (const row of change.words ?? []) touched.add(say(roll, row, change.version));
  for (const [userId, at] of change.left ?? []) {
    const i = roll.indexOf.get(userId);
    if (i === undefined) continue;
    if (at === null) roll.left.delete(i);
    else roll.left.set(i, at);
    touched.add(i);
  }
  for (const [point, accounted] of change.visitors ?? []) roll.visitors.accounted.set(point ?? "", accounted);
  if (change.visitorsExpected !== undefined) roll.visitors.expected = change.visitorsExpected;
  for (const i of touched) roll.lineVersion[i] = change.version;
  markTimes(roll, change.at);
  return [...touched];
};

export const visitorsAccounted = (roll: Roll): number => {
  let sum = 0;
  for (const accounted of roll.visitors.accounted.values()) sum += accounted;
  return sum;
};

const addLine = (roll: Roll, userId: string, start: "missing" | "unknown"): number => {
  const known = roll.indexOf.get(userId);
  if (known !== undefined) return known;
  const i = roll.userIds.push(userId) - 1;
  roll.indexOf.set(userId, i);
  roll.start.push(start);
  roll.lineVersion.push(roll.version);
  roll.counts[start] += 1;
  return i;
};

/** Runs a change of one line and keeps the counts right. */
const recounted = (roll: Roll, i: number, change: () => void): number => {
  roll.counts[lineState(roll, i)] -= 1;
  change();
  roll.counts[lineState(roll, i)] += 1;
  return i;
};

/** Present by now: whose whereabouts were unknown is missing until somebody says otherwise. */
const join = (roll: Roll, userId: string): number =>
  recounted(roll, addLine(roll, userId, "missing"), () => {
    const i = roll.indexOf.get(userId) ?? 0;
    roll.start[i] = "missing";
    roll.left.delete(i);
  });

const say = (roll: Roll, row: WordRow, version: number): number => {
  const [userId, state, musterPointId, note, by, self, at, stands] = row;
  const word: Word = {
    state,
    ...(musterPointId === null ? {} : { musterPointId }),
    ...(note === null ? {} : { note }),
    by,
    self: self === 1,
    at,
    version,
  };
  return recounted(roll, addLine(roll, userId, "unknown"), () => {
    const i = roll.indexOf.get(userId) ?? 0;
    (word.self ? roll.own : roll.marshal).set(i, word);
    if (stands === 1) roll.standing.set(i, word);
  });
};

const markTimes = (roll: Roll, at: number): void => {
  const { counts, visitors } = roll;
  const complete = counts.missing === 0 && visitorsAccounted(roll) >= visitors.expected;
  if (counts.accountedFor > 0) roll.firstAt ??= at;
  roll.noneMissingSince = complete ? (roll.noneMissingSince ?? at) : undefined;
  roll.allAccountedSince = complete && counts.unknown === 0 ? (roll.allAccountedSince ?? at) : undefined;
};
