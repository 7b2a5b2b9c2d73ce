/**
 * What goes to others after an alarm, on the page, a real server and a real sqld: the report in its forms with the session's
 * cookie alone, the CAP messages, the check that sees a changed row (T25), and exercises compared (issue 4: 8, 12). Not proved
 * here: what is in them (test/core, test/system/record.test.ts).
 */
import { readFile } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { AlarmSocket } from "../../clients/sdk/alarm-socket.ts";
import { openHistory } from "../../history/client.ts";
import { Report } from "../../protocol/reports.ts";
import { type InstallationUnderTest, startInstallation } from "../system/harness/installation.ts";
import { launchChromium } from "./chromium.ts";
import { makeOrganisation, type Organisation } from "./organisation.ts";
import { expectAccessible, expectNoFaults, expectNoSidewaysScroll, logIn, openPage } from "./pages.ts";

let installation: InstallationUnderTest;
let organisation: Organisation;
let browser: Browser;
let page: Page;
let alarmId: string;

let device: AlarmSocket;

const exercise = async (): Promise<string> => {
  const answered = new Promise<void>((resolve) => {
    const off = device.on("answerAccepted", () => {
      off();
      resolve();
    });
  });
  const raised = await organisation.raise({ scenarioId: organisation.scenarioId, kind: "exercise" });
  await answered;
  await organisation.admin.standDown(raised, { reason: "exerciseOver" });
  return raised;
};

beforeAll(async () => {
  installation = await startInstallation();
  organisation = await makeOrganisation(installation);
  browser = await launchChromium();
  await organisation.addWithPassword("carla-mulder", "coordinator");
  device = await organisation.device(await organisation.add("eva-smit", "responder", { firstAid: true }));
  device.on("alarm", (alarm) => void device.respond(alarm.alarmId, "onScene"));
  await exercise();
  alarmId = await exercise();
  page = await openPage(browser);
  await logIn(page, organisation, "carla-mulder");
});

afterAll(async () => {
  await browser?.close();
  await organisation?.close();
  await installation?.stop();
});

/** What somebody with the database's password could do: another reason for the end. */
const changeOneEvent = async (): Promise<void> => {
  const { url, authToken } = installation.history;
  const { $client } = openHistory({ url, ...(authToken === undefined ? {} : { authToken }) });
  const { rowsAffected } = await $client.execute({
    sql: "UPDATE events SET body = replace(body, 'exerciseOver', 'falseAlarm') WHERE entity = ? AND type = 'alarm.stoodDown'",
    args: [alarmId],
  });
  expect(rowsAffected).toBe(1);
};

/** The history follows the alarm at its own pace: looks again until its end is there. */
const openRecord = async (): Promise<void> => {
  await expect
    .poll(
      async () => {
        await page.goto(`${organisation.url}/${organisation.slug}/history/${alarmId}`);
        await page.locator(".alarm-head, .notice").first().waitFor();
        return page.getByText("Stood down: End of the exercise").count();
      },
      { timeout: 20_000 },
    )
    .toBe(1);
};

const save = async (name: string): Promise<string> => {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name, exact: true }).click(),
  ]);
  return readFile(await download.path(), "utf8");
};

test("the report opens to print and comes as CSV and JSON, by the session's cookie", async () => {
  await openRecord();
  const [printed] = await Promise.all([
    page.context().waitForEvent("page"),
    page.getByRole("link", { name: /^Report to print/ }).click(),
  ]);
  await printed.waitForLoadState();
  expect(await printed.locator("body").textContent()).toMatch(/EXERCISE[\s\S]*Medical emergency, ground floor/i);
  await printed.close();
  expect(await save("Recipients as CSV")).toContain("Eva Smit");
  expect((await save("Timeline as CSV")).split("\n").length).toBeGreaterThan(3);
  expect(Report.parse(JSON.parse(await save("Report as JSON"))).alarm.alarmId).toBe(alarmId);
});

test("its CAP messages are listed, from the alert to the cancel, and open as XML", async () => {
  await openRecord();
  await page.getByText("Messages in CAP 1.2").click();
  await page.getByRole("link", { name: /\d+\. Cancel/ }).waitFor();
  const alert = page.getByRole("link", { name: /^1\. Alert/ });
  const xml = await page.request.get(`${organisation.url}${await alert.getAttribute("href")}`);
  expect(xml.status()).toBe(200);
  expect(await xml.text()).toContain("<status>Exercise</status>");
});

test("T25: the check says intact, and names the fault when somebody has changed a row", async () => {
  await openRecord();
  const check = page.getByRole("button", { name: "Check the record" });
  await expect
    .poll(
      async () => {
        await check.click();
        await page.getByText(/events? checked/).waitFor();
        return page.getByText("Intact: nothing was changed").count();
      },
      { timeout: 20_000 },
    )
    .toBe(1);
  await expectAccessible(page, "record with its proof");
  await expectNoSidewaysScroll(page, "record with its proof");

  await changeOneEvent();
  await check.click();
  await page.getByText("The record is not what was written.").waitFor();
  await page.getByText(/^altered: tenant, link \d+$/).waitFor();
  await expectAccessible(page, "record that was changed");
});

test("exercises are listed against the ones before them", async () => {
  await page.goto(`${organisation.url}/${organisation.slug}/history`);
  const table = page.getByRole("region", { name: "Exercises, compared" });
  const rows = table.getByRole("row", { name: /Medical emergency/ });
  await expect.poll(() => rows.count(), { timeout: 20_000 }).toBe(2);
  expect(await rows.last().textContent()).toContain("first one");
  expect(await rows.first().textContent()).toMatch(/faster|slower|the same/);
  await expectAccessible(page, "history with scores");
  await expectNoSidewaysScroll(page, "history with scores");
  expectNoFaults(page);
});
