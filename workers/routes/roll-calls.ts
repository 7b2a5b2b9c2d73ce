import { routes } from "../../protocol/http/routes.ts";
import { created } from "../http/created.ts";
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
};
