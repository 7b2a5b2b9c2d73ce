import type { ImportError } from "../../../protocol/people.ts";
import type { Directory } from "../directory/directory.ts";
import { nameKey, usernameKey } from "../directory/directory.ts";
import type { FileRow } from "./file-row.ts";
import { instantOf, readTime, spanOf } from "./local-time.ts";
import type { WantedShift } from "./planning.ts";

/** What a file calls the fields of a shift. */
const columns: Readonly<Record<string, string>> = {
  siteId: "site",
  roleId: "role",
  userId: "person",
  startsAt: "start",
  endsAt: "end",
};

/** Errors as those who wrote the file know its fields. */
export const inColumns = (errors: readonly ImportError[]): ImportError[] =>
  errors.map((error) => ({ ...error, path: columns[error.path] ?? error.path }));

const noteMax = 200;
const idMax = 300;
const control = /[\u0000-\u001f\u007f]/;

/** What rows that name no site or role get, and the zone of a site. */
export interface ImportDefaults {
  format: "csv" | "ical";
  siteId?: string | undefined;
  roleId?: string | undefined;
  zoneOf(siteId: string): string;
}

/** Two things of one name are nobody's: it is better to say so than to guess. */
const byName = <T>(things: Iterable<T>, nameOf: (thing: T) => string | undefined, idOf: (thing: T) => string) => {
  const found = new Map<string, string | null>();
  for (const thing of things) {
    const name = nameOf(thing);
    if (name !== undefined) found.set(nameKey(name), found.has(nameKey(name)) ? null : idOf(thing));
  }
  return found;
};

/**
 * Turns names into what they mean here and times into moments. A row with anything unknown is an error; nothing is made up for it.
 * What is found by is the file's own id of a shift, or else what it says of place, role and time: a change of person is a change then.
 */
export const resolveRows = (
  rows: readonly FileRow[],
  directory: Directory,
  defaults: ImportDefaults,
): { wanted: WantedShift[]; errors: ImportError[] } => {
  const { format, zoneOf } = defaults;
  const sites = byName(
    directory.sites.values(),
    ({ name }) => name,
    ({ siteId }) => siteId,
  );
  const roles = byName(
    directory.roles.values(),
    ({ name }) => name,
    ({ roleId }) => roleId,
  );
  const emails = byName(
    directory.people.values(),
    ({ email }) => email,
    ({ userId }) => userId,
  );
  const wanted: WantedShift[] = [];
  const errors: ImportError[] = [];

  for (const { row, site, roles: names, person, start, end, note, id } of rows) {
    const before = errors.length;
    const fail = (path: string, code: string, message: string) => errors.push({ row, path, code, message });
    const siteId = site === undefined ? defaults.siteId : sites.get(nameKey(site));
    if (siteId === undefined || siteId === null) fail("site", "not_found", "no site, or not one, of this name");
    const named = names.map((name) => roles.get(nameKey(name))).find((one) => one !== undefined);
    // An event's summary may be anything; a cell for the role may not.
    const roleId = named ?? (names.length === 0 || format === "ical" ? defaults.roleId : undefined);
    if (roleId === undefined || roleId === null) fail("role", "not_found", "no role, or not one, of this name");
    const userId =
      person === undefined ? undefined : (directory.byUsername.get(usernameKey(person)) ?? emails.get(nameKey(person)));
    if (person !== undefined && (userId === undefined || userId === null))
      fail("person", "not_found", "nobody, or not one, of this username or e-mail address");
    if (note !== undefined && (note.length > noteMax || control.test(note)))
      fail("note", "invalid", `must be one line of at most ${noteMax} characters`);
    if (id !== undefined && id.length > idMax) fail("id", "invalid", `must have at most ${idMax} characters`);
    const [from, until] = [readTime(start), readTime(end)];
    if (from === undefined) fail("start", "invalid", "is not a time");
    if (until === undefined) fail("end", "invalid", "is not a time");
    if (errors.length > before || from === undefined || until === undefined) continue;
    if (typeof siteId !== "string" || typeof roleId !== "string") continue;

    const zone = zoneOf(siteId);
    const at = (time: typeof from) => ("local" in time ? instantOf(time.local, zone) : time.instant);
    const span =
      "local" in from && "local" in until
        ? spanOf(from.local, until.local, zone)
        : { startsAt: at(from), endsAt: at(until) };
    const key = id === undefined ? `${siteId} ${roleId} ${span.startsAt} ${span.endsAt}` : `id ${id}`;
    const facts = {
      ...{ siteId, roleId, ...span },
      ...(typeof userId === "string" ? { userId } : {}),
      ...(note === undefined ? {} : { note }),
    };
    wanted.push({ row, origin: `${format}:${key}`, facts });
  }
  return { wanted, errors };
};
