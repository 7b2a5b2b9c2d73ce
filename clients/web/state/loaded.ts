import { useEffect, useState } from "preact/hooks";

export interface Loaded<T> {
  value: T | undefined;
  error: unknown;
  reload: () => void;
  /** What a change answered: it need not be asked for again. */
  set: (value: T) => void;
}

/** What a view asks the server for when it opens, and again when told to. What was there stays in sight meanwhile. */
export const useLoaded = <T>(load: (signal: AbortSignal) => Promise<T>): Loaded<T> => {
  const [value, set] = useState<T | undefined>(undefined);
  const [error, setError] = useState<unknown>(undefined);
  const [round, setRound] = useState(0);
  useEffect(() => {
    const stop = new AbortController();
    setError(undefined);
    load(stop.signal)
      .then((loaded) => {
        if (!stop.signal.aborted) set(() => loaded);
      })
      .catch((reason: unknown) => {
        if (!stop.signal.aborted) setError(reason);
      });
    return () => stop.abort();
  }, [round]);
  return { value, error, reload: () => setRound((n) => n + 1), set: (next) => set(() => next) };
};
