import * as z from "zod";
import { Id } from "./ids.ts";
import { limits } from "./limits.ts";
import { line } from "./text.ts";

/** What somebody may do in the system. Says nothing about tasks in an emergency: those are roles. */
export const Permission = z.enum(["employee", "responder", "coordinator", "admin", "wallboard"]);
export type Permission = z.infer<typeof Permission>;

export const Locale = z.enum(["nl", "en"]);
export type Locale = z.infer<typeof Locale>;

export const Username = z.string().regex(/^[^\s\p{C}]{2,100}$/u, "use 2 to 100 characters without spaces");
export const Email = z.email().max(254);
export const Phone = z.string().regex(/^\+?[0-9][0-9 ().-]{4,28}$/, "is not a phone number");
const Name = line(100);

/** The fields of a person: P10 fixes them; no others may be added without a change of the privacy statement. */
export const User = z.strictObject({
  userId: Id,
  username: Username,
  firstName: Name,
  lastName: Name,
  email: Email.optional(),
  phone: Phone.optional(),
  locale: Locale,
  permission: Permission,
  roleIds: z.array(Id),
  homeSiteId: Id.optional(),
  enabled: z.boolean(),
});
export type User = z.infer<typeof User>;

const roleIds = z.array(Id).max(100);

export const NewUser = z.strictObject({
  username: Username,
  firstName: Name,
  lastName: Name,
  email: Email.optional(),
  phone: Phone.optional(),
  locale: Locale.optional(),
  permission: Permission.optional(),
  roleIds: roleIds.optional(),
  homeSiteId: Id.optional(),
});
export type NewUser = z.infer<typeof NewUser>;

/** `null` takes an optional field away. */
export const UserPatch = z.strictObject({
  username: Username.optional(),
  firstName: Name.optional(),
  lastName: Name.optional(),
  email: Email.nullable().optional(),
  phone: Phone.nullable().optional(),
  locale: Locale.optional(),
  permission: Permission.optional(),
  roleIds: roleIds.optional(),
  homeSiteId: Id.nullable().optional(),
  enabled: z.boolean().optional(),
});
export type UserPatch = z.infer<typeof UserPatch>;

export const Invitation = z.string().min(20).max(200);

export const CreatedUser = User.extend({ invitation: Invitation });
export type CreatedUser = z.infer<typeof CreatedUser>;

export const ImportRow = z.strictObject({
  username: Username,
  firstName: Name,
  lastName: Name,
  email: Email.optional(),
  phone: Phone.optional(),
  permission: Permission.optional(),
  roles: z.array(line(100)).max(100).optional(),
  homeSite: line(200).optional(),
});
export type ImportRow = z.infer<typeof ImportRow>;

/** Rows are checked one by one (good ones are taken, bad ones named), so the envelope asks only for objects. */
export const UserImport = z.strictObject({
  users: z.array(z.record(z.string(), z.unknown())).min(1).max(limits.importRows),
});

export const ImportError = z.strictObject({
  row: z.int(),
  path: z.string(),
  code: z.string(),
  message: z.string(),
});
export type ImportError = z.infer<typeof ImportError>;

export const ImportResult = z.strictObject({
  created: z.int(),
  updated: z.int(),
  unchanged: z.int(),
  errors: z.array(ImportError),
});
export type ImportResult = z.infer<typeof ImportResult>;

/** `certificate`: only those with a certificate that has not expired count as qualified; without it every holder does. */
const certificate = z.literal(true);
export const NewRole = z.strictObject({ name: line(100), certificate: certificate.optional() });
export const RolePatch = z.strictObject({ name: line(100).optional(), certificate: certificate.nullable().optional() });
/** A task in an emergency: first aider, team lead, evacuation marshal. */
export const Role = z.strictObject({ roleId: Id, name: z.string(), certificate: certificate.optional() });
export type Role = z.infer<typeof Role>;
