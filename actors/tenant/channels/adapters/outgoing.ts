import type { SendResult } from "../channel.ts";
import { wayOut } from "../way-out.ts";

export type Fetch = (address: string, init: RequestInit) => Promise<Response>;

/** Ways out for one purpose. `private` is there only where the operator named private hosts. */
export interface Ways {
  public: Fetch;
  private?: Fetch | undefined;
  privateHosts: ReadonlySet<string>;
}

/** A provider's answer as far as it matters: never more of the body than a provider's JSON can be. */
export interface Answer {
  status: number;
  headers: Headers;
  /** The body as JSON; undefined when it is none, or too long. */
  json: unknown;
}

export type Failed = Extract<SendResult, { ok: false }>;

const longestAnswer = 64 * 1024;
/** A provider that asks for more is not waited for: the ladder goes on by its own deadlines. */
const longestWaitMs = 3_600_000;

/**
 * Posts once. Redirects are not followed: they would lead past the check of the address, with the key in the headers.
 * The answer's text and whatever the line says stay here: both may hold the person's address (T22).
 */
export const post = async (
  ways: Ways,
  address: string,
  request: { headers: Record<string, string>; body: string | Uint8Array<ArrayBuffer> },
  signal: AbortSignal,
): Promise<Answer | Failed> => {
  const { way } = wayOut(address, ways.privateHosts);
  const line = way === "public" ? ways.public : way === "private" ? ways.private : undefined;
  if (line === undefined) return { ok: false, retry: false, reason: "addressRefused" };
  try {
    const response = await line(address, { method: "POST", redirect: "manual", signal, ...request });
    const json = parsed(await firstBytes(response));
    return { status: response.status, headers: response.headers, json };
  } catch {
    return { ok: false, retry: true, reason: signal.aborted ? "timeout" : "unreachable" };
  }
};

/** The body, or undefined when it is longer than any answer that is understood. */
const firstBytes = async (response: Response): Promise<Uint8Array | undefined> => {
  const parts: Uint8Array[] = [];
  let length = 0;
  if (response.body === null) return new Uint8Array();
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.byteLength;
    if (length > longestAnswer) {
      await reader.cancel();
      return undefined;
    }
    parts.push(value);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
};

const parsed = (bytes: Uint8Array | undefined): unknown => {
  if (bytes === undefined || bytes.byteLength === 0) return undefined;
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
};

/** Whether `post` got no answer at all. */
export const isFailed = (answer: Answer | Failed): answer is Failed => "ok" in answer;

/** What a refusal means by its status alone, the same for every provider; a 2xx is none. */
export const refusalOf = (answer: Answer): Failed | undefined => {
  const { status } = answer;
  if (status >= 200 && status < 300) return undefined;
  const later = (reason: string): Failed => {
    const afterMs = retryAfterMs(answer.headers.get("retry-after"));
    return { ok: false, retry: true, reason, ...(afterMs === undefined ? {} : { afterMs }) };
  };
  const never = (reason: string): Failed => ({ ok: false, retry: false, reason });
  if (status === 429) return later("rateLimited");
  if (status === 408 || status === 425) return later("providerBusy");
  if (status >= 500) return later("providerDown");
  // Some runtimes answer 0 for a redirect that was not followed.
  if (status < 400) return never("redirected");
  if (status === 401 || status === 403) return never("notAuthorized");
  if (status === 402) return never("noCredit");
  if (status === 404 || status === 410) return never("notFound");
  if (status === 413) return never("tooLarge");
  return never("refused");
};

/** Retry-After in both its forms (RFC 9110, 10.2.3), within bounds; undefined when it says nothing. */
export const retryAfterMs = (header: string | null, now = Date.now()): number | undefined => {
  if (header === null) return undefined;
  const text = header.trim();
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), longestWaitMs);
};
