// `npm run demo` beside a running `npm start`, both as a person starts them (issue 3, set-up).
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { connectWithToken } from "../../clients/cli/demo/connect.ts";
import { StandbyApi } from "../../clients/sdk/api.ts";
import { Room } from "../../clients/sdk/conversation/room.ts";
import { routes } from "../../protocol/http/routes.ts";
import { freePort } from "../../workers/self-hosted/ports.ts";
import { NpmStart } from "./harness/npm-start.ts";

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

const LogIn = z.object({ tenant: z.string(), username: z.string(), password: z.string() });

function run(env: Record<string, string>, command?: string[]): NpmStart {
  const started = new NpmStart({ env, ...(command === undefined ? {} : { command }) });
  cleanUps.push(() => started.dispose());
  return started;
}

const runDemo = (dataFolder: string): NpmStart =>
  run({ STANDBY_DATA: dataFolder }, [process.execPath, "clients/cli/demo.ts"]);

const at = (siteId: string | undefined) => ({ params: { siteId: siteId ?? "" } });

const soon = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

/** What the demo made: certificates, availability, rosters, staffing, a kiosk, statistics and conversations. */
const contentOf = async (admin: StandbyApi) => {
  const expiring = await admin.call(routes.listExpiringQualifications, { query: { expiringBefore: soon(30) } });
  const kiosks = await admin.call(routes.listKiosks);
  const calendars = await admin.call(routes.listCalendars);
  const offers = await admin.call(routes.listOwnShiftOffers);
  const shifts = await admin.call(routes.listShifts, {
    query: { from: `${soon(0)}T00:00:00Z`, to: `${soon(27)}T00:00:00Z`, open: "true" },
  });
  const available = await admin.call(routes.listAvailability, { query: { limit: 200 } });
  const conversations = await admin.call(routes.listConversations, { query: { limit: 200 } });
  const talk = await Promise.all(
    conversations.items
      .filter(({ kind, form }) => form === "chat" && (kind === "everyone" || kind === "group"))
      .map(({ conversationId }) => admin.call(routes.listMessages, { params: { conversationId } })),
  );
  const { minimumGroup } = await admin.call(routes.getStatisticsSettings);
  return {
    expiring: expiring.items.length,
    kiosks: kiosks.items.map(({ name }) => name),
    calendars: calendars.items.map(({ name }) => name),
    offers: offers.items.filter(({ state }) => state === "open").length,
    openShifts: shifts.items.length,
    weeks: available.items.filter(({ segments }) => segments.length > 3).length,
    minimumGroup,
    talk: talk.map(({ items }) => items.length),
  };
};

/** The site's plan, as a client that was not there when it was written reads it. */
const planOf = async (admin: StandbyApi): Promise<string> => {
  const { items } = await admin.call(routes.listConversations, { query: { limit: 200 } });
  const conversationId = items.find(({ title }) => title === "Emergency plan")?.conversationId ?? "";
  const { userId } = await admin.call(routes.getMe);
  const room = new Room({ conversationId, api: admin, connect: connectWithToken(() => admin.token ?? ""), userId });
  room.start();
  await expect.poll(() => room.view.isWhole, { timeout: 10_000 }).toBe(true);
  const text = room.doc?.getText("content").toString() ?? "";
  await room.stop();
  return text;
};

test("the demo fills its tenant once, its sixty devices receive and people answer, and Ctrl-C ends it", async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), "standby-demo-"));
  cleanUps.push(() => rmSync(dataFolder, { recursive: true, force: true }));
  const server = run({ STANDBY_DATA: dataFolder, PORT: String(await freePort()) });
  const baseUrl = await server.ready();
  await server.line(/^Demo log-in: /);

  const first = runDemo(dataFolder);
  await first.line(/ 60 people are there/);
  const { tenant, username, password } = LogIn.parse(JSON.parse(readFileSync(join(dataFolder, "demo.json"), "utf8")));
  const admin = new StandbyApi({ baseUrl, tenant });
  await admin.logIn({ username, password });
  const { items: sites } = await admin.call(routes.listSites);
  expect(sites).toHaveLength(3);

  const { alarmId, recipients } = await admin.raiseAlarm({ title: "Test", kind: "test", targets: { everyone: true } });
  // The administrator has no device, but a session that could open the page.
  expect(recipients).toBe(61);
  await first.line(/: (coming|notComing)$/);
  await expect.poll(async () => (await admin.getAlarm(alarmId)).counts.received).toBe(60);
  const { counts } = await admin.getAlarm(alarmId);
  expect(counts.coming + counts.notComing).toBeGreaterThan(0);

  const filled = await contentOf(admin);
  expect(filled).toMatchObject({ kiosks: ["Reception desk"], calendars: ["Work calendar"], minimumGroup: 5 });
  expect(filled.expiring, "certificates that end within 30 days, or have").toBeGreaterThan(1);
  expect(filled.weeks, "people with a week of their own").toBeGreaterThan(0);
  expect(filled.openShifts).toBeGreaterThan(0);
  expect(filled.offers).toBe(1);
  expect(filled.talk).toEqual([3, 3]);
  expect(await planOf(admin)).toContain("nobody goes back in");
  // Presence of people who counted themselves in by socket, of which statistics are made from the next quarter on.
  await expect
    .poll(async () => (await admin.call(routes.getSitePresence, at(sites[0]?.siteId))).counts.present)
    .toBeGreaterThan(0);
  await expect
    .poll(async () => (await admin.call(routes.getStaffing)).items.map(({ name, state }) => `${name}: ${state}`), {
      timeout: 20_000,
    })
    .toContain("Fire wardens, Laboratory: under");

  first.pressCtrlC();
  expect(await first.exit).toBe(0);

  const second = runDemo(dataFolder);
  await second.line(/ 60 people are there/);
  expect(second.output).not.toMatch(/added|enrolled/);
  expect((await admin.call(routes.listUsers, { query: { limit: 200 } })).items).toHaveLength(61);
  expect(await contentOf(admin)).toEqual(filled);
  second.pressCtrlC();
  expect(await second.exit).toBe(0);
});
