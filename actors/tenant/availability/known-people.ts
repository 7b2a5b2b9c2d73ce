import type { Holidays } from "./holidays.ts";
import { decide, decideForAny, type Finding, type Rules, rolesNamed } from "./rules.ts";

/** One person's rules with what was found of them last. */
interface Known {
  rules: Rules;
  named: ReadonlySet<string>;
  found: Finding;
  foundAt: number;
  /** The same of another time, asked for by forecasts: hour after hour. */
  ahead?: { at: number; found: Finding };
}

/** The answer for everybody, good from one time to another. */
interface Everybody {
  from: number;
  until: number;
  unavailable: Set<string>;
  /** Whether boards were told what it changed: not when an alarm after an eviction was the first to ask. */
  told: boolean;
}

/**
 * Who is available, of ten thousand people in no time: answers are kept until the next thing that could change them (a block begins, a
 * word ends). Alarms ask for now; what is asked of other times is worked out and not kept.
 */
export class KnownPeople {
  #people = new Map<string, Known>();
  #everybody: Everybody | undefined;
  #holidays: Holidays;

  constructor(rules: Iterable<readonly [string, Rules]>, holidays: Holidays, now: number) {
    this.#holidays = holidays;
    for (const [userId, own] of rules) this.#people.set(userId, this.#known(own, now));
  }

  rulesOf(userId: string): Rules | undefined {
    return this.#people.get(userId)?.rules;
  }

  /** People who are available as one role and not as another. */
  differing(): Set<string> {
    const found = new Set<string>();
    for (const [userId, { named }] of this.#people) if (named.size > 0) found.add(userId);
    return found;
  }

  userIds(): Iterable<string> {
    return this.#people.keys();
  }

  /** Takes a person's new rules. @returns until when the answer of now holds */
  set(userId: string, rules: Rules, now: number): number {
    const known = this.#known(rules, now);
    this.#people.set(userId, known);
    const all = this.#everybody;
    if (all !== undefined && all.from <= now && now < all.until) {
      if (known.found.available) all.unavailable.delete(userId);
      else all.unavailable.add(userId);
      all.until = Math.min(all.until, known.found.until);
    } else this.#everybody = undefined;
    return known.found.until;
  }

  find(userId: string, at: number, roleId?: string): Finding | undefined {
    const known = this.#people.get(userId);
    if (known === undefined) return undefined;
    if (roleId !== undefined && known.named.size > 0) return decide(known.rules, this.#holidays, at, roleId);
    if (known.foundAt <= at && at < known.found.until) return known.found;
    const { ahead } = known;
    if (ahead !== undefined && ahead.at <= at && at < ahead.found.until) return ahead.found;
    const found = decideForAny(known.rules, this.#holidays, at, known.named);
    known.ahead = { at, found };
    return found;
  }

  /** People who are not available for anything at this time. */
  unavailableAt(at: number): ReadonlySet<string> {
    const all = this.#everybody;
    if (all !== undefined && all.from <= at && at < all.until) return all.unavailable;
    // Only by the timer does what is kept go on: a question must not use up what boards are still to hear.
    if (all === undefined) return this.#keep(at, false).unavailable;
    const unavailable = new Set<string>();
    for (const userId of this.#people.keys()) if (this.find(userId, at)?.available === false) unavailable.add(userId);
    return unavailable;
  }

  /** Brings what is kept to this time. @returns who changed since boards were told, or undefined when nobody knows */
  moveTo(now: number): { changed: string[] | undefined; until: number } {
    const before = this.#everybody;
    const isTold = before?.told === true && before.from <= now;
    if (isTold && now < before.until) return { changed: [], until: before.until };
    const { unavailable, until } = this.#keep(now, true);
    if (!isTold) return { changed: undefined, until };
    const changed = [...this.#people.keys()].filter(
      (userId) => before.unavailable.has(userId) !== unavailable.has(userId),
    );
    return { changed, until };
  }

  #keep(now: number, told: boolean): Everybody {
    const unavailable = new Set<string>();
    let until = Number.POSITIVE_INFINITY;
    for (const [userId, known] of this.#people) {
      if (known.foundAt > now || known.found.until <= now) {
        known.found = decideForAny(known.rules, this.#holidays, now, known.named);
        known.foundAt = now;
      }
      until = Math.min(until, known.found.until);
      if (!known.found.available) unavailable.add(userId);
    }
    this.#everybody = { from: now, until, unavailable, told };
    return this.#everybody;
  }

  #known(rules: Rules, now: number): Known {
    const named = rolesNamed(rules);
    return { rules, named, found: decideForAny(rules, this.#holidays, now, named), foundAt: now };
  }
}
