import { keepNewest } from "./directory.ts";

/** Projections of rosters and certificates: a newer version replaces an older one, whatever order they arrive in. */

/** An import is one record with thousands of shifts, and this one statement. */
export const shiftsSaved = keepNewest({
  table: "shifts",
  key: ["shift_id"],
  from: "FROM events e, json_each(e.body, '$.shifts') s",
  columns: {
    shift_id: "s.value ->> 'shiftId'",
    site_id: "s.value ->> 'siteId'",
    role_id: "s.value ->> 'roleId'",
    starts_at: "s.value ->> 'startsAt'",
    ends_at: "s.value ->> 'endsAt'",
    user_id: "s.value ->> 'userId'",
    note: "s.value ->> 'note'",
    version: "s.value ->> 'version'",
    deleted: "coalesce(s.value ->> 'deleted', 0)",
  },
});

export const qualificationsSaved = keepNewest({
  table: "qualifications",
  key: ["user_id"],
  columns: {
    user_id: "e.body ->> 'userId'",
    qualifications: "e.body -> 'qualifications'",
    version: "e.body ->> 'version'",
  },
});
