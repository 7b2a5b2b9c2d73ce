/**
 * Proves P4 and I7 on the device: whatever fixes come, all that ever leaves is {siteId, zoneId?, present} and what is kept holds
 * no position; and that deciding has hysteresis, debounce, accuracy, holes, borders and several polygons right. Does not prove how
 * good a phone's fixes are.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { StandbyApi } from "../../clients/sdk/api.ts";
import { type Decisions, decide, type Fix, usualCaution } from "../../clients/sdk/presence/deciding.ts";
import { placeIn, sizeMeters } from "../../clients/sdk/presence/inside.ts";
import { type KeptPresence, PresenceKeeper } from "../../clients/sdk/presence/presence-keeper.ts";
import { type PlaceShape, Shape } from "../../protocol/places.ts";
import { PresenceReport } from "../../protocol/presence.ts";

const metersPerDegree = 111_195;
const [lon0, lat0] = [4.9, 52.37];
const perDegreeEast = metersPerDegree * Math.cos((lat0 * Math.PI) / 180);
/** A point so many metres east and north of the middle. */
const at = (east: number, north: number): [number, number] => [
  lon0 + east / perDegreeEast,
  lat0 + north / metersPerDegree,
];
const square = (half: number): [number, number][] => [
  at(-half, -half),
  at(half, -half),
  at(half, half),
  at(-half, half),
  at(-half, -half),
];
const site: PlaceShape = { siteId: "sit_aaaaaaaa", shape: { type: "Polygon", coordinates: [square(100)] } };
const court: PlaceShape = {
  siteId: "sit_aaaaaaaa",
  zoneId: "zon_ring1234",
  shape: { type: "Polygon", coordinates: [square(80), square(40)] },
};
const fix = (east: number, north: number, time: number, accuracyMeters = 5): Fix => {
  const [longitude, latitude] = at(east, north);
  return { longitude, latitude, accuracyMeters, at: time };
};

/** Fixes every ten seconds. @returns what was decided, and the state after */
const walk = (places: readonly PlaceShape[], steps: readonly (readonly [number, number, number?])[]) => {
  let decisions: Decisions = {};
  const decided = steps.flatMap(([east, north, accuracy], i) => {
    const now = 1_000_000 + i * 10_000;
    const next = decide(decisions, places, fix(east, north, now, accuracy), now);
    decisions = next.decisions;
    return next.decided.map((one) => ({ ...one, i }));
  });
  return { decided, decisions };
};

test("comes in after the debounce, stays while at the window, leaves when clearly out", () => {
  const { decided } = walk(
    [site],
    [
      [300, 0],
      [0, 0],
      [0, 0],
      [0, 0],
      [95, 0],
      [105, 0],
      [112, 0],
      [130, 0],
      [130, 0],
      [130, 0],
    ],
  );
  expect(decided).toEqual([
    { siteId: site.siteId, zoneId: undefined, present: true, i: 3 },
    { siteId: site.siteId, zoneId: undefined, present: false, i: 9 },
  ]);
});

test("one stray fix decides nothing, and neither do fixes that are less exact than the shape", () => {
  expect(
    walk(
      [site],
      [
        [0, 0],
        [0, 0],
        [300, 0],
        [0, 0],
        [0, 0],
        [300, 0],
      ],
    ).decided,
  ).toEqual([]);
  expect(
    walk(
      [site],
      Array.from({ length: 9 }, () => [0, 0, 250] as const),
    ).decided,
  ).toEqual([]);
  const small: PlaceShape = { siteId: "sit_aaaaaaaa", shape: { type: "Polygon", coordinates: [square(5)] } };
  expect(
    walk(
      [small],
      Array.from({ length: 9 }, () => [0, 0, 15] as const),
    ).decided,
  ).toEqual([]);
  expect(
    walk(
      [small],
      Array.from({ length: 9 }, () => [0, 0, 4] as const),
    ).decided,
  ).toHaveLength(1);
});

test("old fixes, fixes from the future and fixes that are no numbers decide nothing", () => {
  for (const odd of [
    { at: 900_000 },
    { at: 1_100_000 },
    { accuracyMeters: Number.NaN },
    { longitude: Number.NaN },
    { latitude: 91 },
  ]) {
    const before: Decisions = { [site.siteId]: { inside: false, doubtedSince: 0 } };
    expect(decide(before, [site], { ...fix(0, 0, 1_000_000), ...odd }, 1_000_000).decided).toEqual([]);
  }
});

test("a hole is outside; leaving the site takes its zones along without a word of theirs", () => {
  const ring = walk(
    [site, court],
    [
      [60, 0],
      [60, 0],
      [60, 0],
      [60, 0],
      [0, 0],
      [0, 0],
      [0, 0],
      [60, 0],
      [60, 0],
      [60, 0],
      [300, 0],
      [300, 0],
      [300, 0],
      [300, 0],
    ],
  );
  expect(ring.decided.map(({ zoneId, present }) => [zoneId ?? "site", present])).toEqual([
    ["site", true],
    ["zon_ring1234", true],
    ["zon_ring1234", false],
    ["zon_ring1234", true],
    ["site", false],
  ]);
  expect(Object.values(ring.decisions).some(({ inside }) => inside)).toBe(false);
});

test("borders: exactly on one is inside, distances are metres from either side, an open ring counts as closed", () => {
  const [east, north] = at(100, 0);
  expect(placeIn(square(100)[1]?.[0] ?? 0, lat0, site.shape).inside).toBe(true);
  expect(placeIn(east, north, site.shape).borderMeters).toBeCloseTo(0, 3);
  expect(placeIn(...at(130, 0), site.shape)).toEqual({ inside: false, borderMeters: expect.closeTo(30, 1) });
  expect(placeIn(...at(70, 0), site.shape)).toEqual({ inside: true, borderMeters: expect.closeTo(30, 1) });
  expect(placeIn(...at(0, 0), court.shape)).toEqual({ inside: false, borderMeters: expect.closeTo(40, 1) });
  const open: Shape = { type: "Polygon", coordinates: [square(100).slice(0, 4)] };
  expect(placeIn(...at(0, 0), open)).toEqual(placeIn(...at(0, 0), site.shape));
  expect(sizeMeters(site.shape)).toBeCloseTo(200, 0);
});

test("RFC 7946, 3.1.9: a shape across the antimeridian is refused; one that was cut there is one place", () => {
  const across = [
    [179.99, 0],
    [-179.99, 0],
    [-179.99, 0.02],
    [179.99, 0.02],
    [179.99, 0],
  ];
  expect(Shape.safeParse({ type: "Polygon", coordinates: [across] }).success).toBe(false);
  const half = (edge: number, other: number) => [
    [
      [other, 0],
      [edge, 0],
      [edge, 0.02],
      [other, 0.02],
      [other, 0],
    ],
  ];
  const cut = Shape.parse({ type: "MultiPolygon", coordinates: [half(180, 179.99), half(-180, -179.99)] });
  for (const longitude of [179.995, -179.995]) expect(placeIn(longitude, 0.01, cut).inside).toBe(true);
  expect(placeIn(-179.98, 0.01, cut)).toEqual({ inside: false, borderMeters: expect.closeTo(1_112, -1) });
  expect(sizeMeters(cut)).toBeCloseTo(0.02 * metersPerDegree, -1);
});

const anyFix = fc.record({
  east: fc.double({ min: -400, max: 400, noNaN: true }),
  north: fc.double({ min: -400, max: 400, noNaN: true }),
  accuracy: fc.constantFrom(3, 10, 50, 500),
  wait: fc.integer({ min: 0, max: 60_000 }),
});

test("decisions: only what changed is said, in and out take turns, never from within the buffer or an inexact fix", () => {
  let said = 0;
  fc.assert(
    fc.property(fc.array(anyFix, { maxLength: 60 }), (list) => {
      let decisions: Decisions = {};
      let now = 1_000_000;
      const state = new Map<string, boolean>();
      for (const { east, north, accuracy, wait } of list) {
        now += wait;
        const taken = fix(east, north, now, accuracy);
        const next = decide(decisions, [site, court], taken, now);
        decisions = next.decisions;
        for (const { siteId, zoneId, present } of next.decided) {
          said += 1;
          const key = zoneId ?? siteId;
          expect(state.get(key) ?? false).toBe(!present);
          state.set(key, present);
          if (!present && zoneId === undefined) state.set("zon_ring1234", false);
          const shape = (zoneId === undefined ? site : court).shape;
          const placing = placeIn(taken.longitude, taken.latitude, shape);
          expect(placing.inside).toBe(present);
          expect(placing.borderMeters).toBeGreaterThanOrEqual(usualCaution.bufferMeters);
          expect(accuracy).toBeLessThanOrEqual(sizeMeters(shape));
        }
        expect(JSON.stringify(decisions)).not.toMatch(/\d\.\d/);
      }
    }),
    { numRuns: 500 },
  );
  expect(said, "the walks decide something at all").toBeGreaterThan(100);
});

test("I7, P4: of everything the SDK sends and keeps under any walk, nothing but the strict report and the shapes' version", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyFix, { minLength: 1, maxLength: 40 }),
      fc.array(fc.boolean(), { maxLength: 6 }),
      async (list, away) => {
        const sent: { url: string; body: string | undefined; headers: string }[] = [];
        const kept: KeptPresence[] = [];
        const reports: PresenceReport[] = [];
        const api = new StandbyApi({
          baseUrl: "https://standby.test",
          tenant: "acme",
          token: "t",
          wait: () => Promise.resolve(),
          fetch: async (url, init) => {
            sent.push({
              url,
              body: init.body as string | undefined,
              headers: JSON.stringify([...new Headers(init.headers)]),
            });
            if (away.pop()) throw new TypeError("no network");
            if (url.includes("/shapes")) return Response.json({ version: 3, items: [site, court] });
            reports.push(PresenceReport.parse(JSON.parse(String(init.body))));
            return Response.json({ presence: [] });
          },
        });
        let now = 1_000_000;
        const keeper = new PresenceKeeper({ api, now: () => now, random: () => 0, save: (one) => kept.push(one) });
        for (const { east, north, accuracy, wait } of list) {
          now += wait;
          await keeper.take(fix(east, north, now, accuracy));
        }
        for (const { url, body, headers } of sent) {
          expect(url).toMatch(/^https:\/\/standby\.test\/v1\/acme\/(shapes(\?version=3)?|me\/presence)$/);
          if (body !== undefined) PresenceReport.parse(JSON.parse(body));
          expect(headers).not.toMatch(/\d\.\d/);
        }
        // Shapes are what an admin drew; all else that is kept is yes, no and a time.
        for (const { decisions } of kept) expect(JSON.stringify(decisions)).not.toMatch(/\d\.\d/);
        // What the server was told last is what the device decided, unless it still owes it.
        if (!keeper.owes) {
          const there = new Set<string>();
          for (const { siteId, zoneId, present } of reports) {
            if (present) there.add(siteId).add(zoneId ?? siteId);
            else if (zoneId === undefined) there.clear();
            else there.delete(zoneId);
          }
          expect([...there].toSorted()).toEqual(keeper.inside.map((key) => key.split("/").at(-1) as string).toSorted());
        }
      },
    ),
    { numRuns: 200 },
  );
});

test("a report that could not be sent is sent with the next fix; being inside is said again each hour; shapes are fetched rarely", async () => {
  const sent: string[] = [];
  let online = true;
  let now = 1_000_000;
  const fetch = async (url: string, init: RequestInit) => {
    if (!online) throw new TypeError("no network");
    sent.push(url.includes("/shapes") ? `shapes${new URL(url).search}` : String(init.body));
    return url.includes("/shapes")
      ? Response.json(url.includes("version=3") ? { version: 3 } : { version: 3, items: [site] })
      : Response.json({ presence: [] });
  };
  const api = new StandbyApi({ baseUrl: "https://standby.test", tenant: "acme", fetch, wait: () => Promise.resolve() });
  const keeper = new PresenceKeeper({ api, now: () => now, random: () => 0 });
  const take = async (minutes: number) => {
    now += minutes * 60_000;
    await keeper.take(fix(0, 0, now));
  };
  await take(0);
  online = false;
  await take(1);
  expect(keeper.inside).toEqual([site.siteId]);
  expect(keeper.owes).toBe(true);
  online = true;
  await take(1);
  const report = JSON.stringify({ siteId: site.siteId, present: true });
  expect(sent).toEqual(["shapes", report]);
  await take(30);
  await take(31);
  expect(sent).toEqual(["shapes", report, "shapes?version=3", report]);
});
