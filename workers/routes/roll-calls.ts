import { getRollCallRecord } from "../../history/roll-call-record.ts";
import { routes } from "../../protocol/http/routes.ts";
import { done, refuse } from "../../protocol/problems.ts";
import { created } from "../http/created.ts";
import { fromHistory } from "../http/from-history.ts";
import { performed } from "../http/perform.ts";

export const rollCallEndpoints = {
  createMusterPoint: created(routes.createMusterPoint, "musterPointId"),
  listMusterPoints: performed(routes.listMusterPoints),
  getMusterPoint: performed(routes.getMusterPoint),
  patchMusterPoint: performed(routes.patchMusterPoint),
  deleteMusterPoint: performed(routes.deleteMusterPoint),
  startRollCall: created(routes.startRollCall, "rollCallId"),
  listRollCalls: performed(routes.listRollCalls),
  getRollCall: performed(routes.getRollCall),
  listRollCallLines: performed(routes.listRollCallLines),
  tickLine: performed(routes.tickLine),
  tickLines: performed(routes.tickLines),
  checkIn: performed(routes.checkIn),
  putVisitors: performed(routes.putVisitors),
  closeRollCall: performed(routes.closeRollCall),
  reopenRollCall: performed(routes.reopenRollCall),
  getHistoryRollCall: fromHistory(routes.getHistoryRollCall, async (history, { tenantId, params }) => {
    const record = await getRollCallRecord(history, tenantId, params.rollCallId ?? "");
    return record === undefined ? refuse("not_found") : done(record);
  }),
};
