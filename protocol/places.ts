import * as z from "zod";
import { Id } from "./ids.ts";
import { limits } from "./limits.ts";
import { line } from "./text.ts";

/**
 * Shapes of sites and zones: GeoJSON (RFC 7946), the only coordinates in this system (I7). They go from the admin to the
 * devices, which decide by themselves whether they are inside; nothing here may ever be joined with a person.
 */
const Position = z.tuple([z.number().min(-180).max(180), z.number().min(-90).max(90)]);
const Ring = z.array(Position).min(4).max(limits.shapePoints);
export const Shape = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("Polygon"), coordinates: z.array(Ring).min(1).max(50) }),
  z.strictObject({
    type: z.literal("MultiPolygon"),
    coordinates: z.array(z.array(Ring).min(1).max(50)).min(1).max(50),
  }),
]);
export type Shape = z.infer<typeof Shape>;

export const TimeZone = z
  .string()
  .max(64)
  .refine((zone) => {
    try {
      new Intl.DateTimeFormat("en", { timeZone: zone });
      return true;
    } catch {
      return false;
    }
  }, "is not a time zone of the IANA list");

/** Sites that border on this one, seen from here: an alarm may be widened to them. Each side says it for itself. */
const neighbourIds = z
  .array(Id)
  .max(limits.neighboursPerSite)
  .refine((ids) => new Set(ids).size === ids.length, "names a site twice");

export const NewSite = z.strictObject({
  name: line(200),
  address: line(300).optional(),
  timeZone: TimeZone.optional(),
  shape: Shape.optional(),
  neighbourIds: neighbourIds.optional(),
});
export type NewSite = z.infer<typeof NewSite>;

export const SitePatch = z.strictObject({
  name: line(200).optional(),
  address: line(300).nullable().optional(),
  timeZone: TimeZone.optional(),
  shape: Shape.nullable().optional(),
  neighbourIds: neighbourIds.nullable().optional(),
});

export const Site = z.strictObject({
  siteId: Id,
  name: z.string(),
  address: z.string().optional(),
  timeZone: z.string(),
  shape: Shape.optional(),
  neighbourIds: neighbourIds.optional(),
});
export type Site = z.infer<typeof Site>;

export const NewZone = z.strictObject({ name: line(200), shape: Shape.optional() });
export const ZonePatch = z.strictObject({ name: line(200).optional(), shape: Shape.nullable().optional() });
export const Zone = z.strictObject({ zoneId: Id, siteId: Id, name: z.string(), shape: Shape.optional() });
export type Zone = z.infer<typeof Zone>;
