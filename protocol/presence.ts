import * as z from "zod";
import { Id, Time } from "./ids.ts";
import { line } from "./text.ts";

/** Present, absent, or unknown: nobody said. Never a position (P4, I7): strict schemas refuse any other field. */
export const PresenceState = z.enum(["present", "absent", "unknown"]);
export type PresenceState = z.infer<typeof PresenceState>;

export const PresenceReport = z.strictObject({ siteId: Id, zoneId: Id.optional(), present: z.boolean() });
export type PresenceReport = z.infer<typeof PresenceReport>;

export const PresenceEntry = z.strictObject({
  siteId: Id,
  zoneId: Id.optional(),
  state: PresenceState,
  since: Time,
});
export type PresenceEntry = z.infer<typeof PresenceEntry>;
export const OwnPresence = z.strictObject({ presence: z.array(PresenceEntry) });
export type OwnPresence = z.infer<typeof OwnPresence>;

export const AvailabilityReport = z.strictObject({
  available: z.boolean(),
  until: Time.optional(),
  note: line(200).optional(),
  /** Colleagues see the note, too. */
  shareNote: z.literal(true).optional(),
});
export type AvailabilityReport = z.infer<typeof AvailabilityReport>;
export const Availability = AvailabilityReport.extend({ since: Time });
export type Availability = z.infer<typeof Availability>;

/** Who is there, by zone and role: for coordinators and wallboards. */
export const SitePresence = z.strictObject({
  siteId: Id,
  people: z.array(
    z.strictObject({
      userId: Id,
      name: z.string(),
      roleIds: z.array(Id),
      zoneIds: z.array(Id),
      since: Time,
      available: z.boolean(),
    }),
  ),
  counts: z.strictObject({
    present: z.int(),
    byZone: z.array(z.strictObject({ zoneId: Id, present: z.int() })),
    byRole: z.array(z.strictObject({ roleId: Id, present: z.int() })),
  }),
});
export type SitePresence = z.infer<typeof SitePresence>;
