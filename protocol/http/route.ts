import type { z } from "zod";
import type { ProblemCode } from "../problems.ts";

/**
 * Who may call: nobody in particular, the operator, a person (session or device token), a kiosk, a signed webhook, or a provider of a
 * channel in its own way (its signature, under an address that only it was told).
 */
export type Access = "public" | "operator" | "person" | "kiosk" | "signature" | "provider";

/**
 * One call of the HTTP API. The edge registers its handler by this, the SDK calls by it and OpenAPI is generated from it, so
 * the three cannot disagree. Paths are written as in OpenAPI: `/v1/{tenant}/alarms/{alarmId}`.
 */
export interface Route {
  id: string;
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  path: string;
  tag: string;
  summary: string;
  access: Access;
  /** Parameters of the path that are not ids. */
  params?: Readonly<Record<string, z.ZodType>>;
  query?: z.ZodObject;
  body?: z.ZodType;
  /** Takes a body that is not decoded by a schema of ours: of any media type (a provider's receipt), or of those that are named. */
  anyBody?: true | readonly string[];
  /** Bytes of body taken; the common limit when absent. */
  maxBytes?: number;
  /** Schema per 2xx status; null where there is no body. */
  answers: Readonly<Record<number, z.ZodType | null>>;
  /** Media types of a 200 that is no JSON: instead of the schema, or where its status has none, the only ones. */
  media?: readonly string[];
  /** Problems this call may answer besides the common ones (see `commonProblems`). */
  problems?: readonly ProblemCode[];
  /** Extra request headers, for the documents. */
  headers?: readonly string[];
}

export const defineRoute = <const R extends Route>(route: R): R => route;

/** Problems that need no mention a route, by what the call takes. */
export const commonProblems = (route: Route): ProblemCode[] => {
  const codes = new Set<ProblemCode>(route.problems ?? []);
  if (route.access === "person" || route.access === "operator") codes.add("unauthenticated").add("forbidden");
  if (route.access === "kiosk") codes.add("unauthenticated");
  const signed = route.access === "signature" || route.access === "provider";
  if (signed) codes.add("invalid_signature");
  if (route.body !== undefined)
    for (const code of ["malformed_json", "too_large", "unsupported_media_type", "invalid"] as const) codes.add(code);
  if (route.anyBody !== undefined) codes.add("too_large");
  if (route.query !== undefined) codes.add("invalid");
  // An unknown integration is answered like a wrong signature (wire.md), never like an unknown thing.
  if (!signed && route.path.split("{").length > (route.path.includes("{tenant}") ? 2 : 1)) codes.add("not_found");
  codes.add("unavailable");
  return [...codes].sort();
};
