import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { routes } from "../../protocol/http/routes.ts";
import { type InstallationUnderTest, startInstallation } from "../system/harness/installation.ts";
import { launchChromium } from "./chromium.ts";
import { makeOrganisation, type Organisation, password } from "./organisation.ts";
import { expectNoFaults, fillLogIn, logIn, openPage } from "./pages.ts";

let installation: InstallationUnderTest;
let organisation: Organisation;
let browser: Browser;

beforeAll(async () => {
  installation = await startInstallation();
  organisation = await makeOrganisation(installation);
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await organisation?.close();
  await installation?.stop();
});

test("a wrong password and an unknown organisation are told the same, and the right one goes in", async () => {
  await organisation.addWithPassword("mila-bos", "responder");
  const page = await openPage(browser);
  await page.goto(`${organisation.url}/`);
  await page.locator("#tenant").fill(organisation.slug);
  await fillLogIn(page, "mila-bos", "not the password");
  const wrong = await page.getByRole("alert").textContent();
  expect(wrong).toMatch(/is not right/);
  expect(await page.locator("#password").inputValue()).toBe("");

  await page.locator("#tenant").fill("nobody-here");
  await fillLogIn(page, "mila-bos", password);
  await page.getByRole("button", { name: "Log in", disabled: false }).waitFor();
  expect(await page.getByRole("alert").textContent()).toBe(wrong);

  await page.locator("#tenant").fill(organisation.slug);
  await fillLogIn(page, "mila-bos", password);
  await page.locator(".link-online").waitFor();
  expect(new URL(page.url()).pathname).toBe(`/${organisation.slug}`);
  expectNoFaults(page);
});

test("the session is in a cookie that no script can read, and survives a reload until the log-out", async () => {
  await organisation.addWithPassword("gijs-vos", "coordinator");
  const page = await openPage(browser);
  await logIn(page, organisation, "gijs-vos");
  const [cookie] = await page.context().cookies();
  expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: "Strict" });
  const readable = await page.evaluate(() => document.cookie + JSON.stringify(localStorage));
  expect(readable).not.toContain(cookie?.value);

  await page.reload();
  await page.locator(".link-online").waitFor();

  await page.getByRole("button", { name: "Log out" }).click();
  await page.getByText("You are logged out.").waitFor();
  await expect.poll(async () => (await page.context().cookies()).length).toBe(0);
  expect(await page.evaluate(() => Object.keys(localStorage))).toEqual(["standby.tenant"]);
  await page.reload();
  await page.locator("#password").waitFor();
  expectNoFaults(page);
});

test("an invitation is accepted once, with a password of twelve characters", async () => {
  const { invitation } = await organisation.add("noor-smit", "responder");
  const address = `${organisation.url}/${organisation.slug}/invitation#${invitation}`;
  const page = await openPage(browser);
  await page.goto(address);
  const choose = async (first: string, second: string): Promise<void> => {
    await page.locator("#password").fill(first);
    await page.locator("#again").fill(second);
    await page.locator("form button[type=submit]").click();
  };
  await choose("elevenchars", "elevenchars");
  await page.getByText("Use at least 12 characters.").waitFor();
  await choose(password, `${password}!`);
  await page.getByText("The two passwords are not the same.").waitFor();
  await choose(password, password);
  await page.locator(".link-online").waitFor();
  expect(page.url()).not.toContain(invitation);

  const other = await openPage(browser);
  await other.goto(address);
  await other.locator("#password").fill(password);
  await other.locator("#again").fill(password);
  await other.locator("form button[type=submit]").click();
  await other.getByText("This invitation has been used or has expired.").waitFor();
  expectNoFaults(page, other);
});

test("the page speaks the person's language, and another when that is chosen", async () => {
  await organisation.addWithPassword("wim-mulder", "coordinator", { locale: "nl" });
  const page = await openPage(browser);
  await logIn(page, organisation, "wim-mulder");
  await page.getByRole("heading", { name: "Lopende alarmen" }).waitFor();
  expect(await page.locator("html").getAttribute("lang")).toBe("nl");

  await page.getByRole("button", { name: "EN: English" }).click();
  await page.getByRole("heading", { name: "Open alarms" }).waitFor();
  expect(await page.locator("html").getAttribute("lang")).toBe("en");
  await page.reload();
  await page.getByRole("heading", { name: "Open alarms" }).waitFor();
  expectNoFaults(page);
});

test("presence and availability are told and shown", async () => {
  await organisation.addWithPassword("tess-kok", "responder");
  const page = await openPage(browser);
  await logIn(page, organisation, "tess-kok");
  await page.getByRole("button", { name: "I am here" }).click();
  await page.getByText("Present at North building").waitFor();
  await page.getByLabel("Laboratory").click();
  await expect.poll(() => page.getByLabel("Laboratory").isChecked()).toBe(true);
  const present = await organisation.admin.call(routes.getSitePresence, {
    params: { siteId: organisation.siteIds.north },
  });
  expect(present.people.map(({ name, zoneIds }) => [name, zoneIds.length])).toContainEqual(["Tess Kok", 1]);

  await page.getByRole("button", { name: "I have left" }).click();
  await page.getByText("You are not marked as present anywhere.").waitFor();
  await page.getByLabel("Until").selectOption({ label: "4 hours from now" });
  await page.getByRole("button", { name: "Not available" }).click();
  // In the evening four hours later is tomorrow, which is said as well.
  await page
    .getByRole("status")
    .filter({ hasText: /Not available until .*\d\d:\d\d/ })
    .waitFor();
  expectNoFaults(page);
});
