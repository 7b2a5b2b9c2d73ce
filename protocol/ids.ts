import * as z from "zod";

/** Ids are opaque to clients (wire.md, Common). The prefix is for people who read logs; nothing may parse it. */
export const Id = z.string().regex(/^[A-Za-z0-9_-]{8,40}$/, "is not an id");

/** A tenant's readable name in addresses. Has no underscore, an id of ours always has one: they cannot be confused. */
export const Slug = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{1,38}[a-z0-9])$/, "use 3 to 40 lower-case letters, digits and dashes");

/** What `{tenant}` in a path may be. */
export const TenantRef = z.union([Slug, Id]);

/** RFC 3339 in UTC. Answers always carry milliseconds. */
export const Time = z.iso.datetime({ error: "is not an RFC 3339 time in UTC" });

/** Milliseconds since 1970 -> the wire's form of a time. */
export const toTime = (ms: number): string => new Date(ms).toISOString();
