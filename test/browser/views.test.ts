import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type InstallationUnderTest, startInstallation } from "../system/harness/installation.ts";
import { launchChromium } from "./chromium.ts";
import { makeOrganisation, type Organisation } from "./organisation.ts";
import { expectAccessible, expectNoFaults, expectNoSidewaysScroll, logIn, openPage } from "./pages.ts";

let installation: InstallationUnderTest;
let organisation: Organisation;
let browser: Browser;
let alarmId: string;

beforeAll(async () => {
  installation = await startInstallation();
  organisation = await makeOrganisation(installation);
  browser = await launchChromium();
  await organisation.addWithPassword("carla-mulder", "coordinator", { locale: "nl" });
  await organisation.addWithPassword("wall", "wallboard");
  const eva = await organisation.add("eva-smit", "responder", { firstAid: true });
  const device = await organisation.device(eva);
  device.on("alarm", (alarm) => void device.respond(alarm.alarmId, "enRoute"));
  alarmId = await organisation.raise({ title: "Chemical spill", message: "Laboratory", targets: { everyone: true } });
  const ended = await organisation.raise({ scenarioId: organisation.scenarioId, kind: "exercise" });
  await organisation.admin.standDown(ended, { reason: "exerciseOver" });
});

afterAll(async () => {
  await browser?.close();
  await organisation?.close();
  await installation?.stop();
});

const sizes: Record<string, BrowserContextOptions> = {
  "phone, dark": { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true, colorScheme: "dark" },
  "desk, light": { viewport: { width: 1366, height: 860 }, colorScheme: "light" },
  "desk, dark, less motion": { viewport: { width: 1366, height: 860 }, colorScheme: "dark", reducedMotion: "reduce" },
};

/** In the list of past alarms; an exercise is among the scores as well. */
const pastAlarm = (page: Page) =>
  page.locator(".history > .table-plain").getByRole("link", { name: "Medical emergency, ground floor" });

const look = async (page: Page, view: string): Promise<void> => {
  await expectAccessible(page, view);
  await expectNoSidewaysScroll(page, view);
};

for (const [size, options] of Object.entries(sizes))
  test(`every view is accessible and fits: ${size}`, async () => {
    const page = await openPage(browser, options);
    await page.goto(`${organisation.url}/${organisation.slug}`);
    await page.locator("#password").waitFor();
    await look(page, "log in");
    await page.goto(`${organisation.url}/${organisation.slug}/invitation#${"x".repeat(30)}`);
    await page.locator("#again").waitFor();
    await look(page, "invitation");

    await logIn(page, organisation, "carla-mulder");
    // Everyone was alarmed, the coordinator too.
    const up = page.getByRole("alertdialog");
    await up.waitFor();
    await look(page, "alarm on screen");
    await up.getByRole("button", { name: "Ik kom", exact: true }).click();
    await up.getByText(/^Doorgegeven/).waitFor();
    await look(page, "answered");
    await up.getByRole("button", { name: "Sluiten" }).click();
    await page.getByRole("heading", { name: "Chemical spill" }).first().waitFor();
    await look(page, "home");

    await page.getByRole("button", { name: "Alarm schrijven" }).click();
    await page.getByRole("dialog").waitFor();
    await page.getByLabel("Wat is er aan de hand").fill("Proef");
    await page.getByRole("dialog").getByLabel("Iedereen").check();
    await page.getByRole("dialog").getByLabel("Proefalarm").check();
    await look(page, "compose");
    await page.getByRole("button", { name: "Verder" }).click();
    await page.getByText("PROEFALARM · geen echte noodsituatie").waitFor();
    await look(page, "confirm");
    await page.keyboard.press("Escape");

    await page.goto(`${organisation.url}/${organisation.slug}/alarms/${alarmId}`);
    await page.getByRole("rowheader", { name: "Eva Smit" }).waitFor();
    await look(page, "alarm");
    await page.getByRole("button", { name: "Einde alarm" }).click();
    await page.getByRole("dialog").waitFor();
    await look(page, "stand-down");
    await page.keyboard.press("Escape");

    await expect
      .poll(
        async () => {
          await page.goto(`${organisation.url}/${organisation.slug}/history`);
          await page.locator(".past, .empty").first().waitFor();
          return pastAlarm(page).count();
        },
        { timeout: 20_000 },
      )
      .toBe(1);
    await look(page, "history");
    await pastAlarm(page).click();
    await page.getByText("OEFENING · geen echte noodsituatie").waitFor();
    await look(page, "record");
    expectNoFaults(page);
    await page.context().close();
  });

test("a wallboard shows the open alarms and offers nothing to press on them", async () => {
  const page = await openPage(browser, { viewport: { width: 1920, height: 1080 }, colorScheme: "dark" });
  await logIn(page, organisation, "wall");
  const alarm = page.getByRole("listitem").filter({ hasText: "Chemical spill" });
  await alarm.waitFor();
  expect(await alarm.getByRole("button").count()).toBe(0);
  // It is one of everyone, and still nothing fills it: nobody answers on a wall.
  expect(await page.getByRole("alertdialog").count()).toBe(0);
  await look(page, "wallboard");
  const second = await organisation.raise({ title: "Power cut", targets: { everyone: true }, kind: "exercise" });
  await page
    .getByRole("listitem")
    .filter({ hasText: "Power cut" })
    .getByText("EXERCISE · not a real emergency")
    .waitFor();
  await look(page, "wallboard with two");
  await organisation.admin.standDown(second, { reason: "exerciseOver" });
  await page.getByRole("listitem").filter({ hasText: "Power cut" }).waitFor({ state: "detached" });
  expectNoFaults(page);
});
