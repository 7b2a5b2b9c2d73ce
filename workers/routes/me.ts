import { siteStub } from "../../actors/kernel/stubs.ts";
import { routes } from "../../protocol/http/routes.ts";
import { answer, json } from "../http/answers.ts";
import { atPlace } from "../http/at-place.ts";
import { personEndpoint } from "../http/endpoint.ts";
import { performed } from "../http/perform.ts";

export const ownEndpoints = {
  getMe: performed(routes.getMe),
  /** Presence belongs to the site actor (design §3): ten thousand phones that arrive at work never wake the tenant's. */
  putPresence: personEndpoint(routes.putPresence, async ({ env, tenantId, place, caller, body }) => {
    const { outcome } = await atPlace(place, (at) => siteStub(env, tenantId, at).reportPresence(caller, body));
    return answer(outcome, (presence) => json(200, presence));
  }),
  putAvailability: performed(routes.putAvailability),
};
