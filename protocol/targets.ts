import * as z from "zod";
import { Id } from "./ids.ts";
import { limits } from "./limits.ts";
import { line, paragraph } from "./text.ts";

const ids = z.array(Id).min(1).max(limits.targetIds);

/**
 * Who an alarm is for (wire.md, Alarms): users ∪ ((everyone or roles) ∩ (sites and zones)). An empty list is refused rather
 * than read as "no restriction": a program that computed an empty list must not alarm everybody by it.
 */
export const Targets = z
  .strictObject({
    users: ids.optional(),
    roles: ids.optional(),
    sites: ids.optional(),
    zones: ids.optional(),
    everyone: z.literal(true).optional(),
  })
  .refine((t) => Object.values(t).some((side) => side !== undefined), "name at least one target");
export type Targets = z.infer<typeof Targets>;

/**
 * What the targeted must be besides: each that is named narrows. `visitors: "whenNeeded"`: those who are present at a site
 * that is not their home are called only when the regular responders cannot meet the requirement, or do not (SafeGuard's guests).
 */
export const Conditions = z.strictObject({
  present: z.literal(true).optional(),
  available: z.literal(true).optional(),
  onDuty: z.literal(true).optional(),
  qualified: z.literal(true).optional(),
  visitors: z.enum(["included", "whenNeeded", "never"]).optional(),
});
export type Conditions = z.infer<typeof Conditions>;

/** When enough are coming: `stop` calling (later ones are told to stand by), or `collect` every answer as before. */
export const WhenFilled = z.enum(["stop", "collect"]);
export type WhenFilled = z.infer<typeof WhenFilled>;

/** What holders of a role do, shown to them with the alarm. */
export const Instructions = z.array(z.strictObject({ roleId: Id, text: paragraph(1_000) })).max(20);
export type Instructions = z.infer<typeof Instructions>;

/** Documents by link: a floor plan, an emergency card. The system never fetches them. */
export const Attachments = z
  .array(z.strictObject({ title: line(200), url: z.url({ protocol: /^https$/ }).max(1_000) }))
  .max(10);
export type Attachments = z.infer<typeof Attachments>;

/** Values for placeholders, by name. */
export const Values = z
  .record(z.string().regex(/^[a-z][A-Za-z0-9]{0,39}$/), line(200))
  .refine((values) => Object.keys(values).length <= 30, "at most 30 values");
export type Values = z.infer<typeof Values>;
