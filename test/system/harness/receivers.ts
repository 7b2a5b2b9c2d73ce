import { z } from "zod";
import { type ProviderShape, type ReportedState, shapes, type TakenMessage } from "./provider-shapes.ts";
import { type BrowserKeys, newBrowserKeys, openPush, vapidClaims } from "./push-browser.ts";
import { type Received, Receiver } from "./receiver.ts";

/** The provider of one channel: a receiver that speaks its API. */
export class Provider {
  readonly receiver: Receiver;
  readonly #shape: ProviderShape;

  constructor(receiver: Receiver, shape: ProviderShape) {
    this.receiver = receiver;
    this.#shape = shape;
  }

  /** The messages that it took. PUBLIC_URL of the installation, for those that carry only a path. */
  messages(publicUrl: string): TakenMessage[] {
    return this.receiver.taken.map((request) => this.#shape.read(request, publicUrl));
  }

  /** The first message that it takes and that `matches`. */
  async takes(publicUrl: string, matches: (message: TakenMessage) => boolean = () => true, withinMs?: number) {
    const read = (request: Received) => this.#shape.read(request, publicUrl);
    return read(await this.receiver.takes((request) => matches(read(request)), withinMs));
  }

  /**
   * Reports what became of a message, signed as this provider signs. Resolves with the installation's answer.
   * @param account where the mail providers' webhook of the whole account points; the message's own address when left out
   */
  async report(message: TakenMessage, state: ReportedState, account?: string): Promise<Response> {
    const { url, init } = await this.#shape.report(message, state);
    return fetch(account ?? url, init);
  }
}

export interface Subscription {
  endpoint: string;
  keys: { p256dh: string; auth: string };
}

export interface PushMessage {
  payload: unknown;
  ttl: string | null;
  urgency: string | null;
  topic: string | null;
  /** Who signed, and for which push service. */
  vapid: { aud: string; sub: string };
}

/** A push service with its browsers. */
export class PushService {
  readonly receiver: Receiver;
  readonly #browsers: Map<string, BrowserKeys>;

  constructor(receiver: Receiver, browsers: Map<string, BrowserKeys>) {
    this.receiver = receiver;
    this.#browsers = browsers;
  }

  /** A new browser, as `PushManager.subscribe()` makes one. */
  async subscribe(): Promise<Subscription> {
    const path = `/push/${crypto.randomUUID()}`;
    const browser = await newBrowserKeys();
    this.#browsers.set(path, browser);
    return { endpoint: this.receiver.url + path, keys: browser.keys };
  }

  /** The browser takes its subscription back: from now on 410. */
  unsubscribe({ endpoint }: Subscription): void {
    this.#browsers.delete(new URL(endpoint).pathname);
  }

  /** What came for a browser, opened with its keys. Throws when it was sealed or signed wrongly. */
  async messages({ endpoint }: Subscription, vapidPublicKey: string): Promise<PushMessage[]> {
    const { pathname } = new URL(endpoint);
    const browser = this.#browsers.get(pathname);
    if (browser === undefined) throw new TypeError("this browser has unsubscribed");
    const mine = this.receiver.taken.filter(({ path }) => path === pathname);
    return Promise.all(
      mine.map(async ({ headers, body }) => ({
        payload: z.json().parse(JSON.parse(await openPush(browser, body))),
        ttl: headers.get("ttl"),
        urgency: headers.get("urgency"),
        topic: headers.get("topic"),
        vapid: await vapidClaims(headers.get("authorization") ?? "", vapidPublicKey),
      })),
    );
  }

  /** Resolves when a message for this browser has been taken. */
  async takes({ endpoint }: Subscription, withinMs?: number): Promise<Received> {
    const { pathname } = new URL(endpoint);
    return this.receiver.takes(({ path }) => path === pathname, withinMs);
  }
}

export interface Receivers {
  push: PushService;
  sms: Provider;
  voice: Provider;
  email: Provider;
  /** For `startInstallation({ env })`. */
  env: Record<string, string>;
  stop: () => Promise<void>;
}

/**
 * A push service and a provider of each channel, all on loopback and all up. `receiver.set(…)` of each makes it misbehave.
 *
 * @param choice which providers' APIs they speak; the generic signed webhook when left out
 */
export async function startReceivers(
  choice: {
    sms?: "webhook" | "twilio" | "messagebird";
    voice?: "webhook" | "twilio" | "messagebird";
    email?: "webhook" | "postmark" | "brevo";
    /** Sends a second, for tests that have many. */
    perSecond?: number;
  } = {},
): Promise<Receivers> {
  const browsers = new Map<string, BrowserKeys>();
  const push = await Receiver.start(({ path, headers }) => {
    if (!browsers.has(path)) return { status: 410 };
    // What a push service insists on: RFC 8030, 5.2 and RFC 8188.
    const whole = headers.has("ttl") && headers.get("content-encoding") === "aes128gcm";
    return whole ? { status: 201, headers: { Location: `/message/${crypto.randomUUID()}` } } : { status: 400 };
  });
  const provider = async (name: keyof typeof shapes): Promise<[Provider, string]> => {
    const shape = shapes[name];
    const receiver = await Receiver.start((request) => shape.answer(request));
    const settings = { ...shape.settings(receiver.url), perSecond: choice.perSecond ?? 100 };
    return [new Provider(receiver, shape), JSON.stringify(settings)];
  };
  const [sms, CHANNEL_SMS] = await provider(choice.sms ?? "webhook");
  const [voice, CHANNEL_VOICE] = await provider(choice.voice ?? "webhook");
  const [email, CHANNEL_EMAIL] = await provider(choice.email ?? "webhook");
  const all = [push, sms.receiver, voice.receiver, email.receiver];
  return {
    push: new PushService(push, browsers),
    sms,
    voice,
    email,
    env: {
      CHANNEL_SMS,
      CHANNEL_VOICE,
      CHANNEL_EMAIL,
      CHANNEL_PRIVATE_HOSTS: all.map(({ host }) => host).join(","),
      VAPID_SUBJECT: "mailto:bhv@example.org",
    },
    stop: async () => {
      await Promise.all(all.map((receiver) => receiver.stop()));
    },
  };
}
