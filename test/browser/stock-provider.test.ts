/**
 * Proves issue 6, Proof: unmodified `y-websocket` providers with `y-indexeddb` in real Chromium follow a chat by the session's cookie,
 * one of them offline for a while, and end equal (P3); whatever one writes is refused, reported to it and reaches nobody (T20). The
 * providers are bundled as they are published. What an erasure does to copies is test/workerd/chat-sync.test.ts.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Browser, Page } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { routes } from "../../protocol/http/routes.ts";
import { type InstallationUnderTest, startInstallation } from "../system/harness/installation.ts";
import { launchChromium } from "./chromium.ts";
import { makeOrganisation, type Organisation } from "./organisation.ts";
import { logIn, openPage } from "./pages.ts";

interface Followed {
  texts: () => (string | undefined)[];
  clientIds: () => number[];
  whenSynced: () => Promise<void>;
  offline: () => void;
  online: () => void;
  write: (text: string) => void;
  status: () => string;
}

declare global {
  interface Window {
    follow: (url: string, params: Record<string, string>, store: string) => Promise<Followed>;
    followed: Followed;
  }
}

let installation: InstallationUnderTest;
let browser: Browser;
let org: Organisation;
let script: string;
let conversationId: string;

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), "standby-stock-"));
  const entry = join(import.meta.dirname, "stock-provider.js");
  const project = resolve(import.meta.dirname, "../..");
  await build({
    configFile: false,
    logLevel: "error",
    root: project,
    build: {
      outDir: folder,
      emptyOutDir: false,
      lib: { entry, formats: ["iife"], name: "stock", fileName: () => "bundle.js" },
    },
  });
  script = readFileSync(join(folder, "bundle.js"), "utf8");
  rmSync(folder, { recursive: true });
  [installation, browser] = await Promise.all([startInstallation(), launchChromium()]);
  org = await makeOrganisation(installation);
  const { items } = await org.admin.call(routes.listConversations);
  conversationId = items.find(({ kind }) => kind === "everyone")?.conversationId ?? "";
});

afterAll(async () => {
  await org?.close();
  await browser?.close();
  await installation?.stop();
});

let sent = 0;
const say = async (text: string): Promise<string> => {
  sent += 1;
  const messageId = `msg_said-${String(sent).padStart(4, "0")}`;
  await org.admin.call(routes.sendMessage, { params: { conversationId }, body: { messageId, text } });
  return messageId;
};

const follow = async (page: Page, epoch?: string): Promise<void> => {
  await page.evaluate(script);
  const url = `${installation.url.replace("http", "ws")}/v1/${org.slug}/conversations/${conversationId}`;
  await page.evaluate(
    async ([to, params, store]) => {
      window.followed = await window.follow(to, params, store);
    },
    [url, epoch === undefined ? {} : { epoch }, `copy-of-${epoch ?? "now"}`] as const,
  );
};

const texts = (page: Page) => page.evaluate(() => window.followed.texts());
const shows = (page: Page, expected: readonly (string | null)[]) =>
  expect.poll(async () => (await texts(page)).map((text) => text ?? null), { timeout: 15_000 }).toEqual(expected);

const reader = async (username: string): Promise<Page> => {
  await org.addWithPassword(username, "responder");
  const page = await openPage(browser);
  await logIn(page, org, username);
  return page;
};

test("P3, T20: two stock providers, one offline for a while, end equal; what one writes goes nowhere", async () => {
  const [first, second] = await Promise.all([reader("first-reader"), reader("second-reader")]);
  await say("one");
  const { epoch } = await org.admin.call(routes.getConversationState, { params: { conversationId } });
  await Promise.all([follow(first, epoch), follow(second, epoch)]);
  await Promise.all([shows(first, ["one"]), shows(second, ["one"])]);

  await second.evaluate(() => window.followed.offline());
  const two = await say("two");
  await say("three");
  await org.admin.call(routes.patchMessage, {
    params: { conversationId, messageId: two },
    body: { text: "two, mended" },
  });
  await shows(first, ["one", "two, mended", "three"]);
  expect(await texts(second)).toEqual(["one"]);
  // The tab goes, its copy stays: a new page of the same browser goes on from it.
  await second.reload();
  await second.locator(".link-online").waitFor();
  await follow(second, epoch);
  await shows(second, ["one", "two, mended", "three"]);

  const warnings: string[] = [];
  second.on("console", (message) => warnings.push(message.text()));
  await second.evaluate(() => window.followed.write("forged"));
  await expect.poll(() => warnings.some((text) => text.includes("Permission denied"))).toBe(true);
  await say("four");
  await shows(first, ["one", "two, mended", "three", "four"]);
  const { items } = await org.admin.call(routes.listMessages, { params: { conversationId }, query: {} });
  expect(items.map(({ text }) => text)).toEqual(["one", "two, mended", "three", "four"]);

  // Both providers are still served by an actor that was killed and knows nothing any more.
  await installation.restartWorkerd();
  await say("five");
  await shows(first, ["one", "two, mended", "three", "four", "five"]);
  expect(await first.evaluate(() => window.followed.status())).toBe("connected");
  await Promise.all([first.context().close(), second.context().close()]);
}, 120_000);
