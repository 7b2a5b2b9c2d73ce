import type { InStatement } from "@libsql/client/web";
import { fieldErrors, type Outcome, refuse } from "../protocol/problems.ts";
import { RecordEnvelope, records } from "../protocol/records.ts";
import { projections } from "./projections/all.ts";

const insertEvent = `
  INSERT INTO events (event_id, tenant_id, type, entity, at, by_type, by_id, ip, body)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (event_id) DO NOTHING`;

/**
 * JSON that libSQL can store. Half a surrogate pair (a text cut in the middle of an emoji) has no UTF-8: sqld refuses the
 * whole request, or, when it comes in by an escape, can never read the row again. It becomes U+FFFD.
 */
export const storableJson = (value: unknown): string => {
  const json = JSON.stringify(value);
  // JSON.stringify escapes lone surrogates and nothing else beyond ASCII's control characters; they are rare.
  if (!/\\ud[89a-f]/.test(json)) return json;
  return JSON.stringify(value, (_key, inner: unknown) => (typeof inner === "string" ? inner.toWellFormed() : inner));
};

/**
 * The statements that write one record: its event, then its projections. They belong into one transaction. Refuses, with the
 * paths that are wrong and never the values, what protocol/records.ts does not know.
 */
export const statementsFor = (candidate: unknown): Outcome<InStatement[]> => {
  const envelope = RecordEnvelope.safeParse(candidate);
  if (!envelope.success) return refuse("invalid", "envelope", fieldErrors(envelope.error));
  const { eventId, tenantId, type, entity, at, by, ip, body } = envelope.data;
  const decoded = records[type].safeParse(body);
  if (!decoded.success) return refuse("invalid", type, fieldErrors(decoded.error));
  // An alarm's record is read by its entity: filed under another one, it would be missing in silence.
  if ("alarmId" in decoded.data && decoded.data.alarmId !== entity)
    return refuse("invalid", type, [{ path: "entity", message: "must be the alarm's id" }]);
  const args = [eventId, tenantId, type, entity, at, by.type, by.id, ip ?? null, storableJson(decoded.data)];
  const event = { sql: insertEvent, args };
  return { ok: true, value: [event, ...projections[type].map((sql) => ({ sql, args: [eventId] }))] };
};
