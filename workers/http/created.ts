import * as z from "zod";
import type { Route } from "../../protocol/http/route.ts";
import { Id } from "../../protocol/ids.ts";
import { answer, json } from "./answers.ts";
import { type Endpoint, personEndpoint } from "./endpoint.ts";
import { addressOf, perform } from "./perform.ts";

/**
 * A creation that the tenant actor does alone.
 *
 * @param idField the field of the answer with the new thing's id
 */
export const created = <R extends Route>(route: R, idField: string): Endpoint<R["id"]> => {
  const New = z.looseObject({ [idField]: Id });
  return personEndpoint(route, async (call) =>
    answer(await perform(call), (value) =>
      json(201, value, addressOf(call.request, z.string().parse(New.parse(value)[idField]))),
    ),
  );
};
