import type { ImportError } from "../../../protocol/people.ts";

/**
 * A shift as a file says it, before anything of it is known here: names, and times as text. Made where the request comes in; only
 * the tenant knows whom and what the names mean.
 */
export interface FileRow {
  row: number;
  site?: string | undefined;
  /** Any of these may be the role's name: CSV has one, an event its categories and its summary. */
  roles: readonly string[];
  /** A username or an e-mail address. */
  person?: string | undefined;
  /** RFC 3339; local time of the site when it has no offset. */
  start: string;
  end: string;
  note?: string | undefined;
  /** What the file itself calls it: the same again is the same shift. */
  id?: string | undefined;
}

export interface ReadFile {
  rows: FileRow[];
  errors: ImportError[];
}
