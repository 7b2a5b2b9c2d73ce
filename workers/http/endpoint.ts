import type { z } from "zod";
import { tenantStub } from "../../actors/kernel/stubs.ts";
import type { Route } from "../../protocol/http/route.ts";
import { Id } from "../../protocol/ids.ts";
import { limits } from "../../protocol/limits.ts";
import { done, type Outcome, refuse } from "../../protocol/problems.ts";
import { problem } from "./answers.ts";
import { authenticate, type Person } from "./authenticate.ts";
import { isOperator } from "./credentials.ts";
import type { EdgeRequest } from "./edge-request.ts";
import { readBody } from "./read-body.ts";
import { readQuery } from "./read-query.ts";

/** One route of the table with what answers it. */
export interface Endpoint<Name extends string = string> {
  route: Route & { id: Name };
  handle: (request: EdgeRequest) => Promise<Response>;
}

type QueryOf<R extends Route> = R extends { query: infer Q extends z.ZodObject } ? z.output<Q> : undefined;
type BodyOf<R extends Route> = R extends { body: infer B extends z.ZodType } ? z.output<B> : undefined;

/** A request whose path, query and body have been checked against the route. */
export interface Call<R extends Route> extends EdgeRequest {
  route: R;
  query: QueryOf<R>;
  body: BodyOf<R>;
}

export type PersonCall<R extends Route> = Call<R> & Person;

const call = async <R extends Route>(route: R, edge: EdgeRequest): Promise<Outcome<Call<R>>> => {
  for (const [name, value] of Object.entries(edge.params))
    if (name !== "tenant" && !(route.params?.[name] ?? Id).safeParse(value).success) return refuse("not_found");
  const query = route.query === undefined ? done(undefined) : readQuery(edge.request.url, route.query);
  if (!query.ok) return query;
  const body =
    route.body === undefined
      ? done(undefined)
      : await readBody(edge.request, route.body, route.maxBytes ?? limits.bodyBytes);
  if (!body.ok) return body;
  // The compiler cannot see that `route.query` and `route.body` are the schemas R names.
  return done({ ...edge, route, query: query.value as QueryOf<R>, body: body.value as BodyOf<R> });
};

/** A call that anybody may make. */
export const publicEndpoint = <R extends Route>(
  route: R,
  handle: (call: Call<R>) => Promise<Response>,
): Endpoint<R["id"]> => ({
  route,
  handle: async (edge) => {
    const made = await call(route, edge);
    return made.ok ? handle(made.value) : problem(made.refusal);
  },
});

/** A call of the operator, checked before anything of the request is read. */
export const operatorEndpoint = <R extends Route>(
  route: R,
  handle: (call: Call<R>) => Promise<Response>,
): Endpoint<R["id"]> => ({
  route,
  handle: async (edge) => {
    if (!isOperator(edge.request.headers, edge.settings.OPERATOR_TOKEN)) return problem({ code: "unauthenticated" });
    const made = await call(route, edge);
    return made.ok ? handle(made.value) : problem(made.refusal);
  },
});

/** Whether the body is more than the usual: whoever may not make the call makes nobody hold or parse megabytes (T18). */
const isLarge = ({ maxBytes = 0 }: Route): boolean => maxBytes > limits.bodyBytes;

/**
 * A call of a person, whose token is checked before anything of the request is read; of a large one the tenant actor is asked
 * for permission as well.
 */
export const personEndpoint = <R extends Route>(
  route: R,
  handle: (call: PersonCall<R>) => Promise<Response>,
): Endpoint<R["id"]> => ({
  route,
  handle: async (edge) => {
    const who = await authenticate(edge);
    if (!who.ok) return problem(who.refusal);
    if (isLarge(route)) {
      const { tenantId, caller } = who.value;
      const allowed = await tenantStub(edge.env, tenantId).allows(caller, route.id);
      if (!allowed.ok) return problem(allowed.refusal);
    }
    const made = await call(route, edge);
    return made.ok ? handle({ ...made.value, ...who.value }) : problem(made.refusal);
  },
});
