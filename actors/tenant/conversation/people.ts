import { limits } from "../../../protocol/limits.ts";
import { belongs } from "../../conversation/membership.ts";
import { type RoomPerson, roomPerson } from "../../kernel/room-messages.ts";
import type { Desk } from "../desk.ts";
import type { Person } from "../directory/directory.ts";
import { roomFacts } from "./rooms.ts";

/** A person as rooms know them; somebody who is gone is in none. */
export const personForRooms = (desk: Desk, userId: string): RoomPerson => {
  const person = desk.directory.people.get(userId);
  return person === undefined ? { userId, permission: "employee", roleIds: [], enabled: false } : roomPerson(person);
};

const same = (a: RoomPerson, b: RoomPerson): boolean =>
  a.permission === b.permission &&
  a.homeSiteId === b.homeSiteId &&
  a.enabled === b.enabled &&
  a.roleIds.length === b.roleIds.length &&
  a.roleIds.every((roleId) => b.roleIds.includes(roleId));

/**
 * The rooms that each of these people is in by what they are, and those they are in by name. Read once however many people
 * there are. A room of an incident past the term of its messages has nothing left to follow.
 */
const roomsOf = (desk: Desk, people: readonly RoomPerson[], now: number): Map<string, Set<string>> => {
  const found = new Map<string, Set<string>>();
  const add = (conversationId: string, userId: string) => {
    const there = found.get(conversationId);
    if (there === undefined) found.set(conversationId, new Set([userId]));
    else there.add(userId);
  };
  for (const kept of desk.conversations.unnamedSince(now - limits.messagesKeptMs)) {
    const facts = roomFacts(desk, kept);
    for (const person of people) if (belongs(facts, person, undefined)) add(kept.conversationId, person.userId);
  }
  for (const { conversationId, userId } of desk.conversations.named(people.map((person) => person.userId)))
    add(conversationId, userId);
  return found;
};

/**
 * What these people are has changed (role, site, permission, enabled): one row a room, an import of ten thousand people too.
 * Rooms that they come into hear it as well, so that what a room heard last is how things are.
 */
export const peopleChanged = (desk: Desk, changes: readonly { before: Person; after: Person }[], now: number): void => {
  const both = changes
    .map(({ before, after }) => [roomPerson(before), roomPerson(after)] as const)
    .filter(([before, after]) => !same(before, after));
  if (both.length === 0) return;
  for (const [conversationId, userIds] of roomsOf(desk, both.flat(), now))
    desk.tellRoom(conversationId, { kind: "people", userIds: [...userIds] }, now);
};

/** These sessions ended: their sockets are closed in every room that the person is in (T10). */
export const sessionsEnded = (desk: Desk, person: Person, sessionIds: readonly string[], now: number): void => {
  if (sessionIds.length === 0) return;
  for (const conversationId of roomsOf(desk, [roomPerson(person)], now).keys())
    desk.tellRoom(conversationId, { kind: "sessionsEnded", sessionIds: [...sessionIds] }, now);
};
