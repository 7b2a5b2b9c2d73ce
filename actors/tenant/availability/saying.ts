import type { Availability, AvailabilityReport } from "../../../protocol/presence.ts";
import { done, type Outcome } from "../../../protocol/problems.ts";
import type { Desk } from "../desk.ts";
import type { Operation } from "../operations/operation.ts";
import { rulesChanged } from "./changing.ts";

/** P6: said by the person, seen by all colleagues of the tenant; the note only where it is shared. */
export const setAvailability = (
  desk: Desk,
  userId: string,
  report: AvailabilityReport,
  now: number,
): Outcome<Availability> => {
  const { available, until, note, shareNote } = report;
  const clean: AvailabilityReport = {
    available,
    ...(until === undefined ? {} : { until }),
    ...(note === undefined ? {} : { note }),
    ...(shareNote === undefined ? {} : { shareNote }),
  };
  const { version, ends, ...shown } = desk.availability.setWord(userId, clean, now);
  desk.record(
    "availability.changed",
    userId,
    now,
    { type: "user", id: userId },
    {
      userId,
      available,
      ...(until === undefined ? {} : { until: Date.parse(until) }),
      ...(note === undefined ? {} : { note }),
      version,
    },
  );
  rulesChanged(desk, userId, ends);
  return done(shown);
};

export const putAvailability: Operation<"putAvailability"> = (desk, who, { body }, now) =>
  setAvailability(desk, who.person.userId, body, now);

/** Takes the last word back: pattern, exceptions and calendars decide from now on. */
export const deleteAvailability: Operation<"deleteAvailability"> = (desk, who, _input, now) => {
  const { userId } = who.person;
  const word = desk.availability.wordOf(userId);
  // Twice is harmless: a word that has ended is none.
  if (word === undefined || (word.until !== undefined && word.until <= now)) return done(null);
  const ended = setAvailability(desk, userId, { available: true, until: new Date(now).toISOString() }, now);
  return ended.ok ? done(null) : ended;
};
