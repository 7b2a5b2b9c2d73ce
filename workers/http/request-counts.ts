/** How many requests this isolate has answered, by what and how. Each isolate counts for itself from when it began. */
const counts = new Map<string, Map<number, number>>();

export const countRequest = (route: string, status: number): void => {
  const byStatus = counts.get(route) ?? new Map<number, number>();
  counts.set(route, byStatus);
  byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
};

export interface RequestCount {
  route: string;
  status: number;
  count: number;
}

export const requestCounts = (): RequestCount[] =>
  [...counts].flatMap(([route, byStatus]) => [...byStatus].map(([status, count]) => ({ route, status, count })));
