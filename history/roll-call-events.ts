import { sql } from "drizzle-orm";
import * as z from "zod";
import { toTime } from "../protocol/ids.ts";
import { RollCallChange } from "../protocol/roll-call-records.ts";
import type { RollCallRecord } from "../protocol/roll-calls.ts";
import type { History } from "./client.ts";
import { eventsOfEntity } from "./entity-events.ts";
import { events as e } from "./schema.ts";

/** Who was there at first becomes a number: the people themselves are the record's lines. */
const shortBody = sql<string>`CASE
  WHEN ${e.type} = 'rollCall.opened' THEN json_set(${e.body}, '$.missing', json_array_length(${e.body}, '$.missing'),
    '$.unknown', json_array_length(${e.body}, '$.unknown'))
  ELSE ${e.body} END`;

/** A change in the words of the wire: who said what of whom. */
const changed = (body: unknown): object => {
  const { version, words, joined, left, visitors, visitorsExpected, points } = RollCallChange.parse(body);
  return {
    version,
    ...(words && {
      lines: words.map(([userId, state, musterPointId, note, by, self, at, stands]) => ({
        userId,
        state,
        ...(musterPointId === null ? {} : { musterPointId }),
        ...(note === null ? {} : { note }),
        by,
        self: self === 1,
        at: toTime(at),
        stands: stands === 1,
      })),
    }),
    ...(joined && { joined }),
    ...(left && { left: left.map(([userId, at]) => ({ userId, leftSite: at === null ? null : toTime(at) })) }),
    ...(visitors && {
      visitors: visitors.map(([musterPointId, accounted]) => ({
        ...(musterPointId === null ? {} : { musterPointId }),
        accounted,
      })),
    }),
    ...(visitorsExpected === undefined ? {} : { visitorsExpected }),
    ...(points && { musterPointsChanged: true }),
  };
};

const Other = z.looseObject({ openedAt: z.int().transform(toTime).optional() });

const other = (body: unknown): object => {
  // `summary` is the record's own; the id is its address.
  const { rollCallId: _, summary: __, openedAt, ...fields } = Other.parse(body);
  return { ...fields, ...(openedAt === undefined ? {} : { openedAt }) };
};

/** Every change of a roll-call in the order it happened, and who made it. */
export const rollCallEvents = async (
  history: History,
  tenantId: string,
  rollCallId: string,
): Promise<RollCallRecord["events"]> => {
  const rows = await eventsOfEntity(history, tenantId, rollCallId, "rollCall.%", shortBody);
  return rows.map(({ eventId, type, at, byType, byId, body }) => ({
    ...(type === "rollCall.changed" ? changed(JSON.parse(body)) : other(JSON.parse(body))),
    eventId,
    type,
    at: toTime(at),
    by: { type: byType, id: byId },
  }));
};
