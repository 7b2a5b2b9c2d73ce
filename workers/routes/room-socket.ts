import type { Environment, Settings } from "../../actors/kernel/environment.ts";
import { conversationStub, siteStub } from "../../actors/kernel/stubs.ts";
import { Epoch } from "../../protocol/conversation/rooms.ts";
import { Id } from "../../protocol/ids.ts";
import { problem } from "../http/answers.ts";
import { atPlace } from "../http/at-place.ts";
import { upgrading } from "./socket.ts";

/** A conversation's socket, as its path names it. */
export interface RoomAsked {
  tenant: string;
  conversationId: string;
  epoch: string | null;
}

const roomPath = /^\/v1\/([^/]+)\/conversations\/([^/]+)\/sync$/;

/** What a request for a conversation's socket asks for, or undefined for any other request. */
export const roomAsked = (request: Request): RoomAsked | undefined => {
  if (request.method !== "GET" || request.headers.get("Upgrade")?.toLowerCase() !== "websocket") return undefined;
  const { pathname, searchParams } = new URL(request.url);
  const [, tenant, conversationId] = roomPath.exec(pathname) ?? [];
  return tenant === undefined || conversationId === undefined
    ? undefined
    : { tenant, conversationId, epoch: searchParams.get("epoch") };
};

/**
 * Has the session checked by the site actor that knows it, and hands the socket on to the conversation's actor, which decides
 * whether this person is in it. The tenant's actor is not asked: a room full of people may come back in the same second.
 */
export const openRoom = async (
  request: Request,
  { tenant, conversationId, epoch }: RoomAsked,
  env: Environment,
  settings: Settings,
): Promise<Response> => {
  const asked = await upgrading(request, tenant, env, settings);
  if (!asked.ok) return problem(asked.refusal);
  const { tenantId, credential, caller, headers, standby } = asked.value;
  const { outcome } = await atPlace(credential.place, (place) => siteStub(env, tenantId, place).admit(caller));
  if (!outcome.ok) return problem(outcome.refusal);
  if (!Id.safeParse(conversationId).success || (epoch !== null && !Epoch.safeParse(epoch).success))
    return problem({ code: "not_found" });

  // Ids alone, so that a header can hold it.
  headers.set("x-standby-admitted", JSON.stringify(outcome.value));
  if (epoch !== null) headers.set("x-standby-epoch", epoch);
  if (standby) headers.set("x-standby-protocol", "1");
  const answer = await conversationStub(env, tenantId, conversationId).fetch(
    new Request("http://conversation/sync", { headers }),
  );
  if (answer.status === 101) return answer;
  if (answer.status === 429) return problem({ code: "rate_limited", retryAfter: 30 });
  return problem({ code: answer.status === 404 ? "not_found" : "unauthenticated" });
};
