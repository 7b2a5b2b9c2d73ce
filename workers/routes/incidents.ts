import { routes } from "../../protocol/http/routes.ts";
import { created } from "../http/created.ts";
import { performed } from "../http/perform.ts";

export const incidentEndpoints = {
  listIncidents: performed(routes.listIncidents),
  getIncident: performed(routes.getIncident),
  addNote: created(routes.addNote, "noteId"),
};
