import { tenantStub } from "../../actors/kernel/stubs.ts";
import type { Route } from "../../protocol/http/route.ts";
import type { Outcome } from "../../protocol/problems.ts";
import { answer, json, nothing } from "./answers.ts";
import { type Endpoint, type PersonCall, personEndpoint } from "./endpoint.ts";

/** Asks the tenant actor for what the route is named after. `extra` is what the edge itself adds to the input. */
export const perform = <R extends Route>(call: PersonCall<R>, extra: object = {}): Promise<Outcome<unknown>> => {
  const { params, query, body } = call;
  return tenantStub(call.env, call.tenantId).perform(call.caller, call.route.id, { params, query, body, ...extra });
};

/** A call that the tenant actor answers alone. */
export const performed = <R extends Route>(route: R): Endpoint<R["id"]> =>
  personEndpoint(route, async (call) =>
    answer(await perform(call), (value) => (204 in route.answers ? nothing() : json(200, value))),
  );

/** The address of something new: where it was created, and its id. */
export const addressOf = (request: Request, id: string): { Location: string } => ({
  Location: `${new URL(request.url).pathname}/${id}`,
});
