import { useEffect, useState } from "preact/hooks";

export interface Asked<T> {
  /** The newest answer, also while a newer one is on its way. */
  answer: T | undefined;
  error: unknown;
  loading: boolean;
  again: () => void;
}

/**
 * Asks when what is asked for changes; an answer to something older is never shown.
 *
 * @param key what is asked for; undefined: nothing
 */
export const useAnswer = <T>(key: string | undefined, ask: (signal: AbortSignal) => Promise<T>): Asked<T> => {
  const [state, setState] = useState<{ key?: string; answer?: T; error?: unknown }>({});
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (key === undefined) return;
    const stop = new AbortController();
    setState(({ error: _, ...before }) => before);
    ask(stop.signal).then(
      (answer) => {
        if (!stop.signal.aborted) setState({ key, answer });
      },
      (error: unknown) => {
        if (!stop.signal.aborted) setState({ error });
      },
    );
    return () => stop.abort();
  }, [key, round]);
  return {
    answer: state.answer,
    error: state.error,
    loading: key !== undefined && state.error === undefined && state.key !== key,
    again: () => setRound((n) => n + 1),
  };
};
