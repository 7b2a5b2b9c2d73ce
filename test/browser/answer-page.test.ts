/**
 * Proves that the page behind the link of a message works in a real browser without any script, on a small screen and by keyboard,
 * that it is accessible in both languages and both colour schemes, and that an exercise is unmistakable (I9). What the link allows
 * and when it ends: test/workerd/answer-links.test.ts.
 */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { StandbyApi } from "../../clients/sdk/api.ts";
import { routes } from "../../protocol/http/routes.ts";
import { type InstallationUnderTest, startInstallation } from "../system/harness/installation.ts";
import { type Receivers, startReceivers } from "../system/harness/receivers.ts";
import { launchChromium } from "./chromium.ts";
import { makeOrganisation, type Organisation, password } from "./organisation.ts";
import { expectAccessible, expectNoSidewaysScroll } from "./pages.ts";

let receivers: Receivers;
let installation: InstallationUnderTest;
let organisation: Organisation;
let browser: Browser;

beforeAll(async () => {
  receivers = await startReceivers();
  installation = await startInstallation({ env: receivers.env });
  organisation = await makeOrganisation(installation);
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await organisation?.close();
  await installation?.stop();
  await receivers?.stop();
});

let number = 0;

/** Somebody new with a proven number, an alarm to them by text message, and the link that came. */
const alarmed = async (locale: "nl" | "en", kind: "actual" | "exercise") => {
  number += 1;
  const person = await organisation.addWithPassword(`rens-jansen${number}`, "responder", { locale });
  const { userId } = person;
  const to = `+3161234560${number}`;
  const { admin } = organisation;
  await admin.call(routes.patchUser, { params: { userId }, body: { phone: to } });
  const own = new StandbyApi({ baseUrl: organisation.url, tenant: organisation.slug });
  await own.logIn({ username: person.username, password });
  await own.call(routes.createVerification, { body: { detail: "phone" } });
  const asked = await receivers.sms.takes(organisation.url, (message) => message.to === to);
  const code = /\b[0-9]{6}\b/.exec(asked.text)?.[0] ?? "";
  await own.call(routes.confirmVerification, { body: { detail: "phone", code } });
  const { scenarioId } = await admin.call(routes.createScenario, {
    body: {
      name: `Smoke ${number}`,
      title: "Smoke in the corridor",
      message: "Second floor.\nUse the north stairs.",
      targets: { users: [userId] },
      ladder: [{ criterion: "responded", withinSeconds: 0, channel: "sms" }],
    },
  });
  const { alarmId } = await admin.call(routes.raiseAlarm, { body: { scenarioId, kind } });
  const sent = await receivers.sms.takes(
    organisation.url,
    (message) => message.to === to && /corridor/.test(message.text),
  );
  const link = /https?:\/\/\S+/.exec(sent.text)?.[0] ?? "none";
  const answer = async () => {
    const { items } = await admin.call(routes.listRecipients, { params: { alarmId } });
    return items[0];
  };
  return { link, answer };
};

const open = async (
  link: string,
  options: Parameters<Browser["newContext"]>[0] = {},
): Promise<{ page: Page; asked: string[] }> => {
  const context = await browser.newContext({ viewport: { width: 360, height: 640 }, ...options });
  const page = await context.newPage();
  const asked: string[] = [];
  page.on("request", (request) => asked.push(`${request.method()} ${new URL(request.url()).pathname}`));
  await page.goto(link);
  return { page, asked };
};

test("without any script: read, typed and pressed by keyboard, and the answer is there", async () => {
  const { link, answer } = await alarmed("en", "actual");
  const { page, asked } = await open(link, { javaScriptEnabled: false });
  expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("Smoke in the corridor");
  expect(await page.textContent("main")).toContain("Northgate Hospital");
  expect(await answer()).not.toHaveProperty("seenAt");
  await page.getByLabel("In how many minutes").fill("6");
  await page.getByLabel("Message").fill("I am at the depot");
  // The Enter key in a field must not answer for the person.
  await page.keyboard.press("Enter");
  expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("Smoke in the corridor");
  expect(await answer()).not.toHaveProperty("response");
  await page.getByRole("button", { name: "I am coming" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("status").waitFor();
  expect(await page.getByRole("status").textContent()).toBe("Noted: you are coming.");
  expect(await answer()).toMatchObject({ response: "coming", etaMinutes: 6, text: "I am at the depot" });
  const at = new URL(link).pathname;
  expect(asked.filter((one) => !one.endsWith("/favicon.ico"))).toEqual([`GET ${at}`, `POST ${at}`]);
  await page.goto(link);
  expect(await page.textContent("main")).toContain("This link does not work any more");
});

test.each([
  ["nl", "light", "Ik kom niet", "notComing"],
  ["en", "dark", "I am on my way", "enRoute"],
] as const)(
  "I9: an exercise in %s, %s: marked, accessible, and answered",
  async (locale, colorScheme, button, response) => {
    const { link, answer } = await alarmed(locale, "exercise");
    const { page } = await open(link, { colorScheme });
    const mark = locale === "nl" ? "OEFENING" : "EXERCISE";
    const first = page.locator("main > :first-child");
    expect(await first.textContent()).toBe(mark);
    expect(await first.evaluate((element) => Number.parseFloat(getComputedStyle(element).fontSize))).toBeGreaterThan(
      20,
    );
    expect(await page.title()).toMatch(new RegExp(`^${mark}: `));
    await expectAccessible(page, "question");
    await expectNoSidewaysScroll(page, "question");
    await page.getByRole("button", { name: button, exact: true }).click();
    await page.getByRole("status").waitFor();
    expect(await page.locator("main > :first-child").textContent()).toBe(mark);
    await expectAccessible(page, "thanks");
    expect(await answer()).toMatchObject({ response });
  },
);
