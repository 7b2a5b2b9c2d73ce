import { Temporal } from "temporal-polyfill";

/**
 * A local time as ms since 1970. The clock's changes are kept as RFC 5545 and Temporal's "compatible" say: in the hour that is
 * skipped it is as much later as the clock is put forward, in the hour that comes twice it is the first time.
 */
export const instantOf = (local: Temporal.PlainDateTime, timeZone: string): number =>
  local.toZonedDateTime(timeZone, { disambiguation: "compatible" }).epochMilliseconds;

/**
 * A shift in local time, from and until as people say it. In the night of a clock's change it is an hour longer or shorter, as it
 * is for those who stand there. Where the change leaves nothing of it (from 02:30 until 03:00, when the clock goes from 2 to 3), it
 * lasts as long as it says.
 */
export const spanOf = (
  from: Temporal.PlainDateTime,
  until: Temporal.PlainDateTime,
  timeZone: string,
): { startsAt: number; endsAt: number } => {
  const startsAt = instantOf(from, timeZone);
  const endsAt = instantOf(until, timeZone);
  if (endsAt > startsAt || Temporal.PlainDateTime.compare(until, from) <= 0) return { startsAt, endsAt };
  return { startsAt, endsAt: startsAt + from.until(until).total("milliseconds") };
};

/**
 * A time as files write it: RFC 3339 with `Z` or an offset, or without either in this zone. Spaces for the `T`, no seconds.
 *
 * @returns undefined for what is no time
 */
export const readTime = (text: string): { instant: number } | { local: Temporal.PlainDateTime } | undefined => {
  const tidy = text.trim().replace(/^(\d{4}-\d{2}-\d{2})\s+/, "$1T");
  try {
    if (/(Z|[+-]\d{2}:?\d{2})$/i.test(tidy.slice(10)))
      return { instant: Temporal.Instant.from(tidy).epochMilliseconds };
    return /T\d/.test(tidy) ? { local: Temporal.PlainDateTime.from(tidy, { overflow: "reject" }) } : undefined;
  } catch {
    return undefined;
  }
};
