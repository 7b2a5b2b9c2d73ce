import { routes } from "../../protocol/http/routes.ts";
import { performed } from "../http/perform.ts";

export const readinessEndpoints = {
  putDuty: performed(routes.putDuty),
  putUserDuty: performed(routes.putUserDuty),
  putQualifications: performed(routes.putQualifications),
  getQualifications: performed(routes.getQualifications),
};
