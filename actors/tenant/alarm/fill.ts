import type { Fill } from "../../../protocol/course.ts";
import type { Requirement } from "../../../protocol/terms.ts";

/** Somebody who comes, is on the way or on the scene. `at` grows from answer to answer: their time, or their version. */
export interface Coming {
  userId: string;
  /** Roles that count: where only the qualified do, those for which this person is (`countingRoles`). */
  roleIds: readonly string[];
  at: number;
}

export interface Filled {
  fill: Fill;
  /** Who counts for which role. */
  fills: Map<string, string>;
  /** Coming and not needed: in the order of their answers. */
  surplus: string[];
}

/** Of a person's roles those that count for a requirement. */
export const countingRoles = (
  person: { userId: string; roleIds: readonly string[] },
  conditions: { qualified?: true | undefined } | undefined,
  qualifiedFor: (userId: string, roleId: string) => boolean,
): readonly string[] =>
  conditions?.qualified === true
    ? person.roleIds.filter((roleId) => qualifiedFor(person.userId, roleId))
    : person.roleIds;

/**
 * Who meets which need of a requirement. A person counts for one need only, so this is a maximum matching of people to
 * needs, grown one person at a time by augmenting paths: a path moves people between needs and never takes one out, so
 * whoever was matched earlier stays matched, and a later answer can only add.
 *
 * The work is bounded by the requirement and not by the crowd. A search that fails has found a set of full needs from which
 * no path to a free place leads, nor ever will (the Hungarian tree of a failed search may be left out of all later ones):
 * those needs are closed, and whoever can only serve closed needs is passed over at once.
 */
class Matching {
  /** Need by person, for everybody who is matched. */
  readonly needOf: number[] = [];
  readonly taken: number[];
  open: number;
  #counts: readonly number[];
  #byRole = new Map<string, number[]>();
  #closed: boolean[];
  /** By need a and need b: people at a who could serve b, newest last. Entries of people who have left a are dropped when met. */
  #movers: number[][][];
  #needs: (readonly number[])[] = [];

  constructor(requirement: Requirement) {
    this.#counts = requirement.map(({ count }) => count);
    this.taken = requirement.map(() => 0);
    this.#closed = requirement.map(() => false);
    this.#movers = requirement.map(() => requirement.map(() => []));
    this.open = this.#counts.reduce((sum, count) => sum + count, 0);
    for (const [need, { roleId }] of requirement.entries()) {
      const known = this.#byRole.get(roleId);
      if (known === undefined) this.#byRole.set(roleId, [need]);
      else known.push(need);
    }
  }

  /** Takes the next person; says whether there was a place. */
  add(person: number, roleIds: readonly string[]): boolean {
    if (this.open === 0) return false;
    const needs: number[] = [];
    for (const roleId of roleIds)
      for (const need of this.#byRole.get(roleId) ?? []) if (!this.#closed[need]) needs.push(need);
    if (needs.length === 0) return false;
    needs.sort((a, b) => a - b);
    this.#needs[person] = needs;

    const cameFrom = new Map<number, number>(needs.map((need) => [need, -1]));
    const direct = needs.find((need) => this.#isFree(need));
    if (direct !== undefined) {
      this.#shift(person, direct, cameFrom);
      return true;
    }
    const queue = [...needs];
    for (let need = queue.shift(); need !== undefined; need = queue.shift()) {
      if (this.#isFree(need)) {
        this.#shift(person, need, cameFrom);
        return true;
      }
      for (let next = 0; next < this.#counts.length; next++) {
        if (cameFrom.has(next) || this.#closed[next] || this.#moverOf(need, next) === undefined) continue;
        cameFrom.set(next, need);
        queue.push(next);
      }
    }
    for (const need of cameFrom.keys()) this.#closed[need] = true;
    return false;
  }

  #isFree(need: number): boolean {
    return (this.taken[need] as number) < (this.#counts[need] as number);
  }

  /** Moves one person along each step of the path to the free place, and puts the new one where it began. */
  #shift(person: number, free: number, cameFrom: ReadonlyMap<number, number>): void {
    this.taken[free] = (this.taken[free] as number) + 1;
    this.open -= 1;
    let to = free;
    for (let from = cameFrom.get(to) as number; from !== -1; from = cameFrom.get(to) as number) {
      this.#place(this.#moverOf(from, to) as number, to);
      to = from;
    }
    this.#place(person, to);
  }

  #place(person: number, need: number): void {
    this.needOf[person] = need;
    for (const other of this.#needs[person] ?? []) if (other !== need) this.#movers[need]?.[other]?.push(person);
  }

  #moverOf(need: number, other: number): number | undefined {
    const movers = this.#movers[need]?.[other] ?? [];
    for (let last = movers.at(-1); last !== undefined; last = movers.at(-1)) {
      if (this.needOf[last] === need) return last;
      movers.pop();
    }
    return undefined;
  }
}

const inOrder = (coming: readonly Coming[]): readonly Coming[] => {
  for (let i = 1; i < coming.length; i++)
    if ((coming[i - 1] as Coming).at > (coming[i] as Coming).at) return coming.toSorted((a, b) => a.at - b.at);
  return coming;
};

/**
 * How far a requirement is met by those who come: as many needs as can be met at once, earlier answers first. `coming`,
 * `enRoute` and `onScene` all count as coming. An empty requirement asks for nothing and is met.
 */
export const fillOf = (requirement: Requirement, coming: readonly Coming[]): Filled => {
  const matching = new Matching(requirement);
  const ordered = inOrder(coming);
  const surplus: string[] = [];
  for (const [i, { userId, roleIds }] of ordered.entries()) if (!matching.add(i, roleIds)) surplus.push(userId);
  const fills = new Map<string, string>();
  for (const [i, { userId }] of ordered.entries()) {
    const need = matching.needOf[i];
    if (need !== undefined) fills.set(userId, requirement[need]?.roleId as string);
  }
  const roles = requirement.map(({ roleId, count }, need) => ({
    roleId,
    count,
    coming: matching.taken[need] as number,
  }));
  return { fill: { filled: matching.open === 0, roles }, fills, surplus };
};

/** Whether these people could meet the requirement if all of them came. */
export const couldFill = (requirement: Requirement, possible: Iterable<{ roleIds: readonly string[] }>): boolean => {
  const matching = new Matching(requirement);
  let i = 0;
  for (const { roleIds } of possible) {
    if (matching.open === 0) return true;
    matching.add(i, roleIds);
    i += 1;
  }
  return matching.open === 0;
};
