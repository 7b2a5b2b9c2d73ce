import { limits } from "../../../protocol/limits.ts";
import type { ShiftImportResult } from "../../../protocol/rosters.ts";
import { overlapMessage, wrongWith } from "./holding.ts";
import { Occupancy } from "./occupancy.ts";
import { lapsed, type Offer } from "./offer.ts";
import { isSameDuty, type KeptShift, type ShiftFacts } from "./shift.ts";
import type { RosterChange, RosterView } from "./view.ts";

/** A shift that a file or a template wants. Rows with one origin are places of the same shift. */
export interface WantedShift {
  row: number;
  origin: string;
  facts: ShiftFacts;
}

interface Planned {
  row: number;
  before: KeptShift | undefined;
  after: KeptShift;
}

const fields = ["siteId", "roleId", "startsAt", "endsAt", "userId", "note"] as const;

const isSame = (a: ShiftFacts, b: ShiftFacts): boolean => fields.every((field) => a[field] === b[field]);

/** What the row says anew is taken; what it says as before leaves the shift as it is, taken over or changed by hand. */
const merged = (before: KeptShift, made: ShiftFacts, facts: ShiftFacts): KeptShift => {
  const after: KeptShift = { ...before, made: facts, version: before.version + 1 };
  for (const field of fields) if (facts[field] !== made[field]) Object.assign(after, { [field]: facts[field] });
  return after;
};

/** Rows of one origin with the shifts they made before: by person first, so that another order of rows changes nothing. */
const paired = (rows: readonly WantedShift[], known: readonly KeptShift[]): Map<WantedShift, KeptShift> => {
  const pairs = new Map<WantedShift, KeptShift>();
  const left = [...known];
  const take = (row: WantedShift, fits: (shift: KeptShift) => boolean) => {
    const i = left.findIndex(fits);
    const [found] = i < 0 ? [] : left.splice(i, 1);
    if (found !== undefined) pairs.set(row, found);
  };
  for (const row of rows) take(row, ({ made }) => made !== undefined && isSame(made, row.facts));
  for (const row of rows) if (!pairs.has(row)) take(row, ({ made }) => made?.userId === row.facts.userId);
  for (const row of rows) if (!pairs.has(row)) take(row, () => true);
  return pairs;
};

/**
 * What an import or an expansion would do: good rows are taken, bad ones named, a row that is as it was last time changes nothing.
 * Nothing is ever removed by it. Pure: a dry run is this plan, not carried out.
 *
 * Among the rows people may change places, so all shifts that change are free before the first is given out. A row that then
 * fails keeps its shift as it was, whose time is not free after all: the rest is planned anew without it, until none fails.
 *
 * @param known shifts by their origin
 * @param room how many more shifts the tenant may have
 */
export const planShifts = (
  view: RosterView,
  wanted: readonly WantedShift[],
  known: ReadonlyMap<string, readonly KeptShift[]>,
  { newShiftId, room, now }: { newShiftId: () => string; room: number; now: number },
): { result: ShiftImportResult; change: RosterChange } => {
  const result: ShiftImportResult = { created: 0, updated: 0, unchanged: 0, errors: [] };
  const groups = Map.groupBy(wanted, ({ origin }) => origin);
  const pairs = new Map<WantedShift, KeptShift>();
  for (const [origin, rows] of groups)
    for (const [row, shift] of paired(rows, known.get(origin) ?? [])) pairs.set(row, shift);

  let planned: Planned[] = [];
  for (const one of wanted) {
    const { row, origin, facts } = one;
    const before = pairs.get(one);
    if (before?.made !== undefined && isSame(before.made, facts)) {
      result.unchanged += 1;
      continue;
    }
    const after: KeptShift =
      before?.made === undefined
        ? { ...facts, shiftId: newShiftId(), version: 1, origin, made: facts }
        : merged(before, before.made, facts);
    const wrong = wrongWith(view, after);
    for (const { path, message } of wrong) result.errors.push({ row, path, code: "invalid", message });
    if (wrong.length === 0) planned.push({ row, before: before?.made === undefined ? undefined : before, after });
  }

  const held = heldByAll(view, planned);
  for (let again = true; again; ) {
    again = false;
    const occupancy = new Occupancy(held);
    for (const { before } of planned) if (before !== undefined) occupancy.release(before);
    planned = planned.filter(({ row, before, after }) => {
      if (occupancy.take(after)) return true;
      result.errors.push({ row, path: "userId", code: "conflict", message: overlapMessage });
      again ||= before?.userId !== undefined;
      return false;
    });
  }

  const save: KeptShift[] = [];
  const moved: string[] = [];
  for (const { row, before, after } of planned) {
    if (before === undefined && result.created >= room) {
      result.errors.push({ row, path: "", code: "conflict", message: "there are too many shifts" });
      continue;
    }
    if (before === undefined) result.created += 1;
    else result.updated += 1;
    if (before !== undefined && !isSameDuty(before, after)) moved.push(before.shiftId);
    save.push(after);
  }
  result.errors.sort((a, b) => a.row - b.row);
  const offers: Offer[] = lapsed(view, moved, now);
  return { result, change: { save, remove: [], offers } };
};

const heldByAll = (view: RosterView, planned: readonly Planned[]): KeptShift[] => {
  const userIds = new Set(planned.flatMap(({ after }) => (after.userId === undefined ? [] : [after.userId])));
  if (userIds.size === 0) return [];
  const from = planned.reduce((least, { after }) => Math.min(least, after.startsAt), Number.POSITIVE_INFINITY);
  const to = planned.reduce((most, { after }) => Math.max(most, after.endsAt), 0);
  return view.heldBy(userIds, from, to + limits.shiftMs);
};
