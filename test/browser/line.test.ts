import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type InstallationUnderTest, startInstallation } from "../system/harness/installation.ts";
import { launchChromium } from "./chromium.ts";
import { makeOrganisation, type Organisation } from "./organisation.ts";
import { expectNoFaults, logIn, openPage } from "./pages.ts";

let installation: InstallationUnderTest;
let organisation: Organisation;
let browser: Browser;

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

test("a lost server is told within seconds; an answer given meanwhile arrives when it is back", async () => {
  const eva = await organisation.addWithPassword("eva-smit", "responder");
  const page = await openPage(browser);
  await logIn(page, organisation, "eva-smit");
  const alarmId = await organisation.raise({ title: "Fire in the archive", targets: { users: [eva.userId] } });
  const up = page.getByRole("alertdialog");
  await up.waitFor();

  await installation.killWorkerd();
  const banner = page.getByText("Not connected: alarms do not reach this page.");
  await banner.waitFor({ state: "attached", timeout: 3_000 });
  await up.getByRole("button", { name: "I am coming" }).click();
  await up.getByText("Your answer is kept and sent as soon as the connection is back.").waitFor();

  await installation.startWorkerd();
  await up.getByText("Accepted: Coming").waitFor({ timeout: 30_000 });
  await banner.waitFor({ state: "detached" });
  const [recipient] = (await organisation.admin.listRecipients(alarmId)).items;
  expect(recipient).toMatchObject({ state: "answered", response: "coming" });

  // And the next alarm arrives on the new line.
  await up.getByRole("button", { name: "Close" }).click();
  await organisation.raise({ title: "Second alarm", targets: { users: [eva.userId] } });
  await page.getByRole("alertdialog").filter({ hasText: "Second alarm" }).waitFor();
  expectNoFaults(page);
});

test("a coordinator's board is whole again after the server was away", async () => {
  await organisation.addWithPassword("bram-kok", "coordinator");
  const page = await openPage(browser);
  await logIn(page, organisation, "bram-kok");
  const { userId } = await organisation.add("lars-maas", "responder");
  await installation.killWorkerd();
  await page.locator(".link-banner").waitFor();
  await installation.startWorkerd();
  await organisation.raise({ title: "Raised in between", targets: { users: [userId] } });
  await page.locator(".link-online").waitFor({ timeout: 30_000 });
  await page.getByRole("link", { name: "Raised in between" }).waitFor();
  expectNoFaults(page);
});

test("a page that is opened while nothing answers says so, and goes in when it can", async () => {
  await organisation.addWithPassword("sven-vos", "responder");
  const page = await openPage(browser);
  await logIn(page, organisation, "sven-vos");
  await page.route("**/me", (route) => route.abort());
  await page.reload();
  await page.getByText("StandBy does not answer.").waitFor({ timeout: 30_000 });
  await page.unroute("**/me");
  await page.locator(".link-online").waitFor();
  expectNoFaults(page);
});

test("a session that is ended elsewhere ends on the page", async () => {
  await organisation.addWithPassword("tess-bruin", "responder");
  const page = await openPage(browser);
  await logIn(page, organisation, "tess-bruin");
  await page.evaluate((slug) => fetch(`/v1/${slug}/sessions/current`, { method: "DELETE" }), organisation.slug);
  await page.getByText("Your session has ended.").waitFor();
  expectNoFaults(page);
});
