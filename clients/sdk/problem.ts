import * as z from "zod";
import { FieldError, type ProblemCode } from "../../protocol/problems.ts";

/** A code of the closed list, or one that a newer server has and this client does not know yet. */
export type KnownOrNewerCode = ProblemCode | (string & {});

/** The server answered with a problem (RFC 9457). */
export class StandbyProblem extends Error {
  override readonly name = "StandbyProblem";
  readonly status: number;
  /** What programs look at; `other` when the answer was not one of the server's own problems (a proxy's page, say). */
  readonly code: KnownOrNewerCode;
  readonly detail: string | undefined;
  readonly errors: readonly FieldError[];
  /** Seconds to wait before trying again, when the server said so. */
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, body: ProblemBody | undefined, retryAfterSeconds?: number) {
    super(body === undefined ? `HTTP ${status}` : [body.title, body.detail].filter(Boolean).join(": "));
    this.status = status;
    this.code = body?.code ?? "other";
    this.detail = body?.detail;
    this.errors = body?.errors ?? [];
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** No answer of the server came: no network, no answer in time, or something else answered (a log-in page of a hotel). */
export class StandbyUnreachable extends Error {
  override readonly name = "StandbyUnreachable";
}

// The code is open here: a newer server may have added one, and its problem must still be readable.
const ProblemBody = z.object({
  title: z.string().default(""),
  code: z.string(),
  detail: z.string().optional(),
  errors: z.array(FieldError.strip()).optional(),
});
type ProblemBody = z.infer<typeof ProblemBody>;

/** @param body the text of an answer whose status is no success */
export const readProblem = (status: number, body: string, retryAfterSeconds?: number): StandbyProblem => {
  let parsed: ReturnType<typeof ProblemBody.safeParse> | undefined;
  try {
    parsed = ProblemBody.safeParse(JSON.parse(body));
  } catch {
    parsed = undefined;
  }
  return new StandbyProblem(status, parsed?.success ? parsed.data : undefined, retryAfterSeconds);
};

/** `Retry-After` in seconds: a number, or an HTTP date (RFC 9110, 10.2.3), which only proxies send. */
export const retryAfterOf = (header: string | null, now: number): number | undefined => {
  if (header === null) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header.trim());
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - now) / 1_000));
};
