import { toTime } from "../../../protocol/ids.ts";
import type { IncidentRecord } from "../../../protocol/incidents.ts";
import { pageSize } from "../../../protocol/lists.ts";
import { done, refuse } from "../../../protocol/problems.ts";
import { newId } from "../../kernel/ids.ts";
import { isComing } from "../alarm/escalation.ts";
import type { Desk, Who } from "../desk.ts";
import { fullName } from "../directory/directory.ts";
import { type KeptIncident, showIncident } from "../incident/incident.ts";
import { leads, maySee } from "./alarms.ts";
import { decodeCursor, encodeCursor, notFound, type Operation, wrongCursor } from "./operation.ts";

const nameOf = (desk: Desk, userId: string): string => {
  const person = desk.directory.people.get(userId);
  return person === undefined ? "" : fullName(person);
};

/** Those who lead see every incident; others those of alarms that they raised or got. */
const sees = (desk: Desk, who: Who, incident: KeptIncident): boolean =>
  (leads(who) && who.person.permission !== "wallboard") ||
  incident.alarmIds.some((alarmId) => {
    const opened = desk.alarms.open(alarmId);
    return opened !== undefined && maySee(who, opened);
  });

const participantsOf = (desk: Desk, incident: KeptIncident): IncidentRecord["participants"] => {
  const roles = new Map<string, "raiser" | "responder" | "coordinator">();
  for (const alarmId of incident.alarmIds) {
    const opened = desk.alarms.open(alarmId);
    if (opened === undefined) continue;
    const { raisedBy } = opened.alarm;
    if (raisedBy.type === "user") roles.set(raisedBy.id, "raiser");
    for (const [i, answer] of opened.progress.answers) {
      const userId = opened.progress.userIds[i];
      if (userId !== undefined && isComing(answer.response) && !roles.has(userId)) roles.set(userId, "responder");
    }
  }
  for (const { userId } of desk.incidents.notes(incident.incidentId))
    if (!roles.has(userId)) roles.set(userId, "coordinator");
  return [...roles].map(([userId, as]) => ({ userId, name: nameOf(desk, userId), as }));
};

export const listIncidents: Operation<"listIncidents"> = (desk, who, { query }) => {
  const size = pageSize(query);
  let before = { openedAt: Number.MAX_SAFE_INTEGER, incidentId: "" };
  if (query.cursor !== undefined) {
    const [at, incidentId] = (decodeCursor(query.cursor) ?? "").split("|");
    before = { openedAt: Number(at), incidentId: incidentId ?? "" };
    if (!Number.isSafeInteger(before.openedAt) || before.incidentId === "") return wrongCursor();
  }
  const shown: KeptIncident[] = [];
  for (let more = true; more && shown.length <= size; ) {
    const found = desk.incidents.list(query.state, before, size + 1);
    more = found.length > size;
    for (const incident of found) {
      before = incident;
      if (sees(desk, who, incident)) shown.push(incident);
    }
  }
  const last = shown[size - 1];
  return done({
    items: shown.slice(0, size).map(showIncident),
    ...(shown.length > size && last !== undefined
      ? { nextCursor: encodeCursor(`${last.openedAt}|${last.incidentId}`) }
      : {}),
  });
};

export const getIncident: Operation<"getIncident"> = (desk, who, { params }) => {
  const incident = desk.incidents.get(params.incidentId ?? "");
  if (incident === undefined || !sees(desk, who, incident)) return notFound();
  return done({
    ...showIncident(incident),
    notes: desk.incidents
      .notes(incident.incidentId)
      .map(({ noteId, at, userId, text }) => ({ noteId, at: toTime(at), userId, name: nameOf(desk, userId), text })),
    participants: participantsOf(desk, incident),
  });
};

/** A line in the log: by those who lead and those who take part, also after the end (the evaluation belongs to it). */
export const addNote: Operation<"addNote"> = (desk, who, { params, body }, now) => {
  const incident = desk.incidents.get(params.incidentId ?? "");
  if (incident === undefined || !sees(desk, who, incident)) return notFound();
  const { incidentId } = incident;
  const { userId } = who.person;
  if (desk.incidents.notes(incidentId).length >= 5_000) return refuse("conflict", "this log is full");
  const note = { noteId: newId("not"), incidentId, at: now, userId, text: body.text };
  desk.incidents.addNote(note);
  const { noteId, text } = note;
  desk.record("incident.noted", incidentId, now, { type: "user", id: userId }, { incidentId, noteId, text }, who.ip);
  return done({ noteId, at: toTime(now), userId, name: fullName(who.person), text });
};
