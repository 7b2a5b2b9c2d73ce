import type { ChainHead } from "../../actors/kernel/chain.ts";
import { siteStub } from "../../actors/kernel/stubs.ts";
import type { ChainFacts } from "../../actors/tenant/operations/verification.ts";
import { type ChainRow, chainRows } from "../../history/chain-rows.ts";
import type { History } from "../../history/client.ts";
import type { routes } from "../../protocol/http/routes.ts";
import { done, type Outcome } from "../../protocol/problems.ts";
import type { Verification } from "../../protocol/verification.ts";
import type { PersonCall } from "../http/endpoint.ts";
import { perform } from "../http/perform.ts";
import { joinVerifications, verifyChains } from "../reports/verify-chain.ts";

/**
 * An alarm that is going on is written about between the two looks: heads first, then the rows. Actors bring their records
 * about once a second, so that a few looks meet a moment in which the rows are not ahead of the heads.
 */
const looks = 5;

const isAhead = (rows: readonly ChainRow[], heads: ReadonlyMap<string, ChainHead>): boolean =>
  rows.some(({ source, n }) => n !== null && n > (heads.get(source ?? "")?.n ?? n));

/**
 * Holds libSQL's events of an alarm and of its incident against the heads that the actors hold now.
 *
 * @param first what the tenant said when it was asked whether this person may
 */
export const verifyAlarm = async (
  history: History,
  call: PersonCall<typeof routes.verifyAlarm>,
  first: ChainFacts,
): Promise<Outcome<Verification>> => {
  const { tenantId, env, params } = call;
  const alarmId = params.alarmId ?? "";
  const places = new Set(first.places);
  for (let look = 1; ; look++) {
    const allowed = look === 1 ? done<unknown>(first) : await perform(call);
    if (!allowed.ok) return allowed;
    const { head, incident } = allowed.value as ChainFacts;
    const heads = new Map<string, ChainHead>([["tenant", head]]);
    await Promise.all(
      [...places].map(async (place) => heads.set(place, await siteStub(env, tenantId, place).chainHead(alarmId))),
    );
    const rows = await chainRows(history, tenantId, alarmId);
    const incidentHeads = new Map<string, ChainHead>(incident === undefined ? [] : [["tenant", incident.head]]);
    const incidentRows = incident === undefined ? [] : await chainRows(history, tenantId, incident.incidentId);
    // Somebody moved while the alarm was on: another place of this tenant wrote about it too.
    const asked = places.size;
    for (const { source } of rows) if (source !== null && first.known.includes(source)) places.add(source);
    const again = places.size > asked || isAhead(rows, heads) || isAhead(incidentRows, incidentHeads);
    if (again && look < looks) continue;
    const ofAlarm = verifyChains(tenantId, alarmId, rows, heads);
    if (incident === undefined) return done(ofAlarm);
    return done(joinVerifications(ofAlarm, verifyChains(tenantId, incident.incidentId, incidentRows, incidentHeads)));
  }
};
