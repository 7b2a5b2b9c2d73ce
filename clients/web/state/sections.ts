/** The pages of the roster and of staffing, as their addresses have them; the first is shown where none is named. */
export const rosterParts = ["own", "week", "import", "templates"] as const;
export type RosterPart = (typeof rosterParts)[number];

export const staffingParts = ["now", "forecast", "simulation", "rules"] as const;
export type StaffingPart = (typeof staffingParts)[number];

const oneOf = <T extends string>(parts: readonly [T, ...T[]], named: string | undefined): T =>
  parts.find((part) => part === named) ?? parts[0];

export const rosterPart = (named: string | undefined): RosterPart => oneOf(rosterParts, named);
export const staffingPart = (named: string | undefined): StaffingPart => oneOf(staffingParts, named);
