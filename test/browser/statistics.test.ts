/**
 * The statistics page in a real Chromium under the server's own Content-Security-Policy, with a past of weeks in a real sqld
 * (statistics-history.ts). Proved: P5, T23 on the page (what may not be told is said as such, with the reason, never as zero, on screen and
 * in the file), every part with its chart and table, the minimum group, who may see it, a history that is away (I8), both languages, and
 * each part accessible and as wide as the screen. Not proved: that the figures are right (test/system/statistics-presence.test.ts and
 * history-statistics.test.ts), nor what a canvas looks like beyond that it was painted.
 */
import { readFile } from "node:fs/promises";
import Papa from "papaparse";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { routes } from "../../protocol/http/routes.ts";
import { type InstallationUnderTest, startInstallation } from "../system/harness/installation.ts";
import { launchChromium } from "./chromium.ts";
import { makeOrganisation, type Organisation } from "./organisation.ts";
import { expectAccessible, expectNoFaults, expectNoSidewaysScroll, logIn, openPage } from "./pages.ts";
import { writePast } from "./statistics-history.ts";

let installation: InstallationUnderTest;
let large: Organisation;
let small: Organisation;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  installation = await startInstallation();
  large = await makeOrganisation(installation);
  small = await makeOrganisation(installation);
  await writePast(installation, large);
  await large.addWithPassword("carla-mulder", "coordinator");
  await large.addWithPassword("nora-vos", "coordinator", { locale: "nl" });
  await large.addWithPassword("eva-smit", "responder");
  await small.addWithPassword("carla-mulder", "coordinator");
  browser = await launchChromium();
  page = await openPage(browser);
  await logIn(page, large, "carla-mulder");
});

afterAll(async () => {
  await browser?.close();
  await installation?.stop();
});

const open = (at: Page, { url, slug }: Organisation, part = "") => at.goto(`${url}/${slug}/statistics/${part}`);

/** Whether anything was painted: a canvas that nobody drew on is empty. */
const painted = async (at: Page): Promise<void> => {
  const canvas = at.locator(".chart canvas");
  await canvas.waitFor();
  const isPainted = () =>
    canvas.evaluate((it) => {
      const { width, height } = it as HTMLCanvasElement;
      const pixels = (it as HTMLCanvasElement).getContext("2d")?.getImageData(0, 0, width, height).data;
      return pixels?.some((value) => value !== 0) === true;
    });
  await expect.poll(isPainted, { timeout: 15_000 }).toBe(true);
};

/** The rows of the table once it has some: it is drawn when it is opened. */
const rows = async (at: Page): Promise<string[][]> => {
  const all = at.locator(".figure-table tbody tr");
  await all.first().waitFor();
  return all.evaluateAll((list) => list.map((row) => [...row.children].map((cell) => cell.textContent ?? "")));
};

test("P5, T23: a small organisation sees that it is too few to tell, why, and no figure at all", async () => {
  const other = await openPage(browser);
  await logIn(other, small, "carla-mulder");
  await other.getByRole("link", { name: "Statistics" }).click();
  await other.getByText("Too few to tell", { exact: true }).waitFor();
  await other.getByText(/at least 10 people.*A small organisation mostly sees this, and that is right/).waitFor();
  expect(await other.locator(".chart, table").count()).toBe(0);
  for (const [part, none] of [
    ["Staffing", "No hours in this period"],
    ["Alarms", "No alarms in this period"],
    ["Messages", "No messages in this period"],
  ] as const) {
    await other.locator(".part-links").getByRole("link", { name: part }).click();
    await other.getByText(none).waitFor();
  }
  expectNoFaults(other);
  await other.context().close();
});

test("P5, T23: presence as a chart, a table and a file: what may not be told is never a zero in any of them", async () => {
  await open(page, large);
  await painted(page);
  await page.getByText(/A figure is shown only when it tells of at least 10 people/).waitFor();
  await page.locator("summary", { hasText: "As a table" }).click();
  const shown = await rows(page);
  expect(shown.length).toBeGreaterThan(100);
  const told = shown.filter(([, average]) => average !== "too few to tell");
  const hidden = shown.filter(([, average]) => average === "too few to tell");
  expect(hidden.length).toBeGreaterThan(0);
  for (const row of hidden) expect(row.slice(1)).toEqual(Array(3).fill("too few to tell"));
  for (const [, average, peak, quarters] of told) {
    expect(Number(average)).toBeGreaterThanOrEqual(15);
    expect(Number(peak)).toBeGreaterThanOrEqual(Number(average));
    expect(Number(quarters)).toBeLessThanOrEqual(4);
  }
  expect(told.length).toBeGreaterThan(30);

  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Save as CSV" }).click(),
  ]);
  const text = await readFile(await download.path(), "utf8");
  expect(text.startsWith("\uFEFFWhen,On average,At most,Quarters told of\r\n")).toBe(true);
  const [, ...saved] = Papa.parse<string[]>(text.slice(1)).data;
  expect(saved.map((row) => row.slice(1))).toEqual(shown.map((row) => row.slice(1)));
  for (const [from] of saved) expect(new Date(from ?? "").toISOString()).toBe(from);
  expectNoFaults(page);
});

test("P5, T23: a role and a zone, in steps of a day; of a role of six nothing is told", async () => {
  await open(page, large);
  await page.getByLabel("In steps of").selectOption({ label: "a day" });
  await page.getByLabel("Of whom").selectOption({ label: "Role: First aider" });
  await painted(page);
  await page.getByLabel("Of whom").selectOption({ label: "Zone: Ground floor" });
  await painted(page);
  await page.getByLabel("Of whom").selectOption({ label: "Role: Team lead" });
  await page.getByText("Too few to tell", { exact: true }).waitFor();
  expect(await page.locator(".chart, .figure-table").count()).toBe(0);
  await page.getByLabel("Of whom").selectOption({ label: "Everybody" });
  await painted(page);
  // Where the pointer is, the figures are said.
  await page.locator(".u-over").hover({ position: { x: 900, y: 60 } });
  await page.locator(".chart-pointed", { hasText: /\d{4}$/ }).waitFor();
  expect(await page.locator(".chart-legend strong").count()).toBe(2);
  expectNoFaults(page);
});

test("a period that ends before it begins, and one of too many steps, are told and not asked", async () => {
  await open(page, large);
  await painted(page);
  await page.getByLabel("From").fill("2026-03-01");
  await page.getByLabel("Up to and including").fill("2026-02-01");
  await page.getByText("The period ends before it begins.").waitFor();
  await page.getByLabel("From").fill("2020-01-01");
  await page.getByText("This period has too many steps.").waitFor();
  await page.getByLabel("In steps of").selectOption({ label: "a week" });
  await page.getByText("Too few to tell", { exact: true }).waitFor();
  expectNoFaults(page);
});

test("staffing by week, alarms and messages by month, each with its table", async () => {
  await open(page, large, "staffing");
  await painted(page);
  await page.getByLabel("Rule").selectOption({ label: "2 × First aider, North building" });
  const rules = async () => [...new Set((await rows(page)).map(([, rule]) => rule))];
  await expect.poll(rules).toEqual(["2 × First aider, North building"]);
  const weeks = await rows(page);
  expect(weeks.length).toBeGreaterThan(6);
  for (const [week, rule, kept, missed, share] of weeks) {
    expect([week, rule]).toEqual([expect.stringMatching(/^Week of /), "2 × First aider, North building"]);
    expect(`${kept} ${missed} ${share}`).toMatch(/^[\d.]+ h [\d.]+ h \d+%$/);
  }

  await page.locator(".part-links").getByRole("link", { name: "Alarms" }).click();
  await painted(page);
  const months = await rows(page);
  // An exercise for three people has no times, and is counted.
  const few = months.filter((row) => row.includes("too few to tell"));
  expect(few.length).toBeGreaterThan(0);
  for (const row of few) expect(row.slice(2)).toEqual(["0", ...Array(5).fill("too few to tell")]);
  expect(months.some((row) => /^\d+ ms · \d+ ms$/.test(row[3] ?? ""))).toBe(true);
  await page.getByLabel("By scenario").check();
  await page.getByRole("rowheader").first().waitFor();
  await page.getByText("no scenario").first().waitFor();
  expect(await page.locator(".chart").count(), "medians of scenarios have no sum").toBe(0);

  await page.locator(".part-links").getByRole("link", { name: "Messages" }).click();
  await painted(page);
  const messages = await rows(page);
  expect(messages.some(([, delivered]) => Number(delivered) >= 50)).toBe(true);
  for (const [, , sent, failed, skipped] of messages)
    expect([sent, failed, skipped]).toEqual(Array(3).fill("too few to tell"));
  await page.getByLabel("Way").selectOption({ label: "SMS" });
  await page.getByText("No messages in this period").waitFor();
  expectNoFaults(page);
});

test("the minimum group: a coordinator reads it, an administrator changes it, and figures follow", async () => {
  await open(page, large, "settings");
  await page.getByText("A figure tells of at least 10 people. An administrator can change this.").waitFor();
  expect(await page.locator("form").count()).toBe(0);

  const admin = await openPage(browser);
  await logIn(admin, large, "admin");
  await open(admin, large, "settings");
  await admin.getByLabel("A figure tells of at least").selectOption({ label: "6 people" });
  await admin.getByRole("button", { name: "Save" }).click();
  await admin.getByText("Saved.").waitFor();
  expect(await large.admin.call(routes.getStatisticsSettings)).toEqual({ minimumGroup: 6 });
  await open(admin, large);
  await admin.getByLabel("Site").selectOption({ label: "North building" });
  await admin.getByText(/at least 6 people/).waitFor();
  expectNoFaults(page, admin);
  await admin.context().close();
  await large.admin.call(routes.putStatisticsSettings, { body: { minimumGroup: 10 } });
});

test("whoever does not lead sees no statistics", async () => {
  const other = await openPage(browser);
  await logIn(other, large, "eva-smit");
  await open(other, large);
  await other.locator(".home").waitFor();
  expect(await other.getByRole("link", { name: "Statistics" }).count()).toBe(0);
  expect(await other.locator(".statistics").count()).toBe(0);
  await other.context().close();
});

const sizes: Record<string, BrowserContextOptions> = {
  "phone, dark": { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true, colorScheme: "dark" },
  "desk, light": { viewport: { width: 1366, height: 860 }, colorScheme: "light" },
};

for (const [size, options] of Object.entries(sizes))
  test(`every part is accessible, fits and is Dutch: ${size}`, async () => {
    const other = await openPage(browser, options);
    await logIn(other, large, "nora-vos");
    for (const [part, heading] of [
      ["presence", "Wie er zijn, in aantallen"],
      ["staffing", "Bezetting gehaald en gemist"],
      ["alarms", "Snelheid van alarmen"],
      ["channels", "Wat er van berichten kwam"],
      ["settings", "Kleinste groep"],
    ] as const) {
      await open(other, large, part);
      await other.getByRole("heading", { name: heading }).waitFor();
      if (part === "settings") await other.getByText(/minstens 10 mensen/).waitFor();
      else await painted(other);
      const details = other.locator("summary");
      if ((await details.count()) > 0) await details.click();
      await expectAccessible(other, part);
      await expectNoSidewaysScroll(other, part);
    }
    expectNoFaults(other);
    await other.context().close();
  });

test("I8: a history that is away is told as such, and a press brings the figures back", async () => {
  await open(page, large);
  await painted(page);
  await installation.killSqld();
  await page.getByLabel("In steps of").selectOption({ label: "a day" });
  const told = page.getByRole("alert").filter({ hasText: "The history is not available right now." });
  await told.waitFor({ timeout: 40_000 });
  expect(await page.locator(".chart, .figure-table").count(), "no figure of before beside it").toBe(0);
  await installation.startSqld();
  await told.getByRole("button", { name: "Try again" }).click();
  await page.locator(".chart canvas").waitFor({ timeout: 40_000 });
  await painted(page);
  expectNoFaults(page);
});
