/**
 * P5, I8, I11 on real workerd and sqld: from reports of presence over real sockets and HTTP, by the 15 minute timer of the clock, through
 * `presence.counted`, the outbox and the sink, to the figure that `GET …/statistics/presence` publishes; each count equals the
 * test's own of who is where, each figure what that count may be published as, and neither is changed by SIGKILL before the count, while
 * it is made, or between the count and a history that was away.
 *
 * A quarter of an hour is not waited for: workerd is killed and the time at which the timer is due is brought forward in the
 * tenant's own file, where it stands. The timer that fires then is the real one. Not proved: that workerd wakes a tenant that
 * nobody asks anything (test/workerd/timers.test.ts has what an actor does when it wakes), and hours of many quarters
 * (test/system/history-statistics.test.ts).
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { hmac } from "../../actors/kernel/hashes.ts";
import { openHistory } from "../../history/client.ts";
import { cutOf } from "../../history/statistics/cuts.ts";
import { type CountedSite, groupBit, safeCells } from "../../history/statistics/disclosure.ts";
import { records } from "../../protocol/records.ts";
import { PresenceStatistics } from "../../protocol/statistics.ts";
import { type InstallationUnderTest, startInstallation } from "./harness/installation.ts";
import { decode, eventually, idOf, World } from "./world.ts";

const pepper = "the-secret-that-cuts-of-this-test-are-made-of";
const quarter = 900_000;
const minimumGroup = 5;
let standby: InstallationUnderTest;

beforeAll(async () => {
  standby = await startInstallation({ env: { PASSWORD_PEPPER: pepper } });
}, 120_000);

afterAll(() => standby?.stop());

interface Somebody {
  username: string;
  home: string;
  role: string;
  /** Where they are reported, if anywhere. */
  zone?: string;
  present: boolean;
}

/**
 * A site of sixty of whom half are in, in two zones; one of four, and one where all twenty are: of the last two nothing may be told.
 * First aiders are many, leads are few.
 */
const everybody: readonly Somebody[] = [
  ...Array.from({ length: 60 }, (_, i) => ({
    username: `main-${i}`,
    home: "Main",
    role: i % 10 === 9 ? "lead" : "aid",
    ...(i % 3 === 0 ? {} : { zone: i % 3 === 1 ? "Hall" : "Lab" }),
    present: i < 36,
  })),
  ...Array.from({ length: 4 }, (_, i) => ({ username: `small-${i}`, home: "Small", role: "aid", present: i < 2 })),
  ...Array.from({ length: 20 }, (_, i) => ({ username: `whole-${i}`, home: "Whole", role: "aid", present: true })),
];

/** Making a world takes seconds: a quarter that ends meanwhile would be counted with some of its people. ms. */
const enough = 20_000;

/** Who is where, reported by sockets and by HTTP; some come and have left before anybody counts. */
const makeWorld = async (slug: string): Promise<World> => {
  const left = quarter - (Date.now() % quarter);
  if (left < enough) await pause(left);
  const world = await World.make(standby, slug);
  const put = await world.call("PUT", "/statistics/settings", { minimumGroup });
  expect(put.status, put.text).toBe(200);
  await world.addSite("Main", ["Hall", "Lab"]);
  for (const name of ["Small", "Whole"]) await world.addSite(name);
  for (const role of ["aid", "lead"]) await world.addRole(role);
  await world.addPeople(
    everybody.map(({ username, home, role }) => ({ username, homeSite: home, roles: [role], permission: "responder" })),
  );
  // Whoever is not present was, except the last ten of the large site, who were never heard of.
  const heard = everybody.filter(
    ({ home, present, username }) => present || (home === "Main" && !/5\d$/.test(username)),
  );
  const devices = await world.addDevices(heard.map(({ username }) => username));
  await Promise.all(
    heard.map(async ({ home, zone, present }, i) => {
      const device = devices[i];
      if (device === undefined) throw new Error("no device");
      const place = {
        siteId: idOf(world.sites, home),
        ...(zone === undefined ? {} : { zoneId: idOf(world.zones, zone) }),
      };
      for (const is of present ? [true] : [true, false])
        if (i % 2 === 0) {
          const told = device.next((frame) => frame.type === "presence");
          device.send({ type: "presence", ...place, present: is });
          await told;
        } else
          expect((await world.call("PUT", "/me/presence", { ...place, present: is }, device.token)).status).toBe(200);
      // A zone that was left says nothing of the site.
      if (!present && zone !== undefined)
        await world.call("PUT", "/me/presence", { siteId: place.siteId, present: false }, device.token);
    }),
  );
  // The tenant learns of them from the sites, a moment later.
  await eventually(
    async () => {
      for (const site of ["Main", "Small", "Whole"]) {
        const seen = await world.call("GET", `/sites/${idOf(world.sites, site)}/presence`);
        expect(decode(seen, 200, z.looseObject({ people: z.array(z.unknown()) })).people).toHaveLength(
          everybody.filter(({ home, present }) => home === site && present).length,
        );
      }
    },
    20_000,
    "everybody at their place",
  );
  return world;
};

/** The test's own count. */
const recount = (world: World, site: string): CountedSite => {
  const here = everybody.filter(({ home }) => home === site);
  const there = here.filter(({ present }) => present);
  const roles = [...new Set(here.map(({ role }) => role))];
  return {
    present: there.length,
    people: here.length,
    byRole: roles.map((role) => ({
      roleId: idOf(world.roles, role),
      present: there.filter((one) => one.role === role).length,
      people: here.filter((one) => one.role === role).length,
    })),
    byZone: (site === "Main" ? ["Hall", "Lab"] : []).map((zone) => ({
      zoneId: idOf(world.zones, zone),
      present: there.filter((one) => one.zone === zone).length,
    })),
  };
};

/** Objects have a file each; the tenant's is the one that has this site in its directory. */
const inTenantFile = <T>(world: World, use: (database: DatabaseSync) => T): T => {
  const files = readdirSync(standby.dataFolder, { recursive: true, encoding: "utf8" });
  for (const file of files.filter((name) => name.startsWith("objects") && name.endsWith(".sqlite"))) {
    const database = new DatabaseSync(join(standby.dataFolder, file));
    try {
      const is = (sql: string, ...values: string[]) => database.prepare(sql).get(...values) !== undefined;
      if (!is("SELECT 1 FROM sqlite_master WHERE name = 'statistics_settings'")) continue;
      if (is("SELECT 1 FROM things WHERE kind = 'site' AND id = ?", idOf(world.sites, "Main"))) return use(database);
    } finally {
      database.close();
    }
  }
  throw new Error(`no file is that of ${world.slug}`);
};

/** SIGKILL, and the quarter of an hour is over: the count is due when workerd runs again. @returns when it was due, ms */
const makeDue = async (world: World): Promise<number> => {
  await standby.killWorkerd();
  return inTenantFile(world, (database) => {
    const { due_at: dueAt } = database.prepare("SELECT due_at FROM timers WHERE name = 'presence:count'").get() ?? {};
    database.prepare("UPDATE timers SET due_at = ? WHERE name = 'presence:count'").run(Date.now());
    return Number(dueAt);
  });
};

const asked = { from: new Date(Date.now() - quarter).toISOString(), grid: "quarter" };

/** What is published of a site, each quarter that has a figure. */
const published = async (world: World, site: string, more: { roleId?: string; zoneId?: string } = {}) => {
  const query = new URLSearchParams({ siteId: idOf(world.sites, site), ...asked, ...more });
  const answer = decode(await world.call("GET", `/statistics/presence?${query}`), 200, PresenceStatistics);
  return answer.cells;
};

const Count = z.object({ body: z.string(), entity: z.string() });

/** Each count in the history is the test's own, and there is one of each quarter and site that holds. */
const expectCounts = async (world: World): Promise<number> => {
  const { url, authToken } = standby.history;
  const history = openHistory({ url, ...(authToken === undefined ? {} : { authToken }) });
  const sites = ["Main", "Small", "Whole"].map((name) => [idOf(world.sites, name), name] as const);
  const { rows } = await history.$client.execute({
    sql: `SELECT entity, json(body) AS body FROM events WHERE type = 'presence.counted' AND entity IN (?, ?, ?)`,
    args: sites.map(([siteId]) => siteId),
  });
  for (const { body, entity } of z.array(Count).parse(rows)) {
    const counted = records["presence.counted"].strict().parse(JSON.parse(body));
    const sorted = (site: CountedSite) => ({
      ...site,
      byRole: site.byRole.toSorted((a, b) => (a.roleId < b.roleId ? -1 : 1)),
      byZone: site.byZone.toSorted((a, b) => (a.zoneId < b.zoneId ? -1 : 1)),
    });
    const { at, siteId, ...count } = counted;
    expect(siteId).toBe(entity);
    expect(at % quarter).toBe(0);
    expect(sorted(count)).toEqual(sorted(recount(world, new Map(sites).get(entity) ?? "")));
    expect(body).not.toMatch(/main-|usr_/);
  }
  return rows.length;
};

/** Each series of the site, in the newest quarter that was counted: exactly what the test's own count may be told as. */
const expectFigures = async (world: World, tenantId: string): Promise<void> => {
  const siteId = idOf(world.sites, "Main");
  const seal = (text: string) => hmac(pepper, text);
  const safe = safeCells(recount(world, "Main"), (kind, ref) =>
    cutOf(seal, ["presence", tenantId, siteId, kind, ref]),
  ).filter(({ groups }) => (groups & groupBit(minimumGroup)) !== 0);
  const series = [
    { kind: "all", ref: "", more: {}, present: 36 },
    ...[...world.roles].map(([role, roleId]) => ({
      kind: "role",
      ref: roleId,
      more: { roleId },
      present: everybody.filter((one) => one.home === "Main" && one.present && one.role === role).length,
    })),
    ...[...world.zones].map(([zone, zoneId]) => ({
      kind: "zone",
      ref: zoneId,
      more: { zoneId },
      present: everybody.filter((one) => one.present && one.zone === zone).length,
    })),
  ];
  for (const { kind, ref, more, present } of series) {
    const figure = safe.find((cell) => cell.kind === kind && cell.ref === ref)?.figure;
    const cells = (await published(world, "Main", more)).filter(({ quarters }) => quarters > 0);
    if (figure === undefined) expect(cells, `${kind} ${ref}`).toEqual([]);
    else {
      expect(cells.length, `${kind} ${ref}`).toBeGreaterThan(0);
      for (const { average, peak } of cells) expect([average, peak], kind).toEqual([figure, figure]);
      expect(figure % 5).toBe(0);
      expect(Math.abs(figure - present), "no more than the rounding").toBeLessThan(5);
    }
  }
  expect(
    safe.map(({ kind }) => kind),
    "more than the total is published",
  ).toContain("zone");
  // Few, and all: null with a reason, never a zero.
  for (const site of ["Small", "Whole"])
    for (const cell of await published(world, site))
      expect(cell).toMatchObject({ average: null, peak: null, quarters: 0, reason: "tooFew" });
};

const tenantIdOf = (world: World): string =>
  inTenantFile(world, (database) =>
    z
      .looseObject({ tenantId: z.string() })
      .transform((facts) => facts.tenantId)
      .parse(JSON.parse(String(database.prepare("SELECT value FROM meta WHERE key = 'tenant'").get()?.value))),
  );

const untilPublished = (world: World) =>
  eventually(
    async () => {
      expect((await published(world, "Main")).some(({ quarters }) => quarters > 0)).toBe(true);
    },
    40_000,
    "a figure",
  );

test("P5, I8: from reports over sockets and HTTP to a published figure, exact, though killed before the count", async () => {
  const world = await makeWorld("counted");
  expect(await expectCounts(world), "nothing is counted before its time").toBe(0);
  expect((await makeDue(world)) % quarter, "it was due at a quarter of the clock").toBe(0);
  const tenantId = tenantIdOf(world);
  await standby.startWorkerd();
  await untilPublished(world);
  expect(await expectCounts(world)).toBeGreaterThan(0);
  await expectFigures(world, tenantId);
  world.disconnectAll();
});

const countsThatWait = "SELECT l.body FROM outbox o JOIN log l ON l.seq = o.log_seq WHERE l.type = 'presence.counted'";

const Ready = z.looseObject({ outbox: z.looseObject({ pending: z.number() }) });
const pending = async (): Promise<number> =>
  Ready.parse(await (await fetch(`${standby.url}/readyz`)).json()).outbox.pending;

test("P5, I8, I11: counted while the history was away, and killed before it came back: published once, exact", async () => {
  const world = await makeWorld("away");
  await eventually(async () => expect(await pending()).toBe(0), 40_000, "an empty outbox");
  await standby.killSqld();
  await makeDue(world);
  const tenantId = tenantIdOf(world);
  await standby.startWorkerd();
  await world.call("GET", "/statistics/settings");
  await eventually(async () => expect(await pending()).toBeGreaterThan(0), 40_000, "a count that waits");
  expect((await world.call("GET", `/statistics/presence?siteId=${idOf(world.sites, "Main")}`)).status).toBe(503);
  await standby.killWorkerd();
  const waiting = inTenantFile(world, (database) => database.prepare(countsThatWait).all());
  expect(waiting.length, "the counts are in the log and have not left").toBeGreaterThanOrEqual(3);
  await standby.startSqld();
  await standby.startWorkerd();
  await untilPublished(world);
  expect(await expectCounts(world)).toBeGreaterThanOrEqual(waiting.length);
  await expectFigures(world, tenantId);
  // What the killed process told of its backlog is taken back by the next one: else /readyz says "behind" for ever.
  await eventually(async () => expect(await pending()).toBe(0), 40_000, "an empty outbox");
  world.disconnectAll();
});

/** How far the work had come when the process died: the count is due, waits for the history, or has left. */
const stage = (world: World): "due" | "waiting" | "left" =>
  inTenantFile(world, (database) => {
    const due = "SELECT 1 FROM timers WHERE name = 'presence:count' AND due_at <= ?";
    if (database.prepare(due).get(Date.now()) !== undefined) return "due";
    return database.prepare(countsThatWait).get() === undefined ? "left" : "waiting";
  });

test("I8, I11: killed again and again while counting and draining: every count is right, and so is the figure", async () => {
  const world = await makeWorld("killed");
  const stages: string[] = [];
  let tenantId = "";
  for (let i = 0; i < 10; i++) {
    await makeDue(world);
    tenantId = tenantIdOf(world);
    await standby.startWorkerd();
    // What this call wakes is killed a moment later; the moments are spread over the wake, the count and the drain.
    const poke = world.call("GET", "/statistics/settings").catch(() => undefined);
    await pause(i * 25);
    await standby.killWorkerd();
    await poke;
    stages.push(stage(world));
    await standby.startWorkerd();
  }
  await untilPublished(world);
  await eventually(async () => expect(await pending()).toBe(0), 40_000, "an empty outbox");
  // Where the kills fell differs by the machine, so it is told and not judged.
  console.info(`killed when the count was: ${stages.join(", ")}; ${await expectCounts(world)} counts`);
  await expectFigures(world, tenantId);
  world.disconnectAll();
});
