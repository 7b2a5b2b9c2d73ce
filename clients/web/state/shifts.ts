import { routes } from "../../../protocol/http/routes.ts";
import type { NewShift, Shift } from "../../../protocol/rosters.ts";
import { StandbyProblem } from "../../sdk/problem.ts";
import { names } from "./directory.ts";
import { words } from "./language.ts";
import { learnNames } from "./people.ts";
import { explain } from "./problems.ts";
import { api } from "./session.ts";
import { addDays, spanIn, startOfDay, zoneOf } from "./zoned.ts";

export interface ShiftFilter {
  site?: string;
  role?: string;
  user?: string;
  open?: boolean;
}

const dayMs = 24 * 3_600_000;

/** Shifts between two moments, with the names of those who have them. */
export const loadShifts = async (
  from: number,
  to: number,
  filter: ShiftFilter,
  signal?: AbortSignal,
): Promise<Shift[]> => {
  const all: Shift[] = [];
  const { open, ...rest } = filter;
  const query = {
    ...rest,
    ...(open === true ? { open: "true" as const } : {}),
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    limit: 200,
  };
  for await (const shift of api().items(routes.listShifts, { query, ...(signal === undefined ? {} : { signal }) }))
    all.push(shift);
  await learnNames(all.flatMap(({ userId }) => userId ?? []));
  return all;
};

/** A week by the clocks of all sites: a day more on both sides, of which each site shows its own. */
export const loadWeek = (monday: string, filter: ShiftFilter, signal: AbortSignal): Promise<Shift[]> => {
  const start = startOfDay(monday, "UTC");
  return loadShifts(start - dayMs, start + 8 * dayMs, filter, signal);
};

export const weekDays = (monday: string): string[] => Array.from({ length: 7 }, (_, i) => addDays(monday, i));

/** Whether a shift runs on a day of its site, and whether it began on an earlier one. */
export const onDay = ({ siteId, startsAt, endsAt }: Shift, day: string): "begins" | "goesOn" | undefined => {
  const zone = zoneOf(siteId);
  const [start, end] = [startOfDay(day, zone), startOfDay(addDays(day, 1), zone)];
  const [from, to] = [Date.parse(startsAt), Date.parse(endsAt)];
  if (from >= end || to <= start) return undefined;
  return from >= start ? "begins" : "goesOn";
};

/** "First aider, North: Mon 30 Nov 09:00 – 17:00" */
export const describeShift = ({ siteId, roleId, startsAt, endsAt }: Shift): string =>
  `${names.value.get(roleId) ?? "…"}, ${names.value.get(siteId) ?? "…"}: ${spanIn(startsAt, endsAt, zoneOf(siteId))}`;

const factsOf = ({ siteId, roleId, startsAt, endsAt, userId, note }: Shift): NewShift => ({
  siteId,
  roleId,
  startsAt,
  endsAt,
  ...(userId === undefined ? {} : { userId }),
  ...(note === undefined ? {} : { note }),
});

/** @returns how to take it back. @throws what the server refused */
export const addShift = async (facts: NewShift): Promise<() => Promise<void>> => {
  const { shifts } = await api().call(routes.createShifts, { body: { shifts: [facts] } });
  return async () => {
    for (const { shiftId } of shifts) await api().call(routes.deleteShift, { params: { shiftId } });
  };
};

/** @returns how to take it back. @throws what the server refused */
export const changeShift = async (before: Shift, facts: NewShift): Promise<() => Promise<void>> => {
  const params = { shiftId: before.shiftId };
  const whole = (one: NewShift) => ({ ...one, userId: one.userId ?? null, note: one.note ?? null });
  await api().call(routes.patchShift, { params, body: whole(facts) });
  return async () => {
    await api().call(routes.patchShift, { params, body: whole(factsOf(before)) });
  };
};

/** @returns how to take it back: the same shift, as a new one. @throws what the server refused */
export const removeShift = async (shift: Shift): Promise<() => Promise<void>> => {
  await api().call(routes.deleteShift, { params: { shiftId: shift.shiftId } });
  return async () => {
    await addShift(factsOf(shift));
  };
};

/** What is wrong with a shift or a row, in the words of the page where it knows them. */
export const rowProblem = (message: string): string => words.value.roster.problems[message] ?? message;

export const explainShift = (error: unknown): string => {
  if (!(error instanceof StandbyProblem) || error.code !== "invalid" || error.errors.length === 0)
    return explain(error);
  return error.errors
    .map(({ path, message }) => {
      const field = path.split(".").at(-1) ?? "";
      return `${words.value.roster.fields[field] ?? field}: ${rowProblem(message)}`;
    })
    .join(" ");
};
