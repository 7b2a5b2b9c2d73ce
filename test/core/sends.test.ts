/**
 * Proves the rules of one send (send.ts) over random histories: whatever order results, receipts, crashes and cancellations come
 * in, and however often, a send ends in one explained state, never runs backwards, is never lost, and is never begun after it was
 * called off (I2, I4). Does not prove that the table keeps it: test/workerd/sends.test.ts does.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  cancel,
  hear,
  isDue,
  lostAfterMs,
  mayHaveReached,
  type Send,
  settle,
  shownState,
  surerWay,
  type TryResult,
  take,
} from "../../actors/tenant/channels/send.ts";
import { shareOut, turnOf } from "../../actors/tenant/channels/turns.ts";

const start = 1_000_000;
const fresh = (ttlMs = 3_600_000): Send => ({
  sendId: "snd_0123456789abcdef",
  alarmId: "alm_0123456789",
  purpose: "alarm",
  channel: "sms",
  recipient: "usr_0123456789",
  contact: false,
  state: "waiting",
  attempts: 0,
  nextAt: start,
  createdAt: start,
  changedAt: start,
  deadline: start + ttlMs,
});

const order = ["waiting", "cancelled", "sent", "failed", "delivered"];
const rankOf = (send: Send) => order.indexOf(shownState(send.state));

type Step =
  | { do: "wait"; ms: number }
  | { do: "take" }
  | { do: "result"; of: number; result: TryResult }
  | { do: "receipt"; state: "sent" | "delivered" | "failed" }
  | { do: "cancel" };

const result: fc.Arbitrary<TryResult> = fc.oneof(
  fc.constant<TryResult>({ ok: true }),
  fc.constant<TryResult>({ ok: false, retry: true, reason: "unavailable" }),
  fc.constant<TryResult>({ ok: false, retry: true, reason: "busy", afterMs: 30_000 }),
  fc.constant<TryResult>({ ok: false, retry: false, reason: "badNumber" }),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant("wait" as const), ms: fc.integer({ min: 0, max: 40_000 }) }),
  fc.record({ do: fc.constant("take" as const) }),
  fc.record({ do: fc.constant("result" as const), of: fc.integer({ min: 1, max: 6 }), result }),
  fc.record({ do: fc.constant("receipt" as const), state: fc.constantFrom("sent", "delivered", "failed") }),
  fc.record({ do: fc.constant("cancel" as const) }),
);

interface World {
  send: Send;
  now: number;
  /** Tries that have left. */
  left: number[];
}

const play = (world: World, { send, now }: World, one: Step): World => {
  switch (one.do) {
    case "wait":
      return { ...world, now: now + one.ms };
    case "take": {
      const after = take(send, now);
      const left = after !== send && after.state === "sending" ? [...world.left, after.attempts] : world.left;
      return { ...world, send: after, left };
    }
    case "result":
      // A result of a try that never left cannot come; the same one may come twice, and late.
      return world.left.includes(one.of) ? { ...world, send: settle(send, one.of, one.result, now) } : world;
    case "receipt":
      return { ...world, send: hear(send, { state: one.state }, now) };
    case "cancel":
      return { ...world, send: cancel(send, now) };
  }
};

/** Time goes on and nobody answers any more: what is due is taken, every try is lost with its process. */
const end = (world: World): World => {
  let { send, now } = world;
  for (let i = 0; i < 50 && isDue({ ...send, nextAt: now }, now); i++) {
    now = Math.max(now, send.nextAt);
    send = take(send, now);
    now += lostAfterMs;
  }
  return { ...world, send, now };
};

const runs = { numRuns: 3_000 };

describe("one send, over random histories", () => {
  test("I4: its state never runs backwards, and at most five tries leave, none after its deadline", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let world: World = { send: fresh(120_000), now: start, left: [] };
        for (const one of steps) {
          const before = world;
          world = play(world, world, one);
          expect(rankOf(world.send)).toBeGreaterThanOrEqual(rankOf(before.send));
          if (world.left.length > before.left.length) expect(world.now).toBeLessThan(world.send.deadline);
        }
        expect(world.left).toEqual(world.left.map((_, i) => i + 1));
        expect(world.left.length).toBeLessThanOrEqual(5);
      }),
      runs,
    );
  });

  test("I2: it always ends, in a state that says why", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let world: World = { send: fresh(), now: start, left: [] };
        for (const one of steps) world = play(world, world, one);
        const { send } = end(world);
        expect(["sent", "delivered", "failed", "cancelled"]).toContain(send.state);
        const heard = steps.some((one) => one.do === "receipt" && one.state === "failed");
        if (send.state === "failed" && !heard) expect(send.reason).toMatch(/^[a-zA-Z]+$/);
      }),
      runs,
    );
  });

  test("what was called off while it waited never leaves", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let world: World = { send: fresh(), now: start, left: [] };
        let called: number | undefined;
        for (const one of steps) {
          if (one.do === "cancel" && world.send.state === "waiting") called ??= world.left.length;
          world = play(world, world, one);
          if (called !== undefined) expect(world.left.length).toBe(called);
        }
        if (called !== undefined) expect(end(world).left.length).toBe(called);
      }),
      runs,
    );
  });

  test("what was called off while a try was under way gets no further one, and counts as having reached them", () => {
    const taken = take(fresh(), start);
    const off = cancel(taken, start + 1);
    expect(mayHaveReached(off)).toBe(true);
    expect(take(off, start + lostAfterMs)).toMatchObject({ state: "cancelled", reason: "interrupted" });
    expect(mayHaveReached(take(off, start + lostAfterMs))).toBe(true);
    const failed = settle(off, 1, { ok: false, retry: true, reason: "unavailable" }, start + 2);
    expect(failed).toMatchObject({ state: "cancelled" });
    expect(mayHaveReached(failed)).toBe(false);
    expect(settle(off, 1, { ok: true }, start + 2)).toMatchObject({ state: "sent" });
  });

  test("I4: receipts give the same in any order and number", () => {
    const receipts = fc.array(fc.constantFrom("sent" as const, "delivered" as const, "failed" as const), {
      minLength: 1,
      maxLength: 8,
    });
    const both = receipts.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
    );
    fc.assert(
      fc.property(both, fc.boolean(), ([one, other], sentFirst) => {
        const taken = take(fresh(), start);
        const settled = (list: typeof one, first: boolean) => {
          let send = first ? settle(taken, 1, { ok: true }, start + 5) : taken;
          for (const state of list) send = hear(send, { state }, start + 10);
          return first ? send : settle(send, 1, { ok: true }, start + 20);
        };
        expect(settled(one, sentFirst).state).toBe(settled([...other, ...other], !sentFirst).state);
      }),
      runs,
    );
  });

  test("it is never lost: whatever crashes, a provider that takes the last try has it sent", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4 }),
        fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
        (fails, crashes) => {
          let send = fresh();
          let now = start;
          for (let i = 0; i < fails; i++) {
            send = take(send, now);
            expect(send.state).toBe("sending");
            // A crash leaves the row as it is; otherwise the provider says that it cannot now.
            if (!crashes[i]) send = settle(send, send.attempts, { ok: false, retry: true, reason: "unavailable" }, now);
            now = send.nextAt;
            expect(isDue(send, now - 1)).toBe(false);
          }
          send = take(send, now);
          expect(settle(send, send.attempts, { ok: true }, now).state).toBe("sent");
        },
      ),
      runs,
    );
  });
});

describe("retries", () => {
  test("wait one second, twice as long each time, and longer where the provider asks for it", () => {
    let send = fresh();
    let now = start;
    const waits: number[] = [];
    for (let i = 0; i < 4; i++) {
      send = take(send, now);
      send = settle(send, send.attempts, { ok: false, retry: true, reason: "unavailable" }, now);
      waits.push(send.nextAt - now);
      now = send.nextAt;
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000]);
    const asked = settle(take(fresh(), start), 1, { ok: false, retry: true, reason: "busy", afterMs: 20_000 }, start);
    expect(asked.nextAt).toBe(start + 20_000);
  });

  test("end as a dead letter after five tries, and when the next would come too late", () => {
    let send = fresh();
    for (let i = 0; i < 5; i++) {
      send = take(send, send.nextAt);
      send = settle(send, send.attempts, { ok: false, retry: true, reason: "unavailable" }, send.nextAt - lostAfterMs);
    }
    expect(send).toMatchObject({ state: "failed", reason: "unavailable", attempts: 5 });
    const late = settle(
      take(fresh(10_000), start),
      1,
      { ok: false, retry: true, reason: "busy", afterMs: 20_000 },
      start,
    );
    expect(late).toMatchObject({ state: "failed", reason: "busy" });
    expect(take(fresh(10), start + 10)).toMatchObject({ state: "failed", reason: "tooLate" });
  });

  test("a handset's word beats our giving up", () => {
    const failed = settle(take(fresh(), start), 1, { ok: false, retry: false, reason: "timeout" }, start);
    expect(hear(failed, { state: "delivered" }, start + 1)).toMatchObject({ state: "delivered" });
    expect(hear(failed, { state: "delivered" }, start + 1)).not.toHaveProperty("reason");
  });

  test("the end is told by the surest way: what a handset has, else the later rung, else the usual order", () => {
    const sent = (channel: Send["channel"], createdAt: number, state: Send["state"] = "sent"): Send => ({
      ...fresh(),
      channel,
      createdAt,
      state,
    });
    const told = (...list: Send[]) => list.reduce(surerWay).channel;
    expect(told(sent("sms", 1, "delivered"), sent("voice", 2), sent("email", 3))).toBe("sms");
    expect(told(sent("push", 1), sent("sms", 2), sent("voice", 3, "sending"))).toBe("sms");
    expect(told(sent("voice", 1), sent("sms", 1), sent("email", 1))).toBe("sms");
    expect(told(sent("email", 1), sent("voice", 1), sent("sms", 1))).toBe("sms");
  });

  test("browsers that have it are remembered; with one of them it is sent even when the others never get it", () => {
    let send: Send = { ...fresh(), channel: "push" };
    send = take(send, start);
    send = settle(send, 1, { ok: false, retry: true, reason: "unavailable", reached: ["ses_one"] }, start);
    expect(send).toMatchObject({ state: "waiting", reached: ["ses_one"] });
    expect(mayHaveReached(send)).toBe(true);
    for (let i = 0; i < 4; i++) {
      send = take(send, send.nextAt);
      send = settle(send, send.attempts, { ok: false, retry: true, reason: "unavailable" }, send.nextAt - lostAfterMs);
    }
    expect(send).toMatchObject({ state: "sent" });
  });

  test("a result of a try that was counted as lost says nothing about the next one, but that it was taken is true", () => {
    const lost = take(fresh(), start);
    const next = take(lost, start + lostAfterMs);
    expect(next.attempts).toBe(2);
    expect(settle(next, 1, { ok: false, retry: false, reason: "badNumber" }, start + lostAfterMs + 1)).toBe(next);
    expect(settle(next, 1, { ok: true }, start + lostAfterMs + 1)).toMatchObject({ state: "sent" });
  });
});

describe("turns at a provider", () => {
  const queue = (turn: number, alarmId: string, size: number) => ({ turn, alarmId, size });
  const shared = (queues: ReturnType<typeof queue>[], places: number) => {
    const taken: Record<string, number> = {};
    shareOut(queues, places, ({ alarmId }, most) => {
      const size = queues.find((one) => one.alarmId === alarmId)?.size ?? 0;
      const n = Math.min(size, most);
      taken[alarmId] = n;
      return Array.from({ length: n }, () => alarmId);
    });
    return taken;
  };

  test("T18: a large alarm does not hold up a small one, nor stand-downs a call for help", () => {
    expect(shared([queue(0, "small", 2), queue(0, "large", 10_000)], 10)).toEqual({ small: 2, large: 8 });
    expect(shared([queue(0, "large", 10_000), queue(0, "small", 2)], 10)).toEqual({ large: 5, small: 2 });
    expect(shared([queue(2, "over", 10_000), queue(0, "fire", 3)], 10)).toEqual({ fire: 3, over: 7 });
    expect(shared([queue(2, "over", 10_000), queue(0, "fire", 30)], 10)).toEqual({ fire: 10 });
    expect(turnOf.alarm).toBeLessThan(turnOf.verification);
    expect(turnOf.verification).toBeLessThan(turnOf.standDown);
  });

  test("never more than there are places", () => {
    const queues = fc.uniqueArray(
      fc.record({ turn: fc.nat(2), alarmId: fc.nat().map((n) => `alm_${n}`), size: fc.nat(20) }),
      {
        selector: ({ alarmId }) => alarmId,
      },
    );
    fc.assert(
      fc.property(queues, fc.nat(50), (list, places) => {
        const taken = Object.values(shared(list, places)).reduce((sum, n) => sum + n, 0);
        expect(taken).toBeLessThanOrEqual(places);
        // With places for all, nobody waits.
        const all = list.reduce((sum, { size }) => sum + size, 0);
        expect(Object.values(shared(list, all * Math.max(1, list.length))).reduce((sum, n) => sum + n, 0)).toBe(all);
      }),
    );
  });
});
