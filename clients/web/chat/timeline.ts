import type { ShownMessage } from "../../sdk/conversation/shown.ts";

/** Messages of one author right after each other. */
export interface Group {
  key: string;
  /** Absent: the system, or somebody who was erased. */
  authorId?: string | undefined;
  isSystem: boolean;
  messages: ShownMessage[];
}

export interface Day {
  /** Such as `2026-11-28`, on this computer's clock. */
  day: string;
  groups: Group[];
}

/** A pause this long, ms, begins a new group: its time is shown again. */
const pauseMs = 5 * 60_000;

const dayOf = (at: string): string => {
  const date = new Date(at);
  const two = (n: number): string => String(n).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
};

/** Messages by day and author, in their order. Pure. */
export const timeline = (messages: readonly ShownMessage[]): Day[] => {
  const days: Day[] = [];
  for (const shown of messages) {
    const { message } = shown;
    const day = dayOf(message.at);
    const former = days.at(-1);
    const last = former?.day === day ? former : { day, groups: [] };
    if (last !== former) days.push(last);
    const isSystem = message.event !== undefined;
    const group = last.groups.at(-1);
    const before = group?.messages.at(-1)?.message;
    const joins =
      group !== undefined &&
      before !== undefined &&
      group.isSystem === isSystem &&
      group.authorId === message.authorId &&
      Date.parse(message.at) - Date.parse(before.at) < pauseMs;
    if (joins) group.messages.push(shown);
    else last.groups.push({ key: message.messageId, authorId: message.authorId, isSystem, messages: [shown] });
  }
  return days;
};
