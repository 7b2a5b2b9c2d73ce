import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type InstallationUnderTest, startInstallation } from "../system/harness/installation.ts";
import { launchChromium } from "./chromium.ts";
import { makeOrganisation, type Organisation } from "./organisation.ts";
import { expectNoFaults, logIn, openPage, openTab } from "./pages.ts";

let installation: InstallationUnderTest;
let organisation: Organisation;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  installation = await startInstallation();
  organisation = await makeOrganisation(installation);
  browser = await launchChromium();
  await organisation.addWithPassword("carla-mulder", "coordinator");
  await organisation.device(await organisation.add("eva-smit", "responder", { firstAid: true }));
  await organisation.device(await organisation.add("omar-yilmaz", "responder"));
  page = await openPage(browser);
  await logIn(page, organisation, "carla-mulder");
});

afterAll(async () => {
  await browser?.close();
  await organisation?.close();
  await installation?.stop();
});

const home = () => page.getByRole("navigation").getByRole("link", { name: "Alarms" }).click();
const confirmed = async (button: string): Promise<string> => {
  await page.getByRole("dialog").getByRole("button", { name: button }).click();
  await page.waitForURL(/\/alarms\//);
  return page.url().replace(/.*\//, "");
};

test("a scenario: one press, what it does and to whom, one press to raise, and the live page of it", async () => {
  await page.getByRole("button", { name: "Medical emergency" }).click();
  const dialog = page.getByRole("dialog");
  expect(await dialog.textContent()).toMatch(/Medical emergency, ground floor[\s\S]*Goes to\s*First aider/);
  const alarmId = await confirmed("Raise the alarm");
  await page.getByText("The alarm is on its way to 1 person.").waitFor();
  await page.locator("tr", { hasText: "Eva Smit" }).getByText("Received").waitFor();
  const alarm = await organisation.admin.getAlarm(alarmId);
  expect(alarm).toMatchObject({ kind: "actual", urgency: "urgent", title: "Medical emergency, ground floor" });

  await home();
  const card = page.getByRole("listitem").filter({ hasText: "Medical emergency, ground floor" });
  await card.getByText("1/1").waitFor();
});

test("free text to a role and a person, as an exercise, with another urgency", async () => {
  await home();
  await page.getByRole("button", { name: "Write an alarm" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Continue" }).click();
  await dialog.getByText("Say in a few words what is happening.").waitFor();
  await dialog.getByLabel("What is happening").fill("Practice with the stairs chair");
  await dialog.getByRole("button", { name: "Continue" }).click();
  await dialog.getByText("Choose who is alarmed.").waitFor();
  await dialog.getByLabel("First aider").check();
  await dialog.getByLabel("People by name").fill("omar");
  await dialog.getByRole("button", { name: /Omar Yilmaz/ }).click();
  await dialog.getByLabel("Exercise").check();
  await dialog.getByLabel("Normal").check();
  await dialog.getByRole("button", { name: "Continue" }).click();
  await dialog.getByText("EXERCISE · not a real emergency").waitFor();
  await dialog.getByText("First aider, and also Omar Yilmaz").waitFor();
  const alarmId = await confirmed("Start the exercise");
  await page.getByText("The alarm is on its way to 2 people.").waitFor();
  expect(await organisation.admin.getAlarm(alarmId)).toMatchObject({
    kind: "exercise",
    urgency: "normal",
    title: "Practice with the stairs chair",
    counts: { recipients: 2 },
  });
});

test("an alarm that nobody gets is told as such", async () => {
  await home();
  await page.getByRole("button", { name: "Write an alarm" }).click();
  await page.getByLabel("What is happening").fill("Leak in the depot");
  await page.getByRole("dialog").getByLabel("Depot").check();
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("dialog").getByText("Everyone present at Depot").waitFor();
  await confirmed("Raise the alarm");
  await page.getByRole("alert").filter({ hasText: "Nobody gets this alarm." }).waitFor();
});

test("stand-down asks for a reason, and ends the alarm for everybody", async () => {
  await home();
  await page.getByRole("link", { name: "Medical emergency, ground floor" }).click();
  await page.getByRole("button", { name: "Stand down" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Unwanted alarm").check();
  await dialog.getByLabel(/What do you want to tell them/).fill("Patient is fine");
  await dialog.getByRole("button", { name: "Stand down" }).click();
  await page.getByText("Stood down: Unwanted alarm").waitFor();
  expect(await page.getByRole("button", { name: "Stand down" }).count()).toBe(0);
  await home();
  await page.getByRole("link", { name: "Practice with the stairs chair" }).waitFor();
  await page.getByRole("link", { name: "Medical emergency, ground floor" }).waitFor({ state: "detached" });
});

test("a responder raises a scenario as it is, and nothing else", async () => {
  await organisation.addWithPassword("rens-jansen", "responder");
  const responder = await openPage(browser);
  await logIn(responder, organisation, "rens-jansen");
  expect(await responder.getByRole("button", { name: "Write an alarm" }).count()).toBe(0);
  const views = await responder.getByRole("navigation").getByRole("link").allTextContents();
  expect(views).toContain("Availability");
  for (const view of ["History", "Staffing", "Wallboard", "Kiosks"]) expect(views).not.toContain(view);
  await responder.getByRole("button", { name: "Medical emergency" }).click();
  await responder.getByRole("button", { name: "Raise the alarm" }).click();
  await responder.getByText("The alarm is on its way to 1 person.").waitFor();
  expectNoFaults(page, responder);
});

test("the first press on a page that may make no sound yet counts, and turns the sound on", async () => {
  const tab = await openTab(page);
  // Looking at a page with playwright counts as touching it, so whether Chromium holds the sound back is a matter of luck.
  await tab.addInitScript(() => {
    window.AudioContext = class extends AudioContext {
      constructor() {
        super();
        void this.suspend();
      }
    };
  });
  await tab.goto(`${organisation.url}/${organisation.slug}`);
  const notice = tab.getByText("The browser keeps the sound off");
  await notice.waitFor();
  await tab.getByRole("button", { name: "Medical emergency" }).click();
  await tab.getByRole("dialog").waitFor();
  await notice.waitFor({ state: "detached" });
  expectNoFaults(tab);
  await tab.close();
});

test("everything can be done with the keyboard alone", async () => {
  await home();
  // A new view takes the focus to its heading, in the frame after it is shown.
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName), { timeout: 5_000 }).toBe("H1");
  await page.getByRole("button", { name: "Medical emergency" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  // The rest of the page is inert: whatever the number of presses, focus stays in the dialog.
  const inside = () =>
    page.evaluate(() => document.activeElement?.closest("dialog") !== null || document.activeElement === document.body);
  for (let presses = 0; presses < 12; presses++) {
    await page.keyboard.press("Tab");
    expect(await inside()).toBe(true);
  }
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  expect(await page.evaluate(() => document.activeElement?.textContent)).toContain("Medical emergency");
  expectNoFaults(page);
});
