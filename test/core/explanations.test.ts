import fc from "fast-check";
import { expect, test } from "vitest";
import { explain } from "../../actors/tenant/alarm/explain.ts";
import type { Audience } from "../../actors/tenant/targeting/audience.ts";
import { type PreviewFacts, previewOf } from "../../actors/tenant/targeting/preview.ts";
import type { Recipient } from "../../protocol/alarms.ts";
import { Explanation, LeftOutReason, Preview } from "../../protocol/explanations.ts";
import { Channel } from "../../protocol/terms.ts";

// Proves what is told of an audience before an alarm (preview) and of one person after it (explanation), as the wire says it.
// Who is in the audience is audience.test.ts; who may ask is test/workerd/explanations.test.ts.

const idOf = (i: number) => `usr_${String(i).padStart(8, "0")}`;

interface Case {
  audience: Audience;
  everybody: string[];
  ladder: Channel[];
  facts: PreviewFacts;
}

/** Everybody is in one of: recipient, held back, left out for a reason, not targeted. */
const cases: fc.Arbitrary<Case> = fc
  .record({
    people: fc.array(
      fc.record({
        where: fc.constantFrom("recipient", "visitor", "unavailable", "wrongRole", "none"),
        device: fc.boolean(),
        channels: fc.subarray([...Channel.options]),
        visiting: fc.boolean(),
      }),
      { maxLength: 30 },
    ),
    ladder: fc.array(fc.constantFrom(...Channel.options), { maxLength: 5 }),
  })
  .map(({ people, ladder }) => {
    const at = new Map(people.map((one, i) => [idOf(i), one]));
    const those = (where: string) => [...at].flatMap(([userId, one]) => (one.where === where ? [userId] : []));
    return {
      audience: {
        recipients: those("recipient"),
        visitors: those("visitor"),
        leftOut: new Map(
          (["unavailable", "wrongRole"] as const).flatMap((reason) => {
            const userIds = those(reason);
            return userIds.length === 0 ? [] : [[reason, userIds] as const];
          }),
        ),
      },
      everybody: [...at.keys()],
      ladder,
      facts: {
        name: (userId) => `Name of ${userId}`,
        roleIds: () => ["rol_00000001"],
        device: (userId) => at.get(userId)?.device === true,
        channels: (userId) => at.get(userId)?.channels ?? [],
        visiting: (userId) => at.get(userId)?.visiting === true,
      },
    };
  });

test("I2: a preview names everybody once, with the ways to them or the reason, and its totals are true", () => {
  fc.assert(
    fc.property(cases, ({ audience, everybody, ladder, facts }) => {
      const preview = Preview.parse(previewOf(audience, everybody, ladder, facts, undefined));
      const named = [...preview.recipients, ...preview.leftOut].map(({ userId }) => userId);
      expect(named.toSorted()).toEqual(everybody.toSorted());
      for (const one of preview.recipients) {
        const ways = facts.channels(one.userId).filter((channel) => ladder.includes(channel));
        expect(new Set(one.channels)).toEqual(new Set(ways));
        expect(one.channels).toEqual(one.channels.toSorted((a, b) => ladder.indexOf(a) - ladder.indexOf(b)));
        expect(one.unreachable === true).toBe(!facts.device(one.userId) && ways.length === 0);
        expect(one.visiting === true).toBe(facts.visiting(one.userId));
      }
      expect(preview.totals.recipients).toBe(preview.recipients.length);
      expect(preview.totals.unreachable).toBe(preview.recipients.filter((one) => one.unreachable).length);
      for (const reason of LeftOutReason.options)
        expect(preview.totals.leftOut[reason] ?? 0).toBe(preview.leftOut.filter((one) => one.reason === reason).length);
      for (const userId of audience.visitors)
        expect(preview.leftOut.find((one) => one.userId === userId)?.reason).toBe("visiting");
    }),
    { numRuns: 1_000 },
  );
});

test("ten thousand people: a thousand of each are listed, the expected before the others, and totals count all", () => {
  const everybody = Array.from({ length: 10_000 }, (_, i) => idOf(i));
  const audience: Audience = {
    recipients: everybody.slice(0, 4_000),
    visitors: [],
    leftOut: new Map([["offDuty", everybody.slice(4_000, 4_600)]]),
  };
  const facts: PreviewFacts = {
    name: (userId) => userId,
    roleIds: () => [],
    device: (userId) => userId < idOf(3_900),
    channels: () => [],
    visiting: () => false,
  };
  const from = performance.now();
  const preview = previewOf(audience, everybody, ["push"], facts, undefined);
  console.info(`preview of 10,000 people: ${(performance.now() - from).toFixed(1)} ms`);
  expect(preview.recipients).toHaveLength(1_000);
  expect(preview.leftOut).toHaveLength(1_000);
  expect(preview.leftOut.filter(({ reason }) => reason === "offDuty")).toHaveLength(600);
  expect(preview.totals).toEqual({
    recipients: 4_000,
    unreachable: 100,
    leftOut: { offDuty: 600, notTargeted: 5_400 },
  });
});

const userId = idOf(1);
const name = "An Jansen";
const time = "2026-11-23T09:00:00.000Z";

test("I2: somebody left out is told the reason; whoever was not expected, that it was not for them", () => {
  const leftOut = [
    { reason: "offDuty" as const, userIds: [idOf(2)] },
    { reason: "notThere" as const, userIds: [idOf(3), userId] },
  ];
  const told = (rows: typeof leftOut | undefined) => Explanation.parse(explain({ userId, name, leftOut: rows }));
  expect(told(leftOut)).toEqual({ userId, name, alarmed: false, reason: "notThere" });
  expect(told(leftOut.slice(0, 1))).toEqual({ userId, name, alarmed: false, reason: "notTargeted" });
  expect(told(undefined), "an alarm of before this was kept: no reason is made up").toEqual({
    userId,
    name,
    alarmed: false,
  });
});

test.each<[string, Partial<Recipient>, Partial<Explanation>]>([
  ["pending", { state: "pending" }, { state: "pending" }],
  ["not reached", { state: "notReached", reason: "noDevice" }, { state: "notReached", notReached: "noDevice" }],
  [
    "called by a step, and answered",
    { state: "answered", step: 2, sentAt: time, receivedAt: time, seenAt: time, respondedAt: time, response: "coming" },
    { state: "answered", step: 2, sentAt: time, receivedAt: time, seenAt: time, respondedAt: time },
  ],
  [
    "reached by mail",
    { state: "sent", channels: [{ channel: "email", state: "delivered", at: time }] },
    { state: "sent", channels: [{ channel: "email", state: "delivered", at: time }] },
  ],
])("I2: a recipient: %s", (_, facts, expected) => {
  const recipient = { userId, name, state: "pending", ...facts } as Recipient;
  // Left out when it was raised, and called later: what happened to them since is what they are told.
  const leftOut = [{ reason: "visiting" as const, userIds: [userId] }];
  expect(Explanation.parse(explain({ userId, name, recipient, leftOut }))).toEqual({
    userId,
    name,
    alarmed: true,
    ...expected,
  });
});
