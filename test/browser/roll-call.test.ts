/**
 * Evacuation and lone workers on the page, on a real server (issue 4: 9, 10): a roll-call is started, people check themselves in
 * (also while the line is down), a marshal ticks off and takes back, visitors are counted, a wall shows the totals and no names;
 * somebody who works alone checks in, is warned, and is alarmed for. Not proved here: the rules (test/core) and restarts
 * (test/system).
 */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { StandbyApi } from "../../clients/sdk/api.ts";
import { routes } from "../../protocol/http/routes.ts";
import { type InstallationUnderTest, startInstallation } from "../system/harness/installation.ts";
import { launchChromium } from "./chromium.ts";
import { makeOrganisation, type Organisation, type Person, password } from "./organisation.ts";
import { expectAccessible, expectNoFaults, expectNoSidewaysScroll, heard, logIn, openPage } from "./pages.ts";

let installation: InstallationUnderTest;
let organisation: Organisation;
let browser: Browser;
let coordinator: Page;

const phoneSize = { viewport: { width: 390, height: 800 }, isMobile: true, hasTouch: true } as const;

/** Somebody who is in the building, by presence alone. */
const present = async (username: string): Promise<Person> => {
  const person = await organisation.addWithPassword(username, "employee");
  const api = new StandbyApi({ baseUrl: organisation.url, tenant: organisation.slug });
  await api.logIn({ username, password });
  await api.putPresence({ siteId: organisation.siteIds.north, present: true });
  return person;
};

beforeAll(async () => {
  installation = await startInstallation();
  organisation = await makeOrganisation(installation);
  browser = await launchChromium();
  await organisation.addWithPassword("carla-mulder", "coordinator");
  await organisation.addWithPassword("wall", "wallboard");
  for (const username of ["eva-smit", "piet-bos", "bob-jansen"]) await present(username);
  for (const name of ["Car park", "Main gate"])
    await organisation.admin.call(routes.createMusterPoint, {
      params: { siteId: organisation.siteIds.north },
      body: { name },
    });
  coordinator = await openPage(browser);
  await logIn(coordinator, organisation, "carla-mulder");
});

afterAll(async () => {
  await browser?.close();
  await organisation?.close();
  await installation?.stop();
});

const line = (name: string) => coordinator.getByRole("listitem").filter({ hasText: name });
const start = async (): Promise<void> => {
  await coordinator.goto(`${organisation.url}/${organisation.slug}`);
  await coordinator.getByRole("button", { name: "Start a roll-call" }).click();
  const dialog = coordinator.getByRole("dialog");
  await dialog.getByLabel("Site").selectOption({ label: "North building" });
  await dialog.getByLabel("Exercise").check();
  await dialog.getByLabel("Visitors in the building").fill("2");
  await dialog.getByRole("button", { name: "Start a roll-call" }).click();
  await coordinator.waitForURL(/\/roll-calls\//);
  await line("Piet Bos").getByText("Missing").waitFor();
};
const close = async (): Promise<void> => {
  await coordinator.getByRole("button", { name: "Close the roll-call" }).click();
  await coordinator.getByRole("dialog").getByRole("button", { name: "Close the roll-call" }).click();
  await coordinator.getByText("Closed", { exact: true }).waitFor();
};

test("an employee checks in from the phone, a marshal ticks off and takes back, visitors are counted", async () => {
  const phone = await openPage(browser, phoneSize);
  const wall = await openPage(browser, { viewport: { width: 1920, height: 1080 }, colorScheme: "dark" });
  await logIn(phone, organisation, "eva-smit");
  await logIn(wall, organisation, "wall");
  await start();

  await phone.getByText("Say that you are safe.").waitFor();
  await phone.getByText("EXERCISE · not a real emergency").waitFor();
  await expectAccessible(phone, "check-in");
  await expectNoSidewaysScroll(phone, "check-in");
  await phone.getByLabel("I am at").selectOption({ label: "Car park" });
  await phone.getByRole("button", { name: "I am safe" }).click();
  await phone.getByText("You are counted as safe.").waitFor();
  await line("Eva Smit").getByText("Car park · by themselves").waitFor();

  await coordinator.getByLabel("I am at").selectOption({ label: "Main gate" });
  await coordinator.getByRole("button", { name: /^Safe.*Piet Bos/ }).click();
  await line("Piet Bos").getByText("Main gate · by Carla Mulder").waitFor();
  await coordinator.getByText("Piet Bos was ticked.").waitFor();
  await coordinator.getByRole("button", { name: "Undo" }).click();
  await line("Piet Bos").getByText("Missing").waitFor();

  await coordinator.getByLabel("Search by name").fill("bob");
  await line("Eva Smit").waitFor({ state: "detached" });
  await coordinator.getByRole("button", { name: /^Safe.*Bob Jansen/ }).click();
  await line("Bob Jansen").getByText("Safe").first().waitFor();
  await coordinator.getByLabel("Search by name").fill("");

  await coordinator.getByRole("button", { name: "One visitor more at Main gate" }).click();
  await coordinator.getByText("1 of 2 visitors counted").waitFor();

  // The wall has the totals and the word for an exercise, and the name of nobody.
  const totals = wall.getByRole("list", { name: "Roll-calls" });
  await expect.poll(() => totals.textContent(), { timeout: 15_000 }).toMatch(/Missing\s*1[\s\S]*Safe\s*2/);
  await totals.getByText("EXERCISE · not a real emergency").waitFor();
  expect(await wall.locator("main").textContent()).not.toMatch(/Bos|Smit|Jansen/);
  for (const [page, view] of [
    [coordinator, "roll-call"],
    [wall, "wallboard with a roll-call"],
  ] as const) {
    await expectAccessible(page, view);
    await expectNoSidewaysScroll(page, view);
  }

  await close();
  await coordinator.getByRole("button", { name: /^Open again/ }).waitFor();
  await phone.getByText("You are counted as safe.").waitFor({ state: "detached" });
  expectNoFaults(coordinator, phone, wall);
  await phone.context().close();
  await wall.context().close();
});

test("a press while the line is down is kept, and said when it is back", async () => {
  const phone = await openPage(browser, phoneSize);
  await logIn(phone, organisation, "bob-jansen");
  await start();
  await phone.getByText("Say that you are safe.").waitFor();
  await installation.killWorkerd();
  await phone.getByText("Not connected: alarms do not reach this page.").waitFor({ timeout: 30_000 });
  await phone.getByRole("button", { name: "I am safe" }).click();
  await phone.getByText("That you are safe is kept").waitFor();
  await installation.startWorkerd();
  await phone.getByText("You are counted as safe.").waitFor({ timeout: 30_000 });
  await line("Bob Jansen").getByText("by themselves").waitFor({ timeout: 30_000 });
  await close();
  await phone.context().close();
});

test("a lone worker checks in, is warned in time, and ends; who leads sees them", async () => {
  const phone = await openPage(browser, phoneSize);
  await logIn(phone, organisation, "eva-smit");
  await phone.getByText("I am going to work alone").click();
  await phone.getByLabel("What I am doing").fill("In the boiler room");
  await expectAccessible(phone, "start working alone");
  await phone.getByRole("button", { name: "Start", exact: true }).click();
  await phone.getByRole("button", { name: "All is well" }).click();
  await phone.getByText(/^Last check-in:/).waitFor();

  await coordinator.goto(`${organisation.url}/${organisation.slug}`);
  const others = coordinator.getByRole("region", { name: "Working alone right now" });
  await others.getByText("In the boiler room").waitFor();
  await phone.getByRole("button", { name: "I am back" }).click();
  await phone.getByText("I am going to work alone").waitFor();
  await phone.context().close();
});

test("a missed check-in is warned of, with a sound, and raises the alarm by itself; a forgotten alarm is reminded of", async () => {
  // Both take the shortest time there is, a minute.
  const { scenarioId } = await organisation.admin.createScenario({
    name: "Leak",
    title: "Leak in the depot",
    targets: { roles: [organisation.roleIds.teamLead] },
    forgotten: { remindMinutes: 1, endMinutes: 30 },
  });
  await coordinator.goto(`${organisation.url}/${organisation.slug}`);
  await coordinator.locator(".link-online").waitFor();
  await organisation.raise({ scenarioId, kind: "test" });
  const phone = await openPage(browser, phoneSize);
  await logIn(phone, organisation, "piet-bos");
  // The shortest there is, with the longest warning before it, over the API: the page offers no minutes this short.
  const api = new StandbyApi({ baseUrl: organisation.url, tenant: organisation.slug });
  await api.logIn({ username: "piet-bos", password });
  await api.call(routes.startLoneWorkerSession, {
    body: { scenarioId: organisation.scenarioId, intervalMinutes: 1, warnSeconds: 55 },
  });
  await phone.reload();
  await phone.getByRole("alert").getByText("Check in now. Otherwise an alarm is raised.").waitFor();
  await expect.poll(async () => (await heard(phone)).notes, { timeout: 20_000 }).toBeGreaterThan(0);
  await expectAccessible(phone, "check-in is due");
  await phone.getByText(/^You did not check in: an alarm was raised at/).waitFor({ timeout: 80_000 });
  const { items } = await organisation.admin.listAlarms({ state: "open" });
  expect(items.map(({ title }) => title)).toContain("Medical emergency, ground floor");
  await expectAccessible(phone, "check-in was missed");
  const reminder = coordinator.getByRole("alert").filter({ hasText: "Leak in the depot" });
  await reminder.getByText("is still open.").waitFor({ timeout: 30_000 });
  await reminder.getByText("Test", { exact: true }).waitFor();
  await expectAccessible(coordinator, "reminder");
  await reminder.getByRole("button", { name: "That is right" }).click();
  await reminder.waitFor({ state: "detached" });
  await phone.context().close();
}, 120_000);
