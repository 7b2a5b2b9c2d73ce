/**
 * Projections of a roll-call (history/projections/all.ts says how they are run): one statement for all lines of a record. As
 * with alarms nothing depends on the order of arrival: `missing` stands over `unknown` as what presence said, of words and
 * hints the one of the largest version holds. The id comes from the event's `entity`, which is the same.
 */
export const opened = `
  INSERT INTO roll_calls (tenant_id, roll_call_id, site_id, zone_ids, kind, title, alarm_id, incident_id, opened_at, opened_by)
  SELECT e.tenant_id, e.entity, e.body ->> 'siteId', e.body -> 'zoneIds', e.body ->> 'kind', e.body ->> 'title',
    e.body ->> 'ofAlarmId', e.body ->> 'incidentId', e.body ->> 'openedAt', e.body ->> 'openedBy'
  FROM events e WHERE e.event_id = ?1
  ON CONFLICT (tenant_id, roll_call_id) DO UPDATE SET site_id = excluded.site_id, zone_ids = excluded.zone_ids,
    kind = excluded.kind, title = excluded.title, alarm_id = excluded.alarm_id, incident_id = excluded.incident_id,
    opened_at = excluded.opened_at, opened_by = excluded.opened_by
  WHERE roll_calls.opened_at IS NULL`;

const started = (what: "missing" | "unknown") => `
  INSERT INTO roll_call_lines (tenant_id, roll_call_id, user_id, start)
  SELECT e.tenant_id, e.entity, person.value, '${what}'
  FROM events e, json_each(e.body, '$.${what}') person WHERE e.event_id = ?1
  ON CONFLICT (tenant_id, roll_call_id, user_id) DO UPDATE SET start = excluded.start
  WHERE start IS NULL OR excluded.start = 'missing'`;
export const missing = started("missing");
export const unknown = started("unknown");

/** Present while it was open: the hint that they had left is over. */
export const joined = `
  INSERT INTO roll_call_lines (tenant_id, roll_call_id, user_id, start, left_version)
  SELECT e.tenant_id, e.entity, person.value, 'missing', e.body ->> 'version'
  FROM events e, json_each(e.body, '$.joined') person WHERE e.event_id = ?1
  ON CONFLICT (tenant_id, roll_call_id, user_id) DO UPDATE SET start = 'missing',
    left_at = CASE WHEN excluded.left_version > coalesce(left_version, -1) THEN NULL ELSE left_at END,
    left_version = max(excluded.left_version, coalesce(left_version, -1))`;

/** Rows: [userId, state, musterPointId, note, by, self, at, stands]. What does not stand is in the event alone. */
export const said = `
  INSERT INTO roll_call_lines (tenant_id, roll_call_id, user_id, word_version, state, muster_point_id, note, said_by, self,
    said_at)
  SELECT e.tenant_id, e.entity, r.value ->> 0, e.body ->> 'version', r.value ->> 1, r.value ->> 2, r.value ->> 3,
    r.value ->> 4, r.value ->> 5, r.value ->> 6
  FROM events e, json_each(e.body, '$.words') r WHERE e.event_id = ?1 AND r.value ->> 7 = 1
  ON CONFLICT (tenant_id, roll_call_id, user_id) DO UPDATE SET word_version = excluded.word_version,
    state = excluded.state, muster_point_id = excluded.muster_point_id, note = excluded.note,
    said_by = excluded.said_by, self = excluded.self, said_at = excluded.said_at
  WHERE word_version IS NULL OR excluded.word_version > word_version`;

/** Rows: [userId, at], where null takes the hint back. */
export const left = `
  INSERT INTO roll_call_lines (tenant_id, roll_call_id, user_id, left_version, left_at)
  SELECT e.tenant_id, e.entity, r.value ->> 0, e.body ->> 'version', r.value ->> 1
  FROM events e, json_each(e.body, '$.left') r WHERE e.event_id = ?1
  ON CONFLICT (tenant_id, roll_call_id, user_id) DO UPDATE SET left_version = excluded.left_version,
    left_at = excluded.left_at
  WHERE left_version IS NULL OR excluded.left_version > left_version`;

const newestState = `
  ON CONFLICT (tenant_id, roll_call_id) DO UPDATE SET state_version = excluded.state_version,
    closed_at = excluded.closed_at, closed_by = excluded.closed_by, summary = excluded.summary
  WHERE state_version IS NULL OR excluded.state_version > state_version`;

/** What closed by itself has nobody who closed it. */
export const closed = `
  INSERT INTO roll_calls (tenant_id, roll_call_id, state_version, closed_at, closed_by, summary)
  SELECT e.tenant_id, e.entity, e.body ->> 'version', e.at, iif(e.by_type = 'user', e.by_id, NULL), e.body -> 'summary'
  FROM events e WHERE e.event_id = ?1 ${newestState}`;

export const reopened = `
  INSERT INTO roll_calls (tenant_id, roll_call_id, state_version)
  SELECT e.tenant_id, e.entity, e.body ->> 'version' FROM events e WHERE e.event_id = ?1 ${newestState}`;
