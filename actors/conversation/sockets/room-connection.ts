import * as z from "zod";
import { limits } from "../../../protocol/limits.ts";
import { Permission } from "../../../protocol/people.ts";
import type { RoomPerson } from "../../kernel/room-messages.ts";

/** What survives hibernation with a socket. Decoded when the actor wakes: an older version of this code may have written it. */
const Attachment = z.object({
  v: z.literal(1),
  sessionId: z.string(),
  deviceId: z.string(),
  expiresAt: z.number(),
  person: z.object({
    userId: z.string(),
    permission: Permission,
    roleIds: z.array(z.string()),
    homeSiteId: z.string().optional(),
    enabled: z.boolean(),
  }),
  /** Number and generation of the epoch whose document it has. */
  document: z.tuple([z.int(), z.int()]),
  synced: z.boolean(),
  /** How it is told of messages: not at all but by the document, by events, or by each message as well. */
  telling: z.enum(["document", "events", "messages"]),
  clientId: z.int().optional(),
});
type Attachment = z.infer<typeof Attachment>;

/** An open socket of a conversation. */
export interface RoomConnection extends Omit<Attachment, "v" | "person"> {
  person: RoomPerson;
  /** For the index of sockets. */
  userId: string;
}

export const newConnection = (
  { sessionId, deviceId, expiresAt, person }: Pick<RoomConnection, "sessionId" | "deviceId" | "expiresAt" | "person">,
  document: readonly [number, number],
  roleId: string | undefined,
): RoomConnection => ({
  sessionId,
  deviceId,
  expiresAt,
  // Of the roles only the one that may decide here: an attachment holds 16 KiB.
  person: { ...person, roleIds: person.roleIds.filter((one) => one === roleId) },
  userId: person.userId,
  document: [...document],
  synced: false,
  telling: "document",
});

export const attachmentOf = ({ userId: _, ...connection }: RoomConnection): z.input<typeof Attachment> => ({
  v: 1,
  ...connection,
  person: { ...connection.person, roleIds: [...connection.person.roleIds] },
});

/** The connection that an attachment describes, or undefined when it is not one of ours. */
export const readAttachment = (attachment: unknown): RoomConnection | undefined => {
  const parsed = Attachment.safeParse(attachment);
  if (!parsed.success) return undefined;
  const { v: _, ...connection } = parsed.data;
  return { ...connection, userId: connection.person.userId };
};

/** A token bucket. */
interface Bucket {
  left: number;
  countedAt: number;
}

/** What a person may still send here: the same for all sockets of theirs together (T21). In memory alone. */
export class Budgets {
  #buckets = new Map<string, Bucket>();
  readonly #burst: number;
  readonly #perSecond: number;

  constructor(burst: number, perSecond: number) {
    this.#burst = burst;
    this.#perSecond = perSecond;
  }

  /** @returns whether so much was left; when it was not, nothing is taken */
  spend(who: string, now: number, cost = 1): boolean {
    const bucket = this.#buckets.get(who) ?? { left: this.#burst, countedAt: now };
    this.#buckets.set(who, bucket);
    const gained = (Math.max(0, now - bucket.countedAt) / 1_000) * this.#perSecond;
    bucket.left = Math.min(this.#burst, bucket.left + gained);
    bucket.countedAt = now;
    if (bucket.left < cost) return false;
    bucket.left -= cost;
    return true;
  }
}

export const commandBudgets = (): Budgets => new Budgets(limits.roomBurst, limits.roomPerSecond);
export const syncBudgets = (): Budgets => new Budgets(limits.syncBurst, limits.syncPerSecond);
export const photoBudgets = (): Budgets => new Budgets(limits.photoBurst, limits.photoPerSecond);
