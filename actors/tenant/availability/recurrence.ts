import ICAL from "ical.js";

/** Thrown when a calendar asks for more than it is given. Caught where the calendar is read. */
export class BudgetSpent extends Error {
  override readonly name = "BudgetSpent";
}

/** Steps that one calendar may still take. */
export interface Budget {
  steps: number;
}

const spend = (budget: Budget, steps: number): void => {
  budget.steps -= steps;
  if (budget.steps < 0) throw new BudgetSpent();
};

/**
 * The library's iterator, counted. A rule that can never be met (`FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30`, kewisch/ical.js#1038) keeps
 * its `next` looking for ever, inside one call that nothing can interrupt; each of its steps goes through one of these methods.
 */
const countedIterator = (budget: Budget, rule: ICAL.Recur, dtstart: ICAL.Time): ICAL.RecurIterator => {
  class Counted extends ICAL.RecurIterator {
    override check_contracting_rules(): boolean {
      spend(budget, 1);
      return super.check_contracting_rules();
    }
    override increment_month(): void {
      spend(budget, 1);
      super.increment_month();
    }
    // A year is laid out day by day.
    override expand_year_days(year: number): number {
      spend(budget, 20);
      return super.expand_year_days(year);
    }
  }
  return new Counted({ rule, dtstart });
};

const dayMs = 24 * 3_600_000;
const step: Readonly<Record<string, number>> = { HOURLY: 3_600_000, DAILY: dayMs, WEEKLY: 7 * dayMs };

export const wallOf = (time: ICAL.Time): number =>
  Date.UTC(time.year, time.month - 1, time.day, time.hour, time.minute, time.second);

export const timeOf = (wall: number, isDate: boolean): ICAL.Time => {
  const at = new Date(wall);
  return new ICAL.Time(
    {
      year: at.getUTCFullYear(),
      month: at.getUTCMonth() + 1,
      day: at.getUTCDate(),
      hour: at.getUTCHours(),
      minute: at.getUTCMinutes(),
      second: at.getUTCSeconds(),
      isDate,
    },
    ICAL.Timezone.localTimezone,
  );
};

/**
 * A beginning of the same series shortly before `from`. Without COUNT a rule looks the same from any of its periods, so one that began
 * long ago (VTIMEZONEs: in 1601) need not be counted through.
 */
const nearer = (rule: ICAL.Recur, wall: number, from: number): number => {
  if (rule.count) return wall;
  const interval = Math.max(1, rule.interval);
  const each = (step[rule.freq] ?? 0) * interval;
  if (each > 0) return wall + Math.max(0, Math.floor((from - wall) / each) - 1) * each;
  if (rule.freq !== "YEARLY") return wall;
  const start = new Date(wall);
  const years = new Date(from).getUTCFullYear() - 1 - start.getUTCFullYear();
  const moved = new Date(wall);
  moved.setUTCFullYear(start.getUTCFullYear() + Math.max(0, Math.floor(years / interval)) * interval);
  // A 29th of February is not to become a 1st of March.
  return moved.getUTCMonth() === start.getUTCMonth() ? moved.getTime() : wall;
};

/**
 * The beginnings that a rule makes, as wall times, from `from` to before `to`. Throws BudgetSpent, or the library's error for a rule
 * that is none.
 */
export const beginnings = (
  rule: ICAL.Recur,
  start: { wall: number; isDate: boolean },
  from: number,
  to: number,
  budget: Budget,
): number[] => {
  if (rule.freq === "SECONDLY" || rule.freq === "MINUTELY") throw new BudgetSpent();
  const iterator = countedIterator(budget, rule, timeOf(nearer(rule, start.wall, from), start.isDate));
  const found: number[] = [];
  for (;;) {
    spend(budget, 1);
    const next = iterator.next() as ICAL.Time | null;
    if (next === null) return found;
    const wall = wallOf(next);
    if (wall >= to) return found;
    if (wall >= from) found.push(wall);
  }
};
