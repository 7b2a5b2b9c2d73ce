import { toTime } from "../../../protocol/ids.ts";
import type { StaffingForecast, StaffingRule } from "../../../protocol/staffing.ts";
import { type Member, type Post, postKey } from "./counting.ts";
import { homePosts, type UsualShare, usuallyThere } from "./usual.ts";
import { type LocalTime, openSpans, type Span } from "./windows.ts";

export const hourMs = 3_600_000;

export interface Shift {
  userId: string;
  siteId?: string | undefined;
}

/** What is expected of a time to come. */
export interface ExpectedFacts {
  unavailableAt(at: number): ReadonlySet<string>;
  /** People who may be available as one thing and not as another: few, and asked one by one. */
  differing: ReadonlySet<string>;
  isAvailableAs(userId: string, at: number, roleId: string): boolean;
  shiftsAt(at: number): readonly Shift[];
  /** A day of the organisation's calendar: certificates are valid to the end of one. */
  dayOf(at: number): string;
  qualifiedOn(day: string, userId: string, roleId: string): boolean;
}

/** Who is expected at each post in one hour. */
export interface Expected {
  onShift: Int32Array;
  /** Available and qualified, by their home. */
  pool: Int32Array;
}

/** One role of one person, and the posts it stands for. */
interface Part {
  roleId: string;
  home: readonly number[];
}

/**
 * Counts for hour after hour. Whatever does not change from hour to hour is looked up once: thousands of people times hundreds of
 * hours leave a fraction of a microsecond for each.
 */
export class ExpectedCounts {
  #posts: readonly Post[];
  #index = new Map<string, number>();
  #facts: ExpectedFacts;
  #members: { userId: string; parts: Part[] }[] = [];
  #byId = new Map<string, Member>();
  #day = "";
  #qualified: { userId: string; parts: Part[] }[] = [];

  constructor(members: Iterable<Member>, posts: readonly Post[], facts: ExpectedFacts) {
    this.#posts = posts;
    this.#facts = facts;
    for (const [i, post] of posts.entries()) this.#index.set(postKey(post), i);
    for (const member of members) {
      if (!member.enabled) continue;
      this.#byId.set(member.userId, member);
      const parts = member.roleIds.flatMap((roleId) => {
        const home = homePosts(member, roleId).flatMap((post) => this.#index.get(postKey(post)) ?? []);
        return home.length === 0 ? [] : [{ roleId, home }];
      });
      if (parts.length > 0) this.#members.push({ userId: member.userId, parts });
    }
  }

  at(at: number): Expected {
    this.#turnTo(this.#facts.dayOf(at));
    const pool = new Int32Array(this.#posts.length);
    const onShift = new Int32Array(this.#posts.length);
    const unavailable = this.#facts.unavailableAt(at);
    const isFree = (userId: string, roleId: string): boolean =>
      !unavailable.has(userId) && (!this.#facts.differing.has(userId) || this.#facts.isAvailableAs(userId, at, roleId));
    for (const { userId, parts } of this.#qualified)
      for (const { roleId, home } of parts)
        if (isFree(userId, roleId)) for (const post of home) pool[post] = (pool[post] as number) + 1;

    const counted = new Set<string>();
    for (const { userId, siteId } of this.#facts.shiftsAt(at))
      for (const roleId of this.#byId.get(userId)?.roleIds ?? []) {
        if (!this.#facts.qualifiedOn(this.#day, userId, roleId) || !isFree(userId, roleId)) continue;
        for (const post of siteId === undefined ? [{ roleId }] : [{ roleId }, { siteId, roleId }]) {
          const i = this.#index.get(postKey(post));
          // Two shifts at once are one person.
          if (i === undefined || counted.has(`${i} ${userId}`)) continue;
          counted.add(`${i} ${userId}`);
          onShift[i] = (onShift[i] as number) + 1;
        }
      }
    return { onShift, pool };
  }

  #turnTo(day: string): void {
    if (day === this.#day) return;
    this.#day = day;
    this.#qualified = this.#members.map(({ userId, parts }) => ({
      userId,
      parts: parts.filter(({ roleId }) => this.#facts.qualifiedOn(day, userId, roleId)),
    }));
  }
}

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

const overlaps = (spans: readonly Span[] | undefined, from: number, to: number): boolean =>
  spans === undefined || spans.some(([start, end]) => start < to && end > from);

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

  for (let at = from; at < to; at += hourMs) {
    const { onShift, pool } = counts.at(at);
    const hourOf = new Map<LocalTime, number>();
    for (const row of rows) {
      if (!overlaps(row.open, at, at + hourMs)) {
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
    yield members.length + rows.length;
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
