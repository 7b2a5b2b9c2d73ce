import { sql } from "drizzle-orm";
import * as z from "zod";
import type { AlarmRecord } from "../protocol/history.ts";
import { toTime } from "../protocol/ids.ts";
import type { History } from "./client.ts";
import { eventsOfEntity } from "./entity-events.ts";
import { events as e } from "./schema.ts";

/** Lists of people become their lengths before they leave libSQL: the people themselves are in the record's recipients. */
const people = sql`(SELECT coalesce(sum(json_array_length(value, '$.userIds')), 0) FROM json_each(${e.body}, '$.recipients'))`;
const leftOut = sql`(SELECT json_group_object(value ->> 'reason', json_array_length(value, '$.userIds'))
  FROM json_each(${e.body}, '$.leftOut'))`;
const shortBody = sql<string>`CASE
  WHEN json_type(${e.body}, '$.leftOut') = 'array'
    THEN json_set(${e.body}, '$.recipients', ${people}, '$.leftOut', json(${leftOut}))
  WHEN ${e.type} IN ('alarm.raised', 'alarm.widened') THEN json_set(${e.body}, '$.recipients', ${people})
  WHEN json_type(${e.body}, '$.rows') = 'array' THEN json_set(${e.body}, '$.rows', json_array_length(${e.body}, '$.rows'))
  ELSE ${e.body} END`;

const Body = z.looseObject({ raisedAt: z.int().transform(toTime).optional() });

/** Every event of an alarm, in the order they happened: who, when, and the record's own fields. */
export const eventsOf = async (history: History, tenantId: string, alarmId: string): Promise<AlarmRecord["events"]> => {
  const rows = await eventsOfEntity(history, tenantId, alarmId, "alarm.%", shortBody);
  return rows.map(({ eventId, type, at, byType, byId, body }) => {
    const { raisedAt, ...fields } = Body.parse(JSON.parse(body));
    return {
      ...fields,
      ...(raisedAt === undefined ? {} : { raisedAt }),
      eventId,
      type,
      at: toTime(at),
      by: { type: byType, id: byId },
    };
  });
};
