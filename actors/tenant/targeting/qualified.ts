/** A role that somebody has a certificate for, to the last day it is valid: a date of the calendar, `2027-03-31`. */
export interface Qualification {
  roleId: string;
  validUntil?: string | undefined;
}

const calendars = new Map<string, Intl.DateTimeFormat>();

/** Making one costs more than using it a hundred times, and this is asked for each of ten thousand people. */
const calendarOf = (timeZone: string): Intl.DateTimeFormat => {
  const known = calendars.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat("en", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
  calendars.set(timeZone, made);
  return made;
};

/**
 * The day it is at the organisation. A certificate that is valid until a day is valid through that day, as the clock on the wall
 * there says, and not as UTC does.
 */
export const dayIn = (timeZone: string, now: number): string => {
  const said: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {};
  for (const { type, value } of calendarOf(timeZone).formatToParts(now)) said[type] = value;
  return `${said.year}-${said.month}-${said.day}`;
};

/** Dates of one form compare as text. */
export const isValid = ({ validUntil }: Qualification, today: string): boolean =>
  validUntil === undefined || validUntil >= today;

/**
 * Whether somebody is qualified for a role that they hold: by holding it, or, where the role needs a certificate, by one that
 * has not expired. Whoever does not hold the role is not, certificate or none.
 */
export const isQualified = (
  person: { roleIds: readonly string[] } | undefined,
  role: { roleId: string; certificate?: true | undefined } | undefined,
  certificates: readonly Qualification[],
  today: string,
): boolean =>
  person !== undefined &&
  role !== undefined &&
  person.roleIds.includes(role.roleId) &&
  (role.certificate !== true ||
    certificates.some((certificate) => certificate.roleId === role.roleId && isValid(certificate, today)));
