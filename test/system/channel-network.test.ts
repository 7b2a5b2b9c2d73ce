// T19, on the real network of workerd as `npm start` configures it: what goes out to providers and push services, what the
// runtime itself holds back, and that the adapters (Web Push above all) work inside it. Providers are on loopback, which
// counts as a private network. One small Worker with nothing but the adapters; sends and ladder have their own tests.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Address, ChannelMessage, SendResult } from "../../actors/tenant/channels/channel.ts";
import type { Channel } from "../../protocol/terms.ts";
import { freePort } from "../../workers/self-hosted/ports.ts";
import { KeptPart } from "../../workers/self-hosted/process.ts";
import { keepSecrets } from "../../workers/self-hosted/secrets.ts";
import { runTool } from "../../workers/self-hosted/tool.ts";
import { workerdPart } from "../../workers/self-hosted/workerd.ts";
import { workerdConfig } from "../../workers/self-hosted/workerd-config.ts";
import { readWranglerFile } from "../../workers/self-hosted/wrangler-file.ts";
import { projectFolder } from "./harness/build.ts";
import { Receiver } from "./harness/receiver.ts";
import { type Receivers, startReceivers } from "./harness/receivers.ts";

let folder: string;
let receivers: Receivers;
/** Not in CHANNEL_PRIVATE_HOSTS. */
let stranger: Receiver;
let workerd: KeptPart;
let url: string;
const output: string[] = [];
const publicUrl = "https://standby.example.org";
const receiptUrl = `${publicUrl}/v1/acme/channel-receipts/token`;
const phone: Address = { type: "phone", number: "+31612345678" };
let vapidKey: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "standby-channels-"));
  receivers = await startReceivers({ sms: "twilio", voice: "messagebird", email: "brevo" });
  stranger = await Receiver.start(() => ({ status: 201 }));
  const bundle = join(folder, "worker");
  const worker = join(projectFolder, "test/system/harness/channel-worker.ts");
  const configured = readWranglerFile(join(projectFolder, "wrangler.toml"));
  const { compatibility_date, compatibility_flags } = configured;
  const wranglerFile = join(folder, "wrangler.json");
  const settings = { name: "channels", main: worker, compatibility_date, compatibility_flags };
  writeFileSync(wranglerFile, JSON.stringify(settings));
  await runTool("wrangler", ["deploy", "--dry-run", "--config", wranglerFile, "--outdir", bundle], projectFolder);

  const { vapid } = keepSecrets(folder, {});
  vapidKey = vapid.publicKey;
  const variables = {
    ...receivers.env,
    VAPID_PUBLIC_KEY: vapid.publicKey,
    VAPID_PRIVATE_KEY: vapid.privateKey,
  };
  const port = await freePort();
  const configFile = join(folder, "workerd.capnp");
  for (const name of ["objects", "page"]) mkdirSync(join(folder, name));
  const config = workerdConfig({
    wrangler: {
      ...configured,
      main: worker,
      durable_objects: { bindings: [] },
      migrations: [],
      vars: {},
    },
    configFolder: folder,
    bundle: { folder: bundle, files: readdirSync(bundle) },
    pageFolder: join(folder, "page"),
    objectsFolder: join(folder, "objects"),
    host: "127.0.0.1",
    port,
    variables: Object.keys(variables),
    channelHosts: true,
    calendarHosts: false,
  });
  writeFileSync(configFile, config);
  url = `http://127.0.0.1:${port}/`;
  workerd = new KeptPart(workerdPart({ configFile, host: "127.0.0.1", port, variables }), {
    onLine: (line) => output.push(line),
    onNews: (line) => output.push(line),
    onPid: () => undefined,
    onGivenUp: () => undefined,
  });
  await workerd.start();
});

afterAll(async () => {
  await workerd?.stop();
  await receivers?.stop();
  await stranger?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const all = () => [receivers.push, receivers.sms, receivers.voice, receivers.email].map(({ receiver }) => receiver);
beforeEach(async () => {
  for (const receiver of all()) await receiver.set({ is: "up" });
});

const send = async (
  channel: Channel,
  to: Address,
  changes: Partial<ChannelMessage> = {},
  deadlineMs = 10_000,
): Promise<SendResult> => {
  const message: ChannelMessage = {
    sendId: `snd_${crypto.randomUUID()}`,
    purpose: "alarm",
    to,
    locale: "nl",
    kind: "test",
    urgency: "urgent",
    silent: false,
    title: "TEST. Brand",
    text: "TEST. Acme: Brand.",
    payload: '{"v":1}',
    topic: "alm_1",
    ttlSeconds: 600,
    receiptUrl,
    ...changes,
  };
  const answer = await fetch(url, { method: "POST", body: JSON.stringify({ channel, message, deadlineMs }) });
  return answer.json() as Promise<SendResult>;
};

test("every channel arrives, push sealed for its browser and signed with the key that was made", async () => {
  const subscription = await receivers.push.subscribe();
  const { endpoint, keys } = subscription;
  expect(await send("push", { type: "push", endpoint, ...keys })).toEqual({ ok: true });
  expect(await receivers.push.messages(subscription, vapidKey)).toEqual([
    {
      payload: { v: 1 },
      ttl: "600",
      urgency: "high",
      topic: "alm_1",
      vapid: expect.objectContaining({ sub: "mailto:bhv@example.org" }),
    },
  ]);
  expect(await send("sms", phone)).toMatchObject({ ok: true });
  expect(await send("voice", phone)).toMatchObject({ ok: true });
  expect(await send("email", { type: "email", address: "jan@example.org" })).toMatchObject({ ok: true });
  for (const provider of [receivers.sms, receivers.voice, receivers.email])
    expect(provider.messages(publicUrl)).toEqual([expect.objectContaining({ receiptUrl })]);

  receivers.push.unsubscribe(subscription);
  expect(await send("push", { type: "push", endpoint, ...keys })).toMatchObject({ gone: true });
});

test("T19: no push address leads to another host of the private network, not even by a redirect", async () => {
  const { keys } = await receivers.push.subscribe();
  const { port } = new URL(stranger.url);
  for (const endpoint of [
    stranger.url,
    `https://127.0.0.1:${port}/`,
    `http://localhost:${port}/`,
    `http://[::1]:${port}/`,
  ])
    expect(await send("push", { type: "push", endpoint, ...keys })).toMatchObject({ reason: "addressRefused" });
  await receivers.push.receiver.set({ is: "redirect" });
  const endpoint = `${receivers.push.receiver.url}/push/1`;
  const before = receivers.push.receiver.received.length;
  expect(await send("push", { type: "push", endpoint, ...keys })).toMatchObject({ reason: "redirected" });
  expect(receivers.push.receiver.received).toHaveLength(before + 1);
  expect(stranger.received).toEqual([]);
});

test("T19: whatever a name resolves to, the runtime lets the usual way reach no private address", async () => {
  const ask = async (address: string, named: boolean) =>
    (await fetch(url, { method: "PUT", body: JSON.stringify({ address, named }) })).text();
  const { port } = new URL(stranger.url);
  for (const host of ["localhost", "127.0.0.1", "[::ffff:127.0.0.1]"])
    expect(await ask(`http://${host}:${port}/`, false)).not.toBe("201");
  expect(stranger.received).toEqual([]);
  // The way to named hosts does reach it: there the check of the name is all there is.
  expect(await ask(`http://localhost:${port}/`, true)).toBe("201");
  expect(stranger.received).toHaveLength(1);
});

test("down, 500, 429 and an answer after the deadline are what they are outside of workerd, too", async () => {
  const { receiver } = receivers.sms;
  await receiver.set({ is: "down" });
  expect(await send("sms", phone)).toEqual({ ok: false, retry: true, reason: "unreachable" });
  await receiver.set({ is: "error" });
  expect(await send("sms", phone)).toEqual({ ok: false, retry: true, reason: "providerDown" });
  await receiver.set({ is: "limited", retryAfter: "3" });
  expect(await send("sms", phone)).toEqual({ ok: false, retry: true, reason: "rateLimited", afterMs: 3_000 });
  await receiver.set({ is: "late", afterMs: 1_000 });
  expect(await send("sms", phone, {}, 300)).toEqual({ ok: false, retry: true, reason: "timeout" });
  await receiver.set({ is: "slow", afterMs: 300 });
  expect(await send("sms", phone)).toMatchObject({ ok: true });
});

test("T22: nothing of a person or a key is in what workerd printed", () => {
  const text = output.join("\n");
  for (const secret of ["31612345678", "jan@example.org", "a-key-of-the-tests", "Brand", "/push/"])
    expect(text).not.toContain(secret);
});
