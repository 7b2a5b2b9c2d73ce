/**
 * Notes on the page, on a real server (issue 6: 3): two coordinators write one text at the same time and while one of them has no
 * line, more than a note holds is said and kept, a responder reads it live and has no field to write in, and a version is brought back. Not proved here: what the actor
 * refuses, and when it keeps a version (test/workerd).
 */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type InstallationUnderTest, startInstallation } from "../system/harness/installation.ts";
import { launchChromium } from "./chromium.ts";
import { makeOrganisation, type Organisation } from "./organisation.ts";
import { expectAccessible, expectNoFaults, expectNoSidewaysScroll, logIn, openPage } from "./pages.ts";

let installation: InstallationUnderTest;
let organisation: Organisation;
let browser: Browser;
let carla: Page;
let dirk: Page;
let eva: Page;

const phoneSize = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true } as const;

beforeAll(async () => {
  installation = await startInstallation();
  organisation = await makeOrganisation(installation);
  browser = await launchChromium();
  await organisation.addWithPassword("carla-mulder", "coordinator");
  await organisation.addWithPassword("dirk-jansen", "coordinator");
  await organisation.addWithPassword("eva-smit", "responder");
  carla = await openPage(browser);
  dirk = await openPage(browser);
  eva = await openPage(browser, phoneSize);
  await logIn(carla, organisation, "carla-mulder");
  await logIn(dirk, organisation, "dirk-jansen");
  await logIn(eva, organisation, "eva-smit");
});

afterAll(async () => {
  await browser?.close();
  await organisation?.close();
  await installation?.stop();
});

const area = (page: Page) => page.getByRole("textbox", { name: "Text of the note" });
const openNote = async (page: Page): Promise<void> => {
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Notes" }).click();
  await page.getByRole("list", { name: "Notes" }).getByRole("link").filter({ hasText: "Emergency plan" }).click();
};
const caretTo = (page: Page, place: number) =>
  area(page).evaluate((field, at) => {
    const text = field as HTMLTextAreaElement;
    text.focus();
    text.setSelectionRange(at, at);
  }, place);
const textIs = (page: Page, text: string) => expect.poll(() => area(page).inputValue(), { timeout: 30_000 }).toBe(text);

test("two write one text at the same time, and the caret of each stays where it was", async () => {
  await carla.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Notes" }).click();
  await carla.getByRole("button", { name: "New note" }).click();
  const dialog = carla.getByRole("dialog");
  await dialog.getByLabel("Title of the note").fill("Emergency plan");
  await dialog.getByLabel("Belongs to").selectOption({ label: "North building" });
  await expectAccessible(carla, "new note");
  await dialog.getByRole("button", { name: "Begin" }).click();
  // Two sites may each have a note of this name: the list says which this is.
  await carla.getByRole("list", { name: "Notes" }).getByRole("link").filter({ hasText: "North building" }).waitFor();
  await area(carla).fill("Gather at the car park.");
  await openNote(dirk);
  await textIs(dirk, "Gather at the car park.");

  await caretTo(dirk, "Gather at the ".length);
  await caretTo(carla, 0);
  await carla.keyboard.type("1. ");
  await textIs(dirk, "1. Gather at the car park.");
  await carla.getByText("Writing now:").waitFor({ state: "detached" });
  await dirk.getByText("Writing now: Carla Mulder").waitFor();
  await dirk.keyboard.type("north ");
  await textIs(carla, "1. Gather at the north car park.");
  for (const [page, view] of [
    [carla, "note"],
    [dirk, "note of another"],
  ] as const)
    await expectAccessible(page, view);
});

test("somebody who does not lead reads it live, and has nothing to write in", async () => {
  await openNote(eva);
  await eva.getByText("1. Gather at the north car park.").waitFor();
  await eva.getByText("You can read this, not change it.").waitFor();
  expect(await area(eva).count()).toBe(0);
  await caretTo(carla, 0);
  await carla.keyboard.type("Plan. ");
  await eva.getByText("Plan. 1. Gather at the north car park.").waitFor();
  await expectAccessible(eva, "note on a phone");
  await expectNoSidewaysScroll(eva, "note on a phone");
});

test("what is written while the line is down is joined with the rest when it is back", async () => {
  await installation.killWorkerd();
  for (const page of [carla, dirk])
    await page.getByText("Not connected. What you write is kept").waitFor({ timeout: 40_000 });
  await caretTo(carla, 0);
  await carla.keyboard.type("A ");
  await caretTo(dirk, (await area(dirk).inputValue()).length);
  await dirk.keyboard.type(" B");
  await installation.startWorkerd();
  const joined = "A Plan. 1. Gather at the north car park. B";
  await textIs(carla, joined);
  await textIs(dirk, joined);
  await eva.getByText(joined).waitFor({ timeout: 30_000 });
});

test("more than a note holds: it is not sent, said, kept to be copied, and let go of", async () => {
  const before = await area(carla).inputValue();
  const tooMuch = "Pasted by mistake. ".repeat(120_000);
  await area(dirk).fill(tooMuch);
  const alert = dirk.getByRole("alert").filter({ hasText: "does not fit into this note" });
  await alert.waitFor({ timeout: 30_000 });
  expect(await dirk.locator(".note-read").textContent()).toContain("Pasted by mistake. Pasted by mistake.");
  await expectAccessible(dirk, "note that holds too much");
  // It is still there after the page was loaded anew.
  await dirk.reload();
  await alert.waitFor({ timeout: 30_000 });
  await dirk.getByRole("button", { name: "Drop this copy and open the note" }).click();
  await textIs(dirk, before);
  await caretTo(dirk, 0);
  await dirk.keyboard.type("Again. ");
  await textIs(carla, `Again. ${before}`);
}, 150_000);

test("a version is shown and brought back, once it is confirmed", async () => {
  const before = await area(carla).inputValue();
  await area(carla).fill("All gone");
  await textIs(dirk, "All gone");
  await carla.getByText("Versions", { exact: true }).click();
  // The server keeps a version when a note was quiet for a minute.
  const versions = carla.getByRole("listitem").filter({ hasText: "characters" });
  await expect
    .poll(
      async () => {
        await carla.getByText("Versions", { exact: true }).click();
        await carla.getByText("Versions", { exact: true }).click();
        await carla.waitForLoadState("networkidle");
        return versions.count();
      },
      { timeout: 80_000, interval: 5_000 },
    )
    .toBeGreaterThan(0);
  await expectAccessible(carla, "versions");
  await versions.first().getByRole("button", { name: /^Show/ }).click();
  await versions.first().getByText("All gone").waitFor();
  await area(carla).fill(before);
  await textIs(dirk, before);
  await versions
    .first()
    .getByRole("button", { name: /^Bring back/ })
    .click();
  await carla.getByRole("alertdialog").getByRole("button", { name: "Bring back" }).click();
  await textIs(carla, "All gone");
  await textIs(dirk, "All gone");
  expectNoFaults(carla, dirk, eva);
}, 150_000);
