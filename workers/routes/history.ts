import { listAlarms } from "../../history/alarm-list.ts";
import { getAlarmRecord } from "../../history/alarm-record.ts";
import { routes } from "../../protocol/http/routes.ts";
import { pageSize } from "../../protocol/lists.ts";
import { done, refuse } from "../../protocol/problems.ts";
import { fromHistory } from "../http/from-history.ts";

export const historyEndpoints = {
  listHistoryAlarms: fromHistory(routes.listHistoryAlarms, (history, { tenantId, query }) =>
    listAlarms(history, tenantId, { from: query.from, to: query.to, limit: pageSize(query), cursor: query.cursor }),
  ),
  getHistoryAlarm: fromHistory(routes.getHistoryAlarm, async (history, { tenantId, params }) => {
    const record = await getAlarmRecord(history, tenantId, params.alarmId ?? "");
    return record === undefined ? refuse("not_found") : done(record);
  }),
};
