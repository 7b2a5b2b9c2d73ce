/**
 * Proves what several sources say together of one person in one site (P4; docs/decisions/0021-when-presence-ends.md), and how
 * presence ends by the end of the day and by silence. Does not prove that timers fire and that the tenant hears of it:
 * test/workerd/presence-ends.test.ts.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { dayEnds } from "../../actors/site/presence/day-end.ts";
import { keepWords, reportPresence, type SitePresenceState, type Source } from "../../actors/site/presence/presence.ts";

const sources: Source[] = [
  { id: "dev_phone", own: true },
  { id: "dev_tablet", own: true },
  { id: "int_wifi", own: false },
  { id: "int_gate", own: false },
];
const zones = ["zone_aaaa", "zone_bbbb"];
const report = fc.record({
  source: fc.constantFrom(...sources),
  zoneId: fc.option(fc.constantFrom(...zones), { nil: undefined }),
  present: fc.boolean(),
});
const reports = fc.array(report, { maxLength: 16 });

type Report = typeof report extends fc.Arbitrary<infer T> ? T : never;

const after = (list: readonly Report[]): SitePresenceState | undefined =>
  list.reduce<SitePresenceState | undefined>(
    (state, { source, ...said }, i) => reportPresence(state, said, source, 1_000 + i),
    undefined,
  );

/** The decision in its own words: a set of zones per source that says "here". */
const model = (list: readonly Report[]) => {
  const here = new Map<string, Set<string>>();
  for (const { source, zoneId, present } of list) {
    const word = here.get(source.id);
    if (present) here.set(source.id, new Set([...(word ?? []), ...(zoneId === undefined ? [] : [zoneId])]));
    else if (zoneId !== undefined) {
      if (source.own) for (const one of here.values()) one.delete(zoneId);
      else word?.delete(zoneId);
    } else if (source.own) here.clear();
    else here.delete(source.id);
  }
  return { present: here.size > 0, zones: new Set([...here.values()].flatMap((one) => [...one])) };
};

test("P4: present while anything that said so has not taken it back; the person's own leaving ends all of it", () => {
  fc.assert(
    fc.property(reports, (list) => {
      const state = after(list);
      const expected = model(list);
      expect(state?.state === "present").toBe(expected.present);
      expect(new Set(Object.keys(state?.zones ?? {}))).toEqual(expected.zones);
    }),
    { numRuns: 2_000 },
  );
});

test("two devices: the one that leaves takes the person along, the one left behind does not bring the person back", () => {
  const [phone, tablet] = sources as [Source, Source];
  let state = reportPresence(undefined, { present: true }, phone, 1);
  state = reportPresence(state, { present: true }, tablet, 2);
  state = reportPresence(state, { present: false }, phone, 3);
  expect(state).toMatchObject({ state: "absent", zones: {}, words: {} });
});

test("an integration that sees nobody any more does not outvote the person's device", () => {
  const [phone, , wifi] = sources as [Source, Source, Source];
  let state = reportPresence(undefined, { present: true }, phone, 1);
  state = reportPresence(state, { present: true, zoneId: "zone_aaaa" }, wifi, 2);
  state = reportPresence(state, { present: false }, wifi, 3);
  expect(state).toMatchObject({ state: "present", since: 1, zones: {} });
  expect(reportPresence(undefined, { present: false }, wifi, 4).state).toBe("absent");
});

test("silence: unknown when the last word is silent, never present and never absent; since when it began", () => {
  fc.assert(
    fc.property(reports, fc.integer({ min: 990, max: 1_020 }), (list, silent) => {
      const state = after(list);
      if (state === undefined) return;
      const next = keepWords(state, (_, { at }) => (at > silent ? at : undefined), "unknown", 5_000) ?? state;
      const live = Object.values(state.words).filter(({ at }) => at > silent);
      if (state.state !== "present") expect(next).toBe(state);
      else if (live.length === 0) expect(next).toMatchObject({ state: "unknown", since: 5_000, zones: {}, words: {} });
      else {
        expect(next.state).toBe("present");
        expect(next.since).toBe(state.since);
        expect(new Set(Object.keys(next.zones))).toEqual(new Set(live.flatMap((word) => word.zones)));
      }
    }),
    { numRuns: 1_000 },
  );
});

test("a sign of its source keeps a word, and moves when it was last heard", () => {
  const state = reportPresence(undefined, { present: true, zoneId: "zone_aaaa" }, sources[0] as Source, 1);
  const kept = keepWords(state, () => 900, "unknown", 1_000);
  expect(kept).toMatchObject({ state: "present", since: 1, zones: { zone_aaaa: 1 } });
  expect(kept?.words.dev_phone?.at).toBe(900);
  expect(keepWords(state, (_, { at }) => at, "unknown", 1_000)).toBeUndefined();
});

const amsterdam = { at: "19:00", timeZone: "Europe/Amsterdam" };
const iso = (ms: number) => new Date(ms).toISOString();

test.each([
  ["in winter", amsterdam, "2026-11-23T12:00:00Z", "2026-11-22T18:00:00.000Z", "2026-11-23T18:00:00.000Z"],
  ["in summer", amsterdam, "2026-07-01T12:00:00Z", "2026-06-30T17:00:00.000Z", "2026-07-01T17:00:00.000Z"],
  [
    "across the change in spring",
    amsterdam,
    "2026-03-28T18:30:00Z",
    "2026-03-28T18:00:00.000Z",
    "2026-03-29T17:00:00.000Z",
  ],
  [
    "across the change in autumn",
    amsterdam,
    "2026-10-24T17:30:00Z",
    "2026-10-24T17:00:00.000Z",
    "2026-10-25T18:00:00.000Z",
  ],
  [
    "at a time that is skipped",
    { ...amsterdam, at: "02:30" },
    "2026-03-28T12:00:00Z",
    "2026-03-28T01:30:00.000Z",
    "2026-03-29T01:30:00.000Z",
  ],
  [
    "at a time that comes twice",
    { ...amsterdam, at: "02:30" },
    "2026-10-24T12:00:00Z",
    "2026-10-24T00:30:00.000Z",
    "2026-10-25T00:30:00.000Z",
  ],
  [
    "between the two of a time that comes twice",
    { ...amsterdam, at: "02:30" },
    "2026-10-25T01:00:00Z",
    "2026-10-25T00:30:00.000Z",
    "2026-10-26T01:30:00.000Z",
  ],
])("the working day ends %s", (_, rule, now, last, next) => {
  const found = dayEnds(rule, Date.parse(now));
  expect([iso(found.last), iso(found.next)]).toEqual([last, next]);
});

test("the end of the day is always found, on both sides, and at its own moment it is the last one", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("Europe/Amsterdam", "Pacific/Apia", "America/St_Johns", "Asia/Kathmandu", "UTC"),
      fc.integer({ min: 0, max: 23 }),
      fc.integer({ min: 0, max: 59 }),
      fc.integer({ min: Date.parse("2010-01-01"), max: Date.parse("2030-01-01") }),
      (timeZone, hour, minute, now) => {
        const two = (n: number) => String(n).padStart(2, "0");
        const rule = { at: `${two(hour)}:${two(minute)}`, timeZone };
        const { last, next } = dayEnds(rule, now);
        expect(last).toBeLessThanOrEqual(now);
        expect(next).toBeGreaterThan(now);
        expect(next - last).toBeLessThanOrEqual(49 * 3_600_000);
        expect(dayEnds(rule, next).last).toBe(next);
      },
    ),
  );
});
