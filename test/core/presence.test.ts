import fc from "fast-check";
import { expect, test } from "vitest";
import { presenceEntries, reportPresence, type SitePresenceState } from "../../actors/site/presence/presence.ts";
import { PresenceEntry } from "../../protocol/presence.ts";

// Proves the rules of wire.md (Presence) for one person in one site. "Present in another site ends presence in the former" is
// between actors: test/workerd.

const zone = fc.constantFrom("zone_aaaa", "zone_bbbb");
const reports = fc.array(fc.record({ zoneId: fc.option(zone, { nil: undefined }), present: fc.boolean() }), {
  maxLength: 12,
});
type Report = { zoneId: string | undefined; present: boolean };

/** The wire's sentences on one site, as a set of zones and whether the person is there. */
const model = (list: readonly Report[]) => {
  let there: boolean | undefined;
  const zones = new Set<string>();
  for (const { zoneId, present } of list) {
    if (present) there = true;
    else if (zoneId === undefined) there = false;
    if (present && zoneId !== undefined) zones.add(zoneId);
    if (!present && zoneId !== undefined) zones.delete(zoneId);
    if (there === false) zones.clear();
  }
  return { state: there === undefined ? "unknown" : there ? "present" : "absent", zones };
};

const own = { id: "dev_aaaa", own: true };

const after = (list: readonly Report[]): SitePresenceState | undefined => {
  let state: SitePresenceState | undefined;
  for (const [i, report] of list.entries()) state = reportPresence(state, report, own, 1_000 + i);
  return state;
};

test("P4: a zone is in its site, leaving the site ends its zones, leaving a zone stays in the site", () => {
  fc.assert(
    fc.property(reports, (list) => {
      const state = after(list);
      const expected = model(list);
      expect(state?.state ?? "unknown").toBe(expected.state);
      expect(new Set(Object.keys(state?.zones ?? {}))).toEqual(expected.zones);
    }),
    { numRuns: 1_000 },
  );
});

test("saying the same again keeps since when, and only moves when it was said", () => {
  fc.assert(
    fc.property(
      reports.filter((list) => list.length > 0),
      (list) => {
        const last = list.at(-1) as Report;
        const once = after(list);
        const twice = reportPresence(once, last, own, 9_999);
        const said = { ...twice, at: once?.at, words: once?.words };
        expect(said).toEqual(once);
        expect(twice.at).toBe(9_999);
      },
    ),
  );
});

test("`since` is when the state began, never later than when it was last said", () => {
  fc.assert(
    fc.property(reports, (list) => {
      let state: SitePresenceState | undefined;
      for (const [i, report] of list.entries()) {
        const next = reportPresence(state, report, own, 1_000 + i);
        if (state !== undefined) expect(next.since).toBe(next.state === state.state ? state.since : 1_000 + i);
        for (const [zoneId, since] of Object.entries(next.zones)) expect(since).toBe(state?.zones[zoneId] ?? 1_000 + i);
        expect(next.since).toBeLessThanOrEqual(next.at);
        state = next;
      }
    }),
  );
});

test("I7, P4: the answer is the site, its zones and the zone just left, and nothing but present or absent", () => {
  const state = after([
    { zoneId: "zone_aaaa", present: true },
    { zoneId: "zone_bbbb", present: true },
    { zoneId: "zone_bbbb", present: false },
  ]) as SitePresenceState;
  const entries = presenceEntries("site_aaaa", state, "zone_bbbb");
  expect(entries).toEqual([
    { siteId: "site_aaaa", state: "present", since: "1970-01-01T00:00:01.000Z" },
    { siteId: "site_aaaa", zoneId: "zone_aaaa", state: "present", since: "1970-01-01T00:00:01.000Z" },
    { siteId: "site_aaaa", zoneId: "zone_bbbb", state: "absent", since: "1970-01-01T00:00:01.002Z" },
  ]);
  for (const entry of entries) expect(PresenceEntry.parse(entry)).toEqual(entry);
});
