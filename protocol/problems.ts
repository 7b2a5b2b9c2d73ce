import * as z from "zod";

/** The closed list of error codes (wire.md, Common) with the status each has. Only ever extended. */
export const problemStatus = {
  malformed_json: 400,
  unauthenticated: 401,
  invalid_signature: 401,
  forbidden: 403,
  not_found: 404,
  slug_taken: 409,
  username_taken: 409,
  name_taken: 409,
  conflict: 409,
  expired: 410,
  too_large: 413,
  unsupported_media_type: 415,
  invalid: 422,
  confirmation_needed: 409,
  idempotency_key_reused: 422,
  rate_limited: 429,
  unavailable: 503,
} as const;

export type ProblemCode = keyof typeof problemStatus;

export const ProblemCodes = z.enum(Object.keys(problemStatus) as [ProblemCode, ...ProblemCode[]]);

export const FieldError = z.strictObject({ path: z.string(), message: z.string() });
export type FieldError = z.infer<typeof FieldError>;

/** RFC 9457 problem details; `code` is what programs look at. */
export const Problem = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: ProblemCodes,
  detail: z.string().optional(),
  errors: z.array(FieldError).optional(),
});
export type Problem = z.infer<typeof Problem>;

const titles: Record<ProblemCode, string> = {
  malformed_json: "The body is not JSON",
  unauthenticated: "Log in first",
  invalid_signature: "The signature is not valid",
  forbidden: "You may not do this",
  not_found: "There is no such thing",
  slug_taken: "This slug is taken",
  username_taken: "This username is taken",
  name_taken: "This name is taken",
  conflict: "This cannot be done in the present state",
  confirmation_needed: "Say that you mean it: send it again with confirm",
  expired: "This is used, expired or unknown",
  too_large: "The body is too large",
  unsupported_media_type: "The body is of a media type that is not taken here",
  invalid: "The request does not match the schema",
  idempotency_key_reused: "This Idempotency-Key was used with another body",
  rate_limited: "Too many requests",
  unavailable: "Not available right now; nothing was done",
};

/** What a rule answers instead of a result. Plain data: it crosses from an actor to the edge as it is. */
export interface Refusal {
  code: ProblemCode;
  detail?: string;
  errors?: FieldError[];
  /** Seconds for `Retry-After`, with rate_limited and unavailable. */
  retryAfter?: number;
}

/** The body that a refusal becomes. Holds nothing of another tenant and nothing internal (I6). */
export const toProblem = (refusal: Refusal): Problem => ({
  type: `urn:standby:problem:${refusal.code}`,
  title: titles[refusal.code],
  status: problemStatus[refusal.code],
  code: refusal.code,
  ...(refusal.detail === undefined ? {} : { detail: refusal.detail }),
  ...(refusal.errors === undefined ? {} : { errors: refusal.errors }),
});

/** A result or a refusal: how rules and actors answer. Exceptions are for what nobody foresaw. */
export type Outcome<T> = { ok: true; value: T } | { ok: false; refusal: Refusal };

export const done = <T>(value: T): Outcome<T> => ({ ok: true, value });

export const refuse = (code: ProblemCode, detail?: string, errors?: FieldError[]): { ok: false; refusal: Refusal } => ({
  ok: false,
  refusal: { code, ...(detail === undefined ? {} : { detail }), ...(errors === undefined ? {} : { errors }) },
});

/** A zod failure as field errors: dotted paths, at most 50, never the values themselves (they may be personal). */
export const fieldErrors = (error: z.ZodError): FieldError[] =>
  error.issues.slice(0, 50).flatMap((issue): FieldError[] => {
    const path = issue.path.map(String).join(".");
    if (issue.code === "unrecognized_keys")
      return issue.keys.map((key) => ({ path: path === "" ? key : `${path}.${key}`, message: "unknown field" }));
    return [{ path, message: issue.message }];
  });
