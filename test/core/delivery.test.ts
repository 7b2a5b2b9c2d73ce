import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type Delivery,
  explainUnreached,
  newDelivery,
  owedFrames,
  takeReceipt,
  takeSent,
} from "../../actors/site/delivery/delivery.ts";

// Proves the rules of one place's deliveries: who is explained (I2), what a device that comes back is owed (wire.md, `lastSeq`),
// and that receipts are idempotent and nobody else's count (I3, I4). That frames are stored and sent is test/workerd's.

const users = ["u0", "u1", "u2", "u3"];

const delivery = (facts: Partial<Parameters<typeof newDelivery>[0]> = {}): Delivery =>
  newDelivery({
    alarmId: "alarm",
    seq: 1,
    raisedAt: 0,
    storedAt: 0,
    frame: "alarm 1",
    recipients: users,
    withoutDevice: [],
    ...facts,
  });

type Step =
  | { does: "sent"; userId: string }
  | { does: "receipt"; userId: string; what: "received" | "seen" }
  | { does: "explain"; why: "noDevice" | "deadline" };

const user = fc.constantFrom(...users);
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({ does: fc.constant("sent" as const), userId: user }),
    fc.record({ does: fc.constant("receipt" as const), userId: user, what: fc.constantFrom("received", "seen") }),
    fc.record({ does: fc.constant("explain" as const), why: fc.constantFrom("noDevice", "deadline") }),
  ),
  { maxLength: 12 },
);

test("I2: after the end everybody has received it or is explained, and nobody twice", () => {
  fc.assert(
    fc.property(steps, fc.subarray([0, 1, 2, 3]), fc.subarray(users), (list, withoutDevice, connected) => {
      const one = delivery({ withoutDevice });
      const isConnected = (userId: string) => connected.includes(userId);
      const got = new Set<string>();
      const explained: string[] = [];
      for (const step of list) {
        if (step.does === "sent") takeSent(one, step.userId, 1);
        else if (step.does === "receipt") {
          takeReceipt(one, step.userId, `${step.userId}-phone`, step.what, 2);
          got.add(step.userId);
        } else {
          const rows = explainUnreached(one, step.why, isConnected, 3).map(([userId]) => userId);
          for (const userId of rows) expect(got.has(userId), "who received it is not explained away").toBe(false);
          explained.push(...rows);
        }
      }
      explained.push(...explainUnreached(one, "end", isConnected, 4).map(([userId]) => userId));
      expect(new Set([...got, ...explained])).toEqual(new Set(users));
      expect(explained.length).toBe(new Set(explained).size);
      expect(explainUnreached(one, "end", isConnected, 5)).toEqual([]);
    }),
    { numRuns: 1_000 },
  );
});

test("I2: the reason says what happened", () => {
  const one = delivery({ withoutDevice: [0] });
  takeSent(one, "u1", 1);
  takeReceipt(one, "u3", "u3-phone", "received", 2);
  const nobody = () => false;
  expect(explainUnreached(one, "noDevice", nobody, 3)).toEqual([["u0", "noDevice", 3]]);
  expect(explainUnreached(one, "deadline", nobody, 4)).toEqual([
    ["u1", "noReceipt", 4],
    ["u2", "notConnected", 4],
  ]);
  expect(explainUnreached(delivery({ recipients: ["u0"] }), "end", nobody, 5)).toEqual([["u0", "endedBefore", 5]]);
});

test("I4: the same receipt twice is one; each device and `seen` have their own", () => {
  const one = delivery();
  expect(takeReceipt(one, "u0", "phone", "received", 7)).toEqual(["u0", "phone", "received", 7]);
  expect(takeReceipt(one, "u0", "phone", "received", 8)).toBeUndefined();
  expect(takeReceipt(one, "u0", "phone", "seen", 9)).toEqual(["u0", "phone", "seen", 9]);
  expect(takeReceipt(one, "u0", "phone", "seen", 10)).toBeUndefined();
  expect(takeReceipt(one, "u0", "tablet", "received", 11)).toEqual(["u0", "tablet", "received", 11]);
  expect(takeSent(one, "u0", 1)).toEqual(["u0", 1]);
  expect(takeSent(one, "u0", 2)).toBeUndefined();
});

test("I3: a receipt of somebody who is no recipient counts for nothing", () => {
  const one = delivery();
  expect(takeReceipt(one, "stranger", "phone", "received", 7)).toBeUndefined();
  expect(takeSent(one, "stranger", 7)).toBeUndefined();
  expect(one).toEqual(delivery());
});

/** The tenant's numbered events, as a person who is always there would see them. */
interface Told {
  seq: number;
  alarmId: string;
  frame: string;
  to: string[];
}

const courses = fc.array(
  fc.oneof(
    fc.record({ does: fc.constant("raise" as const), to: fc.subarray(users) }),
    fc.record({ does: fc.constant("end" as const), which: fc.nat(20) }),
  ),
  { maxLength: 12 },
);

test("I1: a device that comes back gets exactly what it missed and what it has not received, in order", () => {
  fc.assert(
    fc.property(
      courses,
      fc.option(fc.nat(14), { nil: undefined }),
      fc.subarray([1, 2, 3, 4, 5, 6]),
      (course, lastSeq, got) => {
        const deliveries: Delivery[] = [];
        const told: Told[] = [];
        let seq = 0;
        for (const event of course) {
          if (event.does === "raise") {
            seq += 1;
            const facts = { seq, alarmId: `alarm ${seq}`, frame: `alarm ${seq}` };
            deliveries.push(delivery({ ...facts, recipients: event.to }));
            told.push({ ...facts, to: event.to });
          } else {
            const one = deliveries[event.which % Math.max(1, deliveries.length)];
            if (one === undefined || one.end !== undefined) continue;
            seq += 1;
            one.end = { seq, frame: `end of ${one.alarmId}` };
            told.push({ seq, alarmId: one.alarmId, frame: one.end.frame, to: [...one.recipients] });
          }
        }
        for (const n of got) {
          const one = deliveries.find((each) => each.seq === n);
          if (one !== undefined) takeReceipt(one, "u0", "phone", "received", 1);
        }
        const ended = new Set(told.filter((event) => event.frame.startsWith("end")).map((event) => event.alarmId));
        const missed = told.filter(
          (event) =>
            event.to.includes("u0") &&
            ((lastSeq !== undefined && event.seq > lastSeq) || (!ended.has(event.alarmId) && !got.includes(event.seq))),
        );
        const owed = owedFrames(deliveries.toReversed(), "u0", "phone", lastSeq);
        expect(owed.map(({ seq: n, frame }) => [n, frame])).toEqual(missed.map((event) => [event.seq, event.frame]));
      },
    ),
    { numRuns: 2_000 },
  );
});

test("another device of the person is owed an open alarm that the first one has", () => {
  const one = delivery();
  takeReceipt(one, "u0", "phone", "received", 1);
  expect(owedFrames([one], "u0", "phone", 1)).toEqual([]);
  expect(owedFrames([one], "u0", "tablet", 1).map(({ frame }) => frame)).toEqual(["alarm 1"]);
  expect(owedFrames([one], "stranger", "phone", 0)).toEqual([]);
});
