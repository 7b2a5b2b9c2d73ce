import { listAlarms } from "../../history/alarm-list.ts";
import { getAlarmRecord } from "../../history/alarm-record.ts";
import type { History } from "../../history/client.ts";
import { HistoryUnavailable } from "../../history/unavailable.ts";
import type { Route } from "../../protocol/http/route.ts";
import { routes } from "../../protocol/http/routes.ts";
import { pageSize } from "../../protocol/lists.ts";
import { done, type Outcome, refuse } from "../../protocol/problems.ts";
import { answer, json, problem } from "../http/answers.ts";
import { type Endpoint, type PersonCall, personEndpoint } from "../http/endpoint.ts";
import { logFailure } from "../http/guarded.ts";
import { historyOf } from "../http/history-client.ts";
import { perform } from "../http/perform.ts";

/** Seconds until another try may find libSQL back. */
const retryAfter = 5;

/** The tenant actor says whether this person may, libSQL what there is. */
const fromHistory = <R extends Route>(
  route: R,
  read: (history: History, call: PersonCall<R>) => Promise<Outcome<unknown>>,
): Endpoint<R["id"]> =>
  personEndpoint(route, async (call) => {
    const allowed = await perform(call);
    if (!allowed.ok) return problem(allowed.refusal);
    const history = historyOf(call.env, call.settings);
    if (history === undefined) return problem({ code: "unavailable", retryAfter });
    try {
      return answer(await read(history, call), (value) => json(200, value));
    } catch (thrown) {
      if (!(thrown instanceof HistoryUnavailable)) throw thrown;
      logFailure("history", route.id, thrown);
      return problem({ code: "unavailable", retryAfter });
    }
  });

export const historyEndpoints = {
  listHistoryAlarms: fromHistory(routes.listHistoryAlarms, (history, { tenantId, query }) =>
    listAlarms(history, tenantId, { from: query.from, to: query.to, limit: pageSize(query), cursor: query.cursor }),
  ),
  getHistoryAlarm: fromHistory(routes.getHistoryAlarm, async (history, { tenantId, params }) => {
    const record = await getAlarmRecord(history, tenantId, params.alarmId ?? "");
    return record === undefined ? refuse("not_found") : done(record);
  }),
};
