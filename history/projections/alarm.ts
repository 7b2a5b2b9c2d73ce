/**
 * Projections of an alarm's own records (history/projections/all.ts says how they are run). Each sets other columns, so
 * that `alarm.stoodDown` may arrive while `alarm.raised` is still being retried.
 */
export const raised = `
  INSERT INTO alarms (tenant_id, alarm_id, seq, kind, urgency, silent, title, message, raised_at, raised_by_type,
    raised_by_id, raised_by_name, scenario_id, scenario_version, requirement)
  SELECT e.tenant_id, e.entity, e.body ->> 'seq', e.body ->> 'kind', e.body ->> 'urgency',
    e.body ->> 'silent', e.body ->> 'title', e.body ->> 'message', e.body ->> 'raisedAt', e.body ->> '$.raisedBy.type',
    e.body ->> '$.raisedBy.id', e.body ->> '$.raisedBy.name', e.body ->> 'scenarioId', e.body ->> 'scenarioVersion',
    e.body -> 'requirement'
  FROM events e WHERE e.event_id = ?1
  ON CONFLICT (tenant_id, alarm_id) DO UPDATE SET seq = excluded.seq, kind = excluded.kind, urgency = excluded.urgency,
    silent = excluded.silent, title = excluded.title, message = excluded.message, raised_at = excluded.raised_at,
    raised_by_type = excluded.raised_by_type, raised_by_id = excluded.raised_by_id,
    raised_by_name = excluded.raised_by_name, scenario_id = excluded.scenario_id,
    scenario_version = excluded.scenario_version, requirement = excluded.requirement
  WHERE alarms.seq IS NULL OR excluded.seq < alarms.seq`;

export const committed = `
  INSERT INTO alarms (tenant_id, alarm_id, commit_ms)
  SELECT e.tenant_id, e.entity, e.body ->> 'commitMs' FROM events e WHERE e.event_id = ?1
  ON CONFLICT (tenant_id, alarm_id) DO UPDATE SET commit_ms = excluded.commit_ms
  WHERE commit_ms IS NULL OR excluded.commit_ms < commit_ms`;

/** The first stand-down is the one that holds (wire.md: a second is a conflict). */
export const stoodDown = `
  INSERT INTO alarms (tenant_id, alarm_id, end_seq, ended_at, end_reason, end_text)
  SELECT e.tenant_id, e.entity, e.body ->> 'seq', e.at, e.body ->> 'reason', e.body ->> 'text'
  FROM events e WHERE e.event_id = ?1
  ON CONFLICT (tenant_id, alarm_id) DO UPDATE SET end_seq = excluded.end_seq, ended_at = excluded.ended_at,
    end_reason = excluded.end_reason, end_text = excluded.end_text
  WHERE end_seq IS NULL OR excluded.end_seq < end_seq`;
