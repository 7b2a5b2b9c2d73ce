/** Projections of an incident's records (history/projections/all.ts says how they are run). */
export const opened = `
  INSERT INTO incidents (tenant_id, incident_id, title, kind, opened_at, severity, category)
  SELECT e.tenant_id, e.entity, e.body ->> 'title', e.body ->> 'kind', e.body ->> 'openedAt', e.body ->> 'severity',
    e.body ->> 'category'
  FROM events e WHERE e.event_id = ?1
  ON CONFLICT (tenant_id, incident_id) DO UPDATE SET title = excluded.title, kind = excluded.kind,
    opened_at = excluded.opened_at, severity = excluded.severity, category = excluded.category
  WHERE opened_at IS NULL OR excluded.opened_at < opened_at`;

/** The last of its kind by its place in the tenant's chain; whether it is open follows from the larger of the two. */
const latest = (n: "closed_n" | "reopened_n", at: "closed_at" | "reopened_at") => `
  INSERT INTO incidents (tenant_id, incident_id, ${n}, ${at})
  SELECT e.tenant_id, e.entity, coalesce(e.n, 0), e.at FROM events e WHERE e.event_id = ?1
  ON CONFLICT (tenant_id, incident_id) DO UPDATE SET ${n} = excluded.${n}, ${at} = excluded.${at}
  WHERE ${n} IS NULL OR (excluded.${n}, excluded.${at}) > (${n}, ${at})`;
export const closed = latest("closed_n", "closed_at");
export const reopened = latest("reopened_n", "reopened_at");

export const noted = `
  INSERT INTO incident_notes (tenant_id, incident_id, note_id, at, by_id, text)
  SELECT e.tenant_id, e.entity, e.body ->> 'noteId', e.at, e.by_id, e.body ->> 'text' FROM events e WHERE e.event_id = ?1
  ON CONFLICT (tenant_id, incident_id, note_id) DO NOTHING`;
