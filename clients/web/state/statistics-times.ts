import { limits } from "../../../protocol/limits.ts";
import type { StatisticsGrid } from "../../../protocol/statistics.ts";
import { locale, words } from "./language.ts";

export type TimeStep = StatisticsGrid | "month";

const hourMs = 3_600_000;
/** The shortest and the usual span of a step, ms: as the server has them (history/statistics/grid.ts). */
const spans: Record<TimeStep, { step: number; usual: number }> = {
  quarter: { step: hourMs / 4, usual: 24 * hourMs },
  hour: { step: hourMs, usual: 7 * 24 * hourMs },
  day: { step: 24 * hourMs, usual: 31 * 24 * hourMs },
  week: { step: 7 * 24 * hourMs, usual: 92 * 24 * hourMs },
  month: { step: 28 * 24 * hourMs, usual: 365 * 24 * hourMs },
};

/** No month is longer, with an hour for the clock. */
export const monthMs = (31 * 24 + 1) * hourMs;

const shapes: Record<TimeStep, Intl.DateTimeFormatOptions> = {
  quarter: { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" },
  hour: { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" },
  day: { weekday: "short", day: "numeric", month: "short", year: "numeric" },
  week: { day: "numeric", month: "short", year: "numeric" },
  month: { month: "short", year: "numeric" },
};

const format = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat(locale.value === "en" ? "en-GB" : "nl-NL", options);

/** Names a cell by its first moment, in the time zone that the figures are of: one formatter for a whole table. */
export const cellNames = (step: TimeStep, timeZone: string): ((from: string) => string) => {
  const made = format({ ...shapes[step], timeZone });
  const { week } = words.value.statistics;
  return (from) => (step === "week" ? week(made.format(new Date(from))) : made.format(new Date(from)));
};

/** Days as date inputs have them, `2026-11-23`; empty for the usual period. */
export interface Period {
  from: string;
  to: string;
}

const startOf = (day: string, days: number): Date | undefined => {
  if (day === "") return undefined;
  const at = new Date(`${day}T00:00:00`);
  at.setDate(at.getDate() + days);
  return Number.isNaN(at.getTime()) ? undefined : at;
};

export interface Span {
  from: string | undefined;
  to: string | undefined;
}

/** What to ask the server for, or why that cannot be asked. Days that have not come yet have no figures: they are left out. */
export const spanOf = (period: Period, step: TimeStep, now: number): Span | "tooLong" | "backwards" => {
  const from = startOf(period.from, 0);
  const end = startOf(period.to, 1);
  const to = end !== undefined && end.getTime() < now ? end : undefined;
  const until = to?.getTime() ?? now;
  const { step: stepMs, usual } = spans[step];
  const since = from?.getTime() ?? until - usual;
  if (since >= until) return "backwards";
  if ((until - since) / stepMs > limits.statisticsCells - 2) return "tooLong";
  return { from: from?.toISOString(), to: to?.toISOString() };
};

/** Hours, to the quarter. */
export const decimal = (value: number): string =>
  new Intl.NumberFormat(locale.value, { maximumFractionDigits: 2 }).format(value);

/** @param part 0 to 1 */
export const percentage = (part: number): string =>
  new Intl.NumberFormat(locale.value, { style: "percent", maximumFractionDigits: 0 }).format(part);
