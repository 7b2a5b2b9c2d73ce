/**
 * Projections of the directory's records (history/projections/all.ts says how they are run). A newer version replaces an
 * older one; an older or the same one changes nothing, whatever the order they arrive in.
 */
interface Copy {
  table: string;
  /** Column -> where its value is; the tenant and the version are added. */
  columns: Record<string, string>;
  /** Columns that, with the tenant, are the key. */
  key: string[];
  from?: string;
}

const event = "FROM events e";

export const keepNewest = ({ table, columns, key, from = event }: Copy): string => {
  const names = Object.keys(columns);
  const updates = names.filter((name) => !key.includes(name)).map((name) => `${name} = excluded.${name}`);
  return `
    INSERT INTO ${table} (tenant_id, ${names.join(", ")})
    SELECT e.tenant_id, ${Object.values(columns).join(", ")} ${from} WHERE e.event_id = ?1
    ON CONFLICT (${["tenant_id", ...key].join(", ")}) DO UPDATE SET ${updates.join(", ")}
    WHERE excluded.version > ${table}.version`;
};

const version = { version: "e.body ->> 'version'" };
const named = { name: "e.body ->> 'name'", ...version };
const deletable = { ...named, deleted: "coalesce(e.body ->> 'deleted', 0)" };

export const tenantSaved = keepNewest({
  table: "tenants",
  key: [],
  columns: { slug: "e.body ->> 'slug'", locale: "e.body ->> 'locale'", time_zone: "e.body ->> 'timeZone'", ...named },
});

/** An import is one record with up to 10,000 users, and this one statement. */
export const usersSaved = keepNewest({
  table: "users",
  key: ["user_id"],
  from: `${event}, json_each(e.body, '$.users') u`,
  columns: {
    user_id: "u.value ->> 'userId'",
    username: "u.value ->> 'username'",
    first_name: "u.value ->> 'firstName'",
    last_name: "u.value ->> 'lastName'",
    email: "u.value ->> 'email'",
    phone: "u.value ->> 'phone'",
    locale: "u.value ->> 'locale'",
    permission: "u.value ->> 'permission'",
    role_ids: "u.value -> 'roleIds'",
    home_site_id: "u.value ->> 'homeSiteId'",
    enabled: "u.value ->> 'enabled'",
    version: "u.value ->> 'version'",
  },
});

export const roleSaved = keepNewest({
  table: "roles",
  key: ["role_id"],
  columns: { role_id: "e.body ->> 'roleId'", ...deletable },
});

export const siteSaved = keepNewest({
  table: "sites",
  key: ["site_id"],
  columns: {
    site_id: "e.body ->> 'siteId'",
    address: "e.body ->> 'address'",
    time_zone: "e.body ->> 'timeZone'",
    ...deletable,
  },
});

export const zoneSaved = keepNewest({
  table: "zones",
  key: ["zone_id"],
  columns: { zone_id: "e.body ->> 'zoneId'", site_id: "e.body ->> 'siteId'", ...deletable },
});

export const musterPointSaved = keepNewest({
  table: "muster_points",
  key: ["muster_point_id"],
  columns: {
    muster_point_id: "e.body ->> 'musterPointId'",
    site_id: "e.body ->> 'siteId'",
    description: "e.body ->> 'description'",
    ...deletable,
  },
});

export const scenarioSaved = keepNewest({
  table: "scenarios",
  key: ["scenario_id"],
  columns: { scenario_id: "e.body ->> 'scenarioId'", title: "e.body ->> 'title'", ...deletable },
});

export const integrationSaved = keepNewest({
  table: "integrations",
  key: ["integration_id"],
  columns: { integration_id: "e.body ->> 'integrationId'", ...deletable },
});

export const contactSaved = keepNewest({
  table: "contacts",
  key: ["contact_id"],
  columns: { contact_id: "e.body ->> 'contactId'", ...deletable },
});

export const availabilityChanged = keepNewest({
  table: "availability",
  key: ["user_id"],
  columns: {
    user_id: "e.body ->> 'userId'",
    available: "e.body ->> 'available'",
    since: "e.at",
    until: "e.body ->> 'until'",
    note: "e.body ->> 'note'",
    ...version,
  },
});
