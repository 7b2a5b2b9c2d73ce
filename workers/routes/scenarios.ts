import { routes } from "../../protocol/http/routes.ts";
import { created } from "../http/created.ts";
import { performed } from "../http/perform.ts";

export const scenarioEndpoints = {
  createScenario: created(routes.createScenario, "scenarioId"),
  listScenarios: performed(routes.listScenarios),
  getScenario: performed(routes.getScenario),
  patchScenario: performed(routes.patchScenario),
  deleteScenario: performed(routes.deleteScenario),
};
