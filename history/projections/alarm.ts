/**
 * Projections of an alarm's own records (history/projections/all.ts says how they are run). Each sets other columns, so
 * that `alarm.stoodDown` may arrive while `alarm.raised` is still being retried.
 */
/** Column of `alarms` -> where `alarm.raised` has it. */
const said = {
  seq: "e.body ->> 'seq'",
  kind: "e.body ->> 'kind'",
  urgency: "e.body ->> 'urgency'",
  silent: "e.body ->> 'silent'",
  title: "e.body ->> 'title'",
  message: "e.body ->> 'message'",
  raised_at: "e.body ->> 'raisedAt'",
  raised_by_type: "e.body ->> '$.raisedBy.type'",
  raised_by_id: "e.body ->> '$.raisedBy.id'",
  raised_by_name: "e.body ->> '$.raisedBy.name'",
  scenario_id: "e.body ->> 'scenarioId'",
  scenario_version: "e.body ->> 'scenarioVersion'",
  requirement: "e.body -> 'requirement'",
  incident_id: "e.body ->> 'incidentId'",
  severity: "e.body ->> 'severity'",
  category: "e.body ->> 'category'",
  instructions: "e.body -> 'instructions'",
  attachments: "e.body -> 'attachments'",
  when_filled: "e.body ->> 'whenFilled'",
  planned_steps: "e.body -> 'escalation'",
};
const columns = Object.keys(said);

export const raised = `
  INSERT INTO alarms (tenant_id, alarm_id, ${columns.join(", ")})
  SELECT e.tenant_id, e.entity, ${Object.values(said).join(", ")} FROM events e WHERE e.event_id = ?1
  ON CONFLICT (tenant_id, alarm_id) DO UPDATE SET ${columns.map((name) => `${name} = excluded.${name}`).join(", ")}
  WHERE alarms.seq IS NULL OR excluded.seq < alarms.seq`;

export const committed = `
  INSERT INTO alarms (tenant_id, alarm_id, commit_ms)
  SELECT e.tenant_id, e.entity, e.body ->> 'commitMs' FROM events e WHERE e.event_id = ?1
  ON CONFLICT (tenant_id, alarm_id) DO UPDATE SET commit_ms = excluded.commit_ms
  WHERE commit_ms IS NULL OR excluded.commit_ms < commit_ms`;

/** The last stand-down is the one that holds: there is a second one only after a re-opening (wire.md: otherwise a conflict). */
export const stoodDown = `
  INSERT INTO alarms (tenant_id, alarm_id, end_seq, ended_at, end_reason, end_text)
  SELECT e.tenant_id, e.entity, e.body ->> 'seq', e.at, e.body ->> 'reason', e.body ->> 'text'
  FROM events e WHERE e.event_id = ?1
  ON CONFLICT (tenant_id, alarm_id) DO UPDATE SET end_seq = excluded.end_seq, ended_at = excluded.ended_at,
    end_reason = excluded.end_reason, end_text = excluded.end_text
  WHERE end_seq IS NULL OR excluded.end_seq > end_seq`;

/** Whether it is open follows from the larger of the two numbers when it is read, in whatever order they came. */
export const reopened = `
  INSERT INTO alarms (tenant_id, alarm_id, reopen_seq, reopened_at)
  SELECT e.tenant_id, e.entity, e.body ->> 'seq', e.at FROM events e WHERE e.event_id = ?1
  ON CONFLICT (tenant_id, alarm_id) DO UPDATE SET reopen_seq = excluded.reopen_seq, reopened_at = excluded.reopened_at
  WHERE reopen_seq IS NULL OR excluded.reopen_seq > reopen_seq`;

/** Numbers that only grow: the largest holds. */
const largest = (column: string, field: string) => `
  INSERT INTO alarms (tenant_id, alarm_id, ${column})
  SELECT e.tenant_id, e.entity, e.body ->> '${field}' FROM events e WHERE e.event_id = ?1
  ON CONFLICT (tenant_id, alarm_id) DO UPDATE SET ${column} = excluded.${column}
  WHERE ${column} IS NULL OR excluded.${column} > ${column}`;
export const repeated = largest("repeats", "repeats");
export const reAlarmed = largest("re_alarms", "times");

/** All of them are the tenant's, so their place in its chain is their order; the time alone may be the same for two. */
export const fill = `
  INSERT INTO alarms (tenant_id, alarm_id, fill, fill_n, fill_at)
  SELECT e.tenant_id, e.entity, json_object('filled', e.body -> 'filled', 'roles', e.body -> 'roles'), coalesce(e.n, 0), e.at
  FROM events e WHERE e.event_id = ?1
  ON CONFLICT (tenant_id, alarm_id) DO UPDATE SET fill = excluded.fill, fill_n = excluded.fill_n, fill_at = excluded.fill_at
  WHERE fill_n IS NULL OR (excluded.fill_n, excluded.fill_at) > (fill_n, fill_at)`;

export const firstFilled = `
  INSERT INTO alarms (tenant_id, alarm_id, first_filled_at)
  SELECT e.tenant_id, e.entity, e.at FROM events e WHERE e.event_id = ?1 AND e.body ->> 'filled'
  ON CONFLICT (tenant_id, alarm_id) DO UPDATE SET first_filled_at = excluded.first_filled_at
  WHERE first_filled_at IS NULL OR excluded.first_filled_at < first_filled_at`;

/** A step fires once; should it ever be recorded twice, the first time holds. */
export const stepFired = `
  INSERT INTO alarm_steps (tenant_id, alarm_id, step, name, action, cause, people, fired_at)
  SELECT e.tenant_id, e.entity, e.body ->> 'step', e.body ->> 'name', e.body ->> 'action', e.body ->> 'cause',
    e.body ->> 'people', e.at
  FROM events e WHERE e.event_id = ?1
  ON CONFLICT (tenant_id, alarm_id, step) DO UPDATE SET name = excluded.name, action = excluded.action,
    cause = excluded.cause, people = excluded.people, fired_at = excluded.fired_at
  WHERE excluded.fired_at < fired_at`;

/** Rows: [userId or contactId, channel, state, at, reason]. Each is kept; what they amount to is history/channel-tries.ts. */
export const channels = `
  INSERT INTO alarm_channels (tenant_id, alarm_id, recipient_id, channel, at, state, reason)
  SELECT e.tenant_id, e.entity, r.value ->> 0, r.value ->> 1, r.value ->> 3, r.value ->> 2, r.value ->> 4
  FROM events e, json_each(e.body, '$.rows') r WHERE e.event_id = ?1
  ON CONFLICT (tenant_id, alarm_id, recipient_id, channel, at, state) DO UPDATE SET reason = excluded.reason
  WHERE reason IS NULL OR excluded.reason < reason`;
