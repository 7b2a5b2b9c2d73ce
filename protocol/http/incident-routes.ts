import * as z from "zod";
import { Incident, IncidentRecord, NewNote, Note } from "../incidents.ts";
import { PageQuery, page } from "../lists.ts";
import { defineRoute } from "./route.ts";

const tag = "Incidents";

export const incidentRoutes = {
  listIncidents: defineRoute({
    id: "listIncidents",
    method: "GET",
    path: "/v1/{tenant}/incidents",
    tag,
    summary: "Incidents, newest first",
    access: "person",
    query: PageQuery.extend({ state: z.enum(["open", "closed"]).optional() }),
    answers: { 200: page(Incident) },
  }),
  getIncident: defineRoute({
    id: "getIncident",
    method: "GET",
    path: "/v1/{tenant}/incidents/{incidentId}",
    tag,
    summary: "One incident with its log and participants",
    access: "person",
    answers: { 200: IncidentRecord },
  }),
  addNote: defineRoute({
    id: "addNote",
    method: "POST",
    path: "/v1/{tenant}/incidents/{incidentId}/notes",
    tag,
    summary: "Write a line into the incident's log",
    access: "person",
    body: NewNote,
    answers: { 201: Note },
    problems: ["conflict"],
  }),
};
