import * as z from "zod";
import { Id } from "./ids.ts";
import { LineState, PointTotals, RollCallTimings, RollCallTotals } from "./roll-calls.ts";

const ms = z.int();

/**
 * One change of a roll-call, of one line or of hundreds: what the actor stores, folds and puts on record. Rows are tuples
 * because ten thousand lines are one value. Times are milliseconds since 1970.
 */
export const RollCallChange = z.object({
  /** The change's number in its roll-call: the larger one is the later one. */
  version: z.int(),
  /** When it was taken; a check-in may have been made earlier. */
  at: ms,
  /**
   * [userId, state, musterPointId, note, by, self, at, stands]. `self`: an own check-in. `stands` is 0 for a check-in that
   * was made before what a marshal has said meanwhile: it is kept and shown as a conflict.
   */
  words: z
    .array(z.tuple([Id, LineState, Id.nullable(), z.string().nullable(), Id, z.literal([0, 1]), ms, z.literal([0, 1])]))
    .optional(),
  /** Became present while it was open. */
  joined: z.array(Id).optional(),
  /** [userId, at]: reported to have left the site; null: is back. */
  left: z.array(z.tuple([Id, ms.nullable()])).optional(),
  /** [musterPointId, accounted]. */
  visitors: z.array(z.tuple([Id.nullable(), z.int()])).optional(),
  visitorsExpected: z.int().optional(),
  /** The site's muster points changed. */
  points: z.literal(true).optional(),
});
export type RollCallChange = z.infer<typeof RollCallChange>;
export type WordRow = NonNullable<RollCallChange["words"]>[number];

/** What a roll-call came to, kept at its close. */
export const RollCallSummary = z.object({
  totals: RollCallTotals,
  musterPoints: z.array(PointTotals),
  timings: RollCallTimings,
});
export type RollCallSummary = z.infer<typeof RollCallSummary>;
