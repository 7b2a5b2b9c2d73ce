import type { Recipient } from "../../../protocol/alarms.ts";
import type { Explanation, LeftOutReason } from "../../../protocol/explanations.ts";

/** One person and one alarm, as the alarm keeps them. */
export interface ExplainFacts {
  userId: string;
  name: string;
  /** As a recipient of it, when they are one. */
  recipient?: Recipient | undefined;
  /** Whom it left out when it was raised; undefined for alarms of before that was kept. */
  leftOut: readonly { reason: LeftOutReason; userIds: readonly string[] }[] | undefined;
}

/**
 * "Why was I (not) alarmed" (I2). Whoever was left out and called later, by a step or by hand, was alarmed: `step` says how.
 */
export const explain = ({ userId, name, recipient, leftOut }: ExplainFacts): Explanation => {
  if (recipient === undefined) {
    const row = leftOut?.find((one) => one.userIds.includes(userId));
    const reason = row?.reason ?? (leftOut === undefined ? undefined : "notTargeted");
    return { userId, name, alarmed: false, ...(reason === undefined ? {} : { reason }) };
  }
  const { state, reason, step, sentAt, receivedAt, seenAt, respondedAt, channels } = recipient;
  const told = {
    state,
    notReached: state === "notReached" ? reason : undefined,
    step,
    sentAt,
    receivedAt,
    seenAt,
    respondedAt,
    channels,
  };
  const known = Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined));
  return { userId, name, alarmed: true, ...known };
};
