import type { Fill } from "../../../protocol/course.ts";
import type { LeftOutReason, Preview, PreviewedRecipient } from "../../../protocol/explanations.ts";
import { limits } from "../../../protocol/limits.ts";
import type { Channel } from "../../../protocol/terms.ts";
import { type Audience, leftOutRows } from "./audience.ts";

/** What a preview tells of each person, asked one by one. */
export interface PreviewFacts {
  name(userId: string): string;
  roleIds(userId: string): readonly string[];
  device(userId: string): boolean;
  /** Channels with a verified address. */
  channels(userId: string): readonly Channel[];
  visiting(userId: string): boolean;
}

/**
 * Who would be reached right now, by which channel, and for everybody left out the reason. Totals count everybody; people are
 * listed up to a limit, those one would expect before those whom the alarm is not for.
 *
 * @param everybody all people of the tenant
 * @param ladder channels of the alarm's ladder, in its order: others would not be used, whatever address there is
 */
export const previewOf = (
  audience: Audience,
  everybody: Iterable<string>,
  ladder: readonly Channel[],
  facts: PreviewFacts,
  fill: Fill | undefined,
): Preview => {
  const rungs = [...new Set(ladder)];
  const recipients: PreviewedRecipient[] = [];
  let unreachable = 0;
  for (const userId of audience.recipients) {
    const device = facts.device(userId);
    const listed = recipients.length < limits.previewPeople;
    if (device && !listed) continue;
    const addresses = facts.channels(userId);
    const channels = rungs.filter((channel) => addresses.includes(channel));
    const lost = !device && channels.length === 0;
    if (lost) unreachable += 1;
    if (listed)
      recipients.push({
        userId,
        name: facts.name(userId),
        roleIds: [...facts.roleIds(userId)],
        device,
        channels,
        ...(facts.visiting(userId) ? { visiting: true as const } : {}),
        ...(lost ? { unreachable: true as const } : {}),
      });
  }

  const rows = leftOutRows(audience);
  const known = new Set([...audience.recipients, ...rows.flatMap(({ userIds }) => userIds)]);
  const others = [...everybody].filter((userId) => !known.has(userId));
  if (others.length > 0) rows.push({ reason: "notTargeted", userIds: others });
  const leftOut: Preview["leftOut"] = [];
  const totals: Partial<Record<LeftOutReason, number>> = {};
  for (const { reason, userIds } of rows) {
    totals[reason] = userIds.length;
    for (const userId of userIds.slice(0, limits.previewPeople - leftOut.length))
      leftOut.push({ userId, name: facts.name(userId), reason });
  }
  return {
    recipients,
    leftOut,
    totals: { recipients: audience.recipients.length, unreachable, leftOut: totals },
    ...(fill === undefined ? {} : { fill }),
  };
};
