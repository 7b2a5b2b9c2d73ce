import { toTime } from "../../../protocol/ids.ts";
import type { StaffingForecast, StaffingRule } from "../../../protocol/staffing.ts";
import { type Member, type Post, postKey } from "./counting.ts";
import { ExpectedCounts, type ExpectedFacts } from "./expected.ts";
import { type UsualShare, usuallyThere } from "./usual.ts";
import { type LocalTime, openSpans, type Span } from "./windows.ts";

export const hourMs = 3_600_000;

/** An hour is looked at in its middle: right for whatever begins or ends on the half hour. */
export const middleMs = hourMs / 2;

export type ForecastRule = Pick<StaffingRule, "staffingRuleId" | "siteId" | "roleId" | "minimum" | "hours">;

export interface ForecastWish {
  rules: readonly ForecastRule[];
  members: readonly Member[];
  facts: ExpectedFacts;
  usual: ReadonlyMap<string, UsualShare>;
  clockOf(siteId: string | undefined): LocalTime;
  /** The beginning of an hour. */
  from: number;
  hours: number;
}

interface Row {
  rule: ForecastRule;
  clock: LocalTime;
  post: number;
  /** undefined: always. */
  open: Span[] | undefined;
  usual: UsualShare | undefined;
  expected: (number | null)[];
  onShift: (number | null)[];
}

const isAsked = (spans: readonly Span[] | undefined, at: number): boolean =>
  spans === undefined || spans.some(([start, end]) => start <= at && at < end);

/**
 * How many are expected for each rule, hour by hour: who is on shift, or the usual share of those who are available, whichever is
 * more. Adding the two would count everybody twice who works as usual.
 */
export function* forecast(wish: ForecastWish): Generator<number, StaffingForecast> {
  const { rules, members, facts, usual, clockOf, from, hours } = wish;
  const to = from + hours * hourMs;
  const index = new Map<string, number>();
  const posts: Post[] = [];
  const rows: Row[] = [];
  for (const rule of rules) {
    const key = postKey(rule);
    if (!index.has(key)) {
      index.set(key, posts.length);
      posts.push({ siteId: rule.siteId, roleId: rule.roleId });
    }
    const clock = clockOf(rule.siteId);
    rows.push({
      rule,
      clock,
      post: index.get(key) as number,
      open: rule.hours === undefined ? undefined : openSpans(rule.hours, clock, from, to),
      usual: usual.get(key),
      expected: [],
      onShift: [],
    });
    yield 300;
  }
  const counts = new ExpectedCounts(members, posts, facts);
  yield members.length;

  for (let at = from + middleMs; at < to; at += hourMs) {
    yield* counts.moveTo(at);
    const { onShift, pool } = counts.at(at);
    const hourOf = new Map<LocalTime, number>();
    for (const row of rows) {
      if (!isAsked(row.open, at)) {
        row.expected.push(null);
        row.onShift.push(null);
        continue;
      }
      const hour = hourOf.get(row.clock) ?? row.clock.hourOfWeek(at);
      hourOf.set(row.clock, hour);
      const working = onShift[row.post] as number;
      row.onShift.push(working);
      row.expected.push(Math.max(working, usuallyThere(row.usual?.shares[hour], pool[row.post] as number)));
    }
    // A person takes about a third of a microsecond here.
    yield (members.length + rows.length) / 3;
  }
  return {
    from: toTime(from),
    hours,
    rules: rows.map(({ rule: { staffingRuleId, minimum }, expected, onShift, usual: known }) => ({
      staffingRuleId,
      minimum,
      expected,
      onShift,
      weeks: known?.weeks ?? 0,
    })),
    gaps: rows.flatMap((row) => gapsOf(row, from)).sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0)),
  };
}

const gapsOf = ({ rule: { staffingRuleId, minimum }, expected }: Row, from: number): StaffingForecast["gaps"] => {
  const gaps: StaffingForecast["gaps"] = [];
  let begun: { at: number; least: number } | undefined;
  for (let i = 0; i <= expected.length; i++) {
    const count = expected[i];
    if (count !== null && count !== undefined && count < minimum) {
      begun = { at: begun?.at ?? i, least: Math.min(begun?.least ?? count, count) };
      continue;
    }
    if (begun === undefined) continue;
    gaps.push({
      staffingRuleId,
      from: toTime(from + begun.at * hourMs),
      to: toTime(from + i * hourMs),
      minimum,
      expected: begun.least,
      missing: minimum - begun.least,
    });
    begun = undefined;
  }
  return gaps;
};
