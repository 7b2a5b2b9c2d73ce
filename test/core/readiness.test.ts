import fc from "fast-check";
import { expect, test } from "vitest";
import { type DutyWord, onDutyNow } from "../../actors/tenant/targeting/duty.ts";
import { dayIn, isQualified, isValid } from "../../actors/tenant/targeting/qualified.ts";
import { DutyReport, NewQualifications } from "../../protocol/readiness.ts";

// Proves when somebody counts as on duty and as qualified. That both survive a restart, and who may say so, is
// test/workerd/readiness.test.ts.

const T0 = Date.UTC(2026, 10, 23, 9, 0, 0);

const words = fc
  .array(
    fc.record({
      onDuty: fc.boolean(),
      until: fc.option(
        fc.integer({ min: -5, max: 5 }).map((n) => T0 + n),
        { nil: undefined },
      ),
      since: fc.constant(T0 - 10),
    }),
    { maxLength: 8 },
  )
  .map((list) => new Map<string, DutyWord>(list.map((word, i) => [`u${i}`, word])));

test("on duty are those of whom it was said, until the very moment it ends", () => {
  fc.assert(
    fc.property(words, fc.integer({ min: -6, max: 6 }), (known, ms) => {
      const now = T0 + ms;
      const found = onDutyNow(known, now);
      for (const [userId, { onDuty, until }] of known)
        expect(found.has(userId), userId).toBe(onDuty && now < (until ?? Number.POSITIVE_INFINITY));
      for (const userId of found) expect(known.has(userId)).toBe(true);
    }),
  );
});

test("nobody comes on duty by time passing", () => {
  fc.assert(
    fc.property(words, fc.nat(6), fc.nat(6), (known, sooner, later) => {
      const after = onDutyNow(known, T0 + sooner + later);
      for (const userId of after) expect(onDutyNow(known, T0 + sooner).has(userId)).toBe(true);
    }),
  );
});

test.each([
  ["Europe/Amsterdam", "2026-11-23T22:59:59.999Z", "2026-11-23"],
  ["Europe/Amsterdam", "2026-11-23T23:00:00.000Z", "2026-11-24"],
  ["Europe/Amsterdam", "2026-07-01T22:00:00.000Z", "2026-07-02"],
  ["America/New_York", "2026-11-24T04:59:59.000Z", "2026-11-23"],
  ["Pacific/Kiritimati", "2026-12-31T10:00:00.000Z", "2027-01-01"],
  ["UTC", "2026-01-05T00:00:00.000Z", "2026-01-05"],
])("the day in %s at %s is %s", (timeZone, time, day) => {
  expect(dayIn(timeZone, Date.parse(time))).toBe(day);
});

test("a certificate is valid through its last day and not a day longer", () => {
  const certificate = { roleId: "aid", validUntil: "2026-11-23" };
  expect(isValid(certificate, dayIn("Europe/Amsterdam", Date.parse("2026-11-23T22:59:59Z")))).toBe(true);
  expect(isValid(certificate, dayIn("Europe/Amsterdam", Date.parse("2026-11-23T23:00:00Z")))).toBe(false);
  expect(isValid({ roleId: "aid" }, "9999-12-31")).toBe(true);
});

const person = { roleIds: ["aid", "lead"] };
const today = "2026-11-23";
test.each<[string, Parameters<typeof isQualified>, boolean]>([
  ["a role without certificate: by holding it", [person, { roleId: "lead" }, [], today], true],
  ["certified", [person, { roleId: "aid", certificate: true }, [{ roleId: "aid", validUntil: today }], today], true],
  ["certified for ever", [person, { roleId: "aid", certificate: true }, [{ roleId: "aid" }], today], true],
  [
    "expired",
    [person, { roleId: "aid", certificate: true }, [{ roleId: "aid", validUntil: "2026-11-22" }], today],
    false,
  ],
  ["certified for another role", [person, { roleId: "aid", certificate: true }, [{ roleId: "lead" }], today], false],
  [
    "certified, and not of that role any more",
    [{ roleIds: [] }, { roleId: "aid", certificate: true }, [{ roleId: "aid" }], today],
    false,
  ],
  ["not of that role", [{ roleIds: [] }, { roleId: "aid" }, [], today], false],
  ["a role that is gone", [person, undefined, [], today], false],
  ["a person who is gone", [undefined, { roleId: "aid" }, [], today], false],
])("qualified or not: %s", (_, facts, expected) => {
  expect(isQualified(...facts)).toBe(expected);
});

test("P10: a qualification is a role and a date; nothing else is taken", () => {
  const roleId = "rol_f2HjU8sKd4QwZ1nMx";
  const of = (...qualifications: object[]) => NewQualifications.safeParse({ qualifications }).success;
  expect(of({ roleId, validUntil: "2027-03-31" }, { roleId: `${roleId}2` })).toBe(true);
  expect(of()).toBe(true);
  expect(of({ roleId }, { roleId, validUntil: "2027-03-31" }), "a role twice").toBe(false);
  expect(of({ roleId, validUntil: "2027-02-29" }), "no such day").toBe(false);
  expect(of({ roleId, validUntil: "2027-03-31T00:00:00Z" })).toBe(false);
  expect(of({ roleId, number: "NL-123" })).toBe(false);
  expect(DutyReport.safeParse({ onDuty: true, note: "x" }).success).toBe(false);
});
