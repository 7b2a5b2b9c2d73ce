import { useEffect, useState } from "preact/hooks";

export interface Asked<T> {
  value?: T;
  error?: unknown;
  /** Asks once more; what is shown stays until the answer is there. */
  again: () => void;
}

/**
 * What a call answers, for as long as a view shows it. With other inputs it is another question: what was answered before is
 * not shown for it.
 */
export const useAsked = <T>(ask: (signal: AbortSignal) => Promise<T>, inputs: readonly unknown[]): Asked<T> => {
  const [answer, setAnswer] = useState<{ key: string; value?: T; error?: unknown }>({ key: "" });
  const [round, setRound] = useState(0);
  const key = JSON.stringify(inputs);
  useEffect(() => {
    const stop = new AbortController();
    ask(stop.signal)
      .then((value) => {
        if (!stop.signal.aborted) setAnswer({ key, value });
      })
      .catch((error: unknown) => {
        if (!stop.signal.aborted) setAnswer((a) => ({ ...(a.key === key ? a : {}), key, error }));
      });
    return () => stop.abort();
  }, [key, round]);
  const { key: _, ...current } = answer.key === key ? answer : { key };
  return { ...current, again: () => setRound((n) => n + 1) };
};
