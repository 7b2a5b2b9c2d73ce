import type { StaffingState } from "../../../protocol/staffing.ts";

/**
 * How a rule stands, from look to look, as the tenant keeps it. An episode is one shortage: from the moment of too few to the
 * moment that it was solved for good. However often it is looked at, whatever is evicted in between: one warning an episode.
 * Times in ms since 1970.
 */
export interface Standing {
  state: StaffingState;
  since: number;
  counted: number;
  minimum: number;
  episode?: Episode;
  /** Shortages that the next digest tells of, and when. */
  digest?: { unsaid: number; dueAt: number };
}

export interface Episode {
  startedAt: number;
  warnedAt?: number;
  /** Enough people again since then, not yet long enough. */
  solvedAt?: number;
}

export interface Look {
  /** Whether the rule asks for anybody at this moment. */
  open: boolean;
  counted: number;
  minimum: number;
}

export type Happening =
  | { type: "changed"; state: StaffingState }
  | { type: "warned" }
  /** `warned`: somebody was told of it and has to hear this too. */
  | { type: "cleared"; startedAt: number; warned: boolean; reason: "solved" | "outsideHours" };

export interface Seen {
  standing: Standing;
  happened: Happening[];
}

const stateOf = ({ open, counted, minimum }: Look): StaffingState =>
  open ? (counted >= minimum ? "ok" : "under") : "outsideHours";

/**
 * Takes one look at a rule.
 *
 * @param afterMs how long a shortage lasts before it is warned of, and how long it must be gone before it counts as solved: who
 *   walks out for a coffee is no shortage, and who comes back for a minute has solved none
 */
export const look = (before: Standing | undefined, seen: Look, afterMs: number, now: number): Seen => {
  const { counted, minimum } = seen;
  const state = stateOf(seen);
  const happened: Happening[] = [];
  if (before?.state !== state) happened.push({ type: "changed", state });
  const since = before?.state === state ? before.since : now;
  const digest = before?.digest;
  const standing: Standing = { state, since, counted, minimum, ...(digest === undefined ? {} : { digest }) };
  const episode = follow(before?.episode, state, afterMs, now, happened);
  return { standing: episode === undefined ? standing : { ...standing, episode }, happened };
};

const follow = (
  known: Episode | undefined,
  state: StaffingState,
  afterMs: number,
  now: number,
  happened: Happening[],
): Episode | undefined => {
  if (state === "under") {
    const { solvedAt: _, ...episode } = known ?? { startedAt: now };
    if (episode.warnedAt !== undefined || now < episode.startedAt + afterMs) return episode;
    happened.push({ type: "warned" });
    return { ...episode, warnedAt: now };
  }
  if (known === undefined) return undefined;
  const { startedAt, warnedAt } = known;
  const warned = warnedAt !== undefined;
  if (state === "outsideHours") {
    if (warned) happened.push({ type: "cleared", startedAt, warned, reason: "outsideHours" });
    return undefined;
  }
  // Nobody was warned: it passes without a word.
  if (!warned) return undefined;
  const solvedAt = known.solvedAt ?? now;
  if (now < solvedAt + afterMs) return { ...known, solvedAt };
  happened.push({ type: "cleared", startedAt, warned, reason: "solved" });
  return undefined;
};

/** When a rule has to be looked at again although nothing changes; undefined when it has not. */
export const lookAgainAt = ({ episode }: Standing, afterMs: number): number | undefined => {
  if (episode === undefined) return undefined;
  if (episode.solvedAt !== undefined) return episode.solvedAt + afterMs;
  return episode.warnedAt === undefined ? episode.startedAt + afterMs : undefined;
};
