/**
 * Messages on the page, on a real server (issue 6: 2, 4, 6): two people talk, also while the line is down; somebody is mentioned by
 * the keyboard alone; a group is left; an incident's room tells what happened and closes with it, and an alarm goes before all of it.
 * Not proved here: the rules (test/core, test/workerd), restarts under load (test/system).
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
let eva: Page;

const phoneSize = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true } as const;

beforeAll(async () => {
  installation = await startInstallation();
  organisation = await makeOrganisation(installation);
  browser = await launchChromium();
  await organisation.addWithPassword("carla-mulder", "coordinator");
  await organisation.addWithPassword("eva-smit", "responder", { firstAid: true });
  await organisation.addWithPassword("piet-bos", "employee");
  carla = await openPage(browser);
  eva = await openPage(browser, phoneSize);
  await logIn(carla, organisation, "carla-mulder");
  await logIn(eva, organisation, "eva-smit");
});

afterAll(async () => {
  await browser?.close();
  await organisation?.close();
  await installation?.stop();
});

const log = (page: Page) => page.getByRole("log", { name: "Messages" });
const said = (page: Page, text: string) => log(page).getByRole("article").filter({ hasText: text });
const field = (page: Page) => page.getByRole("textbox", { name: "Message" });
const say = async (page: Page, text: string): Promise<void> => {
  await field(page).fill(text);
  await page.getByRole("button", { name: "Send" }).click();
};
const openMessages = (page: Page) =>
  page
    .getByRole("navigation", { name: "Main" })
    .getByRole("link", { name: /^Messages/ })
    .click();
const openRoom = async (page: Page, title: string): Promise<void> => {
  await openMessages(page);
  await page.getByRole("list", { name: "Conversations" }).getByRole("link").filter({ hasText: title }).click();
  await log(page).waitFor();
};
const begin = async (page: Page, name: string): Promise<void> => {
  await openMessages(page);
  await page.getByRole("button", { name: "Message somebody" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("searchbox").fill(name);
  await dialog.getByRole("button", { name: new RegExp(name) }).click();
  await expectAccessible(page, "new conversation");
  await dialog.getByRole("button", { name: "Begin" }).click();
  await field(page).waitFor();
};

test("two people: sent, read, answered, reacted to, changed and taken back", async () => {
  await begin(eva, "Carla");
  await say(eva, "Is the AED back in its place?");
  await said(eva, "Is the AED back").getByText("Sent").waitFor();

  // Without a look at the list: the badge comes by the page's own line.
  await carla.getByText("1 conversation with unread messages").waitFor({ state: "attached" });
  await openRoom(carla, "Eva Smit");
  await said(carla, "Is the AED back").waitFor();
  await said(eva, "Is the AED back").getByText("Read").waitFor();
  await carla.getByText("1 conversation with unread messages").waitFor({ state: "detached" });

  await said(carla, "Is the AED back").getByRole("button", { name: "Reply" }).click();
  await say(carla, "Yes, at the reception.");
  const answer = said(eva, "Yes, at the reception.");
  await answer.waitFor();
  await answer.getByRole("button", { name: "Go to the message of Eva Smit this answers" }).click();
  expect(await eva.evaluate(() => document.activeElement?.textContent)).toContain("Is the AED back");

  await answer.getByRole("button", { name: "React" }).click();
  await answer.getByRole("button", { name: "👍" }).first().click();
  await said(carla, "Yes, at the reception.")
    .getByRole("button", { name: /👍 1 by Eva Smit/ })
    .waitFor();

  await said(carla, "Yes, at the reception.").getByRole("button", { name: "Edit" }).click();
  await field(carla).fill("Yes, at the main reception.");
  await carla.getByRole("button", { name: "Save" }).click();
  await said(eva, "Yes, at the main reception.").getByText("edited").waitFor();

  await said(carla, "at the main reception").getByRole("button", { name: "Take back" }).click();
  await carla.getByRole("alertdialog").getByRole("button", { name: "Take back" }).click();
  await said(eva, "This message was taken back.").waitFor();
  expect(await log(eva).textContent()).not.toContain("main reception");

  for (const [page, view] of [
    [carla, "conversation"],
    [eva, "conversation on a phone"],
  ] as const) {
    await expectAccessible(page, view);
    await expectNoSidewaysScroll(page, view);
  }
});

test("who is typing is seen, and is gone with the message", async () => {
  await openRoom(carla, "Eva Smit");
  await openRoom(eva, "Carla Mulder");
  await field(eva).pressSequentially("On my w");
  await carla.getByText("Eva Smit is typing…").waitFor();
  await say(eva, "On my way");
  await said(carla, "On my way").waitFor();
  await carla.getByText("Eva Smit is typing…").waitFor({ state: "detached" });
});

test("what is written while the line is down is marked, and sent once and in order when it is back", async () => {
  await openRoom(carla, "Eva Smit");
  await openRoom(eva, "Carla Mulder");
  await installation.killWorkerd();
  await eva.getByText("Not connected. What you write is kept").waitFor({ timeout: 40_000 });
  await say(eva, "first, offline");
  await say(eva, "second, offline");
  await said(eva, "second, offline").getByText("Waiting to be sent").waitFor();
  await expectAccessible(eva, "offline");
  await installation.startWorkerd();
  await said(eva, "second, offline")
    .getByText(/Sent|Received|Read/)
    .waitFor({ timeout: 60_000 });
  await said(carla, "second, offline").waitFor({ timeout: 60_000 });
  for (const page of [eva, carla]) {
    const texts = await log(page).getByRole("article").allTextContents();
    expect(texts.filter((text) => text.includes("offline")).map((text) => /first|second/.exec(text)?.[0])).toEqual([
      "first",
      "second",
    ]);
  }
});

test("a photo is made small on the device, sent and shown to the other; what is no picture is said so", async () => {
  await openRoom(carla, "Eva Smit");
  await openRoom(eva, "Carla Mulder");
  // A picture as large as a phone's, made here: noise, which compresses badly.
  const file = await carla.evaluate(async () => {
    const canvas = document.createElement("canvas");
    canvas.width = 3_000;
    canvas.height = 2_000;
    const context = canvas.getContext("2d");
    for (let i = 0; i < 20_000; i++) {
      if (context === null) throw new Error("no canvas");
      context.fillStyle = `hsl(${(i * 47) % 360} 80% 50%)`;
      context.fillRect((i * 7_919) % 3_000, (i * 104_729) % 2_000, 40, 40);
    }
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.95));
    const bytes = new Uint8Array(await (blob ?? new Blob()).arrayBuffer());
    return Array.from(bytes);
  });
  await eva
    .getByLabel("Add a photo")
    .setInputFiles({ name: "door.jpg", mimeType: "image/jpeg", buffer: Buffer.from(file) });
  await eva.getByText("1600 × 1067").waitFor({ timeout: 30_000 });
  await say(eva, "The door is blocked");
  const picture = said(carla, "The door is blocked").getByRole("img", { name: "Photo by Eva Smit" });
  await picture.waitFor();
  await expect.poll(() => picture.evaluate((img) => (img as HTMLImageElement).naturalWidth)).toBe(1_600);
  await expectAccessible(carla, "photo");

  await eva.getByLabel("Add a photo").setInputFiles({
    name: "notes.jpg",
    mimeType: "image/jpeg",
    buffer: Buffer.from("no picture at all"),
  });
  await eva.getByText("The photo could not be read.").waitFor();
});

test("a group: somebody is mentioned by the keyboard alone, taken out, and told so", async () => {
  const piet = await openPage(browser);
  await logIn(piet, organisation, "piet-bos");
  await openMessages(carla);
  await carla.getByRole("button", { name: "New group" }).click();
  const dialog = carla.getByRole("dialog");
  await dialog.getByLabel("Name of the group").fill("Fire wardens");
  await dialog.getByRole("searchbox").fill("Piet");
  await dialog.getByRole("button", { name: /Piet Bos/ }).click();
  await dialog.getByRole("button", { name: "Begin" }).click();
  await field(carla).waitFor();

  await field(carla).pressSequentially("@pi");
  await carla.getByRole("option", { name: "Piet Bos" }).waitFor();
  await carla.keyboard.press("ArrowDown");
  await carla.keyboard.press("Enter");
  await carla.keyboard.type("please check the north stairs");
  expect(await field(carla).inputValue()).toBe("@Piet Bos please check the north stairs");
  await carla.keyboard.press("Enter");
  await said(carla, "north stairs").waitFor();

  await piet.getByText("1 conversation with unread messages").waitFor({ state: "attached" });
  await openRoom(piet, "Fire wardens");
  await said(piet, "north stairs").locator(".mention", { hasText: "@Piet Bos" }).waitFor();

  await carla.getByRole("button", { name: "Members" }).click();
  const members = carla.getByRole("region", { name: "Members of Fire wardens" });
  await members.getByRole("button", { name: "Take out Piet Bos" }).waitFor();
  await expectAccessible(carla, "members");
  await members.getByRole("button", { name: "Take out Piet Bos" }).click();
  await carla.getByRole("alertdialog").getByRole("button", { name: "Take out" }).click();
  await piet.getByText("You are no longer in this conversation.").waitFor();
  expect(await piet.locator("main").textContent()).not.toContain("north stairs");
  expectNoFaults(piet);
  await piet.context().close();
});

test("an incident's room tells what happened, takes quick replies, and closes with it; an alarm goes before a chat", async () => {
  await openRoom(eva, "Carla Mulder");
  await field(eva).fill("half a sentence");
  const alarmId = await organisation.raise({ scenarioId: organisation.scenarioId, kind: "exercise" });
  const alert = eva.getByRole("alertdialog");
  await alert.getByText("Medical emergency, ground floor").waitFor();
  await alert.getByRole("button", { name: "I am coming" }).first().click();
  await alert.getByRole("button", { name: "Close" }).click();
  expect(await field(eva).inputValue()).toBe("half a sentence");

  await eva.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Alarms" }).click();
  await eva.getByRole("link", { name: "Room of the incident" }).first().click();
  await log(eva).getByText("Exercise: Medical emergency, ground floor. 1 person alarmed.").waitFor();
  await log(eva).getByText("Coming: Eva Smit.").waitFor();
  await eva.getByRole("button", { name: "On scene" }).click();
  await said(eva, "On scene").waitFor();
  await expectAccessible(eva, "incident room on a phone");
  await expectNoSidewaysScroll(eva, "incident room on a phone");

  await carla.goto(`${organisation.url}/${organisation.slug}/alarms/${alarmId}`);
  await carla.getByRole("link", { name: "Room of the incident" }).click();
  await said(carla, "On scene").waitFor();
  await organisation.admin.standDown(alarmId, { reason: "exerciseOver" });
  await log(carla)
    .getByText(/The alarm has ended/)
    .waitFor();
  await carla.getByText("This conversation is closed. It can still be read.").waitFor();
  await field(carla).waitFor({ state: "detached" });
  await eva.getByText("This conversation is closed. It can still be read.").waitFor();
  expectNoFaults(carla, eva);
});

test("whoever logs out leaves nothing of a conversation on the computer", async () => {
  const shared = await openPage(browser);
  await logIn(shared, organisation, "piet-bos");
  await begin(shared, "Eva");
  await say(shared, "private words");
  await said(shared, "private words").getByText("Sent").waitFor();
  const kept = () => shared.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name ?? ""));
  expect((await kept()).some((name) => name.startsWith("standby.rooms."))).toBe(true);
  await shared.getByRole("button", { name: "Log out" }).click();
  await shared.locator("#username").waitFor();
  await expect.poll(async () => (await kept()).filter((name) => name.startsWith("standby.rooms."))).toEqual([]);
  expect(await shared.evaluate(() => Object.keys(localStorage).filter((key) => key.includes("rooms")))).toEqual([]);
  await shared.context().close();
});

test("in Dutch", async () => {
  await carla.getByRole("button", { name: /^NL/ }).click();
  await carla.getByRole("heading", { name: "Berichten" }).waitFor();
  await carla.getByRole("log", { name: "Berichten" }).getByText("Oefening: Medical emergency").waitFor();
  await expectAccessible(carla, "Dutch");
  await carla.getByRole("button", { name: /^EN/ }).click();
});
