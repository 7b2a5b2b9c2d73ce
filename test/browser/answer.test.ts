import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type InstallationUnderTest, startInstallation } from "../system/harness/installation.ts";
import { launchChromium } from "./chromium.ts";
import { makeOrganisation, type Organisation, type Person } from "./organisation.ts";
import { expectNoFaults, heard, logIn, openPage, openTab } from "./pages.ts";

let installation: InstallationUnderTest;
let organisation: Organisation;
let browser: Browser;
let coordinator: Page;
let rens: Person;

beforeAll(async () => {
  installation = await startInstallation();
  organisation = await makeOrganisation(installation);
  browser = await launchChromium();
  await organisation.addWithPassword("carla-mulder", "coordinator");
  rens = await organisation.addWithPassword("rens-jansen", "responder", { firstAid: true });
  coordinator = await openPage(browser);
  await logIn(coordinator, organisation, "carla-mulder");
});

afterAll(async () => {
  await browser?.close();
  await organisation?.close();
  await installation?.stop();
});

const responder = async (): Promise<Page> => {
  const page = await openPage(browser, { viewport: { width: 390, height: 800 } });
  await logIn(page, organisation, "rens-jansen");
  return page;
};

const takeOver = (page: Page, title: string) => page.getByRole("alertdialog").filter({ hasText: title });
const stateOf = (page: Page, name: string) => page.locator("tr", { has: page.getByRole("rowheader", { name }) });

test("an alarm fills the responder's screen; the coordinator sees received, seen and every answer as they come", async () => {
  const page = await responder();
  const alarmId = await organisation.raise({
    title: "Smoke in the corridor",
    message: "Second floor",
    targets: { users: [rens.userId] },
  });
  await coordinator.goto(`${organisation.url}/${organisation.slug}/alarms/${alarmId}`);

  const up = takeOver(page, "Smoke in the corridor");
  await up.waitFor();
  expect(await up.textContent()).toMatch(/Urgent[\s\S]*Second floor/);
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("alarm-title");
  await stateOf(coordinator, "Rens Jansen").getByText("Seen").waitFor();
  expect((await heard(page)).notes).toBeGreaterThan(0);
  expect((await heard(page)).vibrations).toBeGreaterThan(0);

  await up.getByRole("button", { name: "5 min", exact: true }).click();
  await up.getByText("Accepted: Coming, in 5 min").waitFor();
  await stateOf(coordinator, "Rens Jansen").getByText("Coming").waitFor();
  await stateOf(coordinator, "Rens Jansen").getByText("in 5 min").waitFor();

  // Changed until the stand-down.
  await up.getByRole("button", { name: "I am on scene" }).click();
  await up.getByText("Accepted: On scene").waitFor();
  await stateOf(coordinator, "Rens Jansen").getByText("On scene").waitFor();
  await coordinator.getByRole("button", { name: /On scene\s*1/ }).waitFor();

  await up.getByRole("button", { name: "Close" }).click();
  await page
    .getByRole("listitem")
    .filter({ hasText: "Smoke in the corridor" })
    .getByText("Accepted: On scene")
    .waitFor();
  await organisation.admin.standDown(alarmId, { reason: "over" });
  await page.getByText("Stand-down: It is over").waitFor();
  await page.context().close();
  expectNoFaults(page);
});

test("an answer in one tab clears the alarm in another", async () => {
  const first = await responder();
  const second = await openTab(first);
  await second.goto(first.url());
  await second.locator(".link-online").waitFor();
  await organisation.raise({ title: "Person in the lift", targets: { users: [rens.userId] } });
  await takeOver(first, "Person in the lift").waitFor();
  await takeOver(second, "Person in the lift").waitFor();

  await takeOver(first, "Person in the lift").getByRole("button", { name: "I am not coming" }).click();
  await takeOver(second, "Person in the lift").waitFor({ state: "detached" });
  await second.getByText("Answered on another device: Not coming").waitFor();
  await first.context().close();
  expectNoFaults(first, second);
});

test("a silent alarm makes no sound and no vibration, and says so", async () => {
  const page = await responder();
  await organisation.raise({ title: "Aggression at the desk", targets: { users: [rens.userId] }, silent: true });
  const up = takeOver(page, "Aggression at the desk");
  await up.getByText("Silent alarm: make no sound.").waitFor();
  // The sound starts in the same turn that shows the alarm; one that repeats would have come by the next second as well.
  await up.getByText(/^[1-9] s$/).waitFor();
  expect(await heard(page)).toEqual({ notes: 0, vibrations: 0 });
  await page.context().close();
  expectNoFaults(page);
});

test("a stand-down takes over the alarm on screen with its reason, and the sound ends", async () => {
  const page = await responder();
  const alarmId = await organisation.raise({ title: "Gas smell", targets: { users: [rens.userId] } });
  await takeOver(page, "Gas smell").waitFor();
  await organisation.admin.standDown(alarmId, { reason: "falseAlarm", text: "It was the kitchen" });
  const up = takeOver(page, "Gas smell");
  await up.getByText("False alarm.").waitFor();
  await up.getByText("It was the kitchen").waitFor();
  expect(await up.getByRole("button", { name: "I am coming" }).count()).toBe(0);
  await up.getByRole("button", { name: "Close" }).click();
  await up.waitFor({ state: "detached" });
  await page.context().close();
  expectNoFaults(page);
});

test("an unanswered alarm is still there after a reload; in a background tab the title draws the eye", async () => {
  const page = await responder();
  await organisation.raise({ title: "Water in the basement", targets: { users: [rens.userId] }, urgency: "normal" });
  await takeOver(page, "Water in the basement").waitFor();
  await expect.poll(() => page.title()).toMatch(/ALARM/);
  await page.reload();
  await takeOver(page, "Water in the basement").getByRole("button", { name: "I am en route" }).click();
  await takeOver(page, "Water in the basement").getByText("Accepted: En route").waitFor();
  await expect.poll(() => page.title()).toBe("StandBy");
  await page.context().close();
  expectNoFaults(page);
});

test("an exercise says on the whole screen that it is not real", async () => {
  const page = await responder();
  const alarmId = await organisation.raise({
    title: "Evacuation",
    targets: { users: [rens.userId] },
    kind: "exercise",
  });
  const up = takeOver(page, "Evacuation");
  await up.getByText("EXERCISE · not a real emergency").waitFor();
  await up.getByRole("button", { name: "Answer later" }).click();
  await page.getByRole("listitem").filter({ hasText: "Evacuation" }).getByText("Exercise", { exact: true }).waitFor();
  await coordinator.goto(`${organisation.url}/${organisation.slug}/alarms/${alarmId}`);
  await coordinator.getByText("EXERCISE · not a real emergency").waitFor();
  await page.context().close();
  expectNoFaults(page, coordinator);
});
