import { setTimeout as pause } from "node:timers/promises";
import { Webhook } from "standardwebhooks";
import { z } from "zod";
import { Alarm, Raised, Recipient } from "../../protocol/alarms.ts";
import { AlarmRecord } from "../../protocol/history.ts";
import { Device } from "./device.ts";
import type { InstallationUnderTest } from "./harness/installation.ts";

export interface Answer {
  status: number;
  text: string;
  headers: Headers;
}

const operatorPath = "/v1/tenants";
const Users = z.object({
  items: z.array(z.looseObject({ userId: z.string(), username: z.string() })),
  nextCursor: z.string().optional(),
});
const Enrolments = z.object({ enrolments: z.array(z.object({ userId: z.string(), code: z.string() })) });
const Hook = z.looseObject({ integrationId: z.string(), secret: z.string() });

export interface Person {
  username: string;
  homeSite?: string;
  roles?: string[];
  permission?: string;
  phone?: string;
  email?: string;
}

/** One tenant of a running installation, set up and used over HTTP by wire.md alone. */
export class World {
  readonly url: string;
  readonly slug: string;
  readonly admin: string;
  /** Ids by name; `people` by username. */
  readonly sites = new Map<string, string>();
  readonly zones = new Map<string, string>();
  readonly roles = new Map<string, string>();
  readonly people = new Map<string, string>();
  readonly devices: Device[] = [];

  private constructor(url: string, slug: string, admin: string) {
    this.url = url;
    this.slug = slug;
    this.admin = admin;
  }

  /** Makes a tenant whose admin has accepted the invitation. */
  static async make(installation: InstallationUnderTest, slug: string): Promise<World> {
    const { url } = installation;
    const admin = { username: "admin", email: "admin@example.org", firstName: "An", lastName: "Admin" };
    const tenant = await send(url, "POST", operatorPath, installation.operatorToken, {
      slug,
      name: slug,
      locale: "nl",
      admin,
    });
    const { invitation } = decode(tenant, 201, z.looseObject({ invitation: z.string() }));
    const body = { invitation, password };
    const session = await send(url, "POST", `/v1/${slug}/invitations/accept`, undefined, body);
    return new World(url, slug, decode(session, 201, z.looseObject({ token: z.string() })).token);
  }

  /** A call in this tenant, by the admin when no token is given. */
  call(
    method: string,
    path: string,
    body?: unknown,
    token: string | null = this.admin,
    headers?: Record<string, string>,
  ): Promise<Answer> {
    return send(this.url, method, `/v1/${this.slug}${path}`, token ?? undefined, body, headers);
  }

  async addSite(name: string, zones: string[] = []): Promise<void> {
    const site = decode(await this.call("POST", "/sites", { name }), 201, z.looseObject({ siteId: z.string() }));
    this.sites.set(name, site.siteId);
    for (const zone of zones) {
      const made = await this.call("POST", `/sites/${site.siteId}/zones`, { name: zone });
      this.zones.set(zone, decode(made, 201, z.looseObject({ zoneId: z.string() })).zoneId);
    }
  }

  async addRole(name: string): Promise<void> {
    const made = await this.call("POST", "/roles", { name });
    this.roles.set(name, decode(made, 201, z.looseObject({ roleId: z.string() })).roleId);
  }

  /** Imports people in one call and learns their ids. */
  async addPeople(people: Person[]): Promise<void> {
    const users = people.map((person) => ({ firstName: "Test", lastName: person.username, ...person }));
    const taken = await this.call("POST", "/users/import", { users });
    const { errors } = decode(taken, 200, z.looseObject({ errors: z.array(z.unknown()) }));
    if (errors.length > 0) throw new Error(`not imported: ${taken.text}`);
    for (let cursor: string | undefined = ""; cursor !== undefined; ) {
      const page = await this.call("GET", `/users?limit=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
      const { items, nextCursor } = decode(page, 200, Users);
      for (const { userId, username } of items) this.people.set(username, userId);
      cursor = nextCursor;
    }
  }

  /** Enrols one device for each name in the list (a name may be in it twice) and connects them, ten at a time. */
  async addDevices(usernames: string[]): Promise<Device[]> {
    const made: Device[] = [];
    for (let at = 0; at < usernames.length; at += 10)
      made.push(...(await Promise.all(usernames.slice(at, at + 10).map((username) => this.#addDevice(username)))));
    return made;
  }

  async #addDevice(username: string): Promise<Device> {
    const userId = idOf(this.people, username);
    const asked = await this.call("POST", "/device-enrolments", { userIds: [userId] });
    const [enrolment] = decode(asked, 201, Enrolments).enrolments;
    const body = { code: enrolment?.code, device: { name: "phone", platform: "test" } };
    const session = await this.call("POST", "/device-sessions", body, null);
    const { token } = decode(session, 201, z.looseObject({ token: z.string() }));
    const device = new Device(`${this.url}/v1/${this.slug}/socket`, userId, token);
    this.devices.push(device);
    await device.connect();
    return device;
  }

  async addHook(alarm: object): Promise<{ integrationId: string; secret: string }> {
    const name = `panel ${Math.random()}`;
    return decode(await this.call("POST", "/integrations", { name, kind: "webhook", alarm }), 201, Hook);
  }

  /** Posts a Standard Webhooks message, signed by the public package. */
  postHook(hook: { integrationId: string; secret: string }, id: string, data: object = {}): Promise<Answer> {
    const body = JSON.stringify({ type: "alarm.raised", data });
    const headers = signed(hook.secret, id, body);
    return this.raw("POST", `/v1/${this.slug}/hooks/${hook.integrationId}`, body, headers);
  }

  /** A call with exactly this body and these headers, JSON or not. */
  raw(method: string, path: string, body: string, headers: Record<string, string>): Promise<Answer> {
    return sendRaw(this.url, method, path, { "content-type": "application/json", ...headers }, body);
  }

  async raise(body: object, key?: string, token = this.admin): Promise<Raised> {
    const headers = key === undefined ? {} : { "idempotency-key": key };
    return decode(await this.call("POST", "/alarms", body, token, headers), 202, Raised);
  }

  async alarm(alarmId: string): Promise<Alarm> {
    return decode(await this.call("GET", `/alarms/${alarmId}`), 200, Alarm);
  }

  async recipients(alarmId: string): Promise<Recipient[]> {
    const list: Recipient[] = [];
    for (let cursor: string | undefined = ""; cursor !== undefined; ) {
      const query = `?limit=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`;
      const page = await this.call("GET", `/alarms/${alarmId}/recipients${query}`);
      const decoded: { items: Recipient[]; nextCursor?: string | undefined } = decode(page, 200, RecipientPage);
      list.push(...decoded.items);
      cursor = decoded.nextCursor;
    }
    return list;
  }

  /** The record in libSQL once it holds what the tenant itself answers (the outbox drains at its own pace). */
  async record(alarmId: string, within = 30_000): Promise<AlarmRecord> {
    return eventually(
      async () => {
        const own = await this.alarm(alarmId);
        const record = decode(await this.call("GET", `/history/alarms/${alarmId}`), 200, AlarmRecord);
        const same = record.state === own.state && JSON.stringify(record.counts) === JSON.stringify(own.counts);
        if (!same) throw new Error(`${JSON.stringify(record.counts)} is not ${JSON.stringify(own.counts)}`);
        return record;
      },
      within,
      `the record of ${alarmId}`,
    );
  }

  disconnectAll(): void {
    for (const device of this.devices) device.ws?.terminate();
  }
}

const RecipientPage = z.object({ items: z.array(Recipient), nextCursor: z.string().optional() });
export const password = "correct horse battery staple";

/** The signature headers of a Standard Webhooks message. */
export function signed(secret: string, id: string, body: string, at = new Date()): Record<string, string> {
  return {
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
    "webhook-signature": new Webhook(secret).sign(id, at, body),
  };
}

export function idOf(ids: Map<string, string>, name: string): string {
  const id = ids.get(name);
  if (id === undefined) throw new Error(`nothing is named ${name}`);
  return id;
}

/** Tries until it does not throw; at the deadline it throws what it threw last. For facts without an event of their own. */
export async function eventually<T>(attempt: () => Promise<T>, within: number, what: string): Promise<T> {
  const deadline = Date.now() + within;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) throw new Error(`${what}: not within ${within} ms`, { cause: error });
      await pause(100);
    }
  }
}

/** Checks the status and decodes the body. */
export function decode<T>(answer: Answer, status: number, schema: z.ZodType<T>): T {
  if (answer.status !== status) throw new Error(`${answer.status} instead of ${status}: ${answer.text}`);
  return schema.parse(JSON.parse(answer.text));
}

function send(
  url: string,
  method: string,
  path: string,
  token: string | undefined,
  body: unknown,
  more: Record<string, string> = {},
): Promise<Answer> {
  const headers = {
    ...(body === undefined ? {} : { "content-type": "application/json" }),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...more,
  };
  return sendRaw(url, method, path, headers, body === undefined ? undefined : JSON.stringify(body));
}

async function sendRaw(
  url: string,
  method: string,
  path: string,
  headers: Record<string, string>,
  body: string | undefined,
): Promise<Answer> {
  const response = await fetch(url + path, { method, headers, ...(body === undefined ? {} : { body }) });
  return { status: response.status, text: await response.text(), headers: response.headers };
}
