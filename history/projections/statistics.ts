/**
 * Projections for the statistics (history/projections/all.ts says how they are run). None of their tables but
 * `channel_outcomes` knows a person.
 */

/** Quarters of an hour begin at these, ms (limits.presenceGridMs). */
const slot = "(e.body ->> 'at') - (e.body ->> 'at') % 900000";

/** Should a site ever be counted twice in one quarter: the first count holds, whichever arrives first. */
export const counted = `
  INSERT INTO presence_slots (tenant_id, site_id, slot, counted_at, event_id)
  SELECT e.tenant_id, e.body ->> 'siteId', ${slot}, e.at, e.event_id FROM events e WHERE e.event_id = ?1
  ON CONFLICT (tenant_id, site_id, slot) DO UPDATE SET counted_at = excluded.counted_at, event_id = excluded.event_id
  WHERE (excluded.counted_at, excluded.event_id) < (counted_at, event_id)`;

/** The quarter that this event's count holds for; no row when another one's does. */
const held = (columns: string, from = "") => `
  SELECT ${columns} FROM events e
  JOIN presence_slots s ON s.tenant_id = e.tenant_id AND s.site_id = e.body ->> 'siteId' AND s.slot = ${slot}
    AND s.event_id = e.event_id
  ${from} WHERE e.event_id = ?1`;

/** What an event wrote that does not hold any more goes as a whole: figures of two counts never stand side by side. */
export const uncounted = `
  DELETE FROM presence_cells WHERE (tenant_id, site_id, slot) IN (${held("s.tenant_id, s.site_id, s.slot")})`;

/** ?2: the figures that may be published, from history/statistics/disclosure.ts. Others are stored nowhere. */
export const published = `
  INSERT INTO presence_cells (tenant_id, site_id, slot, kind, ref, figure, groups)
  ${held(
    "s.tenant_id, s.site_id, s.slot, c.value ->> 'kind', c.value ->> 'ref', c.value ->> 'figure', c.value ->> 'groups'",
    "CROSS JOIN json_each(?2) c",
  )}
  ON CONFLICT (tenant_id, site_id, slot, kind, ref) DO UPDATE SET figure = excluded.figure, groups = excluded.groups`;

/** Two words of one millisecond: the last of the alphabet holds, which is the more serious one. */
export const staffingChanged = `
  INSERT INTO staffing_periods (tenant_id, staffing_rule_id, started_at, state)
  SELECT e.tenant_id, e.body ->> 'staffingRuleId', e.at, e.body ->> 'state' FROM events e WHERE e.event_id = ?1
  ON CONFLICT (tenant_id, staffing_rule_id, started_at) DO UPDATE SET state = excluded.state
  WHERE excluded.state > state`;

/** A rule that is gone asks for nobody any more. */
export const staffingRuleSaved = `
  INSERT INTO staffing_periods (tenant_id, staffing_rule_id, started_at, state)
  SELECT e.tenant_id, e.body ->> 'staffingRuleId', e.at, 'withdrawn' FROM events e
  WHERE e.event_id = ?1 AND coalesce(e.body ->> 'deleted', 0)
  ON CONFLICT (tenant_id, staffing_rule_id, started_at) DO UPDATE SET state = excluded.state
  WHERE excluded.state > state`;

/** A period ends where the next one begins; both neighbours of a new one are set right, in whatever order they come. */
export const staffingEnds = `
  UPDATE staffing_periods SET ended_at = (
    SELECT min(n.started_at) FROM staffing_periods n
    WHERE n.tenant_id = staffing_periods.tenant_id AND n.staffing_rule_id = staffing_periods.staffing_rule_id
      AND n.started_at > staffing_periods.started_at)
  WHERE (tenant_id, staffing_rule_id, started_at) IN (
    SELECT e.tenant_id, e.body ->> 'staffingRuleId', e.at FROM events e WHERE e.event_id = ?1
    UNION ALL
    SELECT e.tenant_id, e.body ->> 'staffingRuleId', (
      SELECT max(p.started_at) FROM staffing_periods p
      WHERE p.tenant_id = e.tenant_id AND p.staffing_rule_id = e.body ->> 'staffingRuleId' AND p.started_at < e.at)
    FROM events e WHERE e.event_id = ?1)`;

/** The earliest of each kind; null is later than everything. */
const earliest = (column: string) => `${column} = CASE WHEN excluded.${column} IS NULL THEN ${column}
  ELSE min(coalesce(${column}, excluded.${column}), excluded.${column}) END`;

export const received = `
  INSERT INTO alarm_timings (tenant_id, alarm_id, first_received_at)
  SELECT e.tenant_id, e.entity, min(r.value ->> 3)
  FROM events e, json_each(e.body, '$.rows') r WHERE e.event_id = ?1 AND r.value ->> 2 = 'received'
  GROUP BY e.event_id
  ON CONFLICT (tenant_id, alarm_id) DO UPDATE SET ${earliest("first_received_at")}`;

export const answered = `
  INSERT INTO alarm_timings (tenant_id, alarm_id, first_answered_at, first_coming_at, first_on_scene_at)
  SELECT e.tenant_id, e.entity, e.at,
    CASE WHEN e.body ->> 'response' <> 'notComing' THEN e.at END, CASE WHEN e.body ->> 'response' = 'onScene' THEN e.at END
  FROM events e WHERE e.event_id = ?1
  ON CONFLICT (tenant_id, alarm_id) DO UPDATE SET
    ${["first_answered_at", "first_coming_at", "first_on_scene_at"].map(earliest).join(", ")}`;

/** How many distinct people were called: recounted from the rows of them, after those of this record were written. */
export const called = `
  INSERT INTO alarm_timings (tenant_id, alarm_id, called)
  SELECT e.tenant_id, e.entity, (
    SELECT count(*) FROM alarm_recipients r
    WHERE r.tenant_id = e.tenant_id AND r.alarm_id = e.entity AND r.place IS NOT NULL)
  FROM events e WHERE e.event_id = ?1
  ON CONFLICT (tenant_id, alarm_id) DO UPDATE SET called = excluded.called`;

/**
 * What came of each message: of all that is known the furthest holds, so that the order cannot matter. 1 sent, 2 skipped,
 * 3 failed, 4 delivered; waiting and cancelled ones came to nothing.
 */
export const channelOutcomes = `
  INSERT INTO channel_outcomes (tenant_id, alarm_id, channel, recipient_id, outcome)
  SELECT e.tenant_id, e.entity, r.value ->> 1, r.value ->> 0, max(CASE r.value ->> 2
    WHEN 'sent' THEN 1 WHEN 'skipped' THEN 2 WHEN 'failed' THEN 3 WHEN 'delivered' THEN 4 END) AS outcome
  FROM events e, json_each(e.body, '$.rows') r
  WHERE e.event_id = ?1 AND r.value ->> 2 IN ('sent', 'skipped', 'failed', 'delivered')
  GROUP BY r.value ->> 1, r.value ->> 0
  ON CONFLICT (tenant_id, alarm_id, channel, recipient_id) DO UPDATE SET outcome = excluded.outcome
  WHERE excluded.outcome > outcome`;
