import { alarmRoutes } from "./alarm-routes.ts";
import { availabilityRoutes } from "./availability-routes.ts";
import { channelRoutes } from "./channel-routes.ts";
import { conversationRoutes } from "./conversation-routes.ts";
import { incidentRoutes } from "./incident-routes.ts";
import { loneWorkerRoutes } from "./lone-worker-routes.ts";
import { peopleRoutes } from "./people-routes.ts";
import { placeRoutes } from "./place-routes.ts";
import { presenceRoutes } from "./presence-routes.ts";
import { readinessRoutes } from "./readiness-routes.ts";
import { reportRoutes } from "./report-routes.ts";
import { rollCallRoutes } from "./roll-call-routes.ts";
import { rosterRoutes } from "./roster-routes.ts";
import { staffingRoutes } from "./staffing-routes.ts";
import { statisticsRoutes } from "./statistics-routes.ts";
import { testPlanRoutes } from "./test-plan-routes.ts";

/** Every call of the HTTP API. A route that is not here does not exist: the edge registers from this table alone. */
export const routes = {
  ...peopleRoutes,
  ...placeRoutes,
  ...presenceRoutes,
  ...readinessRoutes,
  ...availabilityRoutes,
  ...alarmRoutes,
  ...reportRoutes,
  ...incidentRoutes,
  ...rollCallRoutes,
  ...loneWorkerRoutes,
  ...staffingRoutes,
  ...testPlanRoutes,
  ...rosterRoutes,
  ...channelRoutes,
  ...statisticsRoutes,
  ...conversationRoutes,
};
