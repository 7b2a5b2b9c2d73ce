import { type Member, type Post, postKey } from "./counting.ts";
import { homePosts } from "./usual.ts";

export interface Shift {
  userId: string;
  siteId?: string | undefined;
}

/** What is expected of a time to come. */
export interface ExpectedFacts {
  /** Whether somebody is available at all, and until when that is known to stay so. */
  availabilityOf(userId: string, at: number): { available: boolean; until: number };
  /** People who may be available as one thing and not as another: few, and asked one by one. */
  differing: ReadonlySet<string>;
  isAvailableAs(userId: string, at: number, roleId: string): boolean;
  shiftsAt(at: number): readonly Shift[];
  /** A day of the organisation's calendar: certificates are valid to the end of one. */
  dayOf(at: number): string;
  qualifiedOn(day: string, userId: string, roleId: string): boolean;
}

/** Who is expected at each post in one hour. */
export interface Expected {
  onShift: Int32Array;
  /** Available and qualified, by their home. */
  pool: Int32Array;
}

/** To work out anew when somebody is available costs this many units (paced.ts), against nothing for one who is known. */
const decidingUnits = 5;

/** One role of one person, and the posts it stands for. */
interface Part {
  roleId: string;
  home: readonly number[];
}

interface Expectant {
  userId: string;
  parts: Part[];
  available: boolean;
  /** Until then `available` is known. */
  until: number;
}

/**
 * Counts for hour after hour, forwards in time. Whatever does not change from hour to hour is looked up once: thousands of people
 * times hundreds of hours leave a fraction of a microsecond for each.
 */
export class ExpectedCounts {
  #posts: readonly Post[];
  #index = new Map<string, number>();
  #facts: ExpectedFacts;
  #everybody: Expectant[] = [];
  #byId = new Map<string, { member: Member; expectant: Expectant }>();
  #day = "";
  #qualified: { expectant: Expectant; parts: Part[] }[] = [];

  constructor(members: Iterable<Member>, posts: readonly Post[], facts: ExpectedFacts) {
    this.#posts = posts;
    this.#facts = facts;
    for (const [i, post] of posts.entries()) this.#index.set(postKey(post), i);
    for (const member of members) {
      if (!member.enabled) continue;
      const { userId } = member;
      const parts = member.roleIds.flatMap((roleId) => {
        const home = homePosts(member, roleId).flatMap((post) => this.#index.get(postKey(post)) ?? []);
        return home.length === 0 ? [] : [{ roleId, home }];
      });
      const expectant = { userId, parts, available: true, until: Number.NEGATIVE_INFINITY };
      this.#everybody.push(expectant);
      this.#byId.set(userId, { member, expectant });
    }
  }

  /** Goes on to an hour: who is available then. Strangers and the disabled are not. */
  *moveTo(at: number): Generator<number, void> {
    for (const expectant of this.#everybody) {
      if (at < expectant.until) continue;
      const { available, until } = this.#facts.availabilityOf(expectant.userId, at);
      expectant.available = available;
      expectant.until = until;
      yield decidingUnits;
    }
    const day = this.#facts.dayOf(at);
    if (day === this.#day) return;
    this.#day = day;
    this.#qualified = [];
    for (const expectant of this.#everybody) {
      const parts = expectant.parts.filter(({ roleId }) => this.#facts.qualifiedOn(day, expectant.userId, roleId));
      if (parts.length > 0) this.#qualified.push({ expectant, parts });
      yield 1;
    }
  }

  /** At the hour that `moveTo` went to. */
  isFree(userId: string, at: number, roleId: string): boolean {
    if (this.#byId.get(userId)?.expectant.available !== true) return false;
    return !this.#facts.differing.has(userId) || this.#facts.isAvailableAs(userId, at, roleId);
  }

  unavailable(): Set<string> {
    return new Set(this.#everybody.flatMap(({ userId, available }) => (available ? [] : [userId])));
  }

  /** Counts at the hour that `moveTo` went to. */
  at(at: number): Expected {
    const { differing } = this.#facts;
    const pool = new Int32Array(this.#posts.length);
    const onShift = new Int32Array(this.#posts.length);
    for (const { expectant, parts } of this.#qualified) {
      if (!expectant.available) continue;
      const { userId } = expectant;
      const asked = differing.has(userId);
      for (const { roleId, home } of parts)
        if (!asked || this.#facts.isAvailableAs(userId, at, roleId))
          for (const post of home) pool[post] = (pool[post] as number) + 1;
    }

    const counted = new Set<string>();
    for (const { userId, siteId } of this.#facts.shiftsAt(at))
      for (const roleId of this.#byId.get(userId)?.member.roleIds ?? []) {
        if (!this.#facts.qualifiedOn(this.#day, userId, roleId) || !this.isFree(userId, at, roleId)) continue;
        for (const post of siteId === undefined ? [{ roleId }] : [{ roleId }, { siteId, roleId }]) {
          const i = this.#index.get(postKey(post));
          // Two shifts at once are one person.
          if (i === undefined || counted.has(`${i} ${userId}`)) continue;
          counted.add(`${i} ${userId}`);
          onShift[i] = (onShift[i] as number) + 1;
        }
      }
    return { onShift, pool };
  }
}
