/**
 * Turns calls for one item each into calls for many: the first goes at once, whatever comes while a call is under way goes
 * together in the next. No timer, so nothing waits longer than one call, and a storm of n calls costs a handful.
 *
 * @param run gets at most `most` items and answers one result each, in order
 */
export const coalesce = <I, O>(run: (items: I[]) => Promise<O[]>, most = 500): ((item: I) => Promise<O>) => {
  let waiting: { item: I; resolve: (result: O) => void; reject: (error: unknown) => void }[] = [];
  let running = false;
  const next = async (): Promise<void> => {
    running = true;
    while (waiting.length > 0) {
      const group = waiting.slice(0, most);
      waiting = waiting.slice(most);
      try {
        const results = await run(group.map((entry) => entry.item));
        group.forEach((entry, i) => {
          if (i < results.length) entry.resolve(results[i] as O);
          else entry.reject(new Error("an item got no answer"));
        });
      } catch (error) {
        for (const entry of group) entry.reject(error);
      }
    }
    running = false;
  };
  return (item) =>
    new Promise<O>((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!running) void next();
    });
};
