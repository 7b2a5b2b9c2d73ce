/**
 * P6 on the page: every user sees when colleagues of the own customer environment can be called, and nobody else's; fast with ten
 * thousand people. What colleagues may see is held in test/workerd/availability.test.ts.
 */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { StandbyApi } from "../../clients/sdk/api.ts";
import { routes } from "../../protocol/http/routes.ts";
import { type InstallationUnderTest, startInstallation } from "../system/harness/installation.ts";
import { launchChromium } from "./chromium.ts";
import { makeOrganisation, type Organisation, password } from "./organisation.ts";
import { expectAccessible, expectNoFaults, expectNoSidewaysScroll, logIn, openPage } from "./pages.ts";

const people = 10_000;
const hour = 3_600_000;

let installation: InstallationUnderTest;
let organisation: Organisation;
let browser: Browser;

const soon = (hours: number): string => new Date(Date.now() + hours * hour).toISOString();
const apiAs = async (username: string): Promise<StandbyApi> => {
  const api = new StandbyApi({ baseUrl: organisation.url, tenant: organisation.slug });
  await api.logIn({ username, password });
  return api;
};

beforeAll(async () => {
  installation = await startInstallation();
  organisation = await makeOrganisation(installation);
  browser = await launchChromium();
  const users = Array.from({ length: people }, (_, i) => ({
    username: `person-${i}`,
    firstName: `Person ${String(i).padStart(5, "0")}`,
    lastName: "Visser",
    roles: ["Team lead"],
    homeSite: i % 2 === 0 ? "North building" : "Depot",
  }));
  const { created } = await organisation.admin.call(routes.importUsers, { body: { users } });
  expect(created).toBe(people);
  await organisation.addWithPassword("eva-smit", "employee", { firstAid: true });
  await organisation.addWithPassword("finn-bos", "employee", { firstAid: true });
  await organisation.addWithPassword("gina-kok", "employee", { firstAid: true });
  await (await apiAs("finn-bos")).putAvailability({ available: false, until: soon(30), note: "secret" });
  await (await apiAs("gina-kok")).putAvailability({ available: false, note: "on leave", shareNote: true });
});

afterAll(async () => {
  await browser?.close();
  await organisation?.close();
  await installation?.stop();
});

test("P6: an employee sees ten thousand colleagues, few of them in the document; any is found by name and site", async () => {
  const page = await openPage(browser);
  await logIn(page, organisation, "eva-smit");
  const asked: number[] = [];
  page.on("response", (response) => {
    if (response.url().includes("/availability?")) asked.push(response.status());
  });
  const started = Date.now();
  await page.getByRole("navigation").getByRole("link", { name: "Colleagues" }).click();
  const rows = page.locator("tbody tr[aria-rowindex]");
  await rows.first().waitFor();
  const first = Date.now() - started;
  // The admin and the three of this test besides.
  await page.getByText("10,004 shown, 10,002 available now").waitFor({ timeout: 60_000 });
  console.log(`ten thousand colleagues: the first rows after ${first} ms, all after ${Date.now() - started} ms`);
  expect(asked).toEqual(asked.map(() => 200));
  expect(await rows.count()).toBeLessThan(80);
  // Nothing makes the page as long as the list.
  expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBeLessThan(2_000);

  await expect
    .poll(
      async () => {
        await page.locator(".table-box").evaluate((box) => box.scrollTo(0, box.scrollHeight));
        return page.getByRole("rowheader", { name: "Person 09999 Visser" }).isVisible();
      },
      { timeout: 20_000 },
    )
    .toBe(true);
  await page.getByLabel("Search by name").fill("04321");
  await page.getByText("1 shown, 1 available now").waitFor();
  await page.getByRole("rowheader", { name: "Person 04321 Visser" }).waitFor();
  await page.getByLabel("Site", { exact: true }).selectOption({ label: "North building" });
  await page.getByText("Nobody matches this filter.").waitFor({ timeout: 60_000 });
  expectNoFaults(page);
});

test("by role: who can be called now, until when, and from when again; of a note only what is shared", async () => {
  const page = await openPage(browser);
  await logIn(page, organisation, "eva-smit");
  await page.goto(`${organisation.url}/${organisation.slug}/colleagues`);
  await page.getByLabel("Role").selectOption({ label: "First aider" });
  await page.getByText("3 shown, 1 available now").waitFor({ timeout: 60_000 });
  const row = (name: string) => page.getByRole("row", { name });
  await row("Finn Bos").getByText("Not available").waitFor();
  await row("Finn Bos")
    .getByText(/^available from \D+ \d\d:\d\d$/)
    .waitFor();
  await row("Gina Kok").getByText("not within a week").waitFor();
  await row("Gina Kok").getByText("“on leave”").waitFor();
  expect(await page.getByText("secret").count()).toBe(0);

  await page.getByLabel("Available now only").check();
  await page.getByText("1 shown, 1 available now").waitFor();
  await page.getByLabel("Available now only").uncheck();
  // By the keyboard alone: to the name, open, and back to where it was.
  await page.getByRole("button", { name: /^Finn Bos/ }).focus();
  await page.keyboard.press("Enter");
  const week = page.getByRole("dialog", { name: "The coming week of Finn Bos" });
  await week.getByText("as First aider").waitFor();
  await week.getByText("Available all day").first().waitFor();
  await expectAccessible(page, "a colleague's week");
  await page.keyboard.press("Escape");
  await week.waitFor({ state: "detached" });
  expect(await page.evaluate(() => document.activeElement?.textContent)).toContain("Finn Bos");

  // Somebody says so meanwhile: a refresh shows it.
  await (await apiAs("gina-kok")).call(routes.deleteAvailability);
  await page.getByRole("button", { name: "Refresh" }).click();
  await page.getByText("3 shown, 2 available now").waitFor();
  expectNoFaults(page);
});

test("I6: nobody of another customer environment is in the list", async () => {
  const other = await makeOrganisation(installation);
  await other.addWithPassword("wim-mulder", "employee");
  const page = await openPage(browser);
  await logIn(page, other, "wim-mulder");
  await page.getByRole("navigation").getByRole("link", { name: "Colleagues" }).click();
  await page.getByText("2 shown, 2 available now").waitFor();
  const names = await page.getByRole("rowheader").getByRole("button").allTextContents();
  expect(names).toEqual(["Ada Bakker, look at the week", "Wim Mulder, look at the week"]);
  await other.close();
  expectNoFaults(page);
});

test.each([
  ["phone, dark", { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true, colorScheme: "dark" }],
  ["desk, light", { viewport: { width: 1366, height: 860 }, colorScheme: "light" }],
] as const)("the list is accessible and fits, in Dutch: %s", async (_size, options) => {
  const page = await openPage(browser, { ...options, locale: "nl-NL" });
  await logIn(page, organisation, "eva-smit");
  await page.getByRole("button", { name: "NL: Nederlands" }).click();
  await page.getByRole("navigation").getByRole("link", { name: "Collega's" }).click();
  await page.getByLabel("Rol").selectOption({ label: "First aider" });
  await page.getByText(/^3 getoond/).waitFor({ timeout: 60_000 });
  await expectAccessible(page, "colleagues");
  await expectNoSidewaysScroll(page, "colleagues");
  await page.getByRole("button", { name: /^Finn Bos/ }).click();
  await page.getByRole("dialog").getByText("Vaste locatie").waitFor();
  await expectNoSidewaysScroll(page, "a colleague's week");
  expectNoFaults(page);
});

test("an installation that does not answer is said, with a way to try again", async () => {
  const page = await openPage(browser);
  await logIn(page, organisation, "eva-smit");
  let isAway = true;
  await page.route("**/availability?*", (route) => (isAway ? route.fulfill({ status: 500 }) : route.continue()));
  await page.getByRole("navigation").getByRole("link", { name: "Colleagues" }).click();
  await page.getByText("Something went wrong. Try again.").waitFor({ timeout: 30_000 });
  isAway = false;
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByText(/^10,004 shown/).waitFor({ timeout: 60_000 });
  expectNoFaults(page);
});
