/**
 * Proves the pages of staffing on a real server: rules are made, changed and removed; who counts and who does not, and why, live;
 * the coming week as a table that is a map, and a gap in it that a colleague fills from a page of their own; what a scenario would
 * lack. Accessible and within the screen in both languages, on a phone and a desk. Not proved here: what counts and what is expected
 * (test/core/staffing*.test.ts).
 */
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { StandbyApi } from "../../clients/sdk/api.ts";
import { routes } from "../../protocol/http/routes.ts";
import type { StaffingRule } from "../../protocol/staffing.ts";
import { type InstallationUnderTest, startInstallation } from "../system/harness/installation.ts";
import { launchChromium } from "./chromium.ts";
import { makeOrganisation, type Organisation, type Person, password } from "./organisation.ts";
import { expectAccessible, expectNoFaults, expectNoSidewaysScroll, logIn, openPage } from "./pages.ts";

let installation: InstallationUnderTest;
let organisation: Organisation;
let browser: Browser;
let omar: Person;
let piet: Person;
const hourMs = 3_600_000;

beforeAll(async () => {
  installation = await startInstallation();
  organisation = await makeOrganisation(installation);
  browser = await launchChromium();
  await organisation.addWithPassword("carla-mulder", "coordinator");
  omar = await organisation.addWithPassword("omar-yilmaz", "responder", { firstAid: true });
  piet = await organisation.addWithPassword("piet-bos", "responder", { firstAid: true });
  await organisation.device(omar);
});

afterAll(async () => {
  await browser?.close();
  await organisation?.close();
  await installation?.stop();
});

const rules = async (): Promise<StaffingRule[]> =>
  (await organisation.admin.call(routes.listStaffingRules, { query: { limit: 200 } })).items;

const addRule = (minimum: number, more: object = {}) =>
  organisation.admin.call(routes.createStaffingRule, {
    body: { roleId: organisation.roleIds.firstAid, siteId: organisation.siteIds.north, minimum, ...more },
  });

const removeRules = async (): Promise<void> => {
  for (const { staffingRuleId } of await rules())
    await organisation.admin.call(routes.deleteStaffingRule, { params: { staffingRuleId } });
};

afterEach(removeRules);

const apiOf = async ({ username }: Person): Promise<StandbyApi> => {
  const api = new StandbyApi({ baseUrl: organisation.url, tenant: organisation.slug });
  await api.logIn({ username, password });
  return api;
};

const open = async (page: Page, part: string): Promise<void> => {
  await page.goto(`${organisation.url}/${organisation.slug}/staffing/${part}`);
  await page.locator(".link-online").waitFor();
};

const card = (page: Page, name: string) => page.locator(".level").filter({ hasText: name });

test("an administrator makes a rule, changes it and removes it; those who lead read it", async () => {
  const page = await openPage(browser);
  await logIn(page, organisation, "admin");
  await page.getByRole("link", { name: "Staffing" }).click();
  await page.getByText("There are no staffing rules yet").waitFor();
  await page.getByRole("main").getByRole("link", { name: "Rules" }).last().click();
  await page.getByRole("button", { name: "Add a rule" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Role", { exact: true }).selectOption({ label: "First aider" });
  await dialog.getByLabel("At least").fill("2");
  await dialog.getByLabel("Site").selectOption({ label: "North building" });
  await dialog.getByLabel("In certain hours").check();
  await dialog.getByLabel("Sat").check();
  await dialog.getByLabel("From").fill("22:00");
  await dialog.getByLabel("Until", { exact: true }).fill("06:00");
  await dialog.getByText("Until the next day.").waitFor();
  await dialog.getByLabel("Chosen people").check();
  await dialog.getByLabel("Team lead").check();
  await dialog.getByRole("button", { name: "Save" }).click();
  await card(page, "First aider, North building").getByText("Team lead, after 1 min").waitFor();
  const { firstAid, teamLead } = organisation.roleIds;
  expect(await rules()).toMatchObject([
    {
      roleId: firstAid,
      siteId: organisation.siteIds.north,
      minimum: 2,
      hours: [{ weekdays: [1, 2, 3, 4, 5, 6], from: "22:00", to: "06:00" }],
      warn: { roles: [teamLead] },
      digest: "atOnce",
      afterSeconds: 60,
      enabled: true,
    },
  ]);

  await page.getByRole("button", { name: /^Change.*First aider, North building/ }).click();
  await dialog.getByLabel("Always").check();
  await dialog.getByLabel("Those who lead").check();
  await dialog.getByLabel("Site").selectOption({ label: "anywhere" });
  await dialog.getByLabel("When", { exact: true }).selectOption({ label: "once a day, all together" });
  await dialog.getByLabel("At", { exact: true }).fill("08:15");
  await dialog.getByRole("button", { name: "Save" }).click();
  await card(page, "First aider, anywhere").getByText("Those who lead, daily at 08:15").waitFor();
  const [changed] = await rules();
  expect(changed).toMatchObject({ minimum: 2, digest: "daily 08:15" });
  for (const gone of ["siteId", "hours", "warn"]) expect(changed).not.toHaveProperty(gone);

  const other = await openPage(browser);
  await logIn(other, organisation, "carla-mulder");
  await open(other, "rules");
  await card(other, "First aider, anywhere").waitFor();
  expect(await other.getByRole("button", { name: /^(Change|Remove|Add)/ }).count()).toBe(0);

  await page.getByRole("button", { name: /^Remove.*First aider, anywhere/ }).click();
  await dialog.getByText("Nobody is warned of it any more").waitFor();
  expect(await rules()).toHaveLength(1);
  await dialog.getByRole("button", { name: "Remove" }).click();
  await page.getByText("There are no staffing rules yet").waitFor();
  expect(await rules()).toEqual([]);
  expectNoFaults(page, other);
  await page.context().close();
  await other.context().close();
});

test("who counts, who does not and why, as it changes; what is short is first and warned of", async () => {
  await addRule(2, { afterSeconds: 0 });
  await addRule(1, { name: "Nobody asked", enabled: false });
  const page = await openPage(browser);
  await logIn(page, organisation, "carla-mulder");
  await open(page, "now");
  const short = card(page, "First aider, North building");
  await short.getByText("2 too few").waitFor();
  await short.getByText("Nobody with this role is there.").waitFor();
  await card(page, "Nobody asked").getByText("Nobody needed now").waitFor();
  expect(await page.locator(".level").first().textContent()).toContain("2 too few");
  await short.getByText(/Warned at/).waitFor();
  await page.getByText("In 1 place there are too few people now; 1 warning is open.").waitFor();

  // Both arrive; the page is not touched.
  const { north } = organisation.siteIds;
  await (await apiOf(omar)).putPresence({ siteId: north, present: true });
  await short.getByText("Counting: Omar Yilmaz").waitFor();
  await (await apiOf(piet)).putPresence({ siteId: north, present: true });
  await short.getByText("Piet Bos: cannot be reached").waitFor();
  await organisation.device(piet);
  await short.getByText("Enough").waitFor();
  await page.getByText("Everywhere there are enough people now.").waitFor();
  await (await apiOf(piet)).putAvailability({ available: false });
  await short.getByText("Piet Bos: not available").waitFor();
  await short.getByText("1 too few").waitFor();
  await (await apiOf(piet)).putAvailability({ available: true });
  expectNoFaults(page);
  await page.context().close();
});

test("a gap of the coming week is seen in the table, asked about, and filled by a colleague on a page of their own", async () => {
  const { staffingRuleId } = await addRule(1);
  const { firstAid } = organisation.roleIds;
  const from = Math.ceil(Date.now() / hourMs) * hourMs + 20 * hourMs;
  await organisation.admin.call(routes.createShifts, {
    body: {
      shifts: [
        {
          siteId: organisation.siteIds.north,
          roleId: firstAid,
          userId: omar.userId,
          startsAt: new Date(from).toISOString(),
          endsAt: new Date(from + 3 * hourMs).toISOString(),
        },
      ],
    },
  });
  const page = await openPage(browser);
  await logIn(page, organisation, "carla-mulder");
  await open(page, "forecast");
  const table = page.getByRole("table", { name: "Expected per hour: First aider, North building" });
  // Seven days of hours; three of them have Omar.
  await table.waitFor();
  expect(await table.locator("td.hour-enough, td.hour-few, td.hour-nobody").count()).toBe(168);
  expect(await table.getByRole("cell", { name: "1 of 1 expected, 1 on shift" }).count()).toBe(3);
  expect(await table.getByRole("columnheader").count()).toBe(24);
  // Not by colour alone.
  expect(await table.locator(".hour-nobody").first().textContent()).toContain("0/1");

  // The hour right before Omar's shift.
  const hours = table.locator("td.hour").filter({ hasText: /./ });
  const index = (await hours.evaluateAll((cells) => cells.map((cell) => cell.className))).indexOf("hour hour-enough");
  await hours
    .nth(index - 1)
    .getByRole("button")
    .click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("heading", { name: "Ask colleagues to help out: First aider, North building" }).waitFor();
  await dialog.getByRole("button", { name: "Ask", exact: true }).click();
  await page.getByText("2 colleagues were asked.").waitFor();
  const asked = page.locator(".cover").filter({ hasText: "Who was asked" });
  await asked.getByText("0 of 1 found").waitFor();
  await asked.getByText("Who was asked (2)").click();
  await asked.getByRole("listitem").filter({ hasText: "Piet Bos" }).waitFor();
  const list = async () => (await organisation.admin.call(routes.listCoverRequests)).items;
  expect(await list()).toMatchObject([
    {
      staffingRuleId,
      count: 1,
      state: "open",
      asked: expect.arrayContaining([omar.userId, piet.userId]),
      from: new Date(from - hourMs).toISOString(),
      to: new Date(from).toISOString(),
    },
  ]);

  const own = await openPage(browser, { viewport: { width: 360, height: 740 } });
  await logIn(own, organisation, "piet-bos");
  const question = own.getByRole("region", { name: "You are asked" });
  await question.getByText("First aider, North building").first().waitFor();
  await expectAccessible(own, "asked on the first page");
  await expectNoSidewaysScroll(own, "asked on the first page");
  await own.getByRole("link", { name: "Roster" }).click();
  await question.getByRole("button", { name: /^I help out/ }).click();
  await own.getByText(/^Thank you. You help out/).waitFor();
  await own.getByRole("button", { name: /^Offer or swap.*First aider, North building/ }).waitFor();
  expect(await question.count()).toBe(0);

  // Told by a notice; the page was not touched.
  await asked.getByText("Filled").waitFor();
  await asked.getByText("1 of 1 found: Piet Bos").waitFor();
  await expect.poll(() => table.locator(".hour-enough").count()).toBe(4);
  expectNoFaults(page, own);
  await own.context().close();
  await page.context().close();
});

test("by keyboard a gap is asked about from the list; when nobody is free it says so; withdrawn, nobody is asked", async () => {
  await addRule(1);
  const page = await openPage(browser);
  await logIn(page, organisation, "carla-mulder");
  await open(page, "forecast");
  await page
    .getByRole("button", { name: /^Ask colleagues.*First aider/ })
    .first()
    .focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog");
  await dialog.waitFor();
  // Until tomorrow neither has a shift that takes the whole time.
  const [omars, piets] = [await apiOf(omar), await apiOf(piet)];
  for (const api of [omars, piets]) await api.putAvailability({ available: false });
  await dialog.getByRole("button", { name: "Ask", exact: true }).click();
  await dialog.getByText("Nobody suitable is free then, or too many requests are open.").waitFor();
  for (const api of [omars, piets]) await api.putAvailability({ available: true });
  await dialog.getByRole("button", { name: "Ask", exact: true }).click();
  await dialog.waitFor({ state: "detached" });
  await page.getByRole("button", { name: /^Withdraw/ }).click();
  await page.getByText("The request is withdrawn.").waitFor();
  const { items } = await organisation.admin.call(routes.listCoverRequests);
  expect(items.filter(({ state }) => state === "open")).toEqual([]);
  expect((await omars.call(routes.listCoverRequests)).items.filter(({ state }) => state === "open")).toEqual([]);
  expectNoFaults(page);
  await page.context().close();
});

test("a scenario is tried on every hour of the week: how many hours would do, when not, and who would be missed", async () => {
  const { admin, roleIds, siteIds } = organisation;
  const { roleId } = await admin.call(routes.createRole, { body: { name: "Evacuation marshal" } });
  const rens = await organisation.add("rens-jansen", "responder");
  await admin.call(routes.patchUser, { params: { userId: rens.userId }, body: { roleIds: [roleId] } });
  const from = Math.ceil(Date.now() / hourMs) * hourMs + 30 * hourMs;
  const times = { startsAt: new Date(from).toISOString(), endsAt: new Date(from + 3 * hourMs).toISOString() };
  await admin.call(routes.createShifts, {
    body: { shifts: [{ siteId: siteIds.north, roleId, userId: rens.userId, ...times }] },
  });
  const scenario = (name: string, needed: string) =>
    admin.call(routes.createScenario, {
      body: {
        name,
        title: name,
        targets: { sites: [siteIds.north] },
        requirement: [{ roleId: needed, count: 1 }],
      },
    });
  await scenario("Fire", roleIds.teamLead);
  await scenario("Flood", roleId);
  const page = await openPage(browser);
  await logIn(page, organisation, "carla-mulder");
  await open(page, "simulation");
  const choice = page.getByLabel("Scenario");
  await choice.selectOption({ label: "Fire" });
  await page.getByText("In 0 of 168 hours there would be enough people.").waitFor();
  await page.getByRole("row").filter({ hasText: "Team lead: 0 of 1" }).first().waitFor();
  await choice.selectOption({ label: "Flood" });
  // The hours of the shift of the only one.
  await page.getByText("In 3 of 168 hours there would be enough people.").waitFor();
  const table = page.getByRole("table", { name: "Hour by hour" });
  expect(await table.locator(".hour-enough").count()).toBe(3);
  expect(await table.getByRole("cell", { name: "not enough people: Evacuation marshal: 0 of 1" }).count()).toBe(165);
  await choice.selectOption({ label: "Medical emergency" });
  await page.getByText("This scenario does not say how many of which role it needs").waitFor();
  expect((await organisation.admin.listAlarms()).items, "nobody was alarmed").toEqual([]);
  expectNoFaults(page);
  await page.context().close();
});

test("what cannot be loaded says so, and is tried again", async () => {
  await addRule(1);
  const page = await openPage(browser);
  await logIn(page, organisation, "carla-mulder");
  await page.route("**/v1/**/staffing/forecast*", (route) => route.fulfill({ status: 503, body: "" }));
  await open(page, "forecast");
  await page.getByRole("alert").getByRole("button", { name: "Try again" }).waitFor();
  await page.unroute("**/v1/**/staffing/forecast*");
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("table", { name: /^Expected per hour/ }).waitFor();
  expect(await page.getByRole("button", { name: "Try again" }).count()).toBe(0);
  expectNoFaults(page);
  await page.context().close();
});

const sizes: Record<string, BrowserContextOptions> = {
  "phone, dark": { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true, colorScheme: "dark" },
  "desk, light": { viewport: { width: 1366, height: 860 }, colorScheme: "light" },
};

for (const [size, options] of Object.entries(sizes))
  test(`every page of staffing is accessible and fits, in Dutch: ${size}`, async () => {
    await addRule(2, { hours: [{ weekdays: [1, 2, 3, 4, 5, 6, 7], from: "00:00", to: "00:00" }] });
    const page = await openPage(browser, options);
    await logIn(page, organisation, "admin");
    await page.getByRole("button", { name: "NL: Nederlands" }).click();
    const look = async (view: string): Promise<void> => {
      await expectAccessible(page, view);
      await expectNoSidewaysScroll(page, view);
    };
    await open(page, "now");
    await page.locator(".level").waitFor();
    await look("now");
    await open(page, "forecast");
    await page.locator(".hours").waitFor();
    await look("forecast");
    await page
      .getByRole("button", { name: /^Vraag collega's/ })
      .first()
      .click();
    await page.getByRole("dialog").waitFor();
    await look("ask");
    await open(page, "simulation");
    await page.getByLabel("Scenario").selectOption({ label: "Fire" });
    await page.locator(".hours").waitFor();
    await look("simulation");
    await open(page, "rules");
    await page.getByRole("button", { name: /^Wijzigen/ }).click();
    await page.getByRole("dialog").getByLabel("Op bepaalde uren").check();
    await look("rule");
    expectNoFaults(page);
    await page.context().close();
  });
