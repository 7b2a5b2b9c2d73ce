import * as z from "zod";
import { Id } from "./ids.ts";
import { limits } from "./limits.ts";
import { line } from "./text.ts";

/**
 * Shapes of sites and zones: GeoJSON (RFC 7946), the only coordinates in this system (I7). They go from the admin to the
 * devices, which decide by themselves whether they are inside; nothing here may ever be joined with a person.
 */
const Position = z.tuple([z.number().min(-180).max(180), z.number().min(-90).max(90)]);
/**
 * A shape that crosses the antimeridian must be cut there into a MultiPolygon (RFC 7946, 3.1.9): two neighbouring points half
 * the globe apart would mean the other way round to one program and the short way to another.
 */
const Ring = z
  .array(Position)
  .min(4)
  .max(limits.shapePoints)
  .refine(
    (ring) => ring.every(([longitude], i) => Math.abs(longitude - (ring[i - 1]?.[0] ?? longitude)) <= 180),
    "crosses the antimeridian: cut it there into a MultiPolygon",
  );
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

/** When presence in a site ends without anybody saying so (docs/decisions/0021-when-presence-ends.md). */
export const PresenceRules = z.strictObject({
  /** Local time at which the working day is over for everybody who is there. */
  dayEndsAt: z
    .string()
    .regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, "is not a time like 19:00")
    .optional(),
  /** What people are from then on; `absent` unless said otherwise. */
  dayEndsAs: z.enum(["absent", "unknown"]).optional(),
  /** Without any sign of what reported somebody for so long, nobody knows any more: `unknown`, never silently present. */
  silenceMinutes: z.int().min(15).max(10_080).optional(),
});
export type PresenceRules = z.infer<typeof PresenceRules>;

export const NewSite = z.strictObject({
  name: line(200),
  address: line(300).optional(),
  timeZone: TimeZone.optional(),
  shape: Shape.optional(),
  neighbourIds: neighbourIds.optional(),
  presenceRules: PresenceRules.optional(),
});
export type NewSite = z.infer<typeof NewSite>;

export const SitePatch = z.strictObject({
  name: line(200).optional(),
  address: line(300).nullable().optional(),
  timeZone: TimeZone.optional(),
  shape: Shape.nullable().optional(),
  neighbourIds: neighbourIds.nullable().optional(),
  presenceRules: PresenceRules.nullable().optional(),
});

export const Site = z.strictObject({
  siteId: Id,
  name: z.string(),
  address: z.string().optional(),
  timeZone: z.string(),
  shape: Shape.optional(),
  neighbourIds: neighbourIds.optional(),
  presenceRules: PresenceRules.optional(),
});
export type Site = z.infer<typeof Site>;

export const NewZone = z.strictObject({ name: line(200), shape: Shape.optional() });
export const ZonePatch = z.strictObject({ name: line(200).optional(), shape: Shape.nullable().optional() });
export const Zone = z.strictObject({ zoneId: Id, siteId: Id, name: z.string(), shape: Shape.optional() });
export type Zone = z.infer<typeof Zone>;

/** The shape of a site, or of one of its zones, as devices get it to decide by themselves. */
export const PlaceShape = z.strictObject({ siteId: Id, zoneId: Id.optional(), shape: Shape });
export type PlaceShape = z.infer<typeof PlaceShape>;

/**
 * All shapes of a tenant, page by page. Everybody gets all of them: asking for those nearby would tell where one is (I7).
 * `items` is left out when the version is the one that was asked about.
 */
export const Shapes = z.strictObject({
  /** Grows whenever a shape was drawn, changed or removed. */
  version: z.int(),
  items: z.array(PlaceShape).optional(),
  nextCursor: z.string().optional(),
});
export type Shapes = z.infer<typeof Shapes>;
