/**
 * How somebody is reached when no page is open, with a real server, providers on loopback and a real service worker (issue 4: 6):
 * an address is proven by the code that was sent there, the browser is subscribed, the server's push message is shown and
 * receipted, and its stand-down takes the notification's place. Not proved here: a push service between server and browser:
 * Chromium has none on a machine without network, so its subscription is the receiver's, and what the receiver opened by the
 * RFC's procedure is handed to the worker by the browser's own debugging protocol.
 */
import type { Browser, BrowserContext, CDPSession, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { StandbyApi } from "../../clients/sdk/api.ts";
import { routes } from "../../protocol/http/routes.ts";
import { type InstallationUnderTest, startInstallation } from "../system/harness/installation.ts";
import { type Receivers, type Subscription, startReceivers } from "../system/harness/receivers.ts";
import { launchChromium } from "./chromium.ts";
import { makeOrganisation, type Organisation, type Person, password } from "./organisation.ts";
import { expectAccessible, expectNoFaults, expectNoSidewaysScroll, logIn, openPage } from "./pages.ts";

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

/** A responder with a telephone and a mailbox. */
const person = async (username: string, phone: string): Promise<Person> => {
  const body = {
    username,
    firstName: "Eva",
    lastName: "Smit",
    permission: "responder",
    locale: "en",
    phone,
    email: `${username}@example.org`,
    homeSiteId: organisation.siteIds.north,
  } as const;
  const made = await organisation.admin.call(routes.createUser, { body });
  const api = new StandbyApi({ baseUrl: organisation.url, tenant: organisation.slug });
  await api.acceptInvitation(made.invitation, password);
  return made;
};

test("a telephone is used once its owner has told the code that was sent there; another code proves nothing", async () => {
  await person("eva-smit", "+31612345678");
  const page = await openPage(browser, { viewport: { width: 390, height: 800 } });
  await logIn(page, organisation, "eva-smit");
  const panel = page.getByRole("region", { name: "How you are reached" });
  await panel.getByText("+31612345678").waitFor();
  await panel.getByRole("button", { name: "Send me a code" }).first().click();
  const { text } = await receivers.sms.takes(organisation.url, ({ to }) => to === "+31612345678");
  const code = /(?<!\d)\d{6}(?!\d)/.exec(text)?.[0] ?? "";
  await panel.getByLabel("Code of six digits").fill(code === "000000" ? "000001" : "000000");
  await panel.getByRole("button", { name: "Confirm" }).click();
  await panel.getByText("This code is not right or no longer valid.").waitFor();
  await expectAccessible(page, "code");
  await expectNoSidewaysScroll(page, "code");
  await panel.getByLabel("Code of six digits").fill(code);
  await panel.getByRole("button", { name: "Confirm" }).click();
  await panel.getByText("Confirmed", { exact: true }).waitFor();
  await page.reload();
  await panel.getByText("Confirmed", { exact: true }).waitFor();
  expectNoFaults(page);
  await page.context().close();
});

/** What a push service would have handed to the page. */
const withPushService = (context: BrowserContext, { endpoint, keys }: Subscription) =>
  context.addInitScript(
    (given) => {
      let current: object | null = null;
      PushManager.prototype.getSubscription = async () => current as PushSubscription | null;
      PushManager.prototype.subscribe = async (options) => {
        const key = options?.applicationServerKey;
        if (!(key instanceof Uint8Array)) throw new TypeError("a subscription needs the server's key");
        const made = {
          options: { applicationServerKey: key.buffer },
          toJSON: () => given,
          unsubscribe: async () => {
            current = null;
            return true;
          },
        };
        current = made;
        return made as unknown as PushSubscription;
      };
    },
    { endpoint, keys },
  );

/** Hands push messages to the worker of this site, as the browser itself does. */
const deliverer = async (page: Page): Promise<(payload: unknown) => Promise<void>> => {
  const session: CDPSession = await page.context().newCDPSession(page);
  const registered = new Promise<string>((resolve) => {
    session.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      const [first] = registrations;
      if (first !== undefined) resolve(first.registrationId);
    });
  });
  await session.send("ServiceWorker.enable");
  const registrationId = await registered;
  return async (payload) => {
    await session.send("ServiceWorker.deliverPushMessage", {
      origin: organisation.url,
      registrationId,
      data: JSON.stringify(payload),
    });
  };
};

const notifications = (page: Page) =>
  page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration("/");
    const shown = (await registration?.getNotifications()) ?? [];
    return shown.map(({ title, body, tag, requireInteraction, silent }) => ({
      title,
      body,
      tag,
      requireInteraction,
      silent,
    }));
  });

test("an alarm is shown while no page of the app is open, receipted, and replaced by its stand-down", async () => {
  const piet = await person("piet-bos", "+31612345679");
  const subscription = await receivers.push.subscribe();
  const page = await openPage(browser);
  const context = page.context();
  await context.grantPermissions(["notifications"], { origin: organisation.url });
  await withPushService(context, subscription);
  await logIn(page, organisation, "piet-bos");
  const panel = page.getByRole("region", { name: "How you are reached" });
  await panel.getByRole("button", { name: "Turn on" }).click();
  await panel.getByText("are on").waitFor();
  await expectAccessible(page, "push is on");
  expectNoFaults(page);

  // The app is closed; another page of the same browser looks at what the worker shows.
  const aside = await context.newPage();
  await aside.goto(`${organisation.url}/v1/push-key`);
  await page.close();
  const deliver = await deliverer(aside);

  const { scenarioId } = await organisation.admin.createScenario({
    name: "Gas",
    title: "Gas smell",
    message: "Keep the doors shut.",
    targets: { users: [piet.userId] },
    urgency: "urgent",
    ladder: [{ criterion: "received", withinSeconds: 0, channel: "push" }],
  });
  const alarmId = await organisation.raise({ scenarioId, kind: "exercise" });
  const { publicKey } = await organisation.admin.call(routes.getPushKey);
  const messages = async () => receivers.push.messages(subscription, publicKey);
  await receivers.push.takes(subscription);
  const [first] = await messages();
  await deliver(first?.payload);

  await expect.poll(() => notifications(aside)).toHaveLength(1);
  const [shown] = await notifications(aside);
  expect(shown).toMatchObject({ tag: alarmId, requireInteraction: true, silent: false });
  // I9: nobody reads it as if it were real.
  expect(shown?.title).toMatch(/exercise/i);
  expect(shown?.title).toContain("Gas smell");
  await expect
    .poll(async () => {
      const { items } = await organisation.admin.listRecipients(alarmId);
      const [recipient] = items;
      return [recipient?.state, recipient?.channels?.at(-1)?.state];
    })
    .toEqual(["received", "delivered"]);

  await organisation.admin.standDown(alarmId, { reason: "exerciseOver" });
  await expect.poll(async () => (await messages()).length, { timeout: 20_000 }).toBe(2);
  const [, second] = await messages();
  await deliver(second?.payload);
  await expect.poll(async () => (await notifications(aside))[0]?.requireInteraction).toBe(false);
  expect(await notifications(aside)).toMatchObject([{ tag: alarmId, silent: true }]);
  await context.close();
});

test("a browser that blocks notifications is told as such", async () => {
  const page = await openPage(browser);
  await page.addInitScript(() => {
    Object.defineProperty(Notification, "permission", { get: () => "denied" });
  });
  await logIn(page, organisation, "eva-smit");
  await page.getByText("The browser blocks notifications for this page.").waitFor();
  await page.context().close();
});
