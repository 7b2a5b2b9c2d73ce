import type { Environment, Settings } from "../../actors/kernel/environment.ts";
import { roaming, siteStub } from "../../actors/kernel/stubs.ts";
import { type Credential, readToken } from "../../actors/kernel/tokens.ts";
import { Id } from "../../protocol/ids.ts";
import { done, type Outcome, refuse } from "../../protocol/problems.ts";
import { problem } from "../http/answers.ts";
import { ticketId } from "../http/authenticate.ts";
import { clientAddress } from "../http/client-address.ts";
import { type GivenToken, givenToken } from "../http/credentials.ts";
import { mayOpenSocket, ownOrigins } from "../http/own-origins.ts";
import { resolveTenant } from "../http/tenant-cache.ts";

const socketPath = /^https?:\/\/[^/?#]+\/v1\/([^/?#]+)\/socket(?:\?|$)/;

/** What goes no further than the edge. */
const keptBack = [
  "Authorization",
  "Cookie",
  "Sec-WebSocket-Protocol",
  "x-standby-caller",
  "x-standby-protocol",
  "x-standby-admitted",
  "x-standby-epoch",
];

/**
 * The tenant of a request for a socket, or undefined for any other. Looked at before the router: ten thousand devices may come
 * back in the same second (design §4).
 */
export const socketTenant = (request: Request): string | undefined =>
  request.headers.get("Upgrade")?.toLowerCase() === "websocket" && request.method === "GET"
    ? socketPath.exec(request.url)?.[1]
    : undefined;

interface Offered {
  standby: boolean;
  ticket?: string;
}

/** `Sec-WebSocket-Protocol: standby.v1, ticket.<ticket>`: the one header that a page can put something into. */
export const offeredProtocols = (header: string | null): Offered => {
  const offered = (header ?? "").split(",").map((name) => name.trim());
  const ticket = offered.find((name) => name.startsWith("ticket."))?.slice("ticket.".length);
  return { standby: offered.includes("standby.v1"), ...(ticket === undefined ? {} : { ticket }) };
};

/** A ticket is good for sockets alone, a session's token must not come as one, and what is not sealed by us is neither. */
const credentialOf = (
  settings: Settings,
  tenantId: string,
  given: GivenToken | undefined,
  ticket: string | undefined,
): Credential | undefined => {
  const token = ticket ?? given?.token;
  if (token === undefined) return undefined;
  const credential = readToken(settings.PASSWORD_PEPPER, tenantId, token);
  return (credential?.id === ticketId) === (ticket !== undefined) ? credential : undefined;
};

/** Who asks for a socket, as far as the edge can tell. */
export interface Upgrading {
  tenantId: string;
  credential: Credential;
  /** A ticket is asked for instead of a session. */
  caller: UpgradeCaller;
  /** The request's headers, without what goes no further than the edge. */
  headers: Headers;
  /** The client offered our subprotocol, so it is answered with it. */
  standby: boolean;
}

type UpgradeCaller = { ticketHash: string; ip?: string } | { sessionId: string; secretHash: string; ip?: string };

/** Checks the origin and the seal of what was given. @returns forbidden or unauthenticated */
export const upgrading = async (
  request: Request,
  ref: string,
  env: Environment,
  settings: Settings,
): Promise<Outcome<Upgrading>> => {
  const offered = offeredProtocols(request.headers.get("Sec-WebSocket-Protocol"));
  const given = offered.ticket === undefined ? givenToken(request.headers) : undefined;
  const origin = request.headers.get("Origin");
  const byCookie = given?.byCookie === true;
  if ((origin !== null || byCookie) && !mayOpenSocket(origin, byCookie, ownOrigins(settings.PUBLIC_URL, request.url)))
    return refuse("forbidden");

  const tenantId = await resolveTenant(env, ref);
  const credential = tenantId && credentialOf(settings, tenantId, given, offered.ticket);
  if (!tenantId || !credential) return refuse("unauthenticated");

  const headers = new Headers(request.headers);
  for (const name of keptBack) headers.delete(name);
  const { id: sessionId, secretHash } = credential;
  const who = offered.ticket === undefined ? { sessionId, secretHash } : { ticketHash: secretHash };
  return done({
    tenantId,
    credential,
    caller: { ...who, ...clientAddress(request) },
    headers,
    standby: offered.standby,
  });
};

/** Checks who asks and hands the request on to the site actor that holds the person's sockets. */
export const openSocket = async (
  request: Request,
  ref: string,
  env: Environment,
  settings: Settings,
): Promise<Response> => {
  const asked = await upgrading(request, ref, env, settings);
  if (!asked.ok) return problem(asked.refusal);
  const { tenantId, credential, caller, headers, standby } = asked.value;
  headers.set("x-standby-caller", JSON.stringify(caller));
  if (standby) headers.set("x-standby-protocol", "1");

  const at = (place: string) => siteStub(env, tenantId, place).fetch(new Request("http://site/socket", { headers }));
  const answer = await at(credential.place);
  if (answer.status !== 421) return answer;
  const place = answer.headers.get("x-standby-moved-to") ?? "";
  if (place !== roaming && !Id.safeParse(place).success) throw new Error("a site actor names no place");
  const second = await at(place);
  // Moved twice in a moment: the next try will find it.
  return second.status === 421 ? problem({ code: "unavailable" }) : second;
};
