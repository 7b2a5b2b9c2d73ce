/** A promise that did not hold, in words that begin with its name. */
export class Broken extends Error {
  override name = "Broken";
}

export const promise = (kept: boolean, name: string, detail: () => unknown): void => {
  if (!kept) throw new Broken(`${name}: ${JSON.stringify(detail())}`);
};

/** The same people, in whatever order. */
export const same = (a: Iterable<string>, b: Iterable<string>): boolean => {
  const [left, right] = [[...a].sort(), [...b].sort()];
  return left.length === right.length && left.every((id, i) => id === right[i]);
};
