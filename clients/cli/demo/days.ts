const dayMs = 24 * 3_600_000;

/** So many days from now, as a date. */
export const dateIn = (days: number): string => new Date(Date.now() + days * dayMs).toISOString().slice(0, 10);

/** The whole hour `hour` (UTC) of the day so many days from now. */
export const momentIn = (days: number, hour: number): string =>
  `${dateIn(days)}T${String(hour).padStart(2, "0")}:00:00Z`;
