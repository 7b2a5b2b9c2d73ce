import type { RoomPerson } from "../../actors/kernel/room-messages.ts";
import { conversationStub, siteStub } from "../../actors/kernel/stubs.ts";
import { isOperation, mayDo } from "../../actors/tenant/access/permissions.ts";
import type { Route } from "../../protocol/http/route.ts";
import { problem } from "./answers.ts";
import { atPlace } from "./at-place.ts";
import { type Endpoint, type PersonCall, personEndpoint } from "./endpoint.ts";

/** A call about one conversation: its actor, and the person who asks, whose session was checked. */
export interface RoomCall<R extends Route> extends PersonCall<R> {
  room: ReturnType<typeof conversationStub>;
  person: RoomPerson;
}

/** A call that a conversation's own actor answers. It decides whether this person is in it; all others get not_found (T1). */
export const roomEndpoint = <R extends Route>(
  route: R,
  handle: (call: RoomCall<R>) => Promise<Response>,
): Endpoint<R["id"]> =>
  personEndpoint(route, async (call) => {
    const { env, tenantId, caller, params } = call;
    const { outcome } = await atPlace(call.place, (place) => siteStub(env, tenantId, place).admit(caller));
    if (!outcome.ok) return problem(outcome.refusal);
    const { person } = outcome.value;
    // The site actor does not know which kind of session it is: what stands here is allowed to devices as well.
    if (!isOperation(route.id) || !mayDo(route.id, person.permission, "device")) return problem({ code: "forbidden" });
    return handle({ ...call, person, room: conversationStub(env, tenantId, params.conversationId ?? "") });
  });
