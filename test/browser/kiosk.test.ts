/**
 * Kiosks on the page, from the admin's link to the person at the door, in real browsers against the real system: by code and by QR
 * code (what is on the screen is read by a decoder), by touch and by a scanner that types, offline, timed out, removed. T1: the screen at
 * the door asks for nothing but signing. What the server takes of a kiosk is test/workerd/kiosks.test.ts.
 */
import jsQr from "jsqr";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { routes } from "../../protocol/http/routes.ts";
import { type InstallationUnderTest, startInstallation } from "../system/harness/installation.ts";
import { launchChromium } from "./chromium.ts";
import { makeOrganisation, type Organisation } from "./organisation.ts";
import { expectAccessible, expectNoFaults, expectNoSidewaysScroll, logIn, openPage } from "./pages.ts";

let installation: InstallationUnderTest;
let organisation: Organisation;
let browser: Browser;

const tablet = { viewport: { width: 1024, height: 768 }, hasTouch: true };

beforeAll(async () => {
  installation = await startInstallation();
  organisation = await makeOrganisation(installation);
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await organisation?.close();
  await installation?.stop();
});

/** What the QR code on the screen says, by its pixels. */
const readQr = async (page: Page, label: string): Promise<string> => {
  const shot = await page.getByRole("img", { name: label }).screenshot();
  // A page of its own to turn the picture into pixels: the page under test allows no data: addresses.
  const reader = await page.context().newPage();
  const { width, height, data } = await reader.evaluate(async (base64) => {
    const picture = new Image();
    picture.src = `data:image/png;base64,${base64}`;
    await picture.decode();
    const canvas = document.createElement("canvas");
    canvas.width = picture.width;
    canvas.height = picture.height;
    const context = canvas.getContext("2d");
    context?.drawImage(picture, 0, 0);
    const pixels = context?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
    return { width: canvas.width, height: canvas.height, data: [...pixels] };
  }, shot.toString("base64"));
  await reader.close();
  const found = jsQr(new Uint8ClampedArray(data), width, height);
  if (found === null) throw new Error("no QR code in the picture");
  return found.data;
};

const presentNames = async (): Promise<string[]> => {
  const params = { siteId: organisation.siteIds.north };
  return (await organisation.admin.call(routes.getSitePresence, { params })).people.map(({ name }) => name);
};

const enrolled = async (name: string, options = {}): Promise<{ page: Page; kioskId: string }> => {
  const siteId = organisation.siteIds.north;
  const { kioskId } = await organisation.admin.call(routes.createKiosk, { body: { name, siteId } });
  const { code } = await organisation.admin.call(routes.createKioskEnrolment, { params: { kioskId } });
  const page = await openPage(browser, { ...tablet, ...options });
  await page.goto(`${organisation.url}/${organisation.slug}/kiosk#${code}`);
  await page.getByRole("button", { name: "Start the kiosk" }).click();
  await page.getByRole("heading", { name: "Sign in or out" }).waitFor();
  return { page, kioskId };
};

/** A person with a page of their own. */
const personOf = async (username: string): Promise<Page> => {
  await organisation.addWithPassword(username, "employee");
  const page = await openPage(browser);
  await logIn(page, organisation, username);
  return page;
};
const makeCode = async (page: Page): Promise<string> => {
  await page.getByRole("button", { name: "Sign at a kiosk" }).click();
  await page.getByRole("button", { name: "Make a new personal code" }).click();
  await page.getByText("Shown once: remember it, and tell nobody.").waitFor();
  const shown = await page.locator(".personal-digits").textContent();
  await page.keyboard.press("Escape");
  return (shown ?? "").replaceAll(" ", "");
};
const press = async (kiosk: Page, code: string): Promise<void> => {
  for (const digit of code) await kiosk.getByRole("button", { name: digit, exact: true }).tap();
};
/** As a scanner does that is a keyboard for the computer. */
const scan = async (kiosk: Page, text: string): Promise<void> => {
  await kiosk.keyboard.type(text);
  await kiosk.keyboard.press("Enter");
};

test("an admin adds a kiosk, gives its device a link, then another device, and removes it", async () => {
  const page = await openPage(browser);
  await logIn(page, organisation, "admin");
  await page.getByRole("navigation").getByRole("link", { name: "Kiosks" }).click();
  const list = page.getByRole("region", { name: "Kiosks", exact: true });
  await list.getByText("No kiosks").waitFor();
  await list.getByRole("button", { name: "Add a kiosk" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Main door");
  await dialog.getByLabel("Site").selectOption({ label: "North building" });
  await dialog.getByLabel("Zone (optional)").selectOption({ label: "Ground floor" });
  await dialog.getByRole("button", { name: "Add" }).click();
  await page.getByRole("dialog", { name: "Device of Main door" }).waitFor();
  const link = await dialog.getByLabel("Link", { exact: true }).inputValue();
  expect(await readQr(page, "QR code of the link")).toBe(link);
  await expectAccessible(page, "link");

  const door = await openPage(browser, tablet);
  await door.goto(link);
  await door.getByRole("button", { name: "Start the kiosk" }).click();
  await door.getByRole("heading", { name: "Sign in or out" }).waitFor();
  // The code is used up and out of the address.
  expect(new URL(door.url()).hash).toBe("");
  const late = await openPage(browser, tablet);
  await late.goto(link);
  await late.getByRole("button", { name: "Start the kiosk" }).click();
  await late.getByText("This code was used or is over.").waitFor();

  await dialog.getByRole("button", { name: "Close" }).click();
  await list.getByText("A device stands there").waitFor();
  await list.getByText("North building · Ground floor").waitFor();
  await list.getByRole("button", { name: "Add a kiosk" }).click();
  await dialog.getByLabel("Name").fill("main DOOR");
  await dialog.getByLabel("Site").selectOption({ label: "North building" });
  await dialog.getByRole("button", { name: "Add" }).click();
  await dialog.getByText("There is a kiosk of this name already.").waitFor();
  await page.keyboard.press("Escape");

  await list.getByRole("button", { name: "New device for Main door" }).click();
  await dialog.getByText("the device that stands there now is out").waitFor();
  await dialog.getByRole("button", { name: "Make a link" }).click();
  const next = await dialog.getByLabel("Link", { exact: true }).inputValue();
  const second = await openPage(browser, tablet);
  await second.goto(next);
  await second.getByRole("button", { name: "Start the kiosk" }).click();
  await second.getByRole("heading", { name: "Sign in or out" }).waitFor();
  await dialog.getByRole("button", { name: "Close" }).click();
  // The first one learns it from whoever signs there.
  await door.getByRole("button", { name: "I am coming in" }).tap();
  await press(door, "12345678");
  await door.getByText("This kiosk was removed or has a new device.").waitFor();

  await list.getByRole("button", { name: "Remove Main door" }).click();
  await dialog.getByRole("button", { name: "Remove" }).click();
  await list.getByText("No kiosks").waitFor();
  await second.getByRole("button", { name: "I am leaving" }).tap();
  await press(second, "12345678");
  await second.getByText("This kiosk was removed or has a new device.").waitFor();
  // It stays so after a reload: nothing of it is kept.
  await second.reload();
  await second.getByRole("heading", { name: "Make this device a kiosk" }).waitFor();
  expectNoFaults(page, door, late, second);
  for (const one of [page, door, late, second]) await one.context().close();
});

test("T1: in by touch with a personal code, out by a scanner with the QR code of the own page; nothing else is asked", async () => {
  const { page: kiosk } = await enrolled("Touch");
  const asked = new Set<string>();
  kiosk.on("request", (request) => asked.add(new URL(request.url()).pathname.replace(organisation.slug, "{tenant}")));
  const own = await personOf("eva-smit");
  const code = await makeCode(own);
  await kiosk.getByRole("button", { name: "I am coming in" }).tap();
  await press(kiosk, code);
  await kiosk.getByRole("heading", { name: "Welcome, Eva" }).waitFor();
  await expect.poll(presentNames).toContain("Eva Smit");
  // Of the code nothing is left on the screen, and of the person nothing but the first name.
  const shown = await kiosk.locator("body").textContent();
  expect(shown).not.toContain(code);
  expect(shown).not.toContain("Smit");
  await kiosk.getByRole("heading", { name: "Sign in or out" }).waitFor();

  await own.getByRole("button", { name: "Sign at a kiosk" }).click();
  await own.getByText(/^Works once\. A new one comes in \d+ s\.$/).waitFor();
  const qr = await readQr(own, "QR code for the kiosk");
  // Shown before anybody said which way.
  await scan(kiosk, qr);
  await kiosk.getByRole("heading", { name: "Are you coming in or leaving?" }).waitFor();
  await kiosk.getByRole("button", { name: "I am leaving" }).tap();
  await kiosk.getByRole("heading", { name: "Goodbye, Eva" }).waitFor();
  await expect.poll(presentNames).not.toContain("Eva Smit");
  await scan(kiosk, qr);
  await kiosk.getByRole("button", { name: "I am coming in" }).tap();
  await kiosk.getByRole("heading", { name: "This code is not right or is over." }).waitFor();
  expect([...asked].filter((path) => !path.startsWith("/assets/")).toSorted()).toEqual(
    ["/healthz", "/v1/{tenant}/kiosk/sign"].toSorted(),
  );
  // A code that was made anew ends the former.
  await own.keyboard.press("Escape");
  const next = await makeCode(own);
  await kiosk.getByRole("button", { name: "OK" }).tap();
  await kiosk.getByRole("button", { name: "I am coming in" }).tap();
  await kiosk.getByRole("heading", { name: "Enter your personal code" }).waitFor();
  await scan(kiosk, code);
  await kiosk.getByRole("heading", { name: "This code is not right or is over." }).waitFor();
  await kiosk.getByRole("button", { name: "OK" }).tap();
  // A card with the personal code on it, in the hand of whoever said the way: once, although eight digits are enough by themselves.
  await kiosk.getByRole("button", { name: "I am coming in" }).tap();
  const signs: number[] = [];
  kiosk.on("response", (response) => {
    if (response.url().endsWith("/kiosk/sign")) signs.push(response.status());
  });
  await kiosk.getByRole("heading", { name: "Enter your personal code" }).waitFor();
  await kiosk.keyboard.type(next);
  await kiosk.getByRole("heading", { name: "Welcome, Eva" }).waitFor();
  // The scanner's own Enter, later than the answer: it asks nothing more.
  await kiosk.keyboard.press("Enter");
  expect(await kiosk.getByRole("heading", { level: 1 }).textContent()).toBe("Welcome, Eva");
  expect(signs).toEqual([200]);
  expectNoFaults(kiosk, own);
  await kiosk.context().close();
  await own.context().close();
});

test("a half-typed code is gone after a while, and so is the name of whoever signed", async () => {
  const { page: kiosk } = await enrolled("Idle");
  const own = await personOf("finn-bos");
  const code = await makeCode(own);
  await kiosk.clock.install();
  await kiosk.getByRole("button", { name: "I am coming in" }).tap();
  await press(kiosk, code.slice(0, 7));
  await kiosk.getByText("7 of 8 digits").waitFor();
  await kiosk.clock.runFor(19_000);
  expect(await kiosk.getByText("7 of 8 digits").count()).toBe(1);
  await kiosk.clock.runFor(2_000);
  await kiosk.getByRole("heading", { name: "Sign in or out" }).waitFor();
  // The last digit of the former does not complete the code for the next.
  await kiosk.getByRole("button", { name: "I am leaving" }).tap();
  await press(kiosk, code.slice(7));
  await kiosk.getByText("1 of 8 digits").waitFor();
  await kiosk.getByRole("button", { name: "Erase the last digit" }).tap();
  // On a keyboard, for somebody who cannot use the screen.
  await kiosk.keyboard.type(code, { delay: 150 });
  await kiosk.getByRole("heading", { name: "Goodbye, Finn" }).waitFor();
  await kiosk.clock.runFor(6_000);
  await kiosk.getByRole("heading", { name: "Sign in or out" }).waitFor();
  expect(await kiosk.getByText("Finn").count()).toBe(0);
  expectNoFaults(kiosk);
  await kiosk.context().close();
  await own.context().close();
});

test("without a connection it says so before anybody signs; a sign that got no answer is not taken for one", async () => {
  const { page: kiosk } = await enrolled("Away");
  await kiosk.context().setOffline(true);
  await kiosk.getByRole("alert").getByText("Not connected: nobody can sign in or out here").waitFor();
  expect(await kiosk.getByRole("button", { name: "I am coming in" }).isDisabled()).toBe(true);
  await expectAccessible(kiosk, "offline");
  await kiosk.context().setOffline(false);
  await expect
    .poll(() => kiosk.getByRole("button", { name: "I am coming in" }).isEnabled(), { timeout: 15_000 })
    .toBe(true);

  await kiosk.route("**/kiosk/sign", (route) => route.abort());
  await kiosk.getByRole("button", { name: "I am coming in" }).tap();
  await press(kiosk, "12345678");
  await kiosk.getByRole("heading", { name: "You are NOT signed in or out." }).waitFor();
  await kiosk.unroute("**/kiosk/sign");

  // The server itself away.
  await installation.killWorkerd();
  await kiosk.getByText("Not connected: nobody can sign in or out here").waitFor({ timeout: 30_000 });
  await installation.startWorkerd();
  await expect.poll(() => kiosk.getByText("Not connected: nobody").count(), { timeout: 30_000 }).toBe(0);
  expectNoFaults(kiosk);
  await kiosk.context().close();
});

test("T18: after too many wrong codes it says when it takes codes again", async () => {
  const { page: kiosk } = await enrolled("Guess");
  for (let tries = 0; tries < 11; tries++) {
    await kiosk.getByRole("button", { name: "I am leaving" }).tap();
    await kiosk.getByRole("heading", { name: "Enter your personal code" }).waitFor();
    await scan(kiosk, "00000000");
    await kiosk
      .getByRole("heading", { name: tries < 10 ? "This code is not right or is over." : "Too many wrong codes" })
      .waitFor();
    if (tries < 10) await kiosk.getByRole("button", { name: "OK" }).tap();
  }
  await kiosk.getByText(/^This kiosk takes codes again in [45] minutes\. A QR code works now\.$/).waitFor();
  expectNoFaults(kiosk);
  await kiosk.context().close();
});

test("an admin says when presence in a site ends, and which days are holidays; nobody else has this page", async () => {
  const page = await openPage(browser);
  await logIn(page, organisation, "admin");
  await page.getByRole("navigation").getByRole("link", { name: "Kiosks" }).click();
  const ends = page.getByRole("region", { name: "When presence ends" });
  await ends.getByLabel("Site").selectOption({ label: "North building" });
  await ends.getByLabel("The working day ends for everybody who is there").check();
  await ends.getByLabel(/^End of the day/).fill("19:30");
  await ends.getByLabel("Not known").check();
  await ends.getByLabel("Nobody knows any more after").fill("5");
  await ends.getByRole("button", { name: "Save" }).click();
  await ends.getByText("Give whole minutes, from 15 to 10,080.").waitFor();
  await ends.getByLabel("Nobody knows any more after").fill("240");
  await ends.getByRole("button", { name: "Save" }).click();
  await ends.getByText("Saved.").waitFor();
  const siteOf = () => organisation.admin.call(routes.getSite, { params: { siteId: organisation.siteIds.north } });
  expect((await siteOf()).presenceRules).toEqual({ dayEndsAt: "19:30", dayEndsAs: "unknown", silenceMinutes: 240 });
  await page.reload();
  await ends.getByLabel("Site").selectOption({ label: "North building" });
  expect(await ends.getByLabel("Nobody knows any more after").inputValue()).toBe("240");
  await ends.getByLabel("The working day ends for everybody who is there").uncheck();
  await ends.getByLabel("Nobody knows any more after").fill("");
  await ends.getByRole("button", { name: "Save" }).click();
  await ends.getByText("Saved.").waitFor();
  expect(await siteOf()).not.toHaveProperty("presenceRules");

  const holidays = page.getByRole("region", { name: "Holidays of the organisation" });
  await holidays.getByLabel("Public holidays of the Netherlands").check();
  await holidays.getByText("King's Day").waitFor();
  const year = new Date().getFullYear();
  await holidays.getByLabel(/^We work on .*Liberation Day/).check();
  await holidays.getByLabel("Date").fill(`${year}-12-24`);
  await holidays.getByLabel("Name").fill("Office closed");
  await holidays.getByRole("button", { name: "Add" }).click();
  await holidays.getByText("Office closed").waitFor();
  expect(await organisation.admin.call(routes.getHolidays)).toMatchObject({
    country: "NL",
    except: [`${year}-05-05`],
    days: [{ date: `${year}-12-24`, name: "Office closed" }],
  });
  await holidays.getByRole("button", { name: "Remove Office closed" }).click();
  await holidays.getByText("No days of our own.").waitFor();

  const other = await personOf("gina-kok");
  expect(await other.getByRole("navigation").getByRole("link").allInnerTexts()).not.toContain("Kiosks");
  await other.goto(`${organisation.url}/${organisation.slug}/kiosks`);
  await other.getByRole("heading", { name: "Your presence" }).waitFor();
  expectNoFaults(page, other);
  await page.context().close();
  await other.context().close();
});

test.each([
  ["phone, dark", { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true, colorScheme: "dark" }],
  ["tablet, light", { ...tablet, colorScheme: "light" }],
] as const)("every screen is accessible and fits: %s", async (size, options) => {
  const look = async (page: Page, view: string): Promise<void> => {
    await expectAccessible(page, view);
    await expectNoSidewaysScroll(page, view);
  };
  const admin = await openPage(browser, options);
  await logIn(admin, organisation, "admin");
  await admin.goto(`${organisation.url}/${organisation.slug}/kiosks`);
  await admin.getByRole("region", { name: "Holidays of the organisation" }).getByText("King's Day").waitFor();
  await look(admin, "kiosks");
  await admin.goto(`${organisation.url}/${organisation.slug}/kiosk`);
  await admin.getByLabel("Code of this kiosk").waitFor();
  await look(admin, "enrol");

  const { page: kiosk } = await enrolled(`Looks ${size}`, options);
  await look(kiosk, "start");
  await kiosk.getByRole("button", { name: "NL: Nederlands" }).tap();
  await kiosk.getByRole("button", { name: "Ik kom binnen" }).tap();
  await look(kiosk, "code");
  // Everything that is touched in passing is large enough for a finger in a glove.
  for (const key of await kiosk.locator(".keypad-key, .kiosk-back").all())
    expect((await key.boundingBox())?.height).toBeGreaterThanOrEqual(56);
  await press(kiosk, "00000000");
  await kiosk.getByRole("heading", { name: "Deze code klopt niet of is verlopen." }).waitFor();
  await look(kiosk, "refused");
  const own = await openPage(browser, options);
  await logIn(own, organisation, "admin");
  await own.getByRole("button", { name: "Sign at a kiosk" }).click();
  await own.getByRole("img", { name: "QR code for the kiosk" }).waitFor();
  await look(own, "own code");
  expectNoFaults(admin, kiosk, own);
  for (const one of [admin, kiosk, own]) await one.context().close();
});
