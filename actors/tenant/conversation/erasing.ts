import type { Desk } from "../desk.ts";

/**
 * Takes everything that a person wrote out of every conversation, closed ones too, and the person out of their lists (P18). Each
 * conversation hears it in its turn, until it has stored it; a crash on the way loses none. For whoever removes the person: it
 * comes after their sessions were ended, or they would write on.
 */
export const eraseFromRooms = (desk: Desk, userId: string, now: number): void => {
  const named = new Set(desk.conversations.removePerson(userId));
  for (const { conversationId } of desk.conversations.all()) {
    if (named.has(conversationId)) desk.tellRoom(conversationId, { kind: "left", userIds: [userId], at: now }, now);
    desk.tellRoom(conversationId, { kind: "erase", userId, at: now }, now);
  }
};
