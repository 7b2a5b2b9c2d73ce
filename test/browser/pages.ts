import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type * as Axe from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { expect } from "vitest";
import { type Organisation, password } from "./organisation.ts";

const axePath = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

declare global {
  interface Window {
    heard: { notes: number; vibrations: number };
  }
}

/** Counts what would be heard and felt; the real calls still run. */
const listen = (): void => {
  window.heard = { notes: 0, vibrations: 0 };
  const { start } = OscillatorNode.prototype;
  OscillatorNode.prototype.start = function (...when) {
    window.heard.notes++;
    start.apply(this, when);
  };
  navigator.vibrate = (pattern) => {
    if (pattern !== 0) window.heard.vibrations++;
    return true;
  };
};

const faults = new WeakMap<Page, string[]>();

/** What a browser complains about when the server is away or says no; everything else is a fault of the page. */
const expected = /Failed to load resource|WebSocket connection to|ERR_CONNECTION|net::ERR/;

/** A page in a browser profile of its own, English, loud enough to be counted. */
export const openPage = async (browser: Browser, options: BrowserContextOptions = {}): Promise<Page> => {
  const context = await browser.newContext({ viewport: { width: 1366, height: 860 }, locale: "en-GB", ...options });
  return pageIn(await context.newPage());
};

/** Another tab of the same browser and the same log-in. */
export const openTab = async (page: Page): Promise<Page> => pageIn(await page.context().newPage());

const pageIn = async (page: Page): Promise<Page> => {
  page.setDefaultTimeout(15_000);
  const list: string[] = [];
  faults.set(page, list);
  page.on("pageerror", (error) => list.push(String(error.stack ?? error)));
  page.on("console", (message) => {
    if (message.type() === "error" && !expected.test(message.text())) list.push(message.text());
  });
  await page.addInitScript(listen);
  return page;
};

/** No exception, no error in the console, nothing that the Content-Security-Policy refused. */
export const expectNoFaults = (...pages: Page[]): void => {
  for (const page of pages) expect(faults.get(page)).toEqual([]);
};

export const fillLogIn = async (page: Page, username: string, secret: string): Promise<void> => {
  await page.locator("#username").fill(username);
  await page.locator("#password").fill(secret);
  await page.locator("form button[type=submit]").click();
};

/** Logs in and waits until alarms reach the page. */
export const logIn = async (page: Page, { url, slug }: Organisation, username: string): Promise<void> => {
  await page.goto(`${url}/${slug}`);
  await fillLogIn(page, username, password);
  await page.locator(".link-online").waitFor();
};

export const heard = (page: Page) => page.evaluate(() => window.heard);

/** axe: nothing serious or critical on what is shown now. */
export const expectAccessible = async (page: Page, view: string): Promise<void> => {
  // Not as a script element: the page's own policy would refuse one that is not its file.
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(readFileSync(axePath, "utf8"));
  const found = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof Axe };
    const { violations } = await axe.run(document, { resultTypes: ["violations"] });
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(
        ({ id, nodes }) =>
          `${id}: ${nodes.map((node) => `${node.target.join(" ")} (${node.failureSummary ?? ""})`).join("; ")}`,
      );
  });
  expect(found, view).toEqual([]);
};

/** Nothing is wider than the screen. */
export const expectNoSidewaysScroll = async (page: Page, view: string): Promise<void> => {
  const { wide, width } = await page.evaluate(() => ({
    wide: Math.max(document.documentElement.scrollWidth, document.querySelector("dialog[open]")?.scrollWidth ?? 0),
    width: document.documentElement.clientWidth,
  }));
  expect(wide, view).toBeLessThanOrEqual(width);
};
