import type { Counts } from "../../../protocol/alarms.ts";
import { words } from "../state/language.ts";
import { type Group, groups } from "../state/recipients.ts";

/** Counts of the wire are "got at least that far"; a bar needs each person once. */
export const eachOnce = (c: Counts): Record<Group, number> => {
  const answered = c.coming + c.notComing + c.enRoute + c.onScene;
  const atLeast = (n: number): number => Math.max(0, n);
  // Some of the not reached were sent to and some never; nobody is counted twice whichever they were.
  const remaining = atLeast(c.recipients - c.received - c.notReached);
  const sent = Math.min(remaining, atLeast(c.sent - c.received));
  return {
    onScene: c.onScene,
    enRoute: c.enRoute,
    coming: c.coming,
    notComing: c.notComing,
    seen: atLeast(c.seen - answered),
    received: atLeast(c.received - Math.max(c.seen, answered)),
    sent,
    pending: remaining - sent,
    notReached: c.notReached,
  };
};

/** How far an alarm got, as one bar from "on scene" to "not reached". */
export const ProgressBar = ({
  counts,
  parts = eachOnce(counts),
}: {
  counts: Counts;
  parts?: Record<Group, number>;
}) => {
  const label = words.value.counts.summary(
    counts.received,
    counts.recipients,
    counts.coming + counts.enRoute + counts.onScene,
  );
  return (
    <div class="bar" role="img" aria-label={label}>
      {groups
        .filter((group) => parts[group] > 0)
        .map((group) => (
          <span key={group} class={`bar-part part-${group}`} style={{ flexGrow: parts[group] }} />
        ))}
    </div>
  );
};
