import { env, exports } from "cloudflare:workers";
import * as z from "zod";
import { Enrolments, Session } from "../../../protocol/access.ts";
import { Raised, Recipient } from "../../../protocol/alarms.ts";
import { page } from "../../../protocol/lists.ts";
import { CreatedUser } from "../../../protocol/people.ts";
import { Site } from "../../../protocol/places.ts";
import { Device } from "./device.ts";

export const origin = "https://standby.test";
export const password = "correct horse battery staple";

export interface Answer {
  status: number;
  body: unknown;
  headers: Headers;
}

export interface Call {
  token?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

/** One request through the real entry. */
export const call = async (method: string, path: string, { token, body, headers = {} }: Call = {}): Promise<Answer> => {
  const answer = await exports.default.fetch(`${origin}${path}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === "" ? undefined : JSON.parse(text), headers: answer.headers };
};

const Made = z.object({ tenantId: z.string(), invitation: z.string() });
const DeviceSession = z.looseObject({ token: z.string(), deviceId: z.string() });

let made = 0;

/** A person with one enrolled device. */
export interface Enrolled {
  userId: string;
  token: string;
  deviceId: string;
}

/** A tenant of its own for one test, made over HTTP by its administrator. */
export class Tenant {
  readonly slug: string;
  readonly tenantId: string;
  readonly invitation: string;
  readonly admin: z.infer<typeof Session>;

  constructor(slug: string, tenantId: string, invitation: string, admin: z.infer<typeof Session>) {
    this.slug = slug;
    this.tenantId = tenantId;
    this.invitation = invitation;
    this.admin = admin;
  }

  static async make(): Promise<Tenant> {
    made += 1;
    const slug = `acme-${made}-${crypto.randomUUID().slice(0, 8)}`;
    const admin = { username: "admin", email: "admin@example.org", firstName: "An", lastName: "Admin" };
    const answer = await call("POST", "/v1/tenants", {
      token: "operator-token-of-the-tests",
      body: { slug, name: "Acme", locale: "nl", admin },
    });
    const { tenantId, invitation } = Made.parse(answer.body);
    const accepted = await call("POST", `/v1/${slug}/invitations/accept`, { body: { invitation, password } });
    return new Tenant(slug, tenantId, invitation, Session.parse(accepted.body));
  }

  get stub() {
    return env.TENANTS.getByName(this.tenantId);
  }

  site(place = "roaming") {
    return env.SITES.getByName(`${this.tenantId}.${place}`);
  }

  /** By the administrator unless `token` says otherwise. */
  call(method: string, path: string, facts: Call = {}): Promise<Answer> {
    return call(method, `/v1/${this.slug}${path}`, { token: this.admin.token, ...facts });
  }

  async addSite(name: string): Promise<string> {
    return Site.parse((await this.call("POST", "/sites", { body: { name } })).body).siteId;
  }

  async addPerson(username: string, facts: Record<string, unknown> = {}): Promise<string> {
    const body = { username, firstName: "U", lastName: username, permission: "responder", ...facts };
    return CreatedUser.parse((await this.call("POST", "/users", { body })).body).userId;
  }

  async enrol(userId: string): Promise<Enrolled> {
    const asked = await this.call("POST", "/device-enrolments", { body: { userIds: [userId] } });
    const code = Enrolments.parse(asked.body).enrolments[0]?.code;
    const body = { code, device: { name: "Phone", platform: "test" } };
    const session = DeviceSession.parse((await this.call("POST", "/device-sessions", { body })).body);
    return { userId, token: session.token, deviceId: session.deviceId };
  }

  /** A person with a device that is connected and has said hello. */
  async addDevice(username: string, facts: Record<string, unknown> = {}): Promise<Device> {
    return this.connect(await this.enrol(await this.addPerson(username, facts)));
  }

  async connect(who: Enrolled, lastSeq?: number): Promise<Device> {
    const device = await Device.open(`${origin}/v1/${this.slug}/socket`, who);
    device.send({ type: "hello", ...(lastSeq === undefined ? {} : { lastSeq }) });
    await device.next("welcome");
    return device;
  }

  async raise(targets: object, headers: Record<string, string> = {}): Promise<string> {
    const answer = await this.call("POST", "/alarms", { body: { title: "Fire", targets }, headers });
    return Raised.parse(answer.body).alarmId;
  }

  async recipients(alarmId: string): Promise<z.infer<typeof Recipient>[]> {
    return page(Recipient).parse((await this.call("GET", `/alarms/${alarmId}/recipients?limit=200`)).body).items;
  }
}
