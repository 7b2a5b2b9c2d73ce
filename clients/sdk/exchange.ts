import type { Route } from "../../protocol/http/route.ts";
import { fullJitter } from "./back-off.ts";
import type { AnyArguments } from "./call-types.ts";
import { lenient } from "./lenient.ts";
import { readProblem, retryAfterOf, StandbyProblem, StandbyUnreachable } from "./problem.ts";

/** Where and how requests are made; everything that touches the world can be replaced. */
export interface Transport {
  /** Such as `https://standby.example`, without `/v1`. */
  baseUrl: string;
  tenant: string;
  token: string | undefined;
  credentials: RequestCredentials | undefined;
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Time limit of one try, ms. */
  timeoutMs: number;
  wait: (ms: number, signal?: AbortSignal) => Promise<void>;
  random: () => number;
}

export interface Exchanged<T> {
  status: number;
  headers: Headers;
  answer: T;
}

const firstWaitMs = 250;
const mostWaitMs = 4_000;
/** A server that asks for a longer pause is obeyed by giving up: the caller decides, not a call that hangs. */
const mostRetryAfterSeconds = 10;

/**
 * One call with its retries.
 *
 * @param tries at most; 1 for calls that must not be made twice
 * @throws StandbyProblem when the server refused, StandbyUnreachable when no answer of the server came
 */
export const exchange = async (
  route: Route,
  given: AnyArguments,
  transport: Transport,
  tries: number,
): Promise<Exchanged<unknown>> => {
  for (let failures = 1; ; failures++) {
    try {
      return await once(route, given, transport);
    } catch (error) {
      const pause = failures < tries ? pauseBefore(error, failures, transport.random()) : undefined;
      if (pause === undefined || given.signal?.aborted) throw error;
      await transport.wait(pause, given.signal);
    }
  }
};

/** Milliseconds until the next try, or undefined where another try is of no use. */
const pauseBefore = (error: unknown, failures: number, random: number): number | undefined => {
  const jitter = fullJitter(failures, random, firstWaitMs, mostWaitMs);
  if (error instanceof StandbyUnreachable) return jitter;
  if (!(error instanceof StandbyProblem) || (error.status !== 429 && error.status !== 503)) return undefined;
  const asked = error.retryAfterSeconds ?? 0;
  return asked > mostRetryAfterSeconds ? undefined : asked * 1_000 + jitter;
};

const once = async (route: Route, given: AnyArguments, transport: Transport): Promise<Exchanged<unknown>> => {
  const limit = AbortSignal.timeout(transport.timeoutMs);
  let response: Response;
  let text: string;
  try {
    response = await transport.fetch(address(route, given, transport), {
      method: route.method,
      headers: headersOf(given, transport),
      // The API never redirects. Somebody else's redirect (a captive portal) must not get the body or the token.
      redirect: "manual",
      signal: given.signal === undefined ? limit : AbortSignal.any([limit, given.signal]),
      ...(given.body === undefined ? {} : { body: JSON.stringify(given.body) }),
      ...(transport.credentials === undefined ? {} : { credentials: transport.credentials }),
    });
    text = await response.text();
  } catch (error) {
    if (given.signal?.aborted) throw given.signal.reason;
    throw new StandbyUnreachable(`${route.id}: no answer`, { cause: error });
  }
  const answer = route.answers[response.status];
  if (answer === undefined) {
    if (response.status >= 400)
      throw readProblem(response.status, text, retryAfterOf(response.headers.get("Retry-After"), Date.now()));
    throw new StandbyUnreachable(`${route.id}: HTTP ${response.status} is no answer of this call`);
  }
  return { status: response.status, headers: response.headers, answer: read(route, answer, response.headers, text) };
};

/** Text as it is where the route has other media than JSON and this is one of them. */
const read = (route: Route, schema: Route["answers"][number], headers: Headers, text: string): unknown => {
  const type = headers.get("Content-Type")?.split(";")[0]?.trim() ?? "";
  if (route.media?.includes(type) === true) return text;
  return schema === null || schema === undefined ? undefined : decode(route, schema, text);
};

const decode = (route: Route, schema: NonNullable<Route["answers"][number]>, text: string): unknown => {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new StandbyUnreachable(`${route.id}: the answer is not JSON`, { cause: error });
  }
  const decoded = lenient(schema).safeParse(json);
  if (decoded.success) return decoded.data;
  throw new StandbyUnreachable(`${route.id}: the answer does not match its schema`, { cause: decoded.error });
};

const address = (route: Route, given: AnyArguments, transport: Transport): string => {
  const values: Record<string, string | undefined> = { tenant: transport.tenant, ...given.params };
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined || value === "") throw new TypeError(`${route.id} needs the parameter ${name}`);
    return encodeURIComponent(value);
  });
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(given.query ?? {}))
    if (value !== undefined) query.set(name, String(value));
  const asked = query.size === 0 ? "" : `?${query}`;
  return `${transport.baseUrl}${path}${asked}`;
};

const headersOf = (given: AnyArguments, transport: Transport): Record<string, string> => ({
  Accept: "application/json, application/problem+json",
  ...(transport.token === undefined ? {} : { Authorization: `Bearer ${transport.token}` }),
  ...(given.body === undefined ? {} : { "Content-Type": "application/json" }),
  ...given.headers,
});
