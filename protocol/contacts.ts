import * as z from "zod";
import { Id } from "./ids.ts";
import { Email, Locale, Phone } from "./people.ts";
import { line } from "./text.ts";

/** Somebody outside the organisation whom a step may call: a neighbour, a security company. Never in an exercise (I9). */
export const NewContact = z
  .strictObject({ name: line(200), phone: Phone.optional(), email: Email.optional(), locale: Locale.optional() })
  .refine((contact) => contact.phone !== undefined || contact.email !== undefined, "needs a phone number or an e-mail");
export type NewContact = z.infer<typeof NewContact>;

/** `null` takes an optional field away. */
export const ContactPatch = z.strictObject({
  name: line(200).optional(),
  phone: Phone.nullable().optional(),
  email: Email.nullable().optional(),
  locale: Locale.optional(),
});
export type ContactPatch = z.infer<typeof ContactPatch>;

export const Contact = z.strictObject({
  contactId: Id,
  name: z.string(),
  phone: Phone.optional(),
  email: Email.optional(),
  locale: Locale,
  /** Whether an administrator has confirmed it by the code that was sent there; only then is it used. */
  phoneVerified: z.boolean(),
  emailVerified: z.boolean(),
});
export type Contact = z.infer<typeof Contact>;
