import type { Recipient, RecipientState } from "../../../protocol/alarms.ts";

export type Recipients = ReadonlyMap<string, Recipient>;

/** Where somebody is on the way from waiting to on scene: the answer where there is one, else the state. */
export type Group = Exclude<RecipientState, "answered"> | NonNullable<Recipient["response"]>;

export const groups = [
  "onScene",
  "enRoute",
  "coming",
  "notComing",
  "seen",
  "received",
  "sent",
  "pending",
  "notReached",
] as const satisfies readonly Group[];

export const groupOf = (recipient: Recipient): Group =>
  recipient.response ?? (recipient.state === "answered" ? "seen" : recipient.state);

/** A state never runs backwards (I4), except that an alarm may still reach somebody who counted as not reached. */
const rank: Record<RecipientState, number> = { pending: 0, sent: 1, notReached: 2, received: 3, seen: 4, answered: 5 };

/** Pages of the list and changes from the board cross each other: the later news about a person is the one that holds. */
const isLater = (former: Recipient | undefined, next: Recipient): boolean =>
  former === undefined ||
  rank[next.state] > rank[former.state] ||
  (rank[next.state] === rank[former.state] && (next.respondedAt ?? "") >= (former.respondedAt ?? ""));

export const merge = (former: Recipients, news: readonly Recipient[]): Recipients => {
  if (news.length === 0) return former;
  const next = new Map(former);
  for (const recipient of news)
    if (isLater(next.get(recipient.userId), recipient)) next.set(recipient.userId, recipient);
  return next;
};

export const countGroups = (recipients: Iterable<Recipient>): Record<Group, number> => {
  const counts = Object.fromEntries(groups.map((group) => [group, 0])) as Record<Group, number>;
  for (const recipient of recipients) counts[groupOf(recipient)]++;
  return counts;
};

const folded = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const collator = new Intl.Collator();

let sorted: { size: number; ids: readonly string[] } = { size: -1, ids: [] };
let sortedOf: string | undefined;

/** By name. Sorting 10,000 names costs more than a frame, and only new people change the order: it is kept. */
const inOrder = (alarmId: string, recipients: Recipients): readonly string[] => {
  if (sortedOf === alarmId && sorted.size === recipients.size) return sorted.ids;
  const ids = [...recipients.values()].sort((a, b) => collator.compare(a.name, b.name)).map((r) => r.userId);
  sorted = { size: recipients.size, ids };
  sortedOf = alarmId;
  return ids;
};

export const shown = (alarmId: string, recipients: Recipients, group: Group | "all", search: string): Recipient[] => {
  const wanted = folded(search.trim());
  return inOrder(alarmId, recipients)
    .map((id) => recipients.get(id))
    .filter((r): r is Recipient => r !== undefined)
    .filter((r) => (group === "all" || groupOf(r) === group) && (wanted === "" || folded(r.name).includes(wanted)));
};
