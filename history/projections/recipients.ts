/**
 * Projections onto the people of an alarm (history/projections/all.ts says how they are run): one statement for all rows of
 * a record, 10,000 of them too. The tenant's and the sites' outboxes are drained apart, so a receipt may be here before
 * the alarm. Therefore nothing here depends on what is there already save by a total order: the first time holds (of one
 * millisecond the smaller device id), the largest version of an answer holds.
 *
 * The alarm's id comes from the event's `entity`, which is the same (history/statements.ts): taking it out of the body would
 * parse the body again for each row, 100 us a person for an alarm of 10,000.
 */
// The inner LIMIT keeps SQLite from merging the two selects, which would take `place` out of a site's JSON for each person.
// Somebody who was called twice was called at once, or by the earlier step: the smaller number holds.
const called = (step: string) => `
  INSERT INTO alarm_recipients (tenant_id, alarm_id, user_id, place, step)
  SELECT site.tenant_id, site.entity, person.value, site.place, site.step
  FROM (
    SELECT e.tenant_id, e.entity, s.value ->> 'place' AS place, s.value -> 'userIds' AS user_ids, ${step} AS step
    FROM events e, json_each(e.body, '$.recipients') s WHERE e.event_id = ?1 LIMIT -1
  ) site, json_each(site.user_ids) person
  WHERE true
  ON CONFLICT (tenant_id, alarm_id, user_id) DO UPDATE SET
    place = min(coalesce(place, excluded.place), excluded.place), step = min(coalesce(step, excluded.step), excluded.step)
  WHERE place IS NULL OR excluded.place < place OR step IS NULL OR excluded.step < step`;
export const raised = called("-1");
export const widened = called("coalesce(e.body ->> 'step', -1)");

/** Rows: [userId, at]. */
export const sent = `
  INSERT INTO alarm_recipients (tenant_id, alarm_id, user_id, sent_at)
  SELECT e.tenant_id, e.entity, r.value ->> 0, r.value ->> 1
  FROM events e, json_each(e.body, '$.rows') r WHERE e.event_id = ?1
  ON CONFLICT (tenant_id, alarm_id, user_id) DO UPDATE SET sent_at = excluded.sent_at
  WHERE sent_at IS NULL OR excluded.sent_at < sent_at`;

/** Rows: [userId, deviceId, "received" | "seen", at]. */
const receipts = (what: "received" | "seen") => `
  INSERT INTO alarm_recipients (tenant_id, alarm_id, user_id, ${what}_at, ${what}_on)
  SELECT e.tenant_id, e.entity, r.value ->> 0, r.value ->> 3, r.value ->> 1
  FROM events e, json_each(e.body, '$.rows') r WHERE e.event_id = ?1 AND r.value ->> 2 = '${what}'
  ON CONFLICT (tenant_id, alarm_id, user_id) DO UPDATE SET ${what}_at = excluded.${what}_at, ${what}_on = excluded.${what}_on
  WHERE ${what}_at IS NULL OR (excluded.${what}_at, excluded.${what}_on) < (${what}_at, ${what}_on)`;
export const received = receipts("received");
export const seen = receipts("seen");

/** Rows: [userId, reason, at]. The first reason holds: standing down later explains nothing better. */
export const notReached = `
  INSERT INTO alarm_recipients (tenant_id, alarm_id, user_id, not_reached_at, not_reached_reason)
  SELECT e.tenant_id, e.entity, r.value ->> 0, r.value ->> 2, r.value ->> 1
  FROM events e, json_each(e.body, '$.rows') r WHERE e.event_id = ?1
  ON CONFLICT (tenant_id, alarm_id, user_id)
  DO UPDATE SET not_reached_at = excluded.not_reached_at, not_reached_reason = excluded.not_reached_reason
  WHERE not_reached_at IS NULL
    OR (excluded.not_reached_at, excluded.not_reached_reason) < (not_reached_at, not_reached_reason)`;

/** The first time of each kind is kept beside the answer that holds: an exercise is scored by it. */
const first = (column: string) => `${column} = CASE WHEN excluded.${column} IS NULL THEN ${column}
      ELSE min(coalesce(${column}, excluded.${column}), excluded.${column}) END`;
const newest = (column: string) => `${column} = CASE WHEN answer_version IS NULL
      OR excluded.answer_version > answer_version THEN excluded.${column} ELSE ${column} END`;

export const answered = `
  INSERT INTO alarm_recipients (tenant_id, alarm_id, user_id, answer_version, responded_at, responded_on, response,
    eta_minutes, text, first_responded_at, first_coming_at, first_on_scene_at)
  SELECT e.tenant_id, e.entity, e.body ->> 'userId', e.body ->> 'version', e.at, e.body ->> 'deviceId',
    e.body ->> 'response', e.body ->> 'etaMinutes', e.body ->> 'text', e.at,
    CASE WHEN e.body ->> 'response' <> 'notComing' THEN e.at END, CASE WHEN e.body ->> 'response' = 'onScene' THEN e.at END
  FROM events e WHERE e.event_id = ?1
  ON CONFLICT (tenant_id, alarm_id, user_id) DO UPDATE SET ${[
    ...["answer_version", "responded_at", "responded_on", "response", "eta_minutes", "text"].map(newest),
    ...["first_responded_at", "first_coming_at", "first_on_scene_at"].map(first),
  ].join(", ")}`;
