import type { History } from "../../history/client.ts";
import { HistoryUnavailable } from "../../history/unavailable.ts";
import type { Route } from "../../protocol/http/route.ts";
import type { Outcome } from "../../protocol/problems.ts";
import { answer, json, problem } from "./answers.ts";
import { type Endpoint, type PersonCall, personEndpoint } from "./endpoint.ts";
import { logFailure } from "./guarded.ts";
import { historyOf } from "./history-client.ts";
import { perform } from "./perform.ts";

/** Seconds until another try may find libSQL back. */
const retryAfter = 5;

/**
 * A call that libSQL answers: the tenant actor says whether this person may, libSQL what there is.
 *
 * @param read gets what the tenant said too; a `Response` goes out as it is, anything else as JSON
 */
export const fromHistory = <R extends Route>(
  route: R,
  read: (history: History, call: PersonCall<R>, allowed: unknown) => Promise<Outcome<unknown>>,
): Endpoint<R["id"]> =>
  personEndpoint(route, async (call) => {
    const allowed = await perform(call);
    if (!allowed.ok) return problem(allowed.refusal);
    const history = historyOf(call.env, call.settings);
    if (history === undefined) return problem({ code: "unavailable", retryAfter });
    try {
      return answer(await read(history, call, allowed.value), (value) =>
        value instanceof Response ? value : json(200, value),
      );
    } catch (thrown) {
      if (!(thrown instanceof HistoryUnavailable)) throw thrown;
      logFailure("history", route.id, thrown);
      return problem({ code: "unavailable", retryAfter });
    }
  });
