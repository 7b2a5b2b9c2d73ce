import type { z } from "zod";
import type { LogIn, NewDeviceSession } from "../../protocol/access.ts";
import type { RaiseAlarm, Raised, StandDown } from "../../protocol/alarms.ts";
import type { Route } from "../../protocol/http/route.ts";
import { routes } from "../../protocol/http/routes.ts";
import type { AvailabilityReport, PresenceReport } from "../../protocol/presence.ts";
import type { NewScenario } from "../../protocol/scenarios.ts";
import type { Answer, AnyArguments, Arguments, CallArguments, ListItem } from "./call-types.ts";
import { type Exchanged, exchange, type Transport } from "./exchange.ts";
import { pause } from "./pause.ts";

export interface ApiOptions {
  /** Such as `https://standby.example`, without `/v1`. */
  baseUrl: string;
  /** Slug or id. */
  tenant: string;
  /** Session or device token; pages leave it out and use the cookie. */
  token?: string;
  fetch?: Transport["fetch"];
  credentials?: RequestCredentials;
  /** Time limit of one try, ms. */
  timeoutMs?: number;
  wait?: Transport["wait"];
  random?: () => number;
}

const calmTries = 3;
/** Raising is what this is all for, and the key makes another try safe: it is tried longer than anything else. */
const raiseTries = 6;

/** A key that makes a raise safe to repeat. `randomUUID` is not used: browsers have it on HTTPS pages only. */
export const newIdempotencyKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

/**
 * The HTTP API of one tenant. Every method throws `StandbyProblem` when the server refuses and `StandbyUnreachable` when no
 * answer of the server came. Calls that may safely be made twice are repeated a little on 429, 503 and network failures.
 */
export class StandbyApi {
  readonly #transport: Transport;

  constructor(options: ApiOptions) {
    this.#transport = {
      baseUrl: options.baseUrl.replace(/\/+$/, ""),
      tenant: options.tenant,
      token: options.token,
      credentials: options.credentials,
      // Wrapped, because browsers refuse a `fetch` that is called as a method of something else.
      fetch: options.fetch ?? ((url, init) => globalThis.fetch(url, init)),
      timeoutMs: options.timeoutMs ?? 15_000,
      wait: options.wait ?? pause,
      random: options.random ?? Math.random,
    };
  }

  get token(): string | undefined {
    return this.#transport.token;
  }

  set token(token: string | undefined) {
    this.#transport.token = token;
  }

  /** Where this tenant's socket is: `wss://standby.example/v1/acme/socket`. */
  get socketUrl(): string {
    const { baseUrl, tenant } = this.#transport;
    return `${baseUrl.replace(/^http/, "ws")}/v1/${encodeURIComponent(tenant)}/socket`;
  }

  /** Where the socket of a conversation is, for the document of one epoch. */
  roomUrl(conversationId: string, epoch: string): string {
    const { baseUrl, tenant } = this.#transport;
    const room = `${encodeURIComponent(tenant)}/conversations/${encodeURIComponent(conversationId)}`;
    return `${baseUrl.replace(/^http/, "ws")}/v1/${room}/sync?epoch=${encodeURIComponent(epoch)}`;
  }

  /** Any call of the API, typed by its route: `api.call(routes.getZone, { params: { siteId, zoneId } })`. */
  async call<R extends Route>(route: R, ...given: Arguments<R>): Promise<Answer<R>> {
    return (await this.exchange(route, ...given)).answer;
  }

  /** The same with the status and headers of the answer. */
  async exchange<R extends Route>(route: R, ...[given]: Arguments<R>): Promise<Exchanged<Answer<R>>> {
    // SAFETY: CallArguments<R> is AnyArguments narrowed by the route, and `exchange` decodes by the route's own schemas.
    const any = (given ?? {}) as AnyArguments;
    const keyed = Object.keys(any.headers ?? {}).some((name) => name.toLowerCase() === "idempotency-key");
    const repeatable = route.method === "GET" || route.method === "PUT" || keyed;
    return (await exchange(route, any, this.#transport, repeatable ? calmTries : 1)) as Exchanged<Answer<R>>;
  }

  /** The pages of a list, asked for as they are needed. */
  async *pages<R extends Route>(route: R, ...[given]: Arguments<R>): AsyncGenerator<ListItem<R>[], void, undefined> {
    const any = (given ?? {}) as AnyArguments;
    let cursor: string | undefined;
    do {
      const asked = { ...any, query: { ...any.query, ...(cursor === undefined ? {} : { cursor }) } };
      const { answer } = await exchange(route, asked, this.#transport, calmTries);
      // SAFETY: the route's schema made it, and the type parameter says that schema is a list's.
      const page = answer as { items: ListItem<R>[]; nextCursor?: string };
      yield page.items;
      cursor = page.nextCursor;
    } while (cursor !== undefined);
  }

  /** The same, one by one. */
  async *items<R extends Route>(route: R, ...given: Arguments<R>): AsyncGenerator<ListItem<R>, void, undefined> {
    for await (const page of this.pages(route, ...given)) yield* page;
  }

  /**
   * Raises an alarm, once, however often it has to be tried: every try carries the same Idempotency-Key.
   *
   * @param key a key of an earlier raise that ended in `StandbyUnreachable`, to try that one again and not raise a second
   */
  async raiseAlarm(alarm: RaiseAlarm, key: string = newIdempotencyKey()): Promise<Raised & { replayed: boolean }> {
    const given = { body: alarm, headers: { "Idempotency-Key": key } };
    const { answer, headers } = await exchange(routes.raiseAlarm, given, this.#transport, raiseTries);
    return { ...(answer as Raised), replayed: headers.get("Idempotency-Replayed") === "true" };
  }

  /** Logs in and uses the session's token from now on. */
  async logIn(who: z.input<typeof LogIn>) {
    const session = await this.call(routes.logIn, { body: who });
    this.token = session.token;
    return session;
  }

  async acceptInvitation(invitation: string, password: string) {
    const session = await this.call(routes.acceptInvitation, { body: { invitation, password } });
    this.token = session.token;
    return session;
  }

  async logOut() {
    await this.call(routes.logOut);
    this.token = undefined;
  }

  /** Enrols a device with its one-time code and uses the device's token from now on. */
  async createDeviceSession(enrolment: z.input<typeof NewDeviceSession>) {
    const session = await this.call(routes.createDeviceSession, { body: enrolment });
    this.token = session.token;
    return session;
  }

  createEnrolments(userIds: string[]) {
    return this.call(routes.createEnrolments, { body: { userIds } });
  }

  createSocketTicket() {
    return this.call(routes.createSocketTicket);
  }

  me() {
    return this.call(routes.getMe);
  }

  putPresence(report: PresenceReport) {
    return this.call(routes.putPresence, { body: report });
  }

  putAvailability(report: AvailabilityReport) {
    return this.call(routes.putAvailability, { body: report });
  }

  listAlarms(query: CallArguments<typeof routes.listAlarms>["query"] = {}) {
    return this.call(routes.listAlarms, { query });
  }

  getAlarm(alarmId: string) {
    return this.call(routes.getAlarm, { params: { alarmId } });
  }

  listRecipients(alarmId: string, query: CallArguments<typeof routes.listRecipients>["query"] = {}) {
    return this.call(routes.listRecipients, { params: { alarmId }, query });
  }

  standDown(alarmId: string, why: StandDown) {
    return this.call(routes.standDown, { params: { alarmId }, body: why });
  }

  listScenarios(query: CallArguments<typeof routes.listScenarios>["query"] = {}) {
    return this.call(routes.listScenarios, { query });
  }

  createScenario(scenario: NewScenario) {
    return this.call(routes.createScenario, { body: scenario });
  }

  historyAlarms(query: CallArguments<typeof routes.listHistoryAlarms>["query"] = {}) {
    return this.call(routes.listHistoryAlarms, { query });
  }

  historyAlarm(alarmId: string) {
    return this.call(routes.getHistoryAlarm, { params: { alarmId } });
  }
}
