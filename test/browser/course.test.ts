/**
 * The course of an alarm on the page, on a real server: the need, the steps by hand, re-alarm, stand-by, the log, why somebody
 * was alarmed, re-opening (issue 4: 1, 4, 5, 7; P: nothing is raised by a slip). Not proved here: the rules themselves
 * (test/core) and time-outs of steps (test/workerd).
 */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { AlarmSocket } from "../../clients/sdk/alarm-socket.ts";
import { type InstallationUnderTest, startInstallation } from "../system/harness/installation.ts";
import { launchChromium } from "./chromium.ts";
import { makeOrganisation, type Organisation, type Person } from "./organisation.ts";
import { expectAccessible, expectNoFaults, expectNoSidewaysScroll, heard, logIn, openPage } from "./pages.ts";

let installation: InstallationUnderTest;
let organisation: Organisation;
let browser: Browser;
let coordinator: Page;
let phone: Page;
let omarDevice: AlarmSocket;
let eva: Person;
let piet: Person;
let scenarioId: string;

beforeAll(async () => {
  installation = await startInstallation();
  organisation = await makeOrganisation(installation);
  browser = await launchChromium();
  await organisation.addWithPassword("carla-mulder", "coordinator");
  eva = await organisation.addWithPassword("eva-smit", "responder", { firstAid: true });
  const omar = await organisation.add("omar-yilmaz", "responder", { firstAid: true });
  piet = await organisation.add("piet-bos", "responder");
  omarDevice = await organisation.device(omar);
  const { roleIds } = organisation;
  const scenario = await organisation.admin.createScenario({
    name: "Fire",
    title: "Fire in the laboratory",
    message: "Smoke was seen.\nUse the stairs.",
    targets: { roles: [roleIds.firstAid] },
    severity: "Severe",
    requirement: [{ roleId: roleIds.firstAid, count: 1 }],
    escalation: [
      {
        name: "Ask the porter",
        afterSeconds: 3_600,
        when: { type: "unfilled" },
        action: { type: "widen", targets: { users: [piet.userId] } },
      },
      {
        name: "Ring once more",
        afterSeconds: 7_200,
        when: { type: "always" },
        action: { type: "reAlarm", who: "unanswered" },
      },
    ],
    instructions: [
      { roleId: roleIds.firstAid, text: "Take the AED.\nGo to the main entrance." },
      { roleId: roleIds.teamLead, text: "Open the gate." },
    ],
    attachments: [{ title: "Floor plan", url: "https://example.org/plan.pdf" }],
  });
  scenarioId = scenario.scenarioId;
  coordinator = await openPage(browser);
  await logIn(coordinator, organisation, "carla-mulder");
  phone = await openPage(browser, { viewport: { width: 390, height: 800 }, isMobile: true, hasTouch: true });
  await logIn(phone, organisation, "eva-smit");
});

afterAll(async () => {
  await browser?.close();
  await organisation?.close();
  await installation?.stop();
});

let alarmId: string;
beforeEach(async () => {
  const { items } = await organisation.admin.listAlarms({ state: "open" });
  for (const open of items) await organisation.admin.standDown(open.alarmId, { reason: "over" });
  // What an earlier alarm left on the screen is put away: each test looks at its own.
  for (let left = await phone.getByRole("alertdialog").count(); left > 0; left--)
    await phone.getByRole("alertdialog").getByRole("button", { name: "Close" }).click();
  alarmId = await organisation.raise({ scenarioId, kind: "exercise" });
  await coordinator.goto(`${organisation.url}/${organisation.slug}/alarms/${alarmId}`);
  await coordinator.getByRole("heading", { name: "Fire in the laboratory" }).waitFor();
  await phone.getByRole("alertdialog").waitFor();
});

const panel = (name: string) => coordinator.getByRole("region", { name, exact: true });
const answerOnPhone = async (button: string): Promise<void> => {
  await phone.getByRole("alertdialog").getByRole("button", { name: button, exact: true }).click();
  await phone.getByText(/^Accepted:/).waitFor();
};

test("the responder sees the five lines, the task of their own role and the documents, marked as an exercise", async () => {
  const up = phone.getByRole("alertdialog");
  await up.getByText("EXERCISE · not a real emergency").waitFor();
  const text = (await up.textContent()) ?? "";
  expect(text).toContain("Smoke was seen.\nUse the stairs.");
  expect(text).toContain("Take the AED.\nGo to the main entrance.");
  expect(text).not.toContain("Open the gate.");
  expect(text).toContain("Severe");
  const plan = up.getByRole("link", { name: /Floor plan/ });
  expect(await plan.getAttribute("rel")).toContain("noopener");
  expect(await plan.getAttribute("href")).toBe("https://example.org/plan.pdf");
});

test("an answer goes with words; the need shows who fills it, and the one too many stands by", async () => {
  await panel("Needed").getByText("Not enough are coming yet").waitFor();
  await omarDevice.respond(alarmId, "coming", { etaMinutes: 3 });
  await panel("Needed").getByText("Enough are coming").waitFor();
  await coordinator.locator("tr", { hasText: "Omar Yilmaz" }).getByText("as First aider").waitFor();
  await phone.getByText("Enough are coming. You may still answer; then stand by.").waitFor();

  await phone.getByLabel("Say something with your answer").fill("I bring the AED");
  await answerOnPhone("I am coming");
  await phone.getByText("Enough are coming. Stand by.").waitFor();
  const row = coordinator.locator("tr", { hasText: "Eva Smit" });
  await row.getByText("stands by").waitFor();
  await row.getByText("I bring the AED").waitFor();
});

test("a step is taken by hand after a second question, and its people are called by it", async () => {
  const step = panel("Escalation").getByRole("listitem").filter({ hasText: "Ask the porter" });
  expect(await step.textContent()).toMatch(/in (1:00:0\d|59:\d\d)/);
  await step.getByRole("button", { name: /Take now/ }).click();
  const dialog = coordinator.getByRole("dialog");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  expect((await organisation.admin.getAlarm(alarmId)).escalation?.[0]?.state).toBe("waiting");
  await step.getByRole("button", { name: /Take now/ }).click();
  await dialog.getByRole("button", { name: "Take now" }).click();
  await step.getByText(/^Taken at .* by hand · 1 person$/).waitFor();
  await coordinator.locator("tr", { hasText: "Piet Bos" }).getByText("called by step 1").waitFor();
});

test("a re-alarm sounds again where nobody answered, and disturbs nobody who did", async () => {
  const again = phone.getByText("Called again");
  const callAgain = async (): Promise<void> => {
    await coordinator.getByRole("button", { name: "Alarm again" }).click();
    const dialog = coordinator.getByRole("dialog");
    await dialog.getByLabel(/^All/).check();
    await dialog.getByRole("button", { name: "Alarm again" }).click();
    await dialog.waitFor({ state: "detached" });
  };
  // Put away without an answer: called again it fills the screen, and rings.
  await phone.getByRole("button", { name: "Answer later" }).click();
  await phone.getByRole("alertdialog").waitFor({ state: "detached" });
  const { notes } = await heard(phone);
  await callAgain();
  await phone.getByRole("alertdialog").waitFor();
  await again.waitFor();
  await expect.poll(async () => (await heard(phone)).notes).toBeGreaterThan(notes);

  await answerOnPhone("I am not coming");
  await phone.getByRole("button", { name: "Close" }).click();
  await callAgain();
  await coordinator.getByText("Called again").waitFor();
  // Something that comes after it on the same line is there, and still nothing fills the screen.
  await organisation.raise({ title: "Lift is stuck", targets: { users: [eva.userId] }, urgency: "information" });
  await phone.getByRole("alertdialog").filter({ hasText: "Lift is stuck" }).waitFor();
  expect(await phone.getByRole("alertdialog").filter({ hasText: "Fire in the laboratory" }).count()).toBe(0);
  await phone.getByRole("alertdialog").getByRole("button", { name: "I am coming" }).click();
  await phone.getByText(/^Accepted: Coming/).waitFor();
  await phone.getByRole("alertdialog").getByRole("button", { name: "Close" }).click();
});

test("everybody can be looked up: why they were alarmed, or why not", async () => {
  await coordinator.getByLabel("People by name").fill("piet");
  await coordinator.getByRole("button", { name: /Piet Bos/ }).click();
  const dialog = coordinator.getByRole("dialog");
  await dialog.getByText("Not alarmed.").waitFor();
  await dialog.getByText(/^Reason:|Reason: /).waitFor();
  await dialog.getByRole("button", { name: "Close" }).click();
  await coordinator.getByRole("button", { name: /^Eva Smit/ }).click();
  await coordinator.getByRole("dialog").getByText("Alarmed.", { exact: true }).waitFor();
  await expectAccessible(coordinator, "why");
  await coordinator.getByRole("dialog").getByRole("button", { name: "Close" }).click();
});

test("the log keeps what is written, with its lines and its writer", async () => {
  await coordinator.getByLabel("Write in the log").fill("Fire brigade called.\nThere in 8 minutes.");
  await panel("Log").getByRole("button", { name: "Add" }).click();
  await panel("Log").getByText("There in 8 minutes.").waitFor();
  await coordinator.reload();
  const note = panel("Log").getByRole("listitem");
  await note.waitFor();
  expect(await note.textContent()).toMatch(/Carla Mulder[\s\S]*Fire brigade called\.\nThere in 8 minutes\./);
});

test("an ended alarm opens again: on the coordinator's page, and on the screens of those it called", async () => {
  await coordinator.getByRole("button", { name: "Stand down" }).click();
  await coordinator.getByRole("dialog").getByRole("button", { name: "Stand down" }).click();
  await phone.getByRole("alertdialog").getByText("This alarm is over.").waitFor();
  const reopen = coordinator.getByRole("button", { name: /^Open again/ });
  expect(await reopen.textContent()).toMatch(/(10:00|9:\d\d)/);
  await reopen.click();
  await coordinator.getByRole("dialog").getByRole("button", { name: "Open again" }).click();
  await coordinator.getByRole("button", { name: "Stand down" }).waitFor();
  const up = phone.getByRole("alertdialog");
  await up.getByText("Open again").waitFor();
  await answerOnPhone("I am coming");
  await coordinator.locator("tr", { hasText: "Eva Smit" }).getByText("Coming").waitFor();
});

test("every part of it is accessible and fits a phone, in Dutch as well", async () => {
  await omarDevice.respond(alarmId, "coming");
  const small = await openPage(browser, { viewport: { width: 360, height: 740 }, colorScheme: "dark" });
  await logIn(small, organisation, "carla-mulder");
  await small.goto(`${organisation.url}/${organisation.slug}/alarms/${alarmId}`);
  await small.getByRole("button", { name: "NL: Nederlands" }).click();
  await small.getByText("Er komen er genoeg").first().waitFor();
  for (const [page, view] of [
    [small, "alarm on a phone"],
    [coordinator, "alarm on a desk"],
    [phone, "alarm on screen"],
  ] as const) {
    await expectAccessible(page, view);
    await expectNoSidewaysScroll(page, view);
  }
  await small.getByRole("button", { name: "Opnieuw alarmeren" }).click();
  await expectAccessible(small, "re-alarm");
  await small.keyboard.press("Escape");
  await small
    .getByRole("button", { name: /Nu doen/ })
    .first()
    .click();
  await expectAccessible(small, "step");
  await expectNoSidewaysScroll(small, "step");
  expectNoFaults(small, coordinator, phone);
  await small.context().close();
});
