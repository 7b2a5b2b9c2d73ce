/**
 * Proves the pages of the roster on a real server: a week is planned, by keyboard too, with undo and with a question where it hurts;
 * a shift is offered, taken over, swapped and withdrawn with the consent of both; open shifts are warned of; files and templates
 * show what would happen before it does. Accessible and within the screen in both languages, on a phone and a desk. Not proved
 * here: the rules of rosters and files (test/core/rosters.test.ts, roster-import.test.ts).
 */
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { StandbyApi } from "../../clients/sdk/api.ts";
import { routes } from "../../protocol/http/routes.ts";
import type { Shift } from "../../protocol/rosters.ts";
import { type InstallationUnderTest, startInstallation } from "../system/harness/installation.ts";
import { launchChromium } from "./chromium.ts";
import { makeOrganisation, type Organisation, type Person, password } from "./organisation.ts";
import { expectAccessible, expectNoFaults, expectNoSidewaysScroll, logIn, openPage } from "./pages.ts";

let installation: InstallationUnderTest;
let organisation: Organisation;
let browser: Browser;
let omar: Person;
let eva: Person;
const hourMs = 3_600_000;

beforeAll(async () => {
  installation = await startInstallation();
  organisation = await makeOrganisation(installation);
  browser = await launchChromium();
  await organisation.addWithPassword("carla-mulder", "coordinator");
  omar = await organisation.addWithPassword("omar-yilmaz", "responder", { firstAid: true });
  eva = await organisation.addWithPassword("eva-smit", "responder", { firstAid: true });
});

afterAll(async () => {
  await browser?.close();
  await organisation?.close();
  await installation?.stop();
});

const shifts = async (): Promise<Shift[]> =>
  (await organisation.admin.call(routes.listShifts, { query: { limit: 200 } })).items;

afterEach(async () => {
  for (const { shiftId } of await shifts()) await organisation.admin.call(routes.deleteShift, { params: { shiftId } });
});

/** A shift that begins so many hours from now. */
const addShift = async (hours: number, facts: { userId?: string; note?: string } = {}): Promise<Shift> => {
  const startsAt = Math.ceil(Date.now() / hourMs) * hourMs + hours * hourMs;
  const { siteIds, roleIds } = organisation;
  const made = await organisation.admin.call(routes.createShifts, {
    body: {
      shifts: [
        {
          siteId: siteIds.north,
          roleId: roleIds.firstAid,
          startsAt: new Date(startsAt).toISOString(),
          endsAt: new Date(startsAt + 4 * hourMs).toISOString(),
          ...facts,
        },
      ],
    },
  });
  return made.shifts[0] as Shift;
};

const open = async (page: Page, part: string): Promise<void> => {
  await page.goto(`${organisation.url}/${organisation.slug}/roster/${part}`);
  await page.locator(".link-online").waitFor();
};

const clock = (time: string): string =>
  new Date(time).toLocaleTimeString("en-GB", { timeZone: "Europe/Amsterdam", hour: "2-digit", minute: "2-digit" });

test("a coordinator plans a week: adds, changes, removes, and takes each of it back", async () => {
  const page = await openPage(browser, { timezoneId: "America/New_York" });
  await logIn(page, organisation, "carla-mulder");
  await page.getByRole("link", { name: "Roster" }).click();
  await page.getByRole("link", { name: "Week" }).click();
  await page.getByText("No shifts in this week").waitFor();
  await page.getByRole("button", { name: "Next week" }).click();
  const dialog = page.getByRole("dialog");
  const undo = page.getByRole("button", { name: "Undo" });
  const chip = (name: string) => page.locator("button.shift").filter({ hasText: name });
  const add = async (): Promise<void> => {
    await page.getByRole("button", { name: "Add a shift" }).click();
    await dialog.getByLabel("Site").selectOption({ label: "North building" });
    await dialog.getByLabel("Role").selectOption({ label: "First aider" });
    await dialog.getByLabel("Who", { exact: true }).selectOption({ label: "Omar Yilmaz" });
    await dialog.getByRole("button", { name: "Save" }).click();
  };
  await add();
  await chip("Omar Yilmaz").waitFor();
  const [made, ...more] = await shifts();
  expect(more).toEqual([]);
  expect(made).toMatchObject({ siteId: organisation.siteIds.north, userId: omar.userId });
  // By the clock of the site, wherever this computer is.
  expect([clock(made?.startsAt ?? ""), clock(made?.endsAt ?? "")]).toEqual(["09:00", "17:00"]);
  await undo.click();
  await page.getByText("It is as it was before.").waitFor();
  expect(await shifts()).toEqual([]);

  await add();
  await chip("Omar Yilmaz").waitFor();
  // The same person at the same time: refused in words, and the form stays.
  await add();
  await dialog.getByText("Person: has another shift at that time").waitFor();
  await dialog.getByRole("button", { name: "Cancel" }).click();

  await chip("Omar Yilmaz").click();
  await dialog.getByLabel("Who", { exact: true }).selectOption({ label: "Nobody yet (open)" });
  await dialog.getByLabel("Note (optional)").fill("Ask at the desk");
  await dialog.getByRole("button", { name: "Save" }).click();
  await chip("Open").getByText("Ask at the desk").waitFor();
  expect((await shifts())[0]).not.toHaveProperty("userId");
  await undo.click();
  await chip("Omar Yilmaz").waitFor();
  expect((await shifts())[0]).toMatchObject({ userId: omar.userId });
  expect((await shifts())[0]).not.toHaveProperty("note");

  // Somebody counts on it: asked first.
  await chip("Omar Yilmaz").click();
  await dialog.getByRole("button", { name: "Remove the shift" }).click();
  await dialog.getByText("Omar Yilmaz has it and is not told by the system.").waitFor();
  expect(await shifts()).toHaveLength(1);
  await dialog.getByRole("button", { name: "Remove" }).click();
  await page.getByText("No shifts in this week").waitFor();
  expect(await shifts()).toEqual([]);
  await undo.click();
  await chip("Omar Yilmaz").waitFor();
  expect(await shifts()).toMatchObject([{ userId: omar.userId, startsAt: made?.startsAt }]);
  expectNoFaults(page);
  await page.context().close();
});

test("the week is filtered by site, role, person and what is open; by keyboard a shift is opened and left again", async () => {
  await addShift(1, { userId: omar.userId });
  await addShift(1, { userId: eva.userId });
  await addShift(1);
  const page = await openPage(browser);
  await logIn(page, organisation, "carla-mulder");
  await open(page, "week");
  const chips = page.locator("button.shift:not(.shift-goes-on)");
  await expect.poll(() => chips.count()).toBe(3);
  await page.getByLabel("Only what nobody has").check();
  await expect.poll(() => chips.count()).toBe(1);
  await page.getByLabel("Only what nobody has").uncheck();
  await page.getByRole("searchbox", { name: "Person" }).fill("eva");
  await page.locator(".found").getByRole("button", { name: "Eva Smit" }).click();
  await expect.poll(() => chips.allInnerTexts()).toEqual([expect.stringContaining("Eva Smit")]);
  await page.getByRole("button", { name: "Remove Eva Smit" }).click();
  await expect.poll(() => chips.count()).toBe(3);
  await page.getByLabel("Site").selectOption({ label: "Depot" });
  await page.getByText("No shifts in this week").waitFor();
  await page.getByLabel("Site").selectOption({ label: "All sites" });
  await page.getByLabel("Role").selectOption({ label: "Team lead" });
  await page.getByText("No shifts in this week").waitFor();
  await page.getByLabel("Role").selectOption({ label: "All roles" });

  await chips.first().focus();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").getByRole("heading", { name: "Change the shift" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  expect(await chips.first().evaluate((chip) => chip === document.activeElement)).toBe(true);

  // Others than those who lead read it, and change nothing.
  const other = await openPage(browser);
  await logIn(other, organisation, "eva-smit");
  await open(other, "week");
  await other.locator(".shift").first().waitFor();
  expect(await other.locator("button.shift").allInnerTexts()).toEqual([expect.stringContaining("Eva Smit")]);
  expect(await other.getByRole("button", { name: "Add a shift" }).count()).toBe(0);
  await open(other, "import");
  await other.getByRole("heading", { name: "Your shifts" }).waitFor();
  expect(await other.getByRole("link", { name: "From a file" }).count()).toBe(0);
  expectNoFaults(page, other);
  await page.context().close();
  await other.context().close();
});

test("a shift is offered and taken over: nothing else is asked of anybody, and both pages say so by themselves", async () => {
  const { shiftId } = await addShift(48, { userId: omar.userId });
  const [giver, taker] = [await openPage(browser), await openPage(browser)];
  await logIn(giver, organisation, "omar-yilmaz");
  await logIn(taker, organisation, "eva-smit");
  await open(giver, "own");
  await giver.getByRole("button", { name: /^Offer or swap/ }).click();
  const dialog = giver.getByRole("dialog");
  await dialog.getByLabel("Note (optional)").fill("I am at a wedding");
  await dialog.getByRole("button", { name: "Ask them" }).click();
  await giver.getByText("Offered to: Everybody suitable. It stays yours until somebody takes it.").waitFor();

  const question = taker.getByRole("region", { name: "You are asked" });
  await question.getByText("Omar Yilmaz asks whether somebody takes over").waitFor();
  await question.getByText("“I am at a wedding”").waitFor();
  // Withdrawn and offered again: the other page follows.
  await giver.getByRole("button", { name: /^Withdraw/ }).click();
  await giver.getByText("The offer is withdrawn.").waitFor();
  await taker.reload();
  await taker.locator(".link-online").waitFor();
  expect(await question.count()).toBe(0);
  await giver.getByRole("button", { name: /^Offer or swap/ }).click();
  await dialog.getByLabel("Chosen people").check();
  await dialog.getByRole("searchbox").fill("eva");
  await dialog.getByRole("button", { name: "Eva Smit" }).click();
  await dialog.getByRole("button", { name: "Ask them" }).click();
  await giver.getByText("Offered to: 1 colleague.").waitFor();
  await question.getByRole("button", { name: /^Take over/ }).click();
  await taker.getByText("The shift is yours: First aider, North building").waitFor();
  expect(await shifts()).toMatchObject([{ shiftId, userId: eva.userId }]);
  // The giver is told; nobody touched the page.
  await giver.getByText("You have no shifts").waitFor();
  await taker.getByRole("link", { name: "Roster" }).click();
  await taker.getByRole("button", { name: /^Offer or swap/ }).waitFor();
  expectNoFaults(giver, taker);
  await giver.context().close();
  await taker.context().close();
});

test("two shifts are swapped when the other says yes, and not before; a swap that cannot be any more says so", async () => {
  const [mine, other, third] = [
    await addShift(50, { userId: omar.userId }),
    await addShift(70, { userId: eva.userId }),
    await addShift(90, { userId: eva.userId }),
  ];
  const [asker, asked] = [await openPage(browser), await openPage(browser)];
  await logIn(asker, organisation, "omar-yilmaz");
  await logIn(asked, organisation, "eva-smit");
  await open(asker, "own");
  const dialog = asker.getByRole("dialog");
  const swapFor = async (index: number): Promise<void> => {
    await asker.getByRole("button", { name: /^Offer or swap/ }).click();
    await dialog.getByLabel("Swap with somebody").check();
    await dialog.getByLabel("In exchange for").selectOption({ index });
    await dialog.getByRole("button", { name: "Ask to swap" }).click();
    await dialog.waitFor({ state: "detached" });
  };
  await swapFor(1);
  await swapFor(2);
  await asker
    .getByText(/Swap asked of Eva Smit for/)
    .first()
    .waitFor();
  const question = asked.getByRole("region", { name: "You are asked" });
  await expect.poll(() => question.getByRole("listitem").count()).toBe(2);
  await question.getByText("You get:").first().waitFor();
  await question.getByText("You give:").first().waitFor();
  const holders = async () => new Map((await shifts()).map(({ shiftId, userId }) => [shiftId, userId]));
  expect((await holders()).get(mine.shiftId)).toBe(omar.userId);

  await question.getByRole("button", { name: /^Swap/ }).first().click();
  await asked.getByText("The shift is yours").waitFor();
  expect(await holders()).toEqual(
    new Map([
      [mine.shiftId, eva.userId],
      [other.shiftId, omar.userId],
      [third.shiftId, eva.userId],
    ]),
  );
  // What was agreed to is not there any more: the second wish has lapsed, on both pages.
  await expect.poll(() => question.count()).toBe(0);
  await expect.poll(() => asker.getByText(/Swap asked of/).count()).toBe(0);

  // Offered to all, and gone before the press: said in words.
  const api = new StandbyApi({ baseUrl: organisation.url, tenant: organisation.slug });
  await api.logIn({ username: "omar-yilmaz", password });
  const { offerId } = await api.call(routes.createShiftOffer, { params: { shiftId: other.shiftId }, body: {} });
  const take = question.getByRole("button", { name: /^Take over/ });
  await take.waitFor();
  await api.call(routes.withdrawShiftOffer, { params: { offerId } });
  await take.click();
  await asked.getByText("This cannot be taken any more").waitFor();
  await expect.poll(() => question.count()).toBe(0);
  expectNoFaults(asker, asked);
  await asker.context().close();
  await asked.context().close();
});

test("those who lead see which shifts begin soon and have nobody, ask colleagues from there, and say how early to warn", async () => {
  const { shiftId } = await addShift(5);
  const page = await openPage(browser);
  await logIn(page, organisation, "admin");
  await open(page, "week");
  const warning = page.getByRole("alert").filter({ hasText: "Nobody has 1 shift that begins within 24 hours." });
  await warning.getByRole("button").click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Ask colleagues" }).click();
  await dialog.getByRole("heading", { name: "Who takes this open shift?" }).waitFor();
  await dialog.getByRole("button", { name: "Ask them" }).click();
  await dialog.waitFor({ state: "detached" });
  const api = new StandbyApi({ baseUrl: organisation.url, tenant: organisation.slug });
  await api.logIn({ username: "omar-yilmaz", password });
  const { items } = await api.call(routes.listOwnShiftOffers);
  expect(items).toMatchObject([{ shift: { shiftId }, acceptable: true }]);
  await expect.poll(() => page.locator(".shift-warned").count()).toBeGreaterThan(0);

  await page.getByRole("button", { name: /^Change.*Hours before/ }).click();
  await dialog.getByLabel("Hours before").fill("2");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect.poll(() => warning.count()).toBe(0);
  expect(await organisation.admin.call(routes.getRosterSettings)).toEqual({ warnHours: 2 });
  await organisation.admin.call(routes.putRosterSettings, { body: { warnHours: 24 } });
  expectNoFaults(page);
  await page.context().close();
});

const file = (name: string, text: string) => ({ name, mimeType: "text/plain", buffer: Buffer.from(text) });

test("a file is looked at before it is taken: what would happen, and what is wrong with which row", async () => {
  const page = await openPage(browser);
  await logIn(page, organisation, "carla-mulder");
  await open(page, "import");
  const input = page.getByLabel("File", { exact: true });
  const look = page.getByRole("button", { name: "Look what would happen" });
  const figures = () => page.locator(".outcome dd").allInnerTexts();
  expect(await look.isDisabled()).toBe(true);
  await input.setInputFiles(
    file(
      "roster.csv",
      [
        "site,role,start,end,person",
        "Depot,First aider,2090-01-03 09:00,2090-01-03 17:00,omar-yilmaz",
        "Depot,First aider,2090-01-04 09:00,2090-01-04 17:00,",
        "Nowhere,First aider,2090-01-04 09:00,2090-01-04 17:00,",
        "Depot,First aider,2090-01-05 09:00,yesterday,eva-smit",
      ].join("\n"),
    ),
  );
  await look.click();
  await page.getByText("Nothing has been changed yet. This is what would happen:").waitFor();
  expect(await figures()).toEqual(["2", "0", "0", "2"]);
  const row = (name: string) => page.getByRole("row").filter({ hasText: name });
  await row("Row 3").getByText("there is no site of this name, or more than one").waitFor();
  await row("Row 4").getByText("is not a time").waitFor();
  expect(await shifts(), "a dry run changes nothing").toEqual([]);

  await page.getByRole("button", { name: "Import 2 shifts" }).click();
  await page.getByText("Done. This has happened:").waitFor();
  expect(await shifts()).toMatchObject([{ userId: omar.userId, startsAt: "2090-01-03T08:00:00.000Z" }, {}]);
  expect(await page.getByRole("button", { name: /^Import/ }).count()).toBe(0);
  // The same file again.
  await look.click();
  await page.getByText("Nothing has been changed yet.").waitFor();
  expect(await figures()).toEqual(["0", "0", "2", "2"]);
  expect(await page.getByRole("button", { name: /^Import/ }).count()).toBe(0);

  await input.setInputFiles(file("wrong.csv", "site;role\nDepot;First aider"));
  await look.click();
  await page.getByText('The file: has no column "start" in its first line').waitFor();

  // A calendar, with a role for events that name none.
  await input.setInputFiles(
    file(
      "roster.ics",
      [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//test//EN",
        "BEGIN:VEVENT",
        "UID:1",
        "DTSTAMP:20900101T000000Z",
        "DTSTART:20900110T090000Z",
        "DTEND:20900110T120000Z",
        "SUMMARY:At the gate",
        "LOCATION:Depot",
        "END:VEVENT",
        "END:VCALENDAR",
      ].join("\r\n"),
    ),
  );
  await look.click();
  await row("Event 1").getByText("there is no role of this name, or more than one").waitFor();
  await page.getByLabel("Role").selectOption({ label: "Team lead" });
  expect(await page.locator(".outcome").count(), "another choice is another import").toBe(0);
  await look.click();
  await page.getByRole("button", { name: "Import 1 shift" }).click();
  await page.getByText("Done. This has happened:").waitFor();
  expect(await shifts()).toHaveLength(3);
  expectNoFaults(page);
  await page.context().close();
});

test("a week is kept as a template, and the coming weeks are made of it after a look", async () => {
  // In the middle of a day next week, whatever the day is now.
  const monday = new Date();
  monday.setUTCHours(10, 0, 0, 0);
  monday.setUTCDate(monday.getUTCDate() + 7 - ((monday.getUTCDay() + 6) % 7));
  const hours = Math.round((monday.getTime() - Math.ceil(Date.now() / hourMs) * hourMs) / hourMs);
  await addShift(hours, { userId: omar.userId });
  await addShift(hours);
  await addShift(hours);
  const page = await openPage(browser);
  await logIn(page, organisation, "carla-mulder");
  await open(page, "templates");
  await page.getByText("There are no templates yet").waitFor();
  await open(page, "week");
  await page.getByRole("button", { name: "Next week" }).click();
  await page.getByRole("button", { name: "Keep this week as a template" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("2 lines, to make shifts of again.").waitFor();
  await dialog.getByLabel("Name").fill("Normal week");
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByText("The week is kept as a template.").waitFor();
  // The name again is refused in words.
  await page.getByRole("button", { name: "Keep this week as a template" }).click();
  await dialog.getByLabel("Name").fill("normal week");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.getByText("There is a template of this name already.").waitFor();
  await page.keyboard.press("Escape");

  await page.getByRole("link", { name: "Templates" }).click();
  await page.getByText("Show the lines").click();
  await page.getByText("2 open places").waitFor();
  await page.getByText("Omar Yilmaz").waitFor();
  await page.getByRole("button", { name: /^Make shifts/ }).click();
  await dialog.getByLabel("From").fill(new Date(monday.getTime() + 7 * 24 * hourMs).toISOString().slice(0, 10));
  await dialog.getByLabel("Number of weeks").fill("2");
  await dialog.getByRole("button", { name: "Look what would happen" }).click();
  await dialog.getByText("Nothing has been changed yet.").waitFor();
  expect(await shifts()).toHaveLength(3);
  await dialog.getByRole("button", { name: "Make 6 shifts" }).click();
  await page.getByText("6 shifts made.").waitFor();
  expect(await shifts()).toHaveLength(9);

  await page.getByRole("button", { name: /^Remove/ }).click();
  await dialog.getByRole("button", { name: "Remove" }).click();
  await page.getByText("There are no templates yet").waitFor();
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByRole("heading", { name: "Normal week" }).waitFor();
  expect(await shifts()).toHaveLength(9);
  expectNoFaults(page);
  await page.context().close();
});

const sizes: Record<string, BrowserContextOptions> = {
  "phone, dark": { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true, colorScheme: "dark" },
  "desk, light": { viewport: { width: 1366, height: 860 }, colorScheme: "light" },
};

for (const [size, options] of Object.entries(sizes))
  test(`every page of the roster is accessible and fits, in Dutch: ${size}`, async () => {
    await addShift(2, { userId: omar.userId, note: "Sleutels bij de receptie" });
    await addShift(3);
    const { shiftId } = await addShift(30, { userId: eva.userId });
    const api = new StandbyApi({ baseUrl: organisation.url, tenant: organisation.slug });
    await api.logIn({ username: "eva-smit", password });
    await api.call(routes.createShiftOffer, { params: { shiftId }, body: {} });
    const look = async (page: Page, view: string): Promise<void> => {
      await expectAccessible(page, view);
      await expectNoSidewaysScroll(page, view);
    };
    const page = await openPage(browser, options);
    await logIn(page, organisation, "admin");
    await page.getByRole("button", { name: "NL: Nederlands" }).click();
    await open(page, "week");
    await page.locator("button.shift").first().waitFor();
    await look(page, "week");
    await page.locator("button.shift").first().click();
    await page.getByRole("dialog").getByRole("heading", { name: "Dienst wijzigen" }).waitFor();
    await look(page, "shift");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Deze week als sjabloon bewaren" }).click();
    await look(page, "keep");
    await open(page, "import");
    await page.getByLabel("Bestand", { exact: true }).setInputFiles(file("rooster.csv", "start,end\nmorgen,straks"));
    await page.getByRole("button", { name: "Kijk wat er zou gebeuren" }).click();
    await page.getByText("is geen tijd").first().waitFor();
    await look(page, "import");
    await open(page, "templates");
    await page.getByRole("button", { name: /^Diensten maken/ }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Kijk wat er zou gebeuren" }).click();
    await page.getByRole("dialog").locator(".outcome").waitFor();
    await look(page, "template");

    const own = await openPage(browser, options);
    await logIn(own, organisation, "omar-yilmaz");
    await own.getByRole("button", { name: "NL: Nederlands" }).click();
    await own.getByRole("region", { name: "Jou wordt gevraagd" }).waitFor();
    await look(own, "home");
    await open(own, "own");
    await own.getByRole("button", { name: /^Aanbieden of ruilen/ }).waitFor();
    await look(own, "own");
    await own.getByRole("button", { name: /^Aanbieden of ruilen/ }).click();
    await own.getByLabel("Ruilen met iemand").check();
    await own.getByLabel("In ruil voor").waitFor();
    await look(own, "offer");
    expectNoFaults(page, own);
    await page.context().close();
    await own.context().close();
  });
