import { toTime } from "../../../protocol/ids.ts";
import type { Incident } from "../../../protocol/incidents.ts";
import { done, type Outcome, refuse } from "../../../protocol/problems.ts";
import type { Category, Kind, Severity } from "../../../protocol/terms.ts";

/** The real event, as the tenant keeps it. Times in ms since 1970. */
export interface KeptIncident {
  incidentId: string;
  title: string;
  kind: Kind;
  openedAt: number;
  closedAt?: number;
  severity?: Severity;
  category?: Category;
  alarmIds: string[];
}

/**
 * One more alarm for an incident. Refused: conflict when it is closed, or when one of the two is real and the other is not: an
 * exercise must never stand in the record of a real event, nor the other way round (I9).
 */
export const join = (incident: KeptIncident, alarmId: string, kind: Kind): Outcome<KeptIncident> => {
  if (incident.closedAt !== undefined) return refuse("conflict", "this incident is closed");
  if (incident.kind !== kind) return refuse("conflict", `this incident is of kind ${incident.kind}`);
  return done({ ...incident, alarmIds: [...incident.alarmIds, alarmId] });
};

/** An incident is open as long as one of its alarms is. */
export const afterEnd = (incident: KeptIncident, openAlarms: number, now: number): KeptIncident =>
  openAlarms > 0 || incident.closedAt !== undefined ? incident : { ...incident, closedAt: now };

export const afterReopen = ({ closedAt: _, ...incident }: KeptIncident): KeptIncident => incident;

export const showIncident = (incident: KeptIncident): Incident => ({
  incidentId: incident.incidentId,
  title: incident.title,
  kind: incident.kind,
  state: incident.closedAt === undefined ? "open" : "closed",
  openedAt: toTime(incident.openedAt),
  ...(incident.closedAt === undefined ? {} : { closedAt: toTime(incident.closedAt) }),
  ...(incident.severity === undefined ? {} : { severity: incident.severity }),
  ...(incident.category === undefined ? {} : { category: incident.category }),
  alarmIds: incident.alarmIds,
});
