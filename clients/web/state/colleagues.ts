import { signal } from "@preact/signals";
import type { UserAvailability } from "../../../protocol/availability.ts";
import { routes } from "../../../protocol/http/routes.ts";
import { serverNow } from "./clock.ts";
import { api } from "./session.ts";

export interface Colleagues {
  /** Empty for all. */
  role: string;
  site: string;
  people: readonly UserAvailability[];
  /** When the list was asked for, ms since 1970. */
  at: number;
  loading: boolean;
  error?: unknown;
}

export const colleagues = signal<Colleagues>({ role: "", site: "", people: [], at: 0, loading: true });

/** Now, what comes next, and one more: a week of each of ten thousand people would be ten megabytes. */
const segments = 3;

const byName = (people: readonly UserAvailability[]): UserAvailability[] => {
  const { compare } = new Intl.Collator(undefined, { numeric: true });
  return people.toSorted((a, b) => compare(a.name, b.name));
};

let newest = 0;

/** The list anew, page by page: the first ones are in sight at once, in order when all are there. */
export const loadColleagues = async (filter: { role?: string; site?: string } = {}): Promise<void> => {
  const asking = ++newest;
  const { role, site } = { ...colleagues.peek(), ...filter };
  colleagues.value = { role, site, people: [], at: serverNow(), loading: true };
  const query = { limit: 200, segments, role: role || undefined, site: site || undefined };
  const found: UserAvailability[] = [];
  try {
    for await (const page of api().pages(routes.listAvailability, { query })) {
      if (asking !== newest) return;
      found.push(...page);
      colleagues.value = { ...colleagues.value, people: found.length === page.length ? byName(found) : [...found] };
    }
    if (asking === newest) colleagues.value = { ...colleagues.value, people: byName(found), loading: false };
  } catch (error) {
    if (asking === newest) colleagues.value = { ...colleagues.value, people: byName(found), loading: false, error };
  }
};

/** Nobody who logs in here next sees the list of the former person. */
export const forgetColleagues = (): void => {
  newest++;
  colleagues.value = { role: "", site: "", people: [], at: 0, loading: true };
};
