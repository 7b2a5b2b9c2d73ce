import type { RoomFacts, RoomPerson } from "../kernel/room-messages.ts";

/** How somebody is in a conversation by name. */
export type Listed = "member" | "guest" | undefined;

const leads = ({ permission }: RoomPerson): boolean => permission === "coordinator" || permission === "admin";

/**
 * Whether this person is in the conversation (T1, T10): members only, guests by invitation. Those who lead are in every site's and
 * incident's; nobody is in a direct conversation or a group of others. A wallboard hangs where anybody reads it.
 */
export const belongs = (facts: RoomFacts, person: RoomPerson, listed: Listed): boolean => {
  if (!person.enabled || person.permission === "wallboard") return false;
  if (listed !== undefined) return true;
  switch (facts.kind) {
    case "everyone":
      return true;
    case "site":
      return leads(person) || person.homeSiteId === facts.siteId;
    case "role":
      return facts.roleId !== undefined && person.roleIds.includes(facts.roleId);
    case "incident":
      return leads(person);
    case "direct":
    case "group":
      return false;
  }
};

/** Whether this person, who belongs to it, writes in it: notes are written by those who lead, and everybody reads them. */
export const mayWrite = (facts: RoomFacts, person: RoomPerson, listed: Listed): boolean => {
  if (facts.closed) return false;
  if (facts.form === "chat") return true;
  // A group's note is its members' own.
  return leads(person) || (facts.kind === "group" && listed === "member");
};

/** Whether this person takes back what others wrote. */
export const mayModerate = (facts: RoomFacts, person: RoomPerson): boolean => leads(person) && facts.kind !== "direct";
