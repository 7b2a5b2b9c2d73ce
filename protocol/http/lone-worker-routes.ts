import { PageQuery, page } from "../lists.ts";
import { LoneWorkerCheckIn, LoneWorkerSession, NewLoneWorkerSession } from "../lone-workers.ts";
import { defineRoute } from "./route.ts";

const tag = "Lone workers";

export const loneWorkerRoutes = {
  startLoneWorkerSession: defineRoute({
    id: "startLoneWorkerSession",
    method: "POST",
    path: "/v1/{tenant}/me/lone-worker-sessions",
    tag,
    summary: "Start working alone: from now on a missed check-in raises the scenario's alarm",
    access: "person",
    body: NewLoneWorkerSession,
    answers: { 201: LoneWorkerSession },
    problems: ["conflict"],
  }),
  listOwnLoneWorkerSessions: defineRoute({
    id: "listOwnLoneWorkerSessions",
    method: "GET",
    path: "/v1/{tenant}/me/lone-worker-sessions",
    tag,
    summary: "My sessions of the last days",
    access: "person",
    query: PageQuery,
    answers: { 200: page(LoneWorkerSession) },
  }),
  listLoneWorkerSessions: defineRoute({
    id: "listLoneWorkerSessions",
    method: "GET",
    path: "/v1/{tenant}/lone-worker-sessions",
    tag,
    summary: "Who works alone right now or missed a check-in; the earliest deadline first",
    access: "person",
    query: PageQuery,
    answers: { 200: page(LoneWorkerSession) },
  }),
  getLoneWorkerSession: defineRoute({
    id: "getLoneWorkerSession",
    method: "GET",
    path: "/v1/{tenant}/lone-worker-sessions/{loneWorkerSessionId}",
    tag,
    summary: "One session",
    access: "person",
    answers: { 200: LoneWorkerSession },
  }),
  loneWorkerCheckIn: defineRoute({
    id: "loneWorkerCheckIn",
    method: "POST",
    path: "/v1/{tenant}/lone-worker-sessions/{loneWorkerSessionId}/check-in",
    tag,
    summary: "All is well: the deadline moves",
    access: "person",
    body: LoneWorkerCheckIn,
    answers: { 200: LoneWorkerSession },
    problems: ["conflict"],
  }),
  endLoneWorkerSession: defineRoute({
    id: "endLoneWorkerSession",
    method: "DELETE",
    path: "/v1/{tenant}/lone-worker-sessions/{loneWorkerSessionId}",
    tag,
    summary: "Back and safe: nothing is raised any more; an alarm that was raised stays",
    access: "person",
    answers: { 204: null },
  }),
};
