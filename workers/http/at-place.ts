import type { Located } from "../../actors/kernel/contract.ts";
import { type Outcome, refuse } from "../../protocol/problems.ts";

/**
 * Asks the site actor that a token names, and once more where that one says the person's sockets have moved to. Tokens live
 * longer than home sites.
 */
export const atPlace = async <T>(
  place: string,
  ask: (place: string) => Promise<Located<T>>,
): Promise<{ place: string; outcome: Outcome<T> }> => {
  const first = await ask(place);
  if (!("movedTo" in first)) return { place, outcome: first };
  const second = await ask(first.movedTo);
  // Moved twice in a moment: the next try will find it.
  const outcome = "movedTo" in second ? refuse("unavailable") : second;
  return { place: first.movedTo, outcome };
};
