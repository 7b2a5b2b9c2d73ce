import type { Because } from "../../../protocol/availability.ts";
import type { Holidays } from "./holidays.ts";
import { dayMs, dayOf, type Interval, wallAt, weekdayOf, whenShown } from "./wall-clock.ts";

/** What the person said of now. Instants in ms since 1970, everywhere in this folder. */
export interface Word {
  available: boolean;
  /** After this it holds no more. */
  until?: number | undefined;
}

export interface Exception extends Interval {
  available: boolean;
  /** For these roles alone. */
  roleIds?: string[] | undefined;
  note?: string | undefined;
  /** Colleagues see the note, too. */
  shareNote?: true | undefined;
}

/** Minutes of the day on the person's own wall. `to` at or before `from` runs into the next day. */
export interface Block {
  weekdays: readonly number[];
  from: number;
  to: number;
  roleIds?: string[] | undefined;
}

export interface Pattern {
  timeZone: string;
  /** Without any list the person is available at all hours; with an empty one at none. */
  blocks?: readonly Block[] | undefined;
  /** On holidays of the organisation the person is not available, whatever the blocks say. */
  holidaysOff: boolean;
}

/** All that says when a person is available. */
export interface Rules {
  word?: Word | undefined;
  /** The one made last comes first. */
  exceptions: readonly Exception[];
  /** What calendars say: sorted, apart from each other. */
  busy: readonly Interval[];
  pattern?: Pattern | undefined;
}

export interface Finding {
  available: boolean;
  because: Because;
  /** Until then the answer is the same. It may stay the same after. */
  until: number;
  /** Where an exception decides. */
  exception?: Exception;
}

const never = Number.POSITIVE_INFINITY;
const concerns = (roleIds: readonly string[] | undefined, roleId: string | undefined): boolean =>
  roleIds === undefined || (roleId !== undefined && roleIds.includes(roleId));

/** The exception that holds: one for this role before one for all, and of two the one that was made last. */
const exceptionAt = (exceptions: readonly Exception[], at: number, roleId: string | undefined) => {
  let holds: Exception | undefined;
  let until = never;
  for (const one of exceptions) {
    if (!concerns(one.roleIds, roleId)) continue;
    const edge = one.from > at ? one.from : one.to > at ? one.to : never;
    until = Math.min(until, edge);
    if (one.from > at || one.to <= at) continue;
    if (holds === undefined || (holds.roleIds === undefined && one.roleIds !== undefined)) holds = one;
  }
  return { holds, until };
};

const busyAt = (busy: readonly Interval[], at: number): { inside: boolean; until: number } => {
  let low = 0;
  let high = busy.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((busy[middle] as Interval).to > at) high = middle;
    else low = middle + 1;
  }
  const next = busy[low];
  if (next === undefined) return { inside: false, until: never };
  return next.from <= at ? { inside: true, until: next.to } : { inside: false, until: next.from };
};

interface Edge {
  inside: boolean;
  until: number;
}

const edgeOf = (intervals: readonly Interval[], at: number): Edge => {
  let inside = false;
  let until = never;
  for (const { from, to } of intervals) {
    if (from <= at && at < to) inside = true;
    if (from > at) until = Math.min(until, from);
    else if (to > at) until = Math.min(until, to);
  }
  return { inside, until };
};

/** What was found last, by holidays and place, and by pattern: thousands of people share them. Without a role asked for alone. */
const lastHoliday = new WeakMap<Holidays, Map<string, { at: number; edge: Edge }>>();
const lastBlocks = new WeakMap<readonly Block[], Map<string, { at: number; edge: Edge }>>();

const remembered = <K extends object>(
  memory: WeakMap<K, Map<string, { at: number; edge: Edge }>>,
  key: K,
  timeZone: string,
  at: number,
  find: () => Edge,
): Edge => {
  const places = memory.get(key) ?? new Map<string, { at: number; edge: Edge }>();
  const known = places.get(timeZone);
  if (known !== undefined && known.at <= at && at < known.edge.until) return known.edge;
  const edge = find();
  memory.set(key, places.set(timeZone, { at, edge }));
  return edge;
};

const holidayAt = (timeZone: string, holidays: Holidays, at: number): Edge => {
  const today = dayOf(wallAt(timeZone, at));
  // From yesterday: a clock that is put back at midnight shows the end of a day twice.
  const day = holidays.nextFrom(today - 1);
  if (day === undefined) return { inside: false, until: never };
  const next = holidays.nextFrom(day + 1);
  const third = next === undefined ? undefined : holidays.nextFrom(next + 1);
  const days = [day, next, third].flatMap((one) =>
    one === undefined ? [] : whenShown(timeZone, one * dayMs, (one + 1) * dayMs),
  );
  return edgeOf(days, at);
};

const minute = 60_000;
/** A week and a day ahead: a block whose hour the clock jumps over may have its next time a week later. */
const daysAhead = 8;

const blocksAt = (timeZone: string, blocks: readonly Block[], at: number, roleId: string | undefined): Edge => {
  const today = dayOf(wallAt(timeZone, at));
  const relevant = blocks.filter((block) => concerns(block.roleIds, roleId));
  if (relevant.length === 0) return { inside: false, until: never };
  const found: Interval[] = [];
  let latest = Number.NEGATIVE_INFINITY;
  for (let day = today - 2; day <= today + daysAhead; day += 1) {
    // Blocks of a day begin no earlier than what the day before could end with, so an edge found earlier is the next one.
    if (day > today + 2 && latest > at) break;
    const weekday = weekdayOf(day);
    for (const block of relevant) {
      if (!block.weekdays.includes(weekday)) continue;
      const to = block.to > block.from ? block.to : block.to + 1_440;
      for (const shown of whenShown(timeZone, day * dayMs + block.from * minute, day * dayMs + to * minute)) {
        found.push(shown);
        latest = Math.max(latest, shown.from > at ? shown.from : shown.to);
      }
    }
  }
  const edge = edgeOf(found, at);
  // Nothing in sight: looked at again then.
  return edge.until === never ? { ...edge, until: at + 6 * dayMs } : edge;
};

/**
 * Whether somebody is available at an instant, and why. What says something decides, in this order: the word of now, an exception,
 * a calendar that is busy, a holiday, the weekly pattern; where nothing says anything a person is available, for in doubt a
 * person is called. With a role: as that, by rules for all roles and those for this one.
 */
export const decide = (rules: Rules, holidays: Holidays, at: number, roleId?: string): Finding => {
  const { word, pattern } = rules;
  if (word !== undefined && (word.until === undefined || at < word.until))
    return { available: word.available, because: "said", until: word.until ?? never };

  const exception = exceptionAt(rules.exceptions, at, roleId);
  if (exception.holds !== undefined)
    return {
      available: exception.holds.available,
      because: "exception",
      until: exception.until,
      exception: exception.holds,
    };
  let until = exception.until;

  const busy = busyAt(rules.busy, at);
  until = Math.min(until, busy.until);
  if (busy.inside) return { available: false, because: "calendar", until };

  if (pattern?.holidaysOff === true) {
    const { timeZone } = pattern;
    const holiday = remembered(lastHoliday, holidays, timeZone, at, () => holidayAt(timeZone, holidays, at));
    until = Math.min(until, holiday.until);
    if (holiday.inside) return { available: false, because: "holiday", until };
  }
  if (pattern?.blocks === undefined) return { available: true, because: "default", until };
  const { timeZone, blocks } = pattern;
  const find = () => blocksAt(timeZone, blocks, at, roleId);
  const block = roleId === undefined ? remembered(lastBlocks, blocks, timeZone, at, find) : find();
  return { available: block.inside, because: "pattern", until: Math.min(until, block.until) };
};

/** Roles that rules speak of apart. */
export const rolesNamed = (rules: Rules): ReadonlySet<string> => {
  const named = new Set<string>();
  for (const { roleIds } of [...rules.exceptions, ...(rules.pattern?.blocks ?? [])])
    for (const roleId of roleIds ?? []) named.add(roleId);
  return named;
};

/**
 * Whether somebody is available for anything: in general, or as one of the roles that the rules name. Whoever is available as a first
 * aider alone is not left out of an alarm for everybody.
 */
export const decideForAny = (rules: Rules, holidays: Holidays, at: number, named: ReadonlySet<string>): Finding => {
  const general = decide(rules, holidays, at);
  let { until } = general;
  if (general.available || named.size === 0) return general;
  for (const roleId of named) {
    const one = decide(rules, holidays, at, roleId);
    if (one.available) return { ...one, until: Math.min(until, one.until) };
    until = Math.min(until, one.until);
  }
  return { ...general, until };
};

export interface Segment extends Interval {
  available: boolean;
  because: Because;
  exception?: Exception;
}

/** Findings from one time to another, those that say the same taken together. At most `most`. */
export const segmentsOf = (find: (at: number) => Finding, from: number, to: number, most: number): Segment[] => {
  const segments: Segment[] = [];
  for (let at = from; at < to && segments.length < most; ) {
    const { until, ...found } = find(at);
    const end = Math.min(until, to);
    const last = segments.at(-1);
    const same = last?.available === found.available && last.because === found.because;
    if (same && last.exception === found.exception) last.to = end;
    else segments.push({ from: at, to: end, ...found });
    at = end;
  }
  return segments;
};

/**
 * Until when a word without an end holds. "Not available" holds until the next word. "Available" only takes back what was said
 * before, and carries over a time that the rules would say no to: it ends when the rules themselves say yes, so that nobody is called
 * every night after having said once, in the evening, that they can come.
 */
export const holdsUntil = (word: Word, rules: Rules, holidays: Holidays, now: number): number | undefined => {
  if (word.until !== undefined || !word.available) return word.until;
  const without = { ...rules, word: undefined };
  const named = rolesNamed(without);
  const horizon = now + 400 * dayMs;
  for (let at = now, steps = 0; at < horizon && steps < 2_000; steps += 1) {
    const { available, until } = decideForAny(without, holidays, at, named);
    if (available) return at;
    at = until;
  }
  return undefined;
};
