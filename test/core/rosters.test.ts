import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addShifts, changeShift, leaveShifts, removeShift } from "../../actors/tenant/roster/changing.ts";
import { acceptOffer, makeOffer, type Offer, stateOf, withdrawOffer } from "../../actors/tenant/roster/offer.ts";
import { type HeldShift, OnShiftIndex } from "../../actors/tenant/roster/on-shift.ts";
import { type KeptShift, overlaps, type ShiftFacts } from "../../actors/tenant/roster/shift.ts";
import { onDutyNow } from "../../actors/tenant/targeting/duty.ts";
import { RosterMemory } from "./roster-memory.ts";

/**
 * Proves the roster's rules at any interleaving of what people do: a shift never has two people, nobody holds shifts that overlap, a
 * swap is both or none, nobody gets a shift without their consent, and of two who accept one has it (I4). Also that who is on shift is
 * found as by looking at every shift. Not: that the tenant stores and tells it (test/workerd/rosters.test.ts).
 */

const T0 = Date.UTC(2026, 10, 23, 8, 0, 0);
const hour = 3_600_000;
const people = { ann: ["roleA"], bob: ["roleA", "roleB"], cor: ["roleA", "roleB"], dee: ["roleB"], eva: [] };
const userIds = Object.keys(people);

type Deed =
  | { do: "add"; start: number; hours: number; role: string; user?: string | undefined }
  | {
      do: "offer";
      shift: number;
      by: string;
      own: boolean;
      leads: boolean;
      to?: string[] | undefined;
      swapFor?: number | undefined;
    }
  | { do: "accept"; offer: number; by: string }
  | { do: "withdraw"; offer: number }
  | { do: "change"; shift: number; start: number; hours: number; user?: string | undefined }
  | { do: "delete"; shift: number }
  | { do: "disable"; user: string }
  | { do: "wait"; hours: number };

const user = fc.constantFrom(...userIds);
const some = fc.nat(11);
const deed: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("add" as const),
      start: fc.integer({ min: 0, max: 60 }),
      hours: fc.integer({ min: 1, max: 8 }),
      role: fc.constantFrom("roleA", "roleB"),
      user: fc.option(user, { nil: undefined }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("offer" as const),
      shift: some,
      by: user,
      own: fc.boolean(),
      leads: fc.boolean(),
      to: fc.option(fc.array(user, { minLength: 1, maxLength: 2 }), { nil: undefined, freq: 3 }),
      swapFor: fc.option(some, { nil: undefined, freq: 2 }),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("accept" as const), offer: some, by: user }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("withdraw" as const), offer: some }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("change" as const),
      shift: some,
      start: fc.integer({ min: 0, max: 60 }),
      hours: fc.integer({ min: 1, max: 8 }),
      user: fc.option(user, { nil: undefined }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("delete" as const), shift: some }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("disable" as const), user }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("wait" as const), hours: fc.integer({ min: 1, max: 6 }) }) },
);

const holders = (roster: RosterMemory) => new Map([...roster.shifts.values()].map((one) => [one.shiftId, one.userId]));

const nobodyOverlaps = (roster: RosterMemory): void => {
  const all = [...roster.shifts.values()];
  for (const [i, a] of all.entries())
    for (const b of all.slice(i + 1))
      if (a.userId !== undefined && a.userId === b.userId)
        expect(overlaps(a, b), `${a.userId}: ${a.shiftId} and ${b.shiftId}`).toBe(false);
};

class Story {
  readonly roster = new RosterMemory(people);
  now = T0;
  accepted = 0;
  swapped = 0;
  #made = 0;

  #id(kind: string): string {
    this.#made += 1;
    return `${kind}${this.#made}`;
  }

  #shift(n: number): KeptShift | undefined {
    const all = [...this.roster.shifts.values()];
    return all.length === 0 ? undefined : all[n % all.length];
  }

  #offer(n: number): Offer | undefined {
    const all = [...this.roster.offers.values()];
    return all.at(-1 - (n % Math.max(1, Math.min(3, all.length))));
  }

  step(one: Deed): void {
    const { roster, now } = this;
    switch (one.do) {
      case "add": {
        const startsAt = T0 + one.start * hour;
        const facts: ShiftFacts = { siteId: "site", roleId: one.role, startsAt, endsAt: startsAt + one.hours * hour };
        const added = addShifts(roster, [{ ...facts, userId: one.user }], () => this.#id("shift"));
        if (added.ok) roster.apply(added.value);
        return;
      }
      case "offer": {
        const shift = this.#shift(one.shift);
        const swapFor = one.swapFor === undefined ? undefined : this.#shift(one.swapFor)?.shiftId;
        const to = swapFor === undefined ? one.to : undefined;
        // Most often by the one who has it: others may not.
        const by = one.own ? (shift?.userId ?? one.by) : one.by;
        const wish = { offerId: this.#id("offer"), shiftId: shift?.shiftId ?? "none", swapFor, by, to };
        const made = makeOffer(roster, wish, one.leads, now);
        // Nobody gives away what somebody else has, whoever they are.
        if (made.ok && shift?.userId !== undefined) expect(shift.userId).toBe(by);
        if (made.ok) roster.apply(made.value.change);
        return;
      }
      case "accept":
        this.#accept(one.offer, one.by);
        return;
      case "withdraw": {
        const offer = this.#offer(one.offer);
        const withdrawn = offer === undefined ? undefined : withdrawOffer(offer, now);
        if (withdrawn?.ok) roster.apply(withdrawn.value);
        return;
      }
      case "change": {
        const shift = this.#shift(one.shift);
        if (shift === undefined) return;
        const startsAt = T0 + one.start * hour;
        const facts = { ...shift, startsAt, endsAt: startsAt + one.hours * hour, userId: one.user };
        const changed = changeShift(roster, shift, facts, now);
        if (changed.ok) roster.apply(changed.value);
        return;
      }
      case "delete": {
        const shift = this.#shift(one.shift);
        if (shift !== undefined) roster.apply(removeShift(roster, shift, now));
        return;
      }
      case "disable": {
        const person = roster.people.get(one.user);
        if (person !== undefined) person.enabled = false;
        roster.apply(leaveShifts(roster, one.user, now));
        return;
      }
      case "wait":
        this.now += one.hours * hour;
    }
  }

  #accept(n: number, by: string): void {
    const { roster, now } = this;
    const offer = this.#offer(n);
    if (offer === undefined) return;
    const before = holders(roster);
    const wasOpen = stateOf(roster, offer, now) === "open";
    const taken = acceptOffer(roster, offer, by, now);
    if (!taken.ok) return;
    roster.apply(taken.value.change);
    const after = holders(roster);
    const changed = [...after]
      .filter(([shiftId, holder]) => before.get(shiftId) !== holder)
      .map(([shiftId]) => shiftId);
    if (!wasOpen) {
      expect(offer.acceptedBy, "said again by the one who has it").toBe(by);
      expect(changed, "and changes nothing").toEqual([]);
      return;
    }
    this.accepted += 1;
    expect(offer.to === undefined || offer.to.includes(by), "was asked").toBe(true);
    expect(after.get(offer.shiftId)).toBe(by);
    const shift = roster.shift(offer.shiftId);
    expect(shift !== undefined && shift.startsAt > now, "has not begun").toBe(true);
    expect(roster.isQualified(by, shift?.roleId ?? "")).toBe(true);
    if (offer.swapFor === undefined) expect(changed).toEqual([offer.shiftId]);
    else {
      this.swapped += 1;
      expect(new Set(changed), "both change hands").toEqual(new Set([offer.shiftId, offer.swapFor]));
      expect([before.get(offer.shiftId), before.get(offer.swapFor)]).toEqual([offer.by, by]);
      expect(after.get(offer.swapFor)).toBe(offer.by);
      expect(roster.isQualified(offer.by, roster.shift(offer.swapFor)?.roleId ?? "")).toBe(true);
    }
    // The giver had it when it was given: what changed in between has ended the offer.
    expect([undefined, offer.by]).toContain(before.get(offer.shiftId));
  }
}

describe("I4: whatever people do, in whatever order", () => {
  test("a shift never has two people, nobody has two shifts at once, a swap is both or none, the first who accepts has it", () => {
    let accepted = 0;
    let swapped = 0;
    fc.assert(
      fc.property(fc.array(deed, { minLength: 20, maxLength: 80 }), (deeds) => {
        const story = new Story();
        for (const [i, name] of ["ann", "bob", "cor", undefined].entries())
          story.step({ do: "add", start: 10 + 12 * i, hours: 8, role: "roleA", user: name });
        for (const [i, name] of ["bob", "cor", "dee"].entries())
          story.step({ do: "add", start: 20 + 12 * i, hours: 6, role: "roleB", user: name });
        for (const one of deeds) {
          story.step(one);
          nobodyOverlaps(story.roster);
          // An offer that is open is about shifts that are as they were: its giver has what it gives, its taker what is asked for.
          for (const offer of story.roster.offers.values()) {
            if (offer.state !== "open") continue;
            const shift = story.roster.shift(offer.shiftId);
            expect(shift, "of a shift that is there").toBeDefined();
            expect([undefined, offer.by]).toContain(shift?.userId);
            if (offer.swapFor !== undefined) expect(story.roster.shift(offer.swapFor)?.userId).toBe(offer.to?.[0]);
          }
        }
        accepted += story.accepted;
        swapped += story.swapped;
      }),
      { numRuns: 1_000, seed: 5 },
    );
    // Not an empty proof.
    expect(accepted).toBeGreaterThan(100);
    expect(swapped).toBeGreaterThan(5);
  });

  const given = (holder: string | null = "ann") => {
    const roster = new RosterMemory(people);
    const at = (start: number, roleId: string, userId?: string): ShiftFacts => {
      const startsAt = T0 + start * hour;
      return { siteId: "site", roleId, startsAt, endsAt: startsAt + 4 * hour, userId };
    };
    let n = 0;
    const added = addShifts(
      roster,
      [at(4, "roleA", holder ?? undefined), at(6, "roleB", "bob"), at(12, "roleA", "cor"), at(30, "roleB", "dee")],
      () => `shift${++n}`,
    );
    if (!added.ok) throw new Error(JSON.stringify(added.refusal));
    roster.apply(added.value);
    const offer = (by: string, leads = false, facts: { to?: string[]; swapFor?: string; shiftId?: string } = {}) => {
      const made = makeOffer(roster, { offerId: `offer${++n}`, shiftId: "shift1", by, ...facts }, leads, T0);
      if (made.ok) roster.apply(made.value.change);
      return made;
    };
    const accept = (offerId: string, by: string, now = T0) => {
      const known = roster.offer(offerId);
      if (known === undefined) throw new Error("no such offer");
      const taken = acceptOffer(roster, known, by, now);
      if (taken.ok) roster.apply(taken.value.change);
      return taken.ok ? "ok" : taken.refusal.code;
    };
    return { roster, offer, accept };
  };
  const idOf = (made: ReturnType<ReturnType<typeof given>["offer"]>): string => {
    if (!made.ok) throw new Error(JSON.stringify(made.refusal));
    return made.value.offer.offerId;
  };

  test("I4: the first has it, the second hears that it is gone, the first again hears the same", () => {
    const { roster, offer, accept } = given();
    const id = idOf(offer("ann"));
    expect(accept(id, "cor")).toBe("ok");
    expect(accept(id, "bob")).toBe("conflict");
    expect(accept(id, "cor")).toBe("ok");
    expect(roster.shift("shift1")).toMatchObject({ userId: "cor", version: 2 });
  });

  test("only by who is qualified, free and asked, and before it begins", () => {
    const { roster, offer, accept } = given();
    const id = idOf(offer("ann"));
    expect(accept(id, "bob"), "has another shift").toBe("conflict");
    expect(accept(id, "eva"), "does not have the role").toBe("conflict");
    expect(accept(id, "ann"), "has it").toBe("conflict");
    expect(accept(id, "cor", T0 + 4 * hour), "it has begun").toBe("conflict");
    roster.uncertified.add("cor roleA");
    expect(accept(id, "cor"), "has no certificate").toBe("conflict");
    const asked = idOf(offer("ann", false, { to: ["bob"] }));
    expect(accept(asked, "cor"), "who was not asked learns nothing").toBe("not_found");
  });

  test("a held shift is its holder's to give away, an open one theirs who lead", () => {
    const held = given();
    expect(held.offer("bob")).toMatchObject({ ok: false, refusal: { code: "forbidden" } });
    expect(held.offer("bob", true)).toMatchObject({ ok: false, refusal: { code: "conflict" } });
    const open = given(null);
    expect(open.offer("bob")).toMatchObject({ ok: false, refusal: { code: "forbidden" } });
    expect(open.accept(idOf(open.offer("eva", true)), "ann")).toBe("ok");
  });

  test("a swap needs both to be able, and gives each the other's", () => {
    const { roster, offer, accept } = given();
    // Ann has not the role of shift 4; bob has, and dee not that of shift 2's.
    expect(accept(idOf(offer("ann", false, { swapFor: "shift4" })), "dee")).toBe("conflict");
    expect(accept(idOf(offer("ann", false, { swapFor: "shift3" })), "bob"), "it is not bob's").toBe("not_found");
    expect(accept(idOf(offer("ann", false, { swapFor: "shift3" })), "cor")).toBe("ok");
    expect([roster.shift("shift1")?.userId, roster.shift("shift3")?.userId]).toEqual(["cor", "ann"]);
  });

  test("the same offer again is the same; what was agreed to and then changed is not there any more", () => {
    const { roster, offer, accept } = given();
    const id = idOf(offer("ann"));
    expect(idOf(offer("ann"))).toBe(id);
    const shift = roster.shift("shift1") as KeptShift;
    const noted = changeShift(roster, shift, { ...shift, note: "Bring the keys" }, T0);
    if (noted.ok) roster.apply(noted.value);
    expect(roster.offer(id)?.state, "a note is no other shift").toBe("open");
    const later = roster.shift("shift1") as KeptShift;
    const moved = changeShift(roster, later, { ...later, endsAt: later.endsAt + hour }, T0);
    if (moved.ok) roster.apply(moved.value);
    expect(roster.offer(id)?.state).toBe("lapsed");
    expect(accept(id, "cor")).toBe("conflict");
  });
});

test("new shifts are all taken or none, and each that is wrong is named", () => {
  const roster = new RosterMemory(people);
  const shift = { siteId: "site", roleId: "roleA", startsAt: T0, endsAt: T0 + hour };
  const list = [
    { ...shift, userId: "ann" },
    { ...shift, userId: "ann", startsAt: T0 + hour - 1, endsAt: T0 + 2 * hour },
    { ...shift, userId: "dee" },
    { ...shift, endsAt: T0 },
    { ...shift, siteId: "elsewhere", endsAt: T0 + 8 * 24 * hour },
  ];
  const added = addShifts(roster, list, () => "shift");
  expect(added).toMatchObject({
    ok: false,
    refusal: {
      errors: [
        { path: "shifts.1.userId", message: "has another shift at that time" },
        { path: "shifts.2.userId", message: "does not have this role" },
        { path: "shifts.3.endsAt" },
        { path: "shifts.4.siteId" },
        { path: "shifts.4.endsAt" },
      ],
    },
  });
  // One that begins as the other ends is another.
  const next = { ...shift, userId: "ann", startsAt: T0 + hour, endsAt: T0 + 2 * hour };
  expect(addShifts(roster, [{ ...shift, userId: "ann" }, next], () => "shift").ok).toBe(true);
});

describe("who is on shift", () => {
  const held = fc.record({
    userId: user,
    roleId: fc.constantFrom("roleA", "roleB"),
    siteId: fc.constantFrom("siteA", "siteB"),
    startsAt: fc.integer({ min: -200, max: 200 }).map((n) => T0 + n * hour),
    endsAt: fc.integer({ min: 1, max: 168 }).map((n) => n * hour),
  });

  test("is found as by looking at every shift, also after changes, at the first and not at the last moment", () => {
    fc.assert(
      fc.property(
        fc.array(held, { maxLength: 30 }),
        fc.array(fc.tuple(fc.integer({ min: -200, max: 400 }), fc.constantFrom(0, -1, 1)), {
          minLength: 1,
          maxLength: 20,
        }),
        fc.nat(),
        (list, moments, dropped) => {
          let shifts: HeldShift[] = list.map((one) => ({ ...one, endsAt: one.startsAt + one.endsAt }));
          const index = new OnShiftIndex((from, to) => shifts.filter((one) => one.startsAt < to && one.endsAt > from));
          const look = () => {
            for (const [hours, ms] of moments) {
              const at = T0 + hours * hour + ms;
              for (const where of [
                {},
                { siteId: "siteA" },
                { roleId: "roleB" },
                { siteId: "siteB", roleId: "roleA" },
              ]) {
                const wanted = shifts.filter(
                  (one) =>
                    one.startsAt <= at &&
                    at < one.endsAt &&
                    ("siteId" in where ? one.siteId === where.siteId : true) &&
                    ("roleId" in where ? one.roleId === where.roleId : true),
                );
                const shown = ({ userId, roleId, siteId }: Omit<HeldShift, "startsAt" | "endsAt">) =>
                  `${userId} ${roleId} ${siteId}`;
                expect(index.at(at, where).map(shown).sort()).toEqual(wanted.map(shown).sort());
              }
            }
          };
          look();
          const gone = shifts[dropped % Math.max(1, shifts.length)];
          shifts = shifts.filter((one) => one !== gone);
          if (gone !== undefined) index.changed(gone.startsAt, gone.endsAt);
          look();
        },
      ),
      { numRuns: 60 },
    );
  });

  test("is on duty; a word that holds goes before the roster, and one that is over does not", () => {
    const words = new Map([
      ["ann", { onDuty: false, since: T0 }],
      ["bob", { onDuty: false, since: T0, until: T0 + 1 }],
      ["cor", { onDuty: true, since: T0 }],
    ]);
    const onShift = ["ann", "bob", "dee"].map((userId) => ({ userId }));
    expect(onDutyNow(words, T0, onShift)).toEqual(new Set(["cor", "dee"]));
    expect(onDutyNow(words, T0 + 1, onShift)).toEqual(new Set(["cor", "dee", "bob"]));
  });
});
