/** HTTP calls of the set-up: JSON in and out, and an end to the run when one is refused. */
import http, { type RefinedResponse } from "k6/http";
import { baseUrl } from "./parameters.ts";

export interface Call {
  readonly method: "GET" | "POST";
  /** Below `/v1`. */
  readonly path: string;
  readonly token?: string;
  readonly body?: unknown;
}

type Answer = RefinedResponse<"text">;

/** @throws Error when the answer is not a 2xx, which in `setup` ends the run */
export function call<T>(wanted: Call): T {
  const { method, path, token, body } = wanted;
  const text = body === undefined ? null : JSON.stringify(body);
  return decode<T>(wanted, http.request(method, `${baseUrl}/v1${path}`, text, params(token)) as Answer);
}

/** The same for many calls at once. */
export function callAll<T>(wanted: readonly Call[]): T[] {
  const requests = wanted.map(({ method, path, token, body }) => ({
    method,
    url: `${baseUrl}/v1${path}`,
    body: body === undefined ? null : JSON.stringify(body),
    params: params(token),
  }));
  const answers = http.batch(requests) as unknown as Answer[];
  return wanted.map((one, i) => decode<T>(one, answers[i] as Answer));
}

function params(token: string | undefined): { headers: Record<string, string>; timeout: string } {
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (token !== undefined) headers.authorization = `Bearer ${token}`;
  return { headers, timeout: "120s" };
}

function decode<T>({ method, path }: Call, answer: Answer): T {
  if (answer.status < 200 || answer.status > 299) {
    throw new Error(`${method} /v1${path} answered ${answer.status} ${answer.error}: ${answer.body}`);
  }
  return answer.json() as T;
}
