import type { NewConversation } from "../../../protocol/conversation/rooms.ts";
import { limits } from "../../../protocol/limits.ts";
import { pageSize } from "../../../protocol/lists.ts";
import { done, type FieldError, refuse } from "../../../protocol/problems.ts";
import { roomPerson } from "../../kernel/room-messages.ts";
import type { Desk, Who } from "../desk.ts";
import { fullName, type Person } from "../directory/directory.ts";
import { decodeCursor, encodeCursor, notFound, type Operation, wrongCursor } from "../operations/operation.ts";
import { isMade, type KeptConversation, pairKey, showConversation } from "./conversation.ts";
import { changeRoom, join, type Met, metBy, openRoom } from "./rooms.ts";
import { openStandingRooms } from "./standing-rooms.ts";

export const leadsHere = ({ permission }: Person): boolean => permission === "coordinator" || permission === "admin";

const by = (who: Who) => ({ type: "user", id: who.person.userId }) as const;

/** A conversation as the person who asks sees it. */
const shown = (desk: Desk, { person }: Who, { kept, listed }: Met) => {
  const { conversationId } = kept;
  let other: { userId: string; name: string } | undefined;
  if (kept.kind === "direct") {
    const found = desk.conversations.members(conversationId).find(({ userId }) => userId !== person.userId);
    const known = found && desk.directory.people.get(found.userId);
    if (found !== undefined) other = { userId: found.userId, name: known === undefined ? "" : fullName(known) };
  }
  const read = desk.conversations.readOf(conversationId, person.userId);
  return showConversation(kept, { read, guest: listed === "guest", other });
};

/** Standing rooms come into being here. Newest activity first; whoever is in none of a page's rooms gets the next ones. */
export const listConversations: Operation<"listConversations"> = (desk, who, { query }, now) => {
  const size = pageSize(query);
  let before = { lastAt: Number.MAX_SAFE_INTEGER, conversationId: "" };
  if (query.cursor === undefined) openStandingRooms(desk, who.person, now);
  else {
    const [at, conversationId] = (decodeCursor(query.cursor) ?? "").split("|");
    before = { lastAt: Number(at), conversationId: conversationId ?? "" };
    if (!Number.isSafeInteger(before.lastAt) || before.conversationId === "") return wrongCursor();
  }
  const person = roomPerson(who.person);
  const met: Met[] = [];
  for (let more = true; more && met.length <= size; ) {
    const found = desk.conversations.pageFor(person, query, before, size + 1);
    more = found.length > size;
    for (const kept of found) {
      before = kept;
      const one = metBy(desk, who.person, kept.conversationId);
      if (one !== undefined) met.push(one);
    }
  }
  const last = met[size - 1]?.kept;
  return done({
    items: met.slice(0, size).map((one) => shown(desk, who, one)),
    ...(met.length > size && last !== undefined
      ? { nextCursor: encodeCursor(`${last.lastAt}|${last.conversationId}`) }
      : {}),
  });
};

/** People who cannot be in any conversation, by path: unknown, disabled, and what hangs on a wall (422). */
const unfit = (desk: Desk, userIds: readonly string[], pathOf: (i: number) => string): FieldError[] =>
  userIds.flatMap((userId, i) => {
    const person = desk.directory.people.get(userId);
    const fits = person?.enabled === true && person.permission !== "wallboard";
    return fits ? [] : [{ path: pathOf(i), message: "does not exist" }];
  });

type New<K extends NewConversation["kind"]> = Extract<NewConversation, { kind: K }>;

const openDirect = (desk: Desk, who: Who, { userId }: New<"direct">, now: number) => {
  const own = who.person.userId;
  if (userId === own) return refuse("invalid", undefined, [{ path: "userId", message: "is yourself" }]);
  const errors = unfit(desk, [userId], () => "userId");
  if (errors.length > 0) return refuse("invalid", undefined, errors);
  const key = pairKey(own, userId);
  const known = desk.conversations.byKey(key);
  if (known !== undefined) return done(known);
  const kept = openRoom(desk, { form: "chat", kind: "direct", title: "", key, makerId: own }, by(who), now, who.ip);
  join(desk, kept.conversationId, { userIds: [own, userId], guests: false, by: by(who), ip: who.ip }, now);
  return done(kept);
};

const tooMany = (desk: Desk): boolean => desk.conversations.countMade() >= limits.roomsPerTenant;
const full = () => refuse("conflict", "there are too many groups and notes");

const openGroup = (desk: Desk, who: Who, { form = "chat", title, userIds }: New<"group">, now: number) => {
  const errors = unfit(desk, userIds, (i) => `userIds.${i}`);
  if (errors.length > 0) return refuse("invalid", undefined, errors);
  if (tooMany(desk)) return full();
  const own = who.person.userId;
  const members = [...new Set([own, ...userIds])];
  if (members.length > limits.roomMembers)
    return refuse("invalid", undefined, [{ path: "userIds", message: "are too many" }]);
  const kept = openRoom(desk, { form, kind: "group", title, makerId: own }, by(who), now, who.ip);
  join(desk, kept.conversationId, { userIds: members, guests: false, by: by(who), ip: who.ip }, now);
  return done(kept);
};

/** Notes are begun by those who lead. */
const openNote = (desk: Desk, who: Who, body: New<"site" | "incident">, now: number) => {
  if (!leadsHere(who.person)) return refuse("forbidden");
  const of = body.kind === "site" ? { siteId: body.siteId } : { incidentId: body.incidentId };
  const exists =
    body.kind === "site" ? desk.directory.sites.has(body.siteId) : desk.incidents.get(body.incidentId) !== undefined;
  if (!exists) {
    const path = body.kind === "site" ? "siteId" : "incidentId";
    return refuse("invalid", undefined, [{ path, message: "does not exist" }]);
  }
  if (tooMany(desk)) return full();
  const { kind, form, title } = body;
  return done(openRoom(desk, { form, kind, title, ...of, makerId: who.person.userId }, by(who), now, who.ip));
};

export const createConversation: Operation<"createConversation"> = (desk, who, { body }, now) => {
  const made =
    body.kind === "direct"
      ? openDirect(desk, who, body, now)
      : body.kind === "group"
        ? openGroup(desk, who, body, now)
        : openNote(desk, who, body, now);
  if (!made.ok) return made;
  const met = metBy(desk, who.person, made.value.conversationId);
  return met === undefined ? notFound() : done(shown(desk, who, met));
};

export const getConversation: Operation<"getConversation"> = (desk, who, { params }) => {
  const met = metBy(desk, who.person, params.conversationId ?? "");
  return met === undefined ? notFound() : done(shown(desk, who, met));
};

/** Its maker, and those who lead, of a conversation that they are in. */
export const keeps = (who: Who, kept: KeptConversation): boolean =>
  leadsHere(who.person) || kept.makerId === who.person.userId;

export const patchConversation: Operation<"patchConversation"> = (desk, who, { params, body }, now) => {
  const met = metBy(desk, who.person, params.conversationId ?? "");
  if (met === undefined) return notFound();
  const { kept } = met;
  if (!isMade(kept)) return refuse("conflict", "this conversation is kept by StandBy itself");
  if (met.listed === "guest" || !keeps(who, kept)) return refuse("forbidden");
  const title = body.title ?? kept.title;
  const closed = body.state === undefined ? kept.closed : body.state === "closed";
  if (kept.closed && !closed && tooMany(desk)) return full();
  if (title === kept.title && closed === kept.closed) return done(shown(desk, who, met));
  const changed = changeRoom(desk, kept, { title, closed }, by(who), now, who.ip);
  return done(shown(desk, who, { ...met, kept: changed }));
};
