import { alarmRoutes } from "./alarm-routes.ts";
import { incidentRoutes } from "./incident-routes.ts";
import { peopleRoutes } from "./people-routes.ts";
import { placeRoutes } from "./place-routes.ts";

/** Every call of the HTTP API. A route that is not here does not exist: the edge registers from this table alone. */
export const routes = { ...peopleRoutes, ...placeRoutes, ...alarmRoutes, ...incidentRoutes };
