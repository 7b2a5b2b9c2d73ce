/**
 * Proves the page of certificates on a real server: those that expire, the earliest first; one person's, added, changed, removed and
 * taken back by an administrator, read by those who lead; one's own on the page of one's shifts. Accessible and within the screen in
 * both languages, on a phone and a desk. Not proved here: reminders and what a certificate counts for (test/core).
 */
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { routes } from "../../protocol/http/routes.ts";
import { type InstallationUnderTest, startInstallation } from "../system/harness/installation.ts";
import { launchChromium } from "./chromium.ts";
import { makeOrganisation, type Organisation, type Person } from "./organisation.ts";
import { expectAccessible, expectNoFaults, expectNoSidewaysScroll, logIn, openPage } from "./pages.ts";

let installation: InstallationUnderTest;
let organisation: Organisation;
let browser: Browser;
let omar: Person;
let eva: Person;

beforeAll(async () => {
  installation = await startInstallation();
  organisation = await makeOrganisation(installation);
  browser = await launchChromium();
  await organisation.addWithPassword("carla-mulder", "coordinator");
  omar = await organisation.addWithPassword("omar-yilmaz", "responder", { firstAid: true });
  eva = await organisation.add("eva-smit", "responder", { firstAid: true });
});

afterAll(async () => {
  await browser?.close();
  await organisation?.close();
  await installation?.stop();
});

const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

const put = ({ userId }: Person, list: { roleId: string; validUntil?: string }[]) =>
  organisation.admin.call(routes.putQualifications, { params: { userId }, body: { qualifications: list } });

const certificates = async ({ userId }: Person) =>
  (await organisation.admin.call(routes.getQualifications, { params: { userId } })).qualifications;

afterEach(async () => {
  for (const person of [omar, eva]) await put(person, []);
});

const open = async (page: Page): Promise<void> => {
  await page.goto(`${organisation.url}/${organisation.slug}/qualifications`);
  await page.locator(".link-online").waitFor();
};

test("what expires is listed, the earliest first, by time and role", async () => {
  const { firstAid, teamLead } = organisation.roleIds;
  await put(omar, [{ roleId: firstAid, validUntil: day(40) }, { roleId: teamLead }]);
  await put(eva, [
    { roleId: firstAid, validUntil: day(-3) },
    { roleId: teamLead, validUntil: day(300) },
  ]);
  const page = await openPage(browser);
  await logIn(page, organisation, "carla-mulder");
  await page.getByRole("link", { name: "Certificates" }).click();
  const names = () => page.getByRole("rowheader").allInnerTexts();
  const rows = (first: string, second: string) => [expect.stringContaining(first), expect.stringContaining(second)];
  await expect.poll(names).toEqual(rows("Eva Smit", "Omar Yilmaz"));
  await page.getByRole("row").filter({ hasText: "Eva Smit" }).getByText("Expired").waitFor();
  await page.getByRole("row").filter({ hasText: "Omar Yilmaz" }).getByText("40 more days").waitFor();
  await page.getByLabel("Expires within").selectOption({ label: "30 days" });
  await expect.poll(names).toEqual([expect.stringContaining("Eva Smit")]);
  await page.getByLabel("Expires within").selectOption({ label: "at any time" });
  await expect.poll(async () => (await names()).length).toBe(3);
  await page.getByLabel("Role").selectOption({ label: "Team lead" });
  await expect.poll(names).toEqual([expect.stringContaining("Eva Smit")]);
  await page.getByLabel("Expires within").selectOption({ label: "30 days" });
  await page.getByText("No certificate expires in this time").waitFor();

  // Those who lead read them; they are changed by administrators.
  await page.getByRole("searchbox", { name: "Person" }).fill("omar");
  await page.getByRole("button", { name: "Omar Yilmaz" }).click();
  await page.getByText("does not expire").waitFor();
  expect(await page.getByRole("button", { name: /^(Add|Change|Remove(?! Omar))/ }).count()).toBe(0);
  expectNoFaults(page);
  await page.context().close();
});

test("an administrator adds a certificate, changes it, removes it and takes that back, by keyboard", async () => {
  const { firstAid, teamLead } = organisation.roleIds;
  await put(omar, [{ roleId: teamLead, validUntil: day(10) }]);
  const page = await openPage(browser);
  await logIn(page, organisation, "admin");
  await open(page);
  await page.getByRole("button", { name: /^Omar Yilmaz/ }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Certificates of Omar Yilmaz" }).waitFor();
  const dialog = page.getByRole("dialog");
  await page.getByRole("button", { name: "Add a certificate" }).focus();
  await page.keyboard.press("Enter");
  await dialog.waitFor();
  // A role that has one already is changed, not added.
  expect(await dialog.getByLabel("Role").locator("option").allInnerTexts()).toEqual(["Choose a role", "First aider"]);
  await dialog.getByLabel("Role").selectOption({ label: "First aider" });
  await dialog.getByLabel("Valid until").fill(day(20));
  await page.keyboard.press("Enter");
  await page.getByText("First aider of Omar Yilmaz is saved.").waitFor();
  expect(await certificates(omar)).toEqual([
    { roleId: teamLead, validUntil: day(10) },
    { roleId: firstAid, validUntil: day(20) },
  ]);
  // The list beside it follows.
  await page
    .getByRole("row")
    .filter({ hasText: "First aider" })
    .getByText(/^(19|20) more days$/)
    .waitFor();

  await page.getByRole("button", { name: /^Change.*First aider/ }).click();
  await dialog.getByLabel("Valid until").fill("");
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.locator(".certificates").getByText("does not expire").waitFor();
  expect(await certificates(omar)).toContainEqual({ roleId: firstAid });

  await page.getByRole("button", { name: /^Remove.*Team lead/ }).click();
  await page.getByText("Team lead of Omar Yilmaz is removed.").waitFor();
  expect(await certificates(omar)).toEqual([{ roleId: firstAid }]);
  await page.getByText("No certificate expires in this time").waitFor();
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByText("It is as it was before.").waitFor();
  expect(await certificates(omar)).toContainEqual({ roleId: teamLead, validUntil: day(10) });
  expectNoFaults(page);
  await page.context().close();
});

test("people see their own, and nobody else's", async () => {
  await put(omar, [{ roleId: organisation.roleIds.firstAid, validUntil: day(-1) }]);
  const page = await openPage(browser);
  await logIn(page, organisation, "omar-yilmaz");
  await page.getByRole("link", { name: "Roster" }).click();
  const own = page.getByRole("region", { name: "Your certificates" });
  await own.getByText("First aider").waitFor();
  await own.getByText("Expired").waitFor();
  expect(await page.getByRole("link", { name: "Certificates" }).count()).toBe(0);
  await open(page);
  await page.getByRole("heading", { name: "Your alarms" }).waitFor();
  expectNoFaults(page);
  await page.context().close();
});

const sizes: Record<string, BrowserContextOptions> = {
  "phone, dark": { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true, colorScheme: "dark" },
  "desk, light": { viewport: { width: 1366, height: 860 }, colorScheme: "light" },
};

for (const [size, options] of Object.entries(sizes))
  test(`the page of certificates is accessible and fits, in Dutch: ${size}`, async () => {
    const { firstAid } = organisation.roleIds;
    await put(omar, [{ roleId: firstAid, validUntil: day(5) }]);
    await put(eva, [{ roleId: firstAid, validUntil: day(-5) }]);
    const page = await openPage(browser, options);
    await logIn(page, organisation, "admin");
    await page.getByRole("button", { name: "NL: Nederlands" }).click();
    await open(page);
    await page.getByRole("button", { name: /^Omar Yilmaz/ }).click();
    await page.getByRole("heading", { name: "Certificaten van Omar Yilmaz" }).waitFor();
    await page.getByRole("button", { name: /^Wijzigen/ }).waitFor();
    await expectAccessible(page, "certificates");
    await expectNoSidewaysScroll(page, "certificates");
    await page.getByRole("button", { name: /^Wijzigen/ }).click();
    await page.getByRole("dialog").waitFor();
    await expectAccessible(page, "certificate");
    await expectNoSidewaysScroll(page, "certificate");
    expectNoFaults(page);
    await page.context().close();
  });
