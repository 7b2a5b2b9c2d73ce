/**
 * One's own availability on the page (P6), in a real browser against the real system: now with a note, the week with hours for a role,
 * exceptions, calendars by address and by file, the private feed. Which of them decides is test/core/availability.test.ts.
 */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { StandbyApi } from "../../clients/sdk/api.ts";
import { routes } from "../../protocol/http/routes.ts";
import { type InstallationUnderTest, startInstallation } from "../system/harness/installation.ts";
import { Receiver } from "../system/harness/receiver.ts";
import { launchChromium } from "./chromium.ts";
import { makeOrganisation, type Organisation, password } from "./organisation.ts";
import { expectAccessible, expectNoFaults, expectNoSidewaysScroll, logIn, openPage } from "./pages.ts";

let installation: InstallationUnderTest;
let organisation: Organisation;
let browser: Browser;
let server: Receiver;

const hour = 3_600_000;
const utc = (ms: number): string => new Date(ms).toISOString().replace(/[-:]|\.\d+/g, "");
const calendar = (from: number, to: number): string =>
  [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "BEGIN:VEVENT",
    "UID:1",
    `DTSTART:${utc(from)}`,
    `DTEND:${utc(to)}`,
    "SUMMARY:Merger with Globex",
    "END:VEVENT",
    "END:VCALENDAR",
    "",
  ].join("\r\n");

beforeAll(async () => {
  server = await Receiver.start(({ path }) =>
    path.startsWith("/gone")
      ? { status: 404 }
      : {
          status: 200,
          headers: { "Content-Type": "text/calendar" },
          body: calendar(Date.now() - hour, Date.now() + hour),
        },
  );
  installation = await startInstallation({ env: { CALENDAR_PRIVATE_HOSTS: server.host } });
  organisation = await makeOrganisation(installation);
  await organisation.admin.call(routes.putHolidays, { body: { country: "NL", days: [] } });
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await organisation?.close();
  await installation?.stop();
  await server?.stop();
});

/** What the server keeps for this person, asked for as that person. */
const apiAs = async (username: string): Promise<StandbyApi> => {
  const api = new StandbyApi({ baseUrl: organisation.url, tenant: organisation.slug });
  await api.logIn({ username, password });
  return api;
};

const panel = (page: Page, name: string) => page.getByRole("region", { name, exact: true });
const openAvailability = async (page: Page, username: string): Promise<void> => {
  await logIn(page, organisation, username);
  await page.getByRole("navigation").getByRole("link", { name: "Availability" }).click();
  await page.getByRole("heading", { name: "My availability", exact: true }).waitFor();
};

test("an employee finds it by the navigation, says so with a note, and follows the week again", async () => {
  const { userId } = await organisation.addWithPassword("eva-smit", "employee");
  const page = await openPage(browser);
  await openAvailability(page, "eva-smit");
  // The new view begins at its own heading, so that the keyboard and screen readers follow.
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe("My availability");
  const now = panel(page, "Your availability");
  await now.getByText("nothing says otherwise").waitFor();
  await now.getByLabel("Until", { exact: true }).selectOption({ label: "4 hours from now" });
  await now.getByLabel("Note (optional)").fill("at the dentist");
  await now.getByLabel("Colleagues see the note, too").check();
  await now.getByRole("button", { name: "Not available" }).click();
  await now.getByRole("status").filter({ hasText: "you said so" }).getByText("“at the dentist”").waitFor();
  const seen = await organisation.admin.call(routes.getUserAvailability, { params: { userId } });
  expect(seen.segments[0]).toMatchObject({ available: false, note: "at the dentist" });

  await now.getByRole("button", { name: "Follow my week again" }).click();
  await now.getByText("nothing says otherwise").waitFor();
  const after = await organisation.admin.call(routes.getUserAvailability, { params: { userId } });
  expect(after.segments).toMatchObject([{ available: true }]);
  expectNoFaults(page);
});

test("the week: hours of some days, for one role alone, and not on holidays; what is not right is said and not sent", async () => {
  await organisation.addWithPassword("finn-bos", "responder", { firstAid: true });
  const page = await openPage(browser);
  await openAvailability(page, "finn-bos");
  const week = panel(page, "My week");
  await week.getByLabel("In these hours").check();
  const hours = week.getByRole("group", { name: "Hours 1" });
  for (const day of ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]) await hours.getByLabel(day).uncheck();
  await week.getByRole("button", { name: "Save my week" }).click();
  await week.getByText("Choose at least one day.").waitFor();
  const api = await apiAs("finn-bos");
  expect(await api.call(routes.getAvailabilityPattern)).not.toHaveProperty("blocks");

  await hours.getByLabel("Saturday").check();
  await hours.getByLabel("From").fill("22:00");
  await hours.getByLabel("To", { exact: true }).fill("06:00");
  await hours.getByText("to the next day").waitFor();
  await hours.getByLabel("First aider").check();
  await week.getByRole("button", { name: "Add hours" }).click();
  const second = week.getByRole("group", { name: "Hours 2" });
  await second.getByLabel("From").fill("00:00");
  await second.getByLabel("To", { exact: true }).fill("00:00");
  await week.getByRole("group", { name: "On holidays" }).getByLabel("Not available").check();
  await week.getByText("Holidays of this organisation").click();
  await week.getByText("King's Day").waitFor();
  await week.getByLabel("Time zone of these hours").selectOption("Europe/Lisbon");
  await week.getByRole("button", { name: "Save my week" }).click();
  await week.getByText("Your week is saved.").waitFor();
  expect(await api.call(routes.getAvailabilityPattern)).toEqual({
    timeZone: "Europe/Lisbon",
    holidays: "unavailable",
    blocks: [
      { weekdays: [6], from: "22:00", to: "06:00", roleIds: [organisation.roleIds.firstAid] },
      { weekdays: [1, 2, 3, 4, 5], from: "00:00", to: "24:00" },
    ],
  });

  // What was saved is there again, and can be taken away.
  await page.reload();
  await week.getByRole("button", { name: "Remove hours 1" }).click();
  await week.getByRole("button", { name: "Save my week" }).click();
  await week.getByText("Your week is saved.").waitFor();
  expect((await api.call(routes.getAvailabilityPattern)).blocks).toHaveLength(1);
  expectNoFaults(page);
});

test("exceptions are added, changed, and removed after a second question", async () => {
  await organisation.addWithPassword("gina-kok", "employee");
  const api = await apiAs("gina-kok");
  const page = await openPage(browser, { timezoneId: "Europe/Amsterdam" });
  await openAvailability(page, "gina-kok");
  const list = panel(page, "Exceptions");
  await list.getByText("No exceptions ahead").waitFor();
  await list.getByRole("button", { name: "Add an exception" }).click();
  const form = page.getByRole("dialog");
  const year = new Date().getFullYear() + 1;
  await form.getByLabel("From").fill(`${year}-07-05T17:00`);
  await form.getByLabel("To", { exact: true }).fill(`${year}-07-05T08:00`);
  await form.getByRole("button", { name: "Save" }).click();
  await form.getByText("The end must be after the beginning.").waitFor();
  await form.getByLabel("From").fill(`${year}-07-05T08:00`);
  await form.getByLabel("To", { exact: true }).fill(`${year}-07-05T17:30`);
  await form.getByLabel("Note (optional)").fill("course");
  await form.getByRole("button", { name: "Save" }).click();
  await form.waitFor({ state: "detached" });
  await list.getByText(/5 Jul, 08:00–17:30/).waitFor();
  const [made] = (await api.call(routes.listAvailabilityExceptions)).items;
  // Half past five in summer in Amsterdam.
  expect(made).toMatchObject({ to: `${year}-07-05T15:30:00.000Z`, available: false, note: "course" });

  await list.getByRole("button", { name: /^Change: .*5 Jul/ }).click();
  await form.getByLabel("Available", { exact: true }).check();
  await form.getByLabel("Note (optional)").fill("");
  await form.getByRole("button", { name: "Save" }).click();
  await form.waitFor({ state: "detached" });
  await list.getByText("Available", { exact: true }).waitFor();
  const [changed] = (await api.call(routes.listAvailabilityExceptions)).items;
  expect(changed).toEqual({ exceptionId: made?.exceptionId, from: made?.from, to: made?.to, available: true });

  await list.getByRole("button", { name: /^Remove: .*5 Jul/ }).click();
  await form.getByRole("button", { name: "Cancel" }).click();
  expect((await api.call(routes.listAvailabilityExceptions)).items).toHaveLength(1);
  await list.getByRole("button", { name: /^Remove: .*5 Jul/ }).click();
  await form.getByRole("button", { name: "Remove" }).click();
  await list.getByText("No exceptions ahead").waitFor();
  expect((await api.call(routes.listAvailabilityExceptions)).items).toEqual([]);
  expectNoFaults(page);
});

test("calendars by address and by file: how reading went, what went wrong, and removed after a second question", async () => {
  await organisation.addWithPassword("hugo-vos", "employee");
  const page = await openPage(browser);
  await openAvailability(page, "hugo-vos");
  const list = panel(page, "My calendars");
  await list.getByText("No calendars").waitFor();
  const form = page.getByRole("dialog");
  const add = async (name: string, fill: () => Promise<void>): Promise<void> => {
    await list.getByRole("button", { name: "Add a calendar" }).click();
    await form.getByLabel("Name").fill(name);
    await fill();
    await form.getByRole("button", { name: "Add" }).click();
  };
  const row = (name: string) => list.getByRole("listitem").filter({ hasText: name });

  await add("Work", () => form.getByLabel("Address (https://").fill("http://127.0.0.1:9/a.ics"));
  await form.getByText("This is not an address that may be read.").waitFor();
  await form.getByLabel("Address (https://").fill(`${server.url}/work.ics`);
  await form.getByRole("button", { name: "Add" }).click();
  await row("Work").getByText("Read", { exact: true }).waitFor({ timeout: 60_000 });
  await row("Work")
    .getByText(/last read \d\d:\d\d · 1 busy time$/)
    .waitFor();
  // What it says decides at once.
  await panel(page, "Your availability").getByText("busy by your calendar").waitFor();

  const reads = server.received.length;
  await list.getByRole("button", { name: "Read again: Work" }).click();
  await row("Work").getByText("Being read…").waitFor();
  await row("Work").getByText("Read", { exact: true }).waitFor({ timeout: 60_000 });
  expect(server.received.length).toBeGreaterThan(reads);

  await add("Gone", () => form.getByLabel("Address (https://").fill(`${server.url}/gone.ics`));
  await row("Gone").getByText("Could not be read").waitFor({ timeout: 60_000 });
  await row("Gone").getByText("There is no calendar at this address (any more).").waitFor();

  const file = (text: string) => ({ name: "own.ics", mimeType: "text/calendar", buffer: Buffer.from(text) });
  await add("From a file", async () => {
    await form.getByLabel("A file").check();
    await form.getByLabel("File (.ics)").setInputFiles(file("<html>"));
  });
  await form.getByText("This file is no calendar.").waitFor();
  await form.getByLabel("File (.ics)").setInputFiles(file(calendar(Date.now() + 30 * hour, Date.now() + 31 * hour)));
  await form.getByRole("button", { name: "Add" }).click();
  await row("From a file")
    .getByText(/1 busy time/)
    .waitFor();
  await row("From a file").getByRole("button", { name: "Choose a newer file" }).click();
  await form.getByLabel("File (.ics)").setInputFiles(file(calendar(Date.now() - 50 * hour, Date.now() - 49 * hour)));
  await form.getByRole("button", { name: "Replace" }).click();
  await row("From a file")
    .getByText(/0 busy times/)
    .waitFor();
  await expectAccessible(page, "calendars");

  await list.getByRole("button", { name: "Remove Work" }).click();
  await form.getByRole("button", { name: "Remove" }).click();
  await row("Work").waitFor({ state: "detached" });
  await panel(page, "Your availability").getByText("nothing says otherwise").waitFor();
  expectNoFaults(page);
});

test("T13: the private address is made, copied, renewed with a warning, and ended: former ones are dead", async () => {
  await organisation.addWithPassword("iris-prins", "employee");
  const page = await openPage(browser, { permissions: ["clipboard-read", "clipboard-write"] });
  await openAvailability(page, "iris-prins");
  const feed = panel(page, "My availability in my own calendar");
  await feed.getByRole("button", { name: "Make an address" }).click();
  const first = await feed.getByLabel("Private address").inputValue();
  expect((await fetch(first)).status).toBe(200);
  await feed.getByRole("button", { name: "Copy" }).click();
  await feed.getByText("Copied.").waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(first);

  await feed.getByRole("button", { name: "New address" }).click();
  const question = page.getByRole("dialog");
  await question.getByText("The former address ends at once").waitFor();
  await question.getByRole("button", { name: "New address" }).click();
  await expect.poll(() => feed.getByLabel("Private address").inputValue()).not.toBe(first);
  const second = await feed.getByLabel("Private address").inputValue();
  expect([(await fetch(first)).status, (await fetch(second)).status]).toEqual([404, 200]);

  await feed.getByRole("button", { name: "Remove" }).click();
  await question.getByRole("button", { name: "Remove" }).click();
  await feed.getByRole("button", { name: "Make an address" }).waitFor();
  expect((await fetch(second)).status).toBe(404);
  expectNoFaults(page);
});

test.each([
  ["phone, dark", { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true, colorScheme: "dark" }],
  ["desk, light", { viewport: { width: 1366, height: 860 }, colorScheme: "light" }],
] as const)("it is accessible and fits, in Dutch: %s", async (size, options) => {
  const username = size.startsWith("phone") ? "jan-phone" : "jan-desk";
  await organisation.addWithPassword(username, "responder", { firstAid: true, locale: "nl" });
  const api = await apiAs(username);
  await api.call(routes.putAvailabilityPattern, {
    body: { blocks: [{ weekdays: [1, 2, 3, 4, 5], from: "08:30", to: "17:00" }], holidays: "unavailable" },
  });
  const from = Date.now() + 26 * hour;
  const times = { from: new Date(from).toISOString(), to: new Date(from + 30 * hour).toISOString() };
  await api.call(routes.createAvailabilityException, {
    body: { ...times, available: true, note: "ruil met Piet", shareNote: true },
  });
  await api.call(routes.createCalendar, { body: { name: "Werk", url: `${server.url}/gone.ics` } });
  await api.call(routes.createCalendarFeed);
  const page = await openPage(browser, options);
  await logIn(page, organisation, username);
  await expectAccessible(page, "home");
  await page.getByRole("navigation").getByRole("link", { name: "Beschikbaarheid" }).click();
  await page.getByText("Op dit adres staat geen agenda (meer).").waitFor({ timeout: 60_000 });
  await page.getByLabel("Privéadres").waitFor();
  await expectAccessible(page, "availability");
  await expectNoSidewaysScroll(page, "availability");
  await page.getByRole("button", { name: "Uitzondering toevoegen" }).click();
  await page.getByRole("dialog").waitFor();
  await expectAccessible(page, "exception");
  await expectNoSidewaysScroll(page, "exception");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Agenda toevoegen" }).click();
  await page.getByRole("dialog").waitFor();
  await expectAccessible(page, "calendar");
  await expectNoSidewaysScroll(page, "calendar");
  expectNoFaults(page);
});
