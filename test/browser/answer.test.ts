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

beforeAll(async () => {
  installation = await startInstallation();
  organisation = await makeOrganisation(installation);
  browser = await launchChromium();
  await organisation.addWithPassword("carla-mulder", "coordinator");
  coordinator = await openPage(browser);
  await logIn(coordinator, organisation, "carla-mulder");
});

afterAll(async () => {
  await browser?.close();
  await organisation?.close();
  await installation?.stop();
});

let number = 0;

/** Somebody new for each test: an alarm that one test leaves open comes to every new log-in of its recipients. */
const responder = async (): Promise<{ page: Page; person: Person; name: string }> => {
  const person = await organisation.addWithPassword(`rens-jansen${++number}`, "responder");
  const page = await openPage(browser, { viewport: { width: 390, height: 800 } });
  await logIn(page, organisation, person.username);
  return { page, person, name: `Rens Jansen${number}` };
};

const takeOver = (page: Page, title: string) => page.getByRole("alertdialog").filter({ hasText: title });
const stateOf = (page: Page, name: string) => page.locator("tr", { has: page.getByRole("rowheader", { name }) });

test("an alarm fills the responder's screen; the coordinator sees received, seen and every answer as they come", async () => {
  const { page, person, name } = await responder();
  const alarmId = await organisation.raise({
    title: "Smoke in the corridor",
    message: "Second floor",
    targets: { users: [person.userId] },
  });
  await coordinator.goto(`${organisation.url}/${organisation.slug}/alarms/${alarmId}`);

  const up = takeOver(page, "Smoke in the corridor");
  await up.waitFor();
  expect(await up.textContent()).toMatch(/Urgent[\s\S]*Second floor/);
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("alarm-title");
  await stateOf(coordinator, name).getByText("Seen").waitFor();
  expect((await heard(page)).notes).toBeGreaterThan(0);
  expect((await heard(page)).vibrations).toBeGreaterThan(0);

  await up.getByRole("button", { name: "5 min", exact: true }).click();
  await up.getByText("Accepted: Coming, in 5 min").waitFor();
  await stateOf(coordinator, name).getByText("Coming").waitFor();
  await stateOf(coordinator, name).getByText("in 5 min").waitFor();

  // Changed until the stand-down.
  await up.getByRole("button", { name: "I am on scene" }).click();
  await up.getByText("Accepted: On scene").waitFor();
  await stateOf(coordinator, name).getByText("On scene").waitFor();
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
  const { page: first, person } = await responder();
  const second = await openTab(first);
  await second.goto(first.url());
  await second.locator(".link-online").waitFor();
  await organisation.raise({ title: "Person in the lift", targets: { users: [person.userId] } });
  await takeOver(first, "Person in the lift").waitFor();
  await takeOver(second, "Person in the lift").waitFor();

  await takeOver(first, "Person in the lift").getByRole("button", { name: "I am not coming" }).click();
  await takeOver(second, "Person in the lift").waitFor({ state: "detached" });
  await second.getByText("Answered on another device: Not coming").waitFor();
  await first.context().close();
  expectNoFaults(first, second);
});

test("a more pressing alarm comes first, and the other is still asked for after it", async () => {
  const { page, person } = await responder();
  const targets = { users: [person.userId] };
  await organisation.raise({ title: "Lift out of order", targets, urgency: "information" });
  await takeOver(page, "Lift out of order").waitFor();
  await organisation.raise({ title: "Explosion in the depot", targets, urgency: "urgent" });
  const first = takeOver(page, "Explosion in the depot");
  await first.getByText("1 more alarm is waiting").waitFor();
  await first.getByRole("button", { name: "I am coming" }).click();
  await first.getByText("Accepted: Coming").waitFor();
  await first.getByRole("button", { name: "Next alarm" }).click();
  const second = takeOver(page, "Lift out of order");
  await second.getByRole("button", { name: "I am not coming" }).click();
  await second.getByText("Accepted: Not coming").waitFor();
  await page.context().close();
  expectNoFaults(page);
});

test("a press that was under way when the alarm came does not answer it", async () => {
  const { page, person } = await responder();
  // Where "I am coming" will be, at the very moment the alarm is there.
  await page.evaluate(() => {
    new MutationObserver((_, observer) => {
      const answer = document.querySelector("dialog[open] .answer-coming");
      if (answer === null) return;
      observer.disconnect();
      const { x, y, width, height } = answer.getBoundingClientRect();
      const hit = document.elementFromPoint(x + width / 2, y + height / 2);
      document.body.dataset.hit = String(hit !== null && answer.contains(hit));
    }).observe(document.body, { childList: true, subtree: true, attributes: true });
  });
  await organisation.raise({ title: "Forklift accident", targets: { users: [person.userId] } });
  const up = takeOver(page, "Forklift accident");
  await up.waitFor();
  expect(await page.evaluate(() => document.body.dataset.hit)).toBe("false");
  await up.getByRole("button", { name: "I am coming" }).click();
  await up.getByText("Accepted: Coming").waitFor();
  await page.context().close();
});

test("a silent alarm makes no sound and no vibration, and says so", async () => {
  const { page, person } = await responder();
  await organisation.raise({ title: "Aggression at the desk", targets: { users: [person.userId] }, silent: true });
  const up = takeOver(page, "Aggression at the desk");
  await up.getByText("Silent alarm: make no sound.").waitFor();
  // The sound starts in the same turn that shows the alarm; one that repeats would have come by the next second as well.
  await up.getByText(/^[1-9] s$/).waitFor();
  expect(await heard(page)).toEqual({ notes: 0, vibrations: 0 });
  await page.context().close();
  expectNoFaults(page);
});

test("a stand-down takes over the alarm on screen with its reason, and the sound ends", async () => {
  const { page, person } = await responder();
  const alarmId = await organisation.raise({ title: "Gas smell", targets: { users: [person.userId] } });
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
  const { page, person } = await responder();
  await organisation.raise({ title: "Water in the basement", targets: { users: [person.userId] }, urgency: "normal" });
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
  const { page, person } = await responder();
  const alarmId = await organisation.raise({
    title: "Evacuation",
    targets: { users: [person.userId] },
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
