import * as z from "zod";
import { Id } from "./ids.ts";

/**
 * What is wrong with an event of the history. `behind` is no fault: the actor still has it on its way. `truncated`: the
 * newest ones are gone; `missing`: one in between; `inserted`: no actor wrote it.
 */
export const ChainProblem = z.enum(["missing", "altered", "reordered", "inserted", "behind", "truncated"]);
export type ChainProblem = z.infer<typeof ChainProblem>;

export const Verification = z.strictObject({
  alarmId: Id,
  /** Nothing was altered, removed, put in or put in another order since the actors wrote it. */
  intact: z.boolean(),
  /** Everything that the actors wrote is here: nothing is `behind`. */
  complete: z.boolean(),
  /** Events that were looked at. */
  events: z.int(),
  /** Of these: events whose body was erased, which the chain allows. */
  erased: z.int(),
  /** Of these: events from before there were chains, of which nothing can be said but their number. */
  unchained: z.int(),
  /** One for each actor that wrote about this alarm: `tenant`, and the place of each site actor; `incident` for its incident. */
  chains: z.array(z.strictObject({ source: z.string(), events: z.int(), head: z.string() })),
  /** A run of links that fail alike is one entry, from `n` to `to`. At most 200 entries. */
  problems: z.array(
    z.strictObject({
      eventId: Id.optional(),
      source: z.string(),
      n: z.int(),
      to: z.int().optional(),
      problem: ChainProblem,
    }),
  ),
});
export type Verification = z.infer<typeof Verification>;
