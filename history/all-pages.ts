/** Rows of one answer: sqld refuses one over 10 MB, and of a record's rows 5,000 take about 3 MB. */
const pageRows = 5_000;

/** Reads page after page until one is not full. `read` gets the last row of the page before. */
export const allPages = async <T>(read: (after: T | undefined, limit: number) => Promise<T[]>): Promise<T[]> => {
  const all: T[] = [];
  for (;;) {
    const page = await read(all.at(-1), pageRows);
    for (const row of page) all.push(row);
    if (page.length < pageRows) return all;
  }
};
