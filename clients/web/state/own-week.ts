import { computed, signal } from "@preact/signals";
import type { Because, UserAvailability } from "../../../protocol/availability.ts";
import { routes } from "../../../protocol/http/routes.ts";
import type { AvailabilityReport } from "../../../protocol/presence.ts";
import { now } from "./clock.ts";
import { api, isWallboard, session } from "./session.ts";

/** When this person can be called in the week to come, as the server reckons it: word, exceptions, calendars, holidays, pattern. */
export const ownWeek = signal<UserAvailability | undefined>(undefined);
export const ownWeekError = signal<unknown>(undefined);
/** Why the last word was not taken. */
export const wordError = signal<unknown>(undefined);

export interface Standing {
  available: boolean;
  because: Because | undefined;
  note: string | undefined;
  /** Undefined when nothing changes within the time that was looked at. */
  until: string | undefined;
}

/** What a list of times says of one instant; times that say the same for different reasons are one. `at` in ms since 1970. */
export const standingAt = ({ segments, to }: UserAvailability, at: number): Standing | undefined => {
  const first = segments.findIndex((segment) => Date.parse(segment.to) > at);
  const here = segments[first];
  if (here === undefined) return undefined;
  let last = here;
  for (const next of segments.slice(first + 1)) {
    if (next.available !== here.available) break;
    last = next;
  }
  const { available, because, note } = here;
  return { available, because, note, until: last.to === to ? undefined : last.to };
};

export const standing = computed(() =>
  ownWeek.value === undefined ? undefined : standingAt(ownWeek.value, now.value),
);

let newest = 0;

export const loadOwnWeek = async (): Promise<void> => {
  const { value } = session;
  if (value.state !== "in" || isWallboard.value) return;
  const asking = ++newest;
  try {
    const found = await value.api.call(routes.getUserAvailability, { params: { userId: value.user.userId } });
    if (asking !== newest) return;
    ownWeekError.value = undefined;
    ownWeek.value = found;
  } catch (error) {
    if (asking === newest) ownWeekError.value = error;
  }
};

/** For each log-in: nothing of the former person stays. */
export const followOwnWeek = (): void => {
  newest++;
  ownWeek.value = undefined;
  ownWeekError.value = undefined;
  wordError.value = undefined;
};

/** Says of now that one can be called or not. @returns whether it was taken */
export const sayAvailable = (report: AvailabilityReport): Promise<boolean> => say(() => api().putAvailability(report));

/** Pattern, exceptions and calendars decide from now on. @returns whether it was taken */
export const takeWordBack = (): Promise<boolean> => say(() => api().call(routes.deleteAvailability));

const say = async (run: () => Promise<unknown>): Promise<boolean> => {
  wordError.value = undefined;
  try {
    await run();
  } catch (error) {
    wordError.value = error;
    return false;
  }
  await loadOwnWeek();
  return true;
};
