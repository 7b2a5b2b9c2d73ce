import { done } from "../../../protocol/problems.ts";
import type { ChainHead } from "../../kernel/chain.ts";
import { roaming } from "../../kernel/stubs.ts";
import { notFound, type Operation } from "./operation.ts";

/** What the edge needs to hold the history of an alarm against what the actors wrote. */
export interface ChainFacts {
  /** Of the tenant's own chain. */
  head: ChainHead;
  /** Of the incident that the alarm belongs to. */
  incident?: { incidentId: string; head: ChainHead };
  /** Site actors that write about this alarm. */
  places: string[];
  /** Every place of this tenant: nobody can make an actor come into being by a place that is none (T21). */
  known: string[];
}

export const verifyAlarm: Operation<"verifyAlarm"> = (desk, _who, { params }) => {
  const alarmId = params.alarmId ?? "";
  const head = desk.kernel.log.chain.head(alarmId);
  const opened = desk.alarms.open(alarmId);
  if (opened === undefined) return notFound();
  const { incidentId } = opened.alarm;
  const known = [...desk.directory.sites.keys(), roaming];
  return done<ChainFacts>({
    head,
    // An alarm from before there were incidents has none.
    ...(incidentId === undefined ? {} : { incident: { incidentId, head: desk.kernel.log.chain.head(incidentId) } }),
    places: [...desk.placesOf(opened)],
    known,
  });
};
