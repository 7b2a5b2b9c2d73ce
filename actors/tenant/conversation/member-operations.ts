import type { ConversationMember } from "../../../protocol/conversation/rooms.ts";
import { limits } from "../../../protocol/limits.ts";
import { done, refuse } from "../../../protocol/problems.ts";
import { belongs } from "../../conversation/membership.ts";
import { roomPerson } from "../../kernel/room-messages.ts";
import type { Desk, Who } from "../desk.ts";
import { fullName, nameKey, type Person } from "../directory/directory.ts";
import { notFound, type Operation, pageOf } from "../operations/operation.ts";
import { keeps, leadsHere } from "./operations.ts";
import { changeRoom, join, leave, type Met, metBy, standingIn } from "./rooms.ts";

const by = (who: Who) => ({ type: "user", id: who.person.userId }) as const;

const showMember = (person: Person, guest: boolean): ConversationMember => ({
  userId: person.userId,
  name: fullName(person),
  ...(guest ? { guest: true as const } : {}),
});

/** Everybody who is in it now: of a site's or role's room too, whose members stand in no table. */
export const membersOf = (desk: Desk, { kept, facts }: Pick<Met, "kept" | "facts">): ConversationMember[] => {
  const named = new Map(desk.conversations.members(kept.conversationId).map((member) => [member.userId, member]));
  const open = kept.kind !== "direct" && kept.kind !== "group";
  const people = open
    ? desk.directory.people.values()
    : [...named.keys()].flatMap((userId) => desk.directory.people.get(userId) ?? []);
  const found: ConversationMember[] = [];
  for (const person of people) {
    const standing = standingIn(facts, person, named.get(person.userId));
    if (standing !== undefined) found.push(showMember(person, standing.listed === "guest"));
  }
  return found;
};

export const listConversationMembers: Operation<"listConversationMembers"> = (desk, who, { params, query }) => {
  const met = metBy(desk, who.person, params.conversationId ?? "");
  if (met === undefined) return notFound();
  return pageOf(membersOf(desk, met), ({ name, userId }) => `${nameKey(name)}|${userId}`, query);
};

/** Members of a group take others into it; those who lead invite guests into any room but one of two. */
export const putConversationMember: Operation<"putConversationMember"> = (desk, who, { params }, now) => {
  const met = metBy(desk, who.person, params.conversationId ?? "");
  if (met === undefined) return notFound();
  const { kept, facts, listed } = met;
  const { conversationId } = kept;
  if (kept.kind === "direct") return refuse("conflict", "two people talk here");
  const guests = kept.kind !== "group";
  if (guests ? !leadsHere(who.person) || listed === "guest" : listed !== "member") return refuse("forbidden");
  const person = desk.directory.people.get(params.userId ?? "");
  if (person === undefined || !person.enabled || person.permission === "wallboard") return notFound();
  if (kept.closed) return refuse("conflict", "this conversation is closed");
  const known = desk.conversations.member(conversationId, person.userId);
  if (known !== undefined) return done(showMember(person, known.guest));
  if (belongs(facts, roomPerson(person), undefined)) return done(showMember(person, false));
  if (desk.conversations.members(conversationId).length >= limits.roomMembers)
    return refuse("conflict", "there are too many people in this conversation");
  join(desk, conversationId, { userIds: [person.userId], guests, by: by(who), ip: who.ip }, now);
  return done(showMember(person, guests));
};

/** Everybody leaves what they were named for; a group's maker and those who lead take others out. */
export const deleteConversationMember: Operation<"deleteConversationMember"> = (desk, who, { params }, now) => {
  const met = metBy(desk, who.person, params.conversationId ?? "");
  if (met === undefined) return notFound();
  const { kept, listed } = met;
  const { conversationId } = kept;
  if (kept.kind === "direct") return refuse("conflict", "two people talk here");
  const userId = params.userId ?? "";
  const self = userId === who.person.userId;
  if (!self && (listed === "guest" || !keeps(who, kept))) return refuse("forbidden");
  if (desk.conversations.member(conversationId, userId) === undefined)
    return self ? refuse("conflict", "you are in this conversation by your site, role or permission") : notFound();
  leave(desk, conversationId, { userId, by: by(who), ip: who.ip }, now);
  // Nobody is left who could ever open it again.
  if (kept.kind === "group" && !kept.closed && desk.conversations.members(conversationId).length === 0)
    changeRoom(desk, kept, { closed: true }, by(who), now, who.ip);
  return done(null);
};
