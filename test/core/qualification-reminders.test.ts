import fc from "fast-check";
import { expect, test } from "vitest";
import {
  daysLeft,
  type Expiring,
  expiresAt,
  reminderDay,
  remindersOn,
  reminderTime,
} from "../../actors/tenant/targeting/expiring.ts";

/**
 * Proves when certificates are reminded of: 30 and 7 days before, each once, at nine in the morning of the organisation, also after an
 * absence and over both changes of the clock (I11). Not: who is told, and that it is on record (test/workerd/rosters.test.ts).
 */

const zone = "Europe/Amsterdam";
const dayMs = 24 * 3_600_000;
const day = (n: number): string => new Date(Date.UTC(2026, 0, 1) + n * dayMs).toISOString().slice(0, 10);
const on = (validUntil: string, today: string, said?: number) =>
  remindersOn([{ roleId: "role", validUntil, said }], today);

test("30 and 7 days before, each once; after its last day no more", () => {
  expect(on(day(60), day(29))).toEqual({ due: [], nextDay: day(30) });
  expect(on(day(60), day(30)).due).toMatchObject([{ days: 30 }]);
  expect(on(day(60), day(31), 30)).toEqual({ due: [], nextDay: day(53) });
  expect(on(day(60), day(53), 30).due).toMatchObject([{ days: 7 }]);
  expect(on(day(60), day(54), 7)).toEqual({ due: [], nextDay: undefined });
  expect(on(day(60), day(60)).due, "late is better than never, and one is enough").toMatchObject([{ days: 7 }]);
  expect(on(day(60), day(61))).toEqual({ due: [], nextDay: undefined });
  expect(remindersOn([{ roleId: "role" }], day(0)), "one that never expires").toEqual({ due: [], nextDay: undefined });
});

test("whoever looks on some days, and on the day that was said, reminds each certificate once for each term that it lived through", () => {
  const certificates = fc.array(fc.record({ entered: fc.nat(40), lasts: fc.nat(80) }), { maxLength: 8 });
  fc.assert(
    fc.property(certificates, fc.array(fc.nat(130), { maxLength: 6 }), (list, extra) => {
      const all = list.map(({ entered, lasts }, i) => ({
        roleId: `role${i}`,
        validUntil: day(entered + lasts),
        entered,
      }));
      const said = new Map<string, number>();
      const told = new Map<string, number[]>();
      let next: string | undefined;
      for (let n = 0; n <= 130; n++) {
        const today = day(n);
        const entered = all.some((one) => one.entered === n);
        if (!entered && next !== today && !extra.includes(n)) continue;
        const known: Expiring[] = all
          .filter((one) => one.entered <= n)
          .map(({ roleId, validUntil }) => ({ roleId, validUntil, said: said.get(roleId) }));
        for (const { certificate, days } of remindersOn(known, today).due) {
          said.set(certificate.roleId, days);
          told.set(certificate.roleId, [...(told.get(certificate.roleId) ?? []), days]);
          expect(daysLeft(certificate.validUntil ?? "", today)).toBeLessThanOrEqual(days);
        }
        const after = known.map((one) => ({ ...one, said: said.get(one.roleId) }));
        const rest = remindersOn(after, today);
        expect(rest.due, "twice is once").toEqual([]);
        next = rest.nextDay;
        if (next !== undefined) expect(next > today).toBe(true);
      }
      for (const [i, { lasts }] of list.entries()) {
        const wanted = lasts > 7 ? [30, 7] : [7];
        expect(told.get(`role${i}`), `${lasts} days`).toEqual(wanted);
      }
    }),
  );
});

test("at nine by the clock on the wall, in winter, in summer and on the days between", () => {
  expect(new Date(reminderTime("2026-01-15", zone)).toISOString()).toBe("2026-01-15T08:00:00.000Z");
  for (const date of ["2026-03-28", "2026-03-29", "2026-03-30", "2026-10-25", "2026-10-26", "2026-07-01"]) {
    const at = reminderTime(date, zone);
    expect(reminderDay(zone, at)).toBe(date);
    expect(reminderDay(zone, at - 1)).not.toBe(date);
  }
  expect(new Date(expiresAt("2026-03-28", zone)).toISOString()).toBe("2026-03-28T23:00:00.000Z");
});
