import { Temporal } from "temporal-polyfill";

/** When the working day ends in a site: `19:00` in its own time. */
export interface DayEnd {
  at: string;
  timeZone: string;
}

/**
 * The last end of a day at or before a moment, and the first one after it; ms since 1970. Local time is what people work by, so
 * the clock's changes are kept (RFC 5545 and Temporal's "compatible"): in the hour that is skipped it is as much later as the
 * clock is put forward, in the hour that comes twice it is the first of the two.
 */
export const dayEnds = ({ at, timeZone }: DayEnd, now: number): { last: number; next: number } => {
  const time = Temporal.PlainTime.from(at);
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timeZone).toPlainDate();
  const on = (days: number): number =>
    today.add({ days }).toPlainDateTime(time).toZonedDateTime(timeZone, { disambiguation: "compatible" })
      .epochMilliseconds;
  // Two days either way: a zone may skip a whole date (Samoa in 2011).
  const all = [-2, -1, 0, 1, 2].map(on);
  const next = all.find((one) => one > now) ?? on(3);
  const last = all.findLast((one) => one <= now) ?? on(-3);
  return { last, next };
};
