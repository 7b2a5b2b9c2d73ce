import { readFile } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { AlarmRecord } from "../../protocol/history.ts";
import { type InstallationUnderTest, startInstallation } from "../system/harness/installation.ts";
import { launchChromium } from "./chromium.ts";
import { makeOrganisation, type Organisation } from "./organisation.ts";
import { expectNoFaults, logIn, openPage } from "./pages.ts";

let installation: InstallationUnderTest;
let organisation: Organisation;
let browser: Browser;
let page: Page;
let alarmId: string;

beforeAll(async () => {
  installation = await startInstallation();
  organisation = await makeOrganisation(installation);
  browser = await launchChromium();
  await organisation.addWithPassword("carla-mulder", "coordinator");
  const eva = await organisation.add("eva-smit", "responder", { firstAid: true });
  const device = await organisation.device(eva);
  const answered = new Promise<void>((resolve) => {
    device.on("answerAccepted", () => resolve());
  });
  device.on("alarm", (alarm) => {
    device.seen(alarm.alarmId);
    void device.respond(alarm.alarmId, "coming", { etaMinutes: 3 });
  });
  alarmId = await organisation.raise({ title: "Fall on the stairs", targets: { users: [eva.userId] }, kind: "test" });
  await answered;
  await organisation.admin.standDown(alarmId, { reason: "falseAlarm", text: "Only a drill" });
  page = await openPage(browser);
  await logIn(page, organisation, "carla-mulder");
});

afterAll(async () => {
  await browser?.close();
  await organisation?.close();
  await installation?.stop();
});

/** The history follows the alarm at its own pace: asks again until it is there. */
const record = async (): Promise<void> => {
  await expect
    .poll(
      async () => {
        await page.goto(`${organisation.url}/${organisation.slug}/history`);
        await page.locator(".past, .empty").first().waitFor();
        return page.getByRole("row", { name: /Fall on the stairs.*False alarm/ }).count();
      },
      { timeout: 20_000 },
    )
    .toBe(1);
};

test("a past alarm is in the list with its kind, counts and speed", async () => {
  await record();
  const row = page.getByRole("row", { name: /Fall on the stairs/ });
  expect(await row.textContent()).toMatch(/Test[\s\S]*1 \/ 1[\s\S]*1[\s\S]*\d ms[\s\S]*False alarm/);
});

test("its record has the times of each recipient since the alarm was accepted, the events, and a download", async () => {
  await record();
  await page.getByRole("link", { name: "Fall on the stairs" }).click();
  await page.getByText("TEST · not a real emergency").waitFor();
  await page.getByText("Stood down: False alarm").waitFor();
  const row = page.locator("tr", { has: page.getByRole("rowheader", { name: "Eva Smit" }) });
  // sent, received, seen, answered
  expect(await row.locator(".time").allTextContents()).toEqual(Array(4).fill(expect.stringMatching(/^[\d.]+ m?s$/)));
  expect(await row.textContent()).toMatch(/Coming\s*in 3 min/);
  await page.getByRole("heading", { name: /What happened/ }).waitFor();
  expect(await page.locator(".events").textContent()).toMatch(
    /Raised: Ada Bakker[\s\S]*Answered: Eva Smit, Coming[\s\S]*Stood down/,
  );

  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download as JSON" }).click(),
  ]);
  const saved = AlarmRecord.parse(JSON.parse(await readFile(await download.path(), "utf8")));
  expect(saved).toMatchObject({
    alarmId,
    endReason: "falseAlarm",
    recipients: [{ response: "coming", etaMinutes: 3 }],
  });
  expectNoFaults(page);
});

test("a period without alarms says so, and the period of today has it", async () => {
  await record();
  await page.getByLabel("From").fill("2020-01-01");
  await page.getByLabel("Up to and including").fill("2020-01-31");
  await page.getByRole("button", { name: "Show" }).click();
  await page.getByText("No alarms in this period").waitFor();
  const today = new Date().toLocaleDateString("sv-SE");
  await page.getByLabel("From").fill(today);
  await page.getByLabel("Up to and including").fill(today);
  await page.getByRole("button", { name: "Show" }).click();
  await page.getByRole("link", { name: "Fall on the stairs" }).waitFor();
  expectNoFaults(page);
});

test("a history that is away is told as such, alarms go on, and it comes back by a press", async () => {
  await record();
  await installation.killSqld();
  await page.getByRole("button", { name: "Show" }).click();
  const told = page.getByRole("alert").filter({ hasText: "The history is not available right now." });
  await told.waitFor({ timeout: 40_000 });
  await installation.startSqld();
  await told.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("link", { name: "Fall on the stairs" }).waitFor({ timeout: 40_000 });
  expectNoFaults(page);
});
