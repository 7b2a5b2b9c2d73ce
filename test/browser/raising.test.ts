/**
 * What is said and asked before an alarm is raised, on a real server: who would be reached, the gaps of the text, the second
 * question after a flood (T18), and the discreet button that needs two presses (issue 4: 2, 3, 10, 11). Not proved here: the
 * rules of targeting and of the flood (test/core).
 */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { StandbyApi } from "../../clients/sdk/api.ts";
import { limits } from "../../protocol/limits.ts";
import { type InstallationUnderTest, startInstallation } from "../system/harness/installation.ts";
import { launchChromium } from "./chromium.ts";
import { makeOrganisation, type Organisation, password } from "./organisation.ts";
import { expectAccessible, expectNoFaults, expectNoSidewaysScroll, heard, logIn, openPage } from "./pages.ts";

let installation: InstallationUnderTest;
let organisation: Organisation;
let browser: Browser;

beforeAll(async () => {
  installation = await startInstallation();
  organisation = await makeOrganisation(installation);
  browser = await launchChromium();
  const { admin, roleIds } = organisation;
  await organisation.addWithPassword("carla-mulder", "coordinator");
  await organisation.addWithPassword("emma-peters", "employee");
  await organisation.device(await organisation.add("omar-yilmaz", "responder", { firstAid: true }));
  await organisation.add("piet-bos", "responder", { firstAid: true });
  await admin.createScenario({
    name: "Fire",
    title: "Fire at {where}",
    message: "Seen by {raisedBy}.",
    parts: { danger: "{what}", action: "Use the stairs" },
    targets: { roles: [roleIds.firstAid] },
    requirement: [
      { roleId: roleIds.firstAid, count: 1 },
      { roleId: roleIds.teamLead, count: 1 },
    ],
  });
  await admin.createScenario({
    name: "Help at the desk",
    title: "Aggression at the desk",
    targets: { roles: [roleIds.firstAid] },
    silent: true,
    duress: true,
  });
});

afterAll(async () => {
  await browser?.close();
  await organisation?.close();
  await installation?.stop();
});

const alarms = async (title: string) =>
  (await organisation.admin.listAlarms({ limit: 200 })).items.filter((alarm) => alarm.title === title);

const openFire = async (page: Page) => {
  await page.getByRole("button", { name: "Fire" }).click();
  return page.getByRole("dialog");
};

test("who would be reached is shown before it is raised, and raises nothing", async () => {
  const page = await openPage(browser);
  await logIn(page, organisation, "carla-mulder");
  const dialog = await openFire(page);
  await dialog.getByText("2 people would be alarmed").waitFor();
  await dialog.getByText("1 of them cannot be reached by anything").waitFor();
  await dialog.getByText("The need cannot be met by these people").waitFor();
  await dialog.getByText("0 of 1 Team lead").waitFor();
  await dialog.getByText(/^Show \d+ people$/).click();
  const person = (name: string) => dialog.getByRole("listitem").filter({ hasText: name });
  await person("Omar Yilmaz").getByText("App or page").waitFor({ state: "attached" });
  await person("Piet Bos").getByText("cannot be reached").waitFor();
  await person("Emma Peters").getByText("not named by the targets").waitFor();
  await expectAccessible(page, "preview");
  await expectNoSidewaysScroll(page, "preview");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  expect((await organisation.admin.listAlarms()).items).toEqual([]);
  expectNoFaults(page);
  await page.context().close();
});

test("the gaps of a scenario's text are filled in, shown as they will be sent, and sent so", async () => {
  const page = await openPage(browser);
  await logIn(page, organisation, "emma-peters");
  const dialog = await openFire(page);
  await dialog.getByRole("heading", { name: "Fire at [where]" }).waitFor();
  await dialog.getByRole("textbox", { name: "Where" }).fill("the kitchen");
  await dialog.getByRole("heading", { name: "Fire at the kitchen" }).waitFor();
  // What the server knows is asked of nobody.
  expect(await dialog.getByRole("textbox").count()).toBe(2);
  await dialog.getByLabel("Test", { exact: false }).last().check();
  await dialog.getByRole("button", { name: "Send the test" }).click();
  await page.getByText("The alarm is on its way to 2 people.").waitFor();
  const [raised] = await alarms("Fire at the kitchen");
  expect(raised).toMatchObject({ kind: "test" });
  expect(raised?.message).toContain("Seen by Emma Peters.");
  expect(raised?.message).toContain("[what]");
  expectNoFaults(page);
  await page.context().close();
});

test("T18: after a flood of one's own the page asks once more, and raises one when the answer is yes", async () => {
  const page = await openPage(browser);
  await logIn(page, organisation, "carla-mulder");
  const api = new StandbyApi({ baseUrl: organisation.url, tenant: organisation.slug });
  await api.logIn({ username: "carla-mulder", password });
  const targets = { roles: [organisation.roleIds.teamLead] };
  for (let n = 0; n < limits.floodAlarms; n++) await api.raiseAlarm({ title: `Drill ${n}`, targets, kind: "test" });

  const dialog = await openFire(page);
  await dialog.getByRole("textbox", { name: "Where" }).fill("the roof");
  await dialog.getByRole("button", { name: "Raise the alarm" }).click();
  await dialog.getByText("Is this another one?").waitFor();
  expect(await alarms("Fire at the roof")).toEqual([]);
  await dialog.getByRole("button", { name: "Yes, raise one more" }).click();
  await page.waitForURL(/\/alarms\//);
  expect(await alarms("Fire at the roof")).toHaveLength(1);
  expectNoFaults(page);
  await page.context().close();
});

test("duress: one press alone raises nothing; the second raises at once, and nothing is loud or red", async () => {
  const page = await openPage(browser, { viewport: { width: 390, height: 800 } });
  await logIn(page, organisation, "emma-peters");
  const button = page.getByRole("button", { name: /^Help at the desk/ });
  await button.click();
  await page.getByRole("button", { name: "Press again" }).waitFor();
  // The three seconds pass, and it is a first press again.
  await button.waitFor();
  expect(await alarms("Aggression at the desk")).toEqual([]);

  await button.click();
  await page.getByRole("button", { name: "Press again" }).click();
  await page.getByRole("button", { name: "Noted" }).waitFor();
  const [raised, ...others] = await alarms("Aggression at the desk");
  expect(others).toEqual([]);
  expect(raised).toMatchObject({ silent: true, raisedBy: { name: "Emma Peters" } });
  expect(await page.getByRole("dialog").count()).toBe(0);
  expect(await page.getByRole("alertdialog").count()).toBe(0);
  expect(await page.title()).toBe("StandBy");
  expect(await heard(page)).toEqual({ notes: 0, vibrations: 0 });
  expect(await page.getByText("The alarm is on its way").count()).toBe(0);
  await expectAccessible(page, "after duress");
  expectNoFaults(page);
  await page.context().close();
});
