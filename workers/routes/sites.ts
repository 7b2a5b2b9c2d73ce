import { routes } from "../../protocol/http/routes.ts";
import { created } from "../http/created.ts";
import { performed } from "../http/perform.ts";

export const siteEndpoints = {
  createSite: created(routes.createSite, "siteId"),
  listSites: performed(routes.listSites),
  getSite: performed(routes.getSite),
  patchSite: performed(routes.patchSite),
  deleteSite: performed(routes.deleteSite),
  getSitePresence: performed(routes.getSitePresence),
};
