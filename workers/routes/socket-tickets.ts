import { siteStub } from "../../actors/kernel/stubs.ts";
import { makeToken } from "../../actors/kernel/tokens.ts";
import type { SocketTicket } from "../../protocol/access.ts";
import { routes } from "../../protocol/http/routes.ts";
import { toTime } from "../../protocol/ids.ts";
import { freshSecret } from "../access/started.ts";
import { answer, json } from "../http/answers.ts";
import { atPlace } from "../http/at-place.ts";
import { ticketId } from "../http/authenticate.ts";
import { personEndpoint } from "../http/endpoint.ts";

export const socketTicketEndpoints = {
  createSocketTicket: personEndpoint(routes.createSocketTicket, async ({ env, settings, tenantId, ...who }) => {
    const { secret, secretHash } = freshSecret();
    const { place, outcome } = await atPlace(who.place, (at) =>
      siteStub(env, tenantId, at).issueTicket(who.caller, secretHash),
    );
    return answer(outcome, ({ expiresAt }) => {
      const ticket: SocketTicket = {
        ticket: makeToken(settings.PASSWORD_PEPPER, tenantId, place, ticketId, secret),
        expiresAt: toTime(expiresAt),
      };
      return json(201, ticket);
    });
  }),
};
