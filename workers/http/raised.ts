import type { RaiseResult } from "../../actors/kernel/contract.ts";
import { tenantStub } from "../../actors/kernel/stubs.ts";
import { json } from "./answers.ts";
import type { EdgeRequest } from "./edge-request.ts";
import { logFailure } from "./guarded.ts";

/**
 * The 202 of an alarm. How long it took from the request to the commit, in milliseconds as seen from here, goes into its record afterwards: nobody waits for a
 * measurement, and the alarm stands without it.
 */
export const raisedAnswer = (
  { params, env, receivedAt, waitUntil }: EdgeRequest,
  tenantId: string,
  { raised, replayed }: RaiseResult,
): Response => {
  const headers: Record<string, string> = { Location: `/v1/${params.tenant}/alarms/${raised.alarmId}` };
  if (replayed) headers["Idempotency-Replayed"] = "true";
  else {
    const noted = tenantStub(env, tenantId).noteCommit(raised.alarmId, Date.now() - receivedAt);
    waitUntil(noted.catch((thrown: unknown) => logFailure("noteCommit", "raise", thrown)));
  }
  return json(202, raised, headers);
};
