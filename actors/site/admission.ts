import * as z from "zod";
import { refuse } from "../../protocol/problems.ts";
import { coalesce } from "../kernel/coalesce.ts";
import type { GrantAnswer } from "../kernel/messages.ts";
import type { GrantStore, Known } from "./grant-store.ts";
import type { TenantStub } from "./tenant-stub.ts";

/** What the edge says of an upgrade, in a header that no client can set. */
export const UpgradeCaller = z.union([
  z.object({ ticketHash: z.string().min(10), ip: z.string().optional() }),
  z.object({ sessionId: z.string().min(1), secretHash: z.string().min(10), ip: z.string().optional() }),
]);

export type UpgradeCaller = z.infer<typeof UpgradeCaller>;

export type Found = { known: Known } | { movedTo: string } | ReturnType<typeof refuse>;

/**
 * Who may come in. Sessions that this place knows are checked here; others are asked of the tenant once, many together, and
 * kept: a storm of reconnecting devices never reaches the tenant (design §4).
 */
export class Admission {
  #grants: GrantStore;
  #ask: (asked: { sessionId: string; secretHash: string }) => Promise<GrantAnswer>;

  constructor(grants: GrantStore, place: string, tenant: () => TenantStub) {
    this.#grants = grants;
    this.#ask = coalesce((asked) => tenant().grants(place, asked));
  }

  /** Who asks for a socket, here or of a conversation. A ticket is used up. */
  async find(caller: UpgradeCaller): Promise<Found> {
    if (!("ticketHash" in caller)) return this.identify(caller);
    const known = this.#byTicket(caller.ticketHash);
    return known === undefined ? refuse("unauthenticated") : { known };
  }

  async identify(caller: { sessionId: string; secretHash: string }): Promise<Found> {
    const { sessionId, secretHash } = caller;
    const here = this.#grants.find(sessionId, secretHash, Date.now());
    if (here !== undefined) return { known: here };
    const answer = await this.#ask({ sessionId, secretHash });
    if ("movedTo" in answer) return answer;
    if ("unknown" in answer) return refuse("unauthenticated");
    const added = this.#grants.add(answer.grant);
    if (added === "ended") return refuse("unauthenticated");
    if (added !== "added") return added;
    const { deviceId, expiresAt, user } = answer.grant;
    return { known: { sessionId, deviceId, userId: user.userId, expiresAt } };
  }

  #byTicket(ticketHash: string): Known | undefined {
    const now = Date.now();
    const sessionId = this.#grants.takeTicket(ticketHash, now);
    return sessionId === undefined ? undefined : this.#grants.bySession(sessionId, now);
  }
}
