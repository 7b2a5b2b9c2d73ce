import type { routes } from "../../protocol/http/routes.ts";
import type { Endpoint } from "../http/endpoint.ts";
import { alarmEndpoints } from "./alarms.ts";
import { answerLinkEndpoints } from "./answer-links.ts";
import { availabilityEndpoints } from "./availability.ts";
import { channelReceiptEndpoints } from "./channel-receipts.ts";
import { channelEndpoints } from "./channels.ts";
import { contactEndpoints } from "./contacts.ts";
import { conversationEndpoints } from "./conversations.ts";
import { deviceEndpoints } from "./devices.ts";
import { historyEndpoints } from "./history.ts";
import { hookEndpoints } from "./hooks.ts";
import { incidentEndpoints } from "./incidents.ts";
import { integrationEndpoints } from "./integrations.ts";
import { kioskEndpoints } from "./kiosks.ts";
import { loneWorkerEndpoints } from "./lone-workers.ts";
import { ownEndpoints } from "./me.ts";
import { noteEndpoints } from "./notes.ts";
import { operationEndpoints } from "./operations.ts";
import { photoEndpoints } from "./photos.ts";
import { presenceEndpoints } from "./presence.ts";
import { readinessEndpoints } from "./readiness.ts";
import { reportEndpoints } from "./reports.ts";
import { roleEndpoints } from "./roles.ts";
import { rollCallEndpoints } from "./roll-calls.ts";
import { rosterEndpoints } from "./rosters.ts";
import { scenarioEndpoints } from "./scenarios.ts";
import { sessionEndpoints } from "./sessions.ts";
import { siteEndpoints } from "./sites.ts";
import { socketTicketEndpoints } from "./socket-tickets.ts";
import { staffingEndpoints } from "./staffing.ts";
import { statisticsEndpoints } from "./statistics.ts";
import { tenantEndpoints } from "./tenants.ts";
import { testPlanEndpoints } from "./test-plans.ts";
import { userEndpoints } from "./users.ts";
import { zoneEndpoints } from "./zones.ts";

/** What answers each route of the table. A route without an endpoint, or an endpoint of another route, does not compile. */
export const endpoints: { [K in keyof typeof routes]: Endpoint<(typeof routes)[K]["id"]> } = {
  ...tenantEndpoints,
  ...sessionEndpoints,
  ...deviceEndpoints,
  ...socketTicketEndpoints,
  ...ownEndpoints,
  ...userEndpoints,
  ...readinessEndpoints,
  ...availabilityEndpoints,
  ...roleEndpoints,
  ...siteEndpoints,
  ...zoneEndpoints,
  ...presenceEndpoints,
  ...kioskEndpoints,
  ...scenarioEndpoints,
  ...integrationEndpoints,
  ...alarmEndpoints,
  ...incidentEndpoints,
  ...rollCallEndpoints,
  ...hookEndpoints,
  ...loneWorkerEndpoints,
  ...staffingEndpoints,
  ...testPlanEndpoints,
  ...rosterEndpoints,
  ...channelEndpoints,
  ...contactEndpoints,
  ...answerLinkEndpoints,
  ...channelReceiptEndpoints,
  ...historyEndpoints,
  ...reportEndpoints,
  ...statisticsEndpoints,
  ...conversationEndpoints,
  ...noteEndpoints,
  ...photoEndpoints,
  ...operationEndpoints,
};
