import type { RecordBody, RecordEnvelope, RecordType } from "../../protocol/records.ts";

/** An id as the actors make them: prefix and 21 characters, the same for the same number. */
export const id = (prefix: string, n: number): string => `${prefix}_${String(n).padStart(21, "0")}`;

export const T0 = Date.UTC(2026, 10, 23, 9, 0, 0);

let counter = 0;

const entityOf = (type: RecordType, body: object): string => {
  if (type.startsWith("alarm.") && "alarmId" in body) return String(body.alarmId);
  if ("conversationId" in body) return String(body.conversationId);
  return "incidentId" in body ? String(body.incidentId) : id("thing", 1);
};

/** A record as an actor's outbox holds it. */
export const record = <T extends RecordType>(
  type: T,
  body: RecordBody<T>,
  over: Partial<RecordEnvelope> = {},
): RecordEnvelope => ({
  eventId: id("evt", ++counter),
  tenantId: id("ten", 1),
  type,
  entity: entityOf(type, body),
  at: T0,
  by: { type: "system", id: "system" },
  body,
  ...over,
});

export const raised = (
  alarmId: string,
  userIds: string[],
  over: Partial<RecordEnvelope> = {},
  body: Partial<RecordBody<"alarm.raised">> = {},
): RecordEnvelope =>
  record(
    "alarm.raised",
    {
      alarmId,
      seq: 1,
      kind: "exercise",
      urgency: "urgent",
      silent: false,
      title: "Fire in the kitchen",
      raisedAt: T0,
      raisedBy: { type: "user", id: id("usr", 0), name: "Ada Lovelace" },
      recipients: [{ place: id("sit", 1), userIds }],
      ...body,
    },
    over,
  );
