import { CapFeed, CapNumber, Report, ReportQuery, ScoreQuery, Scores } from "../reports.ts";
import { Verification } from "../verification.ts";
import { defineRoute } from "./route.ts";

const tag = "History";

export const reportRoutes = {
  verifyAlarm: defineRoute({
    id: "verifyAlarm",
    method: "GET",
    path: "/v1/{tenant}/history/alarms/{alarmId}/verification",
    tag,
    summary: "Whether the record of an alarm is what the actors wrote: its hash chains, computed anew",
    access: "person",
    answers: { 200: Verification },
  }),
  getReport: defineRoute({
    id: "getReport",
    method: "GET",
    path: "/v1/{tenant}/history/alarms/{alarmId}/report",
    tag,
    summary: "The after-action report, as JSON, printable HTML or CSV",
    access: "person",
    query: ReportQuery,
    answers: { 200: Report },
    media: ["text/html", "text/csv"],
  }),
  listScores: defineRoute({
    id: "listScores",
    method: "GET",
    path: "/v1/{tenant}/history/scores",
    tag,
    summary: "How fast people came, against the earlier alarms of the same scenario; newest first",
    access: "person",
    query: ScoreQuery,
    answers: { 200: Scores },
  }),
  listCap: defineRoute({
    id: "listCap",
    method: "GET",
    path: "/v1/{tenant}/history/alarms/{alarmId}/cap",
    tag,
    summary: "The alarm's messages in CAP 1.2: an Alert, an Update for each change, a Cancel at its end",
    access: "person",
    answers: { 200: CapFeed },
  }),
  getCap: defineRoute({
    id: "getCap",
    method: "GET",
    path: "/v1/{tenant}/history/alarms/{alarmId}/cap/{n}",
    tag,
    summary: "One message as CAP 1.2 XML",
    access: "person",
    params: { n: CapNumber },
    answers: { 200: null },
    media: ["application/cap+xml"],
  }),
};
