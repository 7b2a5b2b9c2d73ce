import { routes } from "../../protocol/http/routes.ts";
import { created } from "../http/created.ts";
import { performed } from "../http/perform.ts";

export const zoneEndpoints = {
  createZone: created(routes.createZone, "zoneId"),
  listZones: performed(routes.listZones),
  getZone: performed(routes.getZone),
  patchZone: performed(routes.patchZone),
  deleteZone: performed(routes.deleteZone),
};
