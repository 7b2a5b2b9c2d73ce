import * as z from "zod";
import { Id, Slug, Time } from "./ids.ts";
import { limits } from "./limits.ts";
import { Email, Invitation, Locale, User, Username } from "./people.ts";
import { TimeZone } from "./places.ts";
import { line } from "./text.ts";

/** Opaque to clients: `<kind>.<place>.<id>.<secret>`; only a hash of the secret is stored (threats.md 1). */
export const Token = z.string().regex(/^[A-Za-z0-9_.-]{20,200}$/, "is not a token");

export const NewTenant = z.strictObject({
  slug: Slug,
  name: line(200),
  locale: Locale,
  timeZone: TimeZone.optional(),
  admin: z.strictObject({ username: Username, email: Email, firstName: line(100), lastName: line(100) }),
});
export type NewTenant = z.infer<typeof NewTenant>;

export const CreatedTenant = z.strictObject({ tenantId: Id, slug: Slug, name: z.string(), invitation: Invitation });
export type CreatedTenant = z.infer<typeof CreatedTenant>;

export const Password = z
  .string()
  .min(limits.passwordMin, `use at least ${limits.passwordMin} characters`)
  .max(limits.passwordMax);

export const AcceptInvitation = z.strictObject({ invitation: Invitation, password: Password });
export const LogIn = z.strictObject({
  username: z.string().min(1).max(100),
  password: z.string().min(1).max(limits.passwordMax),
});

export const Session = z.strictObject({ token: Token, expiresAt: Time, user: User });
export type Session = z.infer<typeof Session>;

export const NewEnrolments = z.strictObject({ userIds: z.array(Id).min(1).max(limits.enrolmentsPerCall) });
export const Enrolments = z.strictObject({
  enrolments: z.array(z.strictObject({ userId: Id, code: z.string(), expiresAt: Time })),
});
export type Enrolments = z.infer<typeof Enrolments>;

export const NewDeviceSession = z.strictObject({
  code: z.string().min(8).max(100),
  device: z.strictObject({ name: line(100), platform: line(50) }),
});
export const DeviceSession = z.strictObject({ token: Token, deviceId: Id, expiresAt: Time, user: User });
export type DeviceSession = z.infer<typeof DeviceSession>;

export const SocketTicket = z.strictObject({ ticket: Token, expiresAt: Time });
export type SocketTicket = z.infer<typeof SocketTicket>;
