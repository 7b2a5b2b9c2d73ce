import * as z from "zod";
import { Id, Time } from "./ids.ts";

/**
 * Whether somebody can be counted on besides being there: on duty, and certified. Apart from the person, whose fields are fixed
 * (P10): a certificate here is a role with a date and nothing else.
 */

/** After `until` it holds no more: whoever was on duty is not. */
export const DutyReport = z.strictObject({ onDuty: z.boolean(), until: Time.optional() });
export type DutyReport = z.infer<typeof DutyReport>;
export const Duty = DutyReport.extend({ userId: Id, since: Time });
export type Duty = z.infer<typeof Duty>;

/** The last day it is valid, at the organisation; without one it does not expire. */
const validUntil = z.iso.date({ error: "is not a date: year-month-day" });

export const NewQualifications = z.strictObject({
  qualifications: z
    .array(z.strictObject({ roleId: Id, validUntil: validUntil.optional() }))
    .max(100)
    .refine((list) => new Set(list.map(({ roleId }) => roleId)).size === list.length, "names a role twice"),
});
export type NewQualifications = z.infer<typeof NewQualifications>;

/** Expired ones stay listed, to be renewed, and count no more. */
export const Qualifications = z.strictObject({
  userId: Id,
  qualifications: z.array(
    z.strictObject({ roleId: Id, validUntil: validUntil.optional(), expired: z.literal(true).optional() }),
  ),
});
export type Qualifications = z.infer<typeof Qualifications>;
