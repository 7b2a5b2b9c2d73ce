/**
 * Proves: who counts for a staffing rule and who does not (issue 5, 5), that a shortage is warned of once however it is looked at, and
 * cleared when it was warned of (I11: looks that come late, early or twice), who is asked to help out, and that two who take the
 * last place have one order (I4). Does not prove that the actor looks, or keeps this over a restart: test/workerd/staffing.test.ts.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  countPresent,
  type Member,
  type PresentFacts,
  postKey,
  settledCount,
} from "../../actors/tenant/staffing/counting.ts";
import { coverState, type KeptCover, suitable, take } from "../../actors/tenant/staffing/cover.ts";
import { type Happening, look, lookAgainAt, type Standing } from "../../actors/tenant/staffing/episode.ts";
import { paced, sliceUnits, straight } from "../../actors/tenant/staffing/paced.ts";
import { countUsual, sharesOf, usuallyThere } from "../../actors/tenant/staffing/usual.ts";
import type { Whereabouts } from "../../actors/tenant/targeting/recipients.ts";

interface Somebody extends Member {
  where?: Whereabouts;
  duty?: boolean;
  shifts?: (string | undefined)[];
  available?: boolean;
  qualified?: boolean;
  /** null: not known yet. */
  reachable?: boolean | null;
}

const somebody = (userId: string, facts: Partial<Somebody> = {}): Somebody => ({
  userId,
  enabled: true,
  roleIds: ["aid"],
  ...facts,
});

const factsOf = (people: readonly Somebody[]): PresentFacts => {
  const byId = new Map(people.map((one) => [one.userId, one]));
  const of = (userId: string) => byId.get(userId) as Somebody;
  return {
    whereaboutsOf: (userId) => of(userId).where,
    onDuty: new Set(people.filter(({ duty, shifts }) => duty ?? shifts !== undefined).map(({ userId }) => userId)),
    shiftsOf: (userId) => of(userId).shifts,
    isAvailable: (userId) => of(userId).available !== false,
    qualifiedFor: (userId) => of(userId).qualified !== false,
    isReachable: (userId) => {
      const { reachable } = of(userId);
      return reachable === null ? undefined : reachable !== false;
    },
  };
};

const here: Whereabouts = { state: "present", siteId: "hq", zoneIds: [] };
const count = (
  people: readonly Somebody[],
  post: { siteId?: string; roleId: string } = { siteId: "hq", roleId: "aid" },
) =>
  (straight(countPresent(people, new Set([postKey(post)]), factsOf(people))).get(postKey(post)) ?? []).map(
    ({ userId, reason }) => (reason === undefined ? userId : `${userId} ${reason}`),
  );

describe("who counts", () => {
  test("is there, available, qualified and reachable; the first that fails is the reason", () => {
    expect(
      count([
        somebody("all", { where: here }),
        somebody("away", { where: { state: "absent", zoneIds: [] } }),
        somebody("nobodyKnows"),
        somebody("elsewhere", { where: { ...here, siteId: "other" } }),
        somebody("busy", { where: here, available: false, reachable: false }),
        somebody("expired", { where: here, qualified: false }),
        somebody("silent", { where: here, reachable: false }),
        somebody("disabled", { where: here, enabled: false }),
        somebody("otherRole", { where: here, roleIds: ["fire"] }),
      ]),
    ).toEqual(["all", "busy unavailable", "expired notQualified", "silent unreachable"]);
  });

  test("I11: of whom it is not known yet whether they can be reached decides nothing: a shortage neither begins nor ends", () => {
    const post = new Set([postKey({ siteId: "hq", roleId: "aid" })]);
    const people = fc.array(fc.constantFrom(true, false, null), { maxLength: 8 });
    fc.assert(
      fc.property(
        people,
        fc.option(fc.nat(8), { nil: undefined }),
        fc.integer({ min: 1, max: 8 }),
        (all, kept, minimum) => {
          const crowd = all.map((reachable, i) => somebody(`usr_${i}`, { where: here, reachable }));
          const [counted = []] = straight(countPresent(crowd, post, factsOf(crowd))).values();
          const now = settledCount(counted, kept);
          const certain = all.filter((reachable) => reachable === true).length;
          const possible = all.filter((reachable) => reachable !== false).length;
          expect(now).toBeGreaterThanOrEqual(certain);
          expect(now).toBeLessThanOrEqual(possible);
          if (certain === possible) expect(now).toBe(certain);
          else if (certain < minimum && minimum <= possible)
            expect(now < minimum).toBe(kept !== undefined && kept < minimum);
          expect(counted.some(({ reason, unsure }) => reason !== undefined && unsure === true)).toBe(false);
        },
      ),
    );
  });

  test("there is present, else on shift there, else on duty at home; present elsewhere beats both", () => {
    const other: Whereabouts = { ...here, siteId: "other" };
    expect(
      count([
        somebody("shift", { shifts: ["hq"] }),
        somebody("duty", { duty: true, homeSiteId: "hq" }),
        somebody("dutyOfOther", { duty: true, homeSiteId: "other" }),
        somebody("dutyWithShiftElsewhere", { duty: true, homeSiteId: "hq", shifts: ["other"] }),
        somebody("shiftButElsewhere", { shifts: ["hq"], where: other }),
        somebody("twice", { shifts: ["hq", "hq"] }),
        somebody("putOffDuty", { shifts: ["hq"], duty: false }),
      ]),
    ).toEqual(["shift", "duty", "twice"]);
  });

  test("a rule without a site counts everybody who is anywhere, once", () => {
    const people = [
      somebody("present", { where: here, shifts: ["other"] }),
      somebody("duty", { duty: true }),
      somebody("nowhere", { homeSiteId: "hq" }),
    ];
    expect(count(people, { roleId: "aid" })).toEqual(["present", "duty"]);
  });
});

const second = 1_000;
/** Looks at a rule again and again. `counted` undefined: outside its hours. */
const follow = (looks: readonly (readonly [at: number, counted: number | undefined])[], afterMs = 60 * second) => {
  let standing: Standing | undefined;
  const all: (Happening & { at: number })[] = [];
  for (const [at, counted] of looks) {
    const seen = look(standing, { open: counted !== undefined, counted: counted ?? 0, minimum: 2 }, afterMs, at);
    // As after a restart: nothing but what was stored.
    standing = JSON.parse(JSON.stringify(seen.standing)) as Standing;
    all.push(...seen.happened.map((one) => ({ ...one, at })));
  }
  return { standing: standing as Standing, all, told: all.filter(({ type }) => type !== "changed") };
};

describe("an episode", () => {
  test("is warned of when it has lasted, once, and cleared when it was solved for as long", () => {
    const { told, standing } = follow([
      [0, 1],
      [59 * second, 0],
      [60 * second, 1],
      [300 * second, 0],
      [400 * second, 2],
      [430 * second, 1],
      [500 * second, 2],
      [559 * second, 3],
      [560 * second, 2],
    ]);
    expect(told).toEqual([
      { type: "warned", at: 60 * second },
      { type: "cleared", startedAt: 0, warned: true, reason: "solved", at: 560 * second },
    ]);
    expect(standing).toEqual({ state: "ok", since: 500 * second, counted: 2, minimum: 2 });
  });

  test("a short one passes without a word, and every change of state is told", () => {
    const { told, all } = follow([
      [0, 2],
      [10 * second, 1],
      [40 * second, 2],
      [90 * second, 1],
    ]);
    expect(told).toEqual([]);
    expect(all.map(({ at, ...one }) => [at / second, "state" in one ? one.state : ""])).toEqual([
      [0, "ok"],
      [10, "under"],
      [40, "ok"],
      [90, "under"],
    ]);
  });

  test("ends with the hours of the rule", () => {
    const { told } = follow([
      [0, 0],
      [60 * second, 0],
      [100 * second, undefined],
      [200 * second, 0],
    ]);
    expect(told.map(({ type }) => type)).toEqual(["warned", "cleared"]);
  });

  test("property: warned and cleared take turns, never a second warning while it lasts, never a word without a shortage", () => {
    const looks = fc
      .array(fc.tuple(fc.integer({ min: 1, max: 90 }), fc.option(fc.integer({ min: 0, max: 4 }), { nil: undefined })))
      .map((list) => {
        let at = 0;
        return list.map(([gap, counted]) => {
          at += gap * second;
          return [at, counted] as const;
        });
      });
    fc.assert(
      fc.property(looks, fc.constantFrom(0, 30 * second, 60 * second), (list, afterMs) => {
        const { told, all } = follow(list, afterMs);
        for (const [i, { type }] of told.entries()) expect(type).toBe(i % 2 === 0 ? "warned" : "cleared");
        for (const { at, type } of told) {
          const counted = list.findLast(([time]) => time <= at)?.[1];
          if (type === "warned") expect(counted).toBeLessThan(2);
          else expect(counted === undefined || counted >= 2).toBe(true);
        }
        const states = all.flatMap((one) => (one.type === "changed" ? [one.state] : []));
        for (const [i, state] of states.entries()) expect(state).not.toBe(states[i - 1]);
      }),
    );
  });

  test("property: looking more often warns at the same time: the asked-for look is enough (I11)", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 20 }), (counts) => {
        const changes = counts.map((counted, i) => [i * 45 * second, counted] as const);
        const end = changes.length * 45 * second + 200 * second;
        const countAt = (at: number) => changes.findLast(([time]) => time <= at)?.[1] as number;
        const every: [number, number][] = [];
        for (let at = 0; at < end; at += second) every.push([at, countAt(at)]);
        const asked: [number, number][] = [];
        let standing: Standing | undefined;
        const due = [...changes.map(([at]) => at)];
        while (due.length > 0) {
          const at = due.shift() as number;
          asked.push([at, countAt(at)]);
          const seen = look(standing, { open: true, counted: countAt(at), minimum: 2 }, 60 * second, at);
          standing = seen.standing;
          const again = lookAgainAt(standing, 60 * second);
          if (again !== undefined && !due.includes(again)) due.push(again);
          due.sort((a, b) => a - b);
        }
        expect(follow(asked).told).toEqual(follow(every).told);
      }),
      { numRuns: 60 },
    );
  });
});

describe("requests to help out", () => {
  const cover = (count: number): KeptCover => ({
    coverRequestId: "cov_1",
    staffingRuleId: "stf_1",
    roleId: "aid",
    from: 1_000,
    to: 2_000,
    count,
    askedAt: 0,
    askedBy: "lead",
    asked: ["a", "b", "c"],
    takenBy: [],
  });

  test("property: in any order of takers exactly so many have it, the first ones, each once (I4)", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("a", "b", "c", "d")), fc.integer({ min: 1, max: 3 }), (takers, places) => {
        let kept = cover(places);
        for (const userId of takers) {
          const outcome = take(kept, userId, 500);
          if ("taken" in outcome) kept = outcome.taken;
        }
        expect(kept.takenBy.map(({ userId }) => userId)).toEqual([...new Set(takers)].slice(0, places));
      }),
    );
  });

  test("nothing can be taken that is withdrawn or over; what was taken stays taken", () => {
    expect(take({ ...cover(1), withdrawnAt: 1 }, "a", 500)).toEqual({ refused: "withdrawn" });
    expect(take(cover(1), "a", 2_000)).toEqual({ refused: "over" });
    const taken = { ...cover(1), takenBy: [{ userId: "a", at: 1 }], withdrawnAt: 2 };
    expect(coverState(taken, 5_000)).toBe("filled");
    expect(take(taken, "a", 5_000)).toMatchObject({ isNew: false });
  });

  test("asks who is of the role and free for the whole time, those of the site first", () => {
    const people = [
      somebody("near", { homeSiteId: "hq" }),
      somebody("homeless"),
      somebody("far", { homeSiteId: "other" }),
      somebody("other", { roleIds: ["fire"], homeSiteId: "hq" }),
      somebody("gone", { enabled: false, homeSiteId: "hq" }),
      somebody("busy", { homeSiteId: "hq" }),
      somebody("working", { homeSiteId: "hq" }),
      somebody("expires", { homeSiteId: "hq" }),
    ];
    const hour = 3_600_000;
    const wish = { siteId: "hq", roleId: "aid", from: 0, to: 4 * hour, count: 2, most: 10 };
    const facts = {
      isAvailable: (userId: string, at: number) => userId !== "busy" || at < 3 * hour,
      isOnShift: (userId: string, at: number) => userId === "working" && at === 2 * hour,
      isQualified: (userId: string, at: number) => userId !== "expires" || at < 4 * hour - 1,
    };
    expect(suitable(people, wish, facts)).toEqual(["near", "homeless"]);
    expect(suitable(people, { ...wish, count: 3 }, facts)).toEqual(["near", "homeless", "far"]);
    expect(suitable(people, { ...wish, count: 3, most: 1 }, facts)).toEqual(["near"]);
  });
});

describe("usual presence", () => {
  test("P5, P17: is counts of a post, of no person, and never more than all of those at home", () => {
    const people = [
      somebody("a", { where: here, homeSiteId: "hq" }),
      somebody("b", { homeSiteId: "hq" }),
      somebody("c", { homeSiteId: "hq", available: false, where: here }),
      somebody("guest", { where: here, homeSiteId: "other" }),
    ];
    const facts = factsOf(people);
    const post = { siteId: "hq", roleId: "aid" };
    const counts = countUsual(people, new Map([[postKey(post), post]]), {
      presentAt: (userId) => facts.whereaboutsOf(userId)?.siteId,
      isAvailable: facts.isAvailable,
      qualifiedFor: facts.qualifiedFor,
      hourAt: () => 9,
    });
    expect(counts).toEqual([{ post: postKey(post), hour: 9, counted: 2, pool: 2 }]);
    expect(Object.keys(counts[0] ?? {}).sort()).toEqual(["counted", "hour", "pool", "post"]);
    const [[, usual] = []] = [...sharesOf([{ post: "p", hour: 9, counted: 5, pool: 4, weeks: 3 }])];
    expect(usual).toMatchObject({ weeks: 3 });
    expect(usual?.shares[9]).toBe(1);
    expect(usuallyThere(0.5, 3), "rounded down").toBe(1);
    expect(usuallyThere(2 / 3, 3), "but not because of binary fractions").toBe(2);
    expect(usuallyThere(undefined, 3)).toBe(0);
  });
});

test("paced work rests after each slice, and gives what it gives at once", async () => {
  function* work(): Generator<number, number> {
    for (let i = 0; i < 10; i++) yield sliceUnits / 2;
    return 42;
  }
  let rests = 0;
  expect(await paced(work(), async () => void rests++)).toBe(42);
  expect(rests).toBe(5);
  expect(straight(work())).toBe(42);
});
