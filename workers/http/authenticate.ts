import type { Caller } from "../../actors/kernel/contract.ts";
import { readToken } from "../../actors/kernel/tokens.ts";
import { done, type Outcome, refuse } from "../../protocol/problems.ts";
import { clientAddress } from "./client-address.ts";
import { givenToken } from "./credentials.ts";
import type { EdgeRequest } from "./edge-request.ts";
import { mayUseCookie, ownOrigins, provenanceOf } from "./own-origins.ts";
import { resolveTenant } from "./tenant-cache.ts";

export interface Person {
  tenantId: string;
  caller: Caller;
  /** The site actor that holds this person's sockets. */
  place: string;
}

/**
 * Who asks, as far as the edge can tell without an actor: a token that was made here for this tenant. The actor still checks
 * that its session exists. No tenant, another tenant's token and no token all get the one answer (I6).
 *
 * @returns unauthenticated, or forbidden when a page of somebody else uses the cookie
 */
export const authenticate = async ({ request, env, settings, params }: EdgeRequest): Promise<Outcome<Person>> => {
  const given = givenToken(request.headers);
  if (given === undefined) return refuse("unauthenticated");
  if (given.byCookie) {
    const own = ownOrigins(settings.PUBLIC_URL, request.url);
    if (!mayUseCookie(request.method, provenanceOf(request.headers), own)) return refuse("forbidden");
  }
  const tenantId = await resolveTenant(env, params.tenant ?? "");
  if (tenantId === undefined) return refuse("unauthenticated");
  const credential = readToken(settings.PASSWORD_PEPPER, tenantId, given.token);
  // A ticket opens one socket and nothing else.
  if (credential === undefined || credential.id === ticketId) return refuse("unauthenticated");
  const { place, id: sessionId, secretHash } = credential;
  return done({ tenantId, place, caller: { sessionId, secretHash, ...clientAddress(request) } });
};

/** Stands in a ticket where a session's id stands in other tokens. */
export const ticketId = "ticket";
