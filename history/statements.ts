import type { InStatement } from "@libsql/client/web";
import { fieldErrors, type Outcome, refuse } from "../protocol/problems.ts";
import { RecordEnvelope, records } from "../protocol/records.ts";
import { projections } from "./projections/all.ts";
import { derivedFrom, parametersOf } from "./projections/derived.ts";
import type { Seal } from "./statistics/cuts.ts";
import { storableJson } from "./storable-json.ts";

const insertEvent = `
  INSERT INTO events (event_id, tenant_id, type, entity, at, by_type, by_id, ip, body, source, n, salt, body_hash, hash)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) ON CONFLICT (event_id) DO NOTHING`;

const linksOf = ({ source, n, salt, bodyHash, hash }: NonNullable<RecordEnvelope["chain"]>) => [
  source,
  n,
  salt,
  bodyHash,
  hash,
];

/**
 * The statements that write one record: its event, then its projections. They belong into one transaction. Refuses, with the
 * paths that are wrong and never the values, what protocol/records.ts does not know.
 *
 * @param seal what the figures of statistics are rounded by; without it there are none of people
 */
export const statementsFor = (candidate: unknown, seal?: Seal): Outcome<InStatement[]> => {
  const envelope = RecordEnvelope.safeParse(candidate);
  if (!envelope.success) return refuse("invalid", "envelope", fieldErrors(envelope.error));
  const { eventId, tenantId, type, entity, at, by, ip, body, chain } = envelope.data;
  const decoded = records[type].safeParse(body);
  if (!decoded.success) return refuse("invalid", type, fieldErrors(decoded.error));
  // An alarm's record is read by its entity: filed under another one, it would be missing in silence.
  if (type.startsWith("alarm.") && "alarmId" in decoded.data && decoded.data.alarmId !== entity)
    return refuse("invalid", type, [{ path: "entity", message: "must be the alarm's id" }]);
  if (type.startsWith("incident.") && "incidentId" in decoded.data && decoded.data.incidentId !== entity)
    return refuse("invalid", type, [{ path: "entity", message: "must be the incident's id" }]);
  if ("rollCallId" in decoded.data && decoded.data.rollCallId !== entity)
    return refuse("invalid", type, [{ path: "entity", message: "must be the roll-call's id" }]);
  if ("conversationId" in decoded.data && decoded.data.conversationId !== entity)
    return refuse("invalid", type, [{ path: "entity", message: "must be the conversation's id" }]);
  const text = storableJson(decoded.data);
  // Stored is what was hashed, to the letter. The lengths differ exactly when the schema took something out.
  if (chain !== undefined && chain.text.length !== text.length)
    return refuse("invalid", type, [{ path: "body", message: "holds what the protocol does not name" }]);
  const links = chain === undefined ? [null, null, null, null, null] : linksOf(chain);
  const args = [eventId, tenantId, type, entity, at, by.type, by.id, ip ?? null, chain?.text ?? text, ...links];
  const event = { sql: insertEvent, args };
  const facts = derivedFrom(type, decoded.data, { tenantId, seal });
  const projected = projections[type].map((sql) => ({ sql, args: parametersOf(sql, eventId, facts) }));
  return { ok: true, value: [event, ...projected] };
};
