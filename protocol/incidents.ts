import * as z from "zod";
import { Id, Time } from "./ids.ts";
import { Category, Kind, Severity } from "./terms.ts";
import { paragraph } from "./text.ts";

/**
 * The real event, which may hold several alarms. It opens with its first alarm and closes by itself with its last one; a
 * re-opened alarm opens it again.
 */
export const Incident = z.strictObject({
  incidentId: Id,
  title: z.string(),
  kind: Kind,
  state: z.enum(["open", "closed"]),
  openedAt: Time,
  closedAt: Time.optional(),
  severity: Severity.optional(),
  category: Category.optional(),
  alarmIds: z.array(Id),
});
export type Incident = z.infer<typeof Incident>;

/** A line of the incident's log, written by somebody who leads or takes part. */
export const NewNote = z.strictObject({ text: paragraph(2_000).min(1) });
export const Note = z.strictObject({ noteId: Id, at: Time, userId: Id, name: z.string(), text: z.string() });
export type Note = z.infer<typeof Note>;

/** Whoever raised one of its alarms, answered that they come, or wrote in its log. */
export const Participant = z.strictObject({
  userId: Id,
  name: z.string(),
  as: z.enum(["raiser", "responder", "coordinator"]),
});

export const IncidentRecord = Incident.extend({ notes: z.array(Note), participants: z.array(Participant) });
export type IncidentRecord = z.infer<typeof IncidentRecord>;
