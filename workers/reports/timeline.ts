import * as z from "zod";
import type { ReportFacts } from "../../history/report-facts.ts";
import { EndReason } from "../../protocol/alarms.ts";
import { toTime } from "../../protocol/ids.ts";
import type { TimelineEntry } from "../../protocol/reports.ts";
import { Response } from "../../protocol/terms.ts";
import type { Words } from "./words/words.ts";

const text = z.string().optional().catch(undefined);
const count = z.number().optional().catch(undefined);

/** Fields of records' bodies as the history answers them: lists are numbers. Of an erased body none is left. */
export const EventFields = z.object({
  title: text,
  recipients: count,
  rows: count,
  commitMs: count,
  place: text,
  userId: text,
  response: Response.optional().catch(undefined),
  etaMinutes: count,
  text,
  step: count,
  name: text,
  action: text,
  cause: z.enum(["time", "condition", "hand"]).optional().catch(undefined),
  people: count,
  times: count,
  filled: z.boolean().optional().catch(undefined),
  repeats: count,
  reason: EndReason.optional().catch(undefined),
});
export type EventFields = z.infer<typeof EventFields>;

type Say = (fields: EventFields, words: Words, nameOf: (id: string | undefined) => string) => string;

/** By the type of the record. One that is not here is shown by its type, so that nothing is ever left out. */
const said: Readonly<Record<string, Say>> = {
  "alarm.raised": ({ title, recipients }, { event }) => event.raised(title, recipients),
  "alarm.committed": ({ commitMs }, { event }) => event.committed(commitMs),
  "alarm.dispatched": ({ place, recipients }, { event }, nameOf) =>
    event.dispatched(place === "roaming" ? event.roaming : nameOf(place), recipients),
  "alarm.sent": ({ rows }, { event }) => event.sent(rows),
  "alarm.receipts": ({ rows }, { event }) => event.receipts(rows),
  "alarm.notReached": ({ rows }, { event }) => event.notReached(rows),
  "alarm.answered": (fields, { event, response, minutes }, nameOf) =>
    event.answered(
      nameOf(fields.userId),
      fields.response === undefined ? "…" : response[fields.response],
      fields.etaMinutes === undefined ? undefined : minutes(fields.etaMinutes),
      fields.text,
    ),
  "alarm.widened": ({ recipients }, { event }) => event.widened(recipients),
  "alarm.stepFired": ({ step, name, cause, people }, { event, cause: causes }) =>
    event.stepFired((step ?? 0) + 1, name ?? "…", cause === undefined ? "…" : causes[cause], people),
  "alarm.reAlarmed": ({ times, people }, { event }) => event.reAlarmed(times, people),
  "alarm.fill": ({ filled }, { event }) => (filled === true ? event.filled : event.unfilled),
  "alarm.channels": ({ rows }, { event }) => event.channels(rows),
  "alarm.repeated": ({ repeats }, { event }) => event.repeated(repeats),
  "alarm.reminded": ({ people }, { event }) => event.reminded(people),
  "alarm.reopened": (_, { event }) => event.reopened,
  "alarm.stoodDown": ({ reason, text: said }, { event, endReason }) =>
    event.stoodDown(reason === undefined ? "…" : endReason[reason], said),
};

/** Every event of an alarm in words, with the notes of its incident, in the order they happened. Pure. */
export const timelineOf = ({ record, names, incident }: ReportFacts, words: Words): TimelineEntry[] => {
  const nameOf = (id: string | undefined) => (id === undefined ? "…" : (names.get(id) ?? id));
  const events = record.events.map((event): TimelineEntry => {
    const fields = EventFields.parse(event);
    const by = event.by?.type === "user" || event.by?.type === "integration" ? nameOf(event.by.id) : undefined;
    const text = said[event.type]?.(fields, words, nameOf) ?? event.type;
    return { at: event.at, type: event.type, ...(by === undefined ? {} : { by }), text };
  });
  const notes = (incident?.notes ?? []).map(
    (note): TimelineEntry => ({
      at: toTime(note.at),
      type: "incident.noted",
      by: nameOf(note.byId),
      text: words.event.noted(note.text),
    }),
  );
  // Stable: of one time, events stay in the order in which they happened.
  return [...events, ...notes].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
};
