import { type Outcome, type Refusal, toProblem } from "../../protocol/problems.ts";

/** Seconds a client is asked to wait when whoever refused did not say. */
const retryAfterDefault = 1;

/** Headers of every answer. */
export const common = {
  // Answers are about persons and change by the second: no cache may keep one.
  "Cache-Control": "no-store",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
};

export const json = (status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Response =>
  new Response(JSON.stringify(value), {
    status,
    headers: { "Content-Type": "application/json", ...common, ...headers },
  });

/** 204, as answered to a `DELETE`. */
export const nothing = (headers: Readonly<Record<string, string>> = {}): Response =>
  new Response(null, { status: 204, headers: { ...common, ...headers } });

/** RFC 9457 problem details with the headers its status asks for. */
export const problem = (refusal: Refusal): Response => {
  const body = toProblem(refusal);
  const headers: Record<string, string> = { "Content-Type": "application/problem+json", ...common };
  if (body.status === 429 || body.status === 503)
    headers["Retry-After"] = String(Math.max(1, Math.ceil(refusal.retryAfter ?? retryAfterDefault)));
  if (body.code === "unauthenticated") headers["WWW-Authenticate"] = "Bearer";
  return new Response(JSON.stringify(body), { status: body.status, headers });
};

/** What an actor answered: the value through `show`, a refusal as its problem. */
export const answer = <T>(outcome: Outcome<T>, show: (value: T) => Response): Response =>
  outcome.ok ? show(outcome.value) : problem(outcome.refusal);
