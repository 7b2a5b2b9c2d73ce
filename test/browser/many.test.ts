import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { routes } from "../../protocol/http/routes.ts";
import { type InstallationUnderTest, startInstallation } from "../system/harness/installation.ts";
import { launchChromium } from "./chromium.ts";
import { makeOrganisation, type Organisation } from "./organisation.ts";
import { expectNoFaults, logIn, openPage } from "./pages.ts";

const people = 10_000;

let installation: InstallationUnderTest;
let organisation: Organisation;
let browser: Browser;

beforeAll(async () => {
  installation = await startInstallation();
  organisation = await makeOrganisation(installation);
  browser = await launchChromium();
  await organisation.addWithPassword("carla-mulder", "coordinator");
  const users = Array.from({ length: people }, (_, i) => ({
    username: `person-${i}`,
    firstName: `Person ${String(i).padStart(5, "0")}`,
    lastName: "Visser",
    roles: ["Team lead"],
  }));
  const { created } = await organisation.admin.call(routes.importUsers, { body: { users } });
  expect(created).toBe(people);
});

afterAll(async () => {
  await browser?.close();
  await organisation?.close();
  await installation?.stop();
});

test("ten thousand recipients: all are there, few are in the document, any is found", async () => {
  const page = await openPage(browser);
  await logIn(page, organisation, "carla-mulder");
  const alarmId = await organisation.raise({ title: "All hands", targets: { roles: [organisation.roleIds.teamLead] } });
  await page.goto(`${organisation.url}/${organisation.slug}/alarms/${alarmId}`);
  await page.getByText("10000 shown").waitFor({ timeout: 30_000 });
  const rows = page.locator("tbody tr[aria-rowindex]");
  expect(await rows.count()).toBeLessThan(80);

  // The end of the list is one scroll away.
  // (Again when the list moved under it: states of ten thousand people are still coming in.)
  await expect
    .poll(
      async () => {
        await page.locator(".table-box").evaluate((box) => box.scrollTo(0, box.scrollHeight));
        return page.getByRole("rowheader", { name: "Person 09999 Visser" }).isVisible();
      },
      { timeout: 30_000, interval: 500 },
    )
    .toBe(true);
  expect(await rows.count()).toBeLessThan(80);

  await page.getByLabel("Search by name").fill("04321");
  await page.getByText("1 of 10000 shown").waitFor();
  await page.getByRole("rowheader", { name: "Person 04321 Visser" }).waitFor();
  await page.getByLabel("Search by name").fill("");
  await page.getByRole("button", { name: /Not reached/ }).click();
  await page.locator("tr", { hasText: "Not reached: no device" }).first().waitFor();
  expectNoFaults(page);
});
