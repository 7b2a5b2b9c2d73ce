/** What somebody counts as, where they count at all. */
export interface Counting {
  siteId: string;
  zoneIds: readonly string[];
  roleIds: readonly string[];
}

export interface Headcount {
  present: number;
  byZone: ReadonlyMap<string, number>;
  byRole: ReadonlyMap<string, number>;
}

interface Tally {
  present: number;
  byZone: Map<string, number>;
  byRole: Map<string, number>;
}

const nobody: Headcount = { present: 0, byZone: new Map(), byRole: new Map() };

/** A name that nobody is counted under any more is taken out, so that the counts are the same as from scratch. */
const add = (counts: Map<string, number>, names: readonly string[], by: 1 | -1): void => {
  for (const name of names) {
    const count = (counts.get(name) ?? 0) + by;
    if (count === 0) counts.delete(name);
    else counts.set(name, count);
  }
};

/**
 * How many are present in each site, by zone and role. Boards tell it four times a second, so it is kept and not counted anew: of
 * five thousand people only those who changed are looked at. What somebody was counted as is remembered, and taken back when
 * they change; so it does not matter what changed, or how often.
 */
export class Headcounts {
  #everybody: () => Iterable<string>;
  #countingOf: (userId: string) => Counting | undefined;
  /** What each person was counted as; undefined until it is first asked for. */
  #counted: Map<string, Counting> | undefined;
  #sites = new Map<string, Tally>();
  #changed = new Set<string>();

  /**
   * @param everybody whoever may be present anywhere
   * @param countingOf what a person counts as now; undefined: as nothing. What it answers must not be changed afterwards
   */
  constructor(everybody: () => Iterable<string>, countingOf: (userId: string) => Counting | undefined) {
    this.#everybody = everybody;
    this.#countingOf = countingOf;
  }

  /** Something of this person may have changed. Looked at when the counts are next asked for. */
  stir(userId: string): void {
    if (this.#counted !== undefined) this.#changed.add(userId);
  }

  /** After a transaction that failed: nobody knows who is as they were counted. */
  forget(): void {
    this.#counted = undefined;
  }

  /** It holds until somebody is stirred. */
  of(siteId: string): Headcount {
    if (this.#counted === undefined) this.#countAll();
    for (const userId of this.#changed) this.#count(userId);
    this.#changed.clear();
    return this.#sites.get(siteId) ?? nobody;
  }

  #countAll(): void {
    this.#counted = new Map();
    this.#sites.clear();
    this.#changed = new Set(this.#everybody());
  }

  #count(userId: string): void {
    const before = this.#counted?.get(userId);
    if (before !== undefined) this.#tally(before, -1);
    const after = this.#countingOf(userId);
    if (after === undefined) this.#counted?.delete(userId);
    else {
      this.#tally(after, 1);
      this.#counted?.set(userId, after);
    }
  }

  #tally({ siteId, zoneIds, roleIds }: Counting, by: 1 | -1): void {
    const site = this.#sites.get(siteId) ?? { present: 0, byZone: new Map(), byRole: new Map() };
    site.present += by;
    add(site.byZone, zoneIds, by);
    add(site.byRole, roleIds, by);
    if (site.present === 0) this.#sites.delete(siteId);
    else this.#sites.set(siteId, site);
  }
}
