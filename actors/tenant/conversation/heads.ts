import type { RoomHead } from "../../kernel/room-messages.ts";
import type { Desk } from "../desk.ts";

/** What moved in a room: numbers for people's lists, no record. Twice, late or of a room that is unknown: harmless. */
export const takeHead = (desk: Desk, head: RoomHead): void => {
  const reads = head.reads.filter(([userId]) => desk.directory.people.has(userId));
  if (desk.conversations.get(head.conversationId) !== undefined) desk.conversations.moved({ ...head, reads });
};
