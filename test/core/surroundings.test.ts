/**
 * Proves: who is around the raiser of a duress alarm, and that the site's delivery gives those, and only those, the silent form of
 * the frame in every way a frame leaves (first sending, resending, coming back). Does not prove that the raiser is left out of
 * the recipients (audience.test.ts) nor the sockets (test/workerd/duress.test.ts).
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { audible, frameFor, newDelivery, owedFrames, quietFrame } from "../../actors/site/delivery/delivery.ts";
import type { Whereabouts } from "../../actors/tenant/targeting/recipients.ts";
import { quietOnes, surroundingsOf } from "../../actors/tenant/targeting/surroundings.ts";

const at = (siteId: string, ...zoneIds: string[]): Whereabouts => ({ state: "present", siteId, zoneIds });
const people: Record<string, Whereabouts> = {
  sameZone: at("office", "hall"),
  sameSite: at("office"),
  otherZone: at("office", "cellar"),
  elsewhere: at("plant", "gate"),
  absent: { state: "absent", siteId: "office", zoneIds: [] },
  unknown: { state: "unknown", zoneIds: [] },
};
const all = [...Object.keys(people), "neverSeen"];
const quiet = (surroundings: Parameters<typeof quietOnes>[0]) =>
  [...quietOnes(surroundings, all, (userId) => people[userId])].sort();

describe("the surroundings of a raiser", () => {
  test("are the zones the person is in, else the site", () => {
    expect(surroundingsOf({ whereabouts: at("office", "hall") })).toEqual({ siteId: "office", zoneIds: ["hall"] });
    expect(surroundingsOf({ whereabouts: at("office") })).toEqual({ siteId: "office", zoneIds: [] });
    expect(surroundingsOf({ whereabouts: at("office"), homeSiteId: "plant" }).siteId).toBe("office");
  });

  test("are the home site while presence is unknown, and nothing for somebody who is absent", () => {
    expect(surroundingsOf({ homeSiteId: "plant" })).toEqual({ siteId: "plant", zoneIds: [] });
    expect(surroundingsOf({ whereabouts: { state: "unknown", zoneIds: [] }, homeSiteId: "plant" })).toEqual({
      siteId: "plant",
      zoneIds: [],
    });
    expect(surroundingsOf({ whereabouts: people.absent, homeSiteId: "plant" })).toEqual({ zoneIds: [] });
    expect(surroundingsOf({})).toEqual({ zoneIds: [] });
  });

  test("are the button's own place before the person's presence", () => {
    const whereabouts = at("plant", "gate");
    expect(surroundingsOf({ at: { zoneId: "hall" }, whereabouts })).toEqual({ zoneIds: ["hall"] });
    expect(surroundingsOf({ at: { siteId: "office" }, whereabouts })).toEqual({ siteId: "office", zoneIds: [] });
    expect(surroundingsOf({ at: { siteId: "plant" }, whereabouts })).toEqual({ siteId: "plant", zoneIds: ["gate"] });
  });

  test("hold whoever is present in the zone, or in the site when no zone is known", () => {
    expect(quiet({ siteId: "office", zoneIds: ["hall"] })).toEqual(["sameZone"]);
    expect(quiet({ siteId: "office", zoneIds: ["hall", "cellar"] })).toEqual(["otherZone", "sameZone"]);
    expect(quiet({ siteId: "office", zoneIds: [] })).toEqual(["otherZone", "sameSite", "sameZone"]);
    expect(quiet({ zoneIds: [] })).toEqual([]);
  });
});

describe("delivery", () => {
  const frame = JSON.stringify({ type: "alarm", seq: 7, alarmId: "alm_1", silent: false, title: "Help" });
  const facts = { alarmId: "alm_1", seq: 7, raisedAt: 1, storedAt: 1, frame, withoutDevice: [] };

  test("the ordinary alarm: the same list and the same text, untouched", () => {
    const recipients = ["a", "b"];
    for (const delivery of [newDelivery({ ...facts, recipients }), newDelivery({ ...facts, recipients, quiet: [] })]) {
      expect(audible(delivery, recipients).loud).toBe(recipients);
      expect(audible(delivery, recipients).quiet).toEqual([]);
      expect(frameFor(delivery, "a")).toBe(frame);
    }
  });

  test("everybody gets one frame: the quiet ones the same alarm with `silent`, the others the frame as it is", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 30 }),
        fc.infiniteStream(fc.boolean()),
        (recipients, coin) => {
          const flags = recipients.map(() => coin.next().value === true);
          const delivery = newDelivery({ ...facts, recipients, quiet: flags.flatMap((on, i) => (on ? [i] : [])) });
          const { loud, quiet: silent } = audible(delivery, recipients);
          expect([...loud, ...silent].sort()).toEqual([...recipients].sort());
          for (const [i, userId] of recipients.entries()) {
            const wanted = flags[i] === true ? { ...JSON.parse(frame), silent: true } : JSON.parse(frame);
            expect(JSON.parse(frameFor(delivery, userId))).toEqual(wanted);
            expect(silent.includes(userId)).toBe(flags[i]);
            // I3: a device that comes back gets the same form.
            const [owed] = owedFrames([delivery], userId, "dev_1", undefined);
            expect(owed?.frame).toBe(frameFor(delivery, userId));
          }
        },
      ),
    );
  });

  test("the silent form is made once a frame, and anew when the alarm is called again with another", () => {
    const delivery = newDelivery({ ...facts, recipients: ["a"], quiet: [0] });
    expect(quietFrame(delivery)).toBe(quietFrame(delivery));
    delivery.frame = JSON.stringify({ ...JSON.parse(frame), seq: 9 });
    expect(JSON.parse(quietFrame(delivery))).toMatchObject({ seq: 9, silent: true });
  });
});
