import { limits } from "../../../protocol/limits.ts";
import type { CreatedUser, User } from "../../../protocol/people.ts";
import { done, type FieldError, refuse } from "../../../protocol/problems.ts";
import { newId } from "../../kernel/ids.ts";
import { roaming } from "../../kernel/stubs.ts";
import { peopleChanged, sessionsEnded } from "../conversation/people.ts";
import type { Desk, Who } from "../desk.ts";
import { fullName, type Person, placeOf, showPerson, usernameKey } from "../directory/directory.ts";
import { planImport } from "../directory/import.ts";
import { endLoneWorkerOf } from "../lone-worker/watching.ts";
import { tellDevices } from "../roll-call/changing.ts";
import { leaveShiftsOf } from "../roster/operations.ts";
import { notFound, type Operation, pageOf } from "./operation.ts";

const by = (who: Who) => ({ type: "user", id: who.person.userId }) as const;

/** Ids of roles and of the home site that do not exist here. */
const unknownIds = (desk: Desk, roleIds: readonly string[], homeSiteId: string | null | undefined): FieldError[] => [
  ...roleIds.flatMap((id, i) =>
    desk.directory.roles.has(id) ? [] : [{ path: `roleIds.${i}`, message: "does not exist" }],
  ),
  ...(homeSiteId == null || desk.directory.sites.has(homeSiteId)
    ? []
    : [{ path: "homeSiteId", message: "does not exist" }]),
];

/** Colleagues see names and roles; contact details are for those who lead, and for oneself. */
const shownTo = (who: Who, person: Person): User => {
  const user = showPerson(person);
  const open = who.person.permission === "admin" || who.person.permission === "coordinator";
  if (open || who.person.userId === person.userId) return user;
  const { email: _, phone: __, ...rest } = user;
  return rest;
};

/** Stores people, writes them down and tells the site actors that hold their sockets what matters to those. */
export const savePeople = (desk: Desk, list: readonly Person[], who: Who | undefined, now: number): void => {
  const before = new Map(list.map((person) => [person.userId, desk.directory.people.get(person.userId)]));
  desk.people.savePeople(list);
  desk.alarms.reckonAgain();
  // A changed number or address is another one: it has to be proven anew.
  desk.addresses.disprove(list.map(({ userId }) => ({ id: userId, contact: false })));
  const author = who === undefined ? ({ type: "operator", id: "operator" } as const) : by(who);
  for (let i = 0; i < list.length; i += 2_000) {
    const part = list.slice(i, i + 2_000);
    const entity = part.length === 1 ? (part[0]?.userId ?? "users") : "users";
    desk.record("users.saved", entity, now, author, { users: part.map((person) => ({ ...person })) }, who?.ip);
  }
  const changes = list.flatMap((after) => {
    const known = before.get(after.userId);
    return known === undefined ? [] : [{ before: known, after }];
  });
  for (const change of changes) tellPlaces(desk, change.before, change.after, now);
  peopleChanged(desk, changes, now);
};

const tellPlaces = (desk: Desk, before: Person, after: Person, now: number): void => {
  const place = placeOf(before, roaming);
  const sessions = desk.sessions.of(after.userId);
  if (before.enabled && !after.enabled) {
    endLoneWorkerOf(desk, after.userId, now);
    leaveShiftsOf(desk, after.userId, now);
    for (const session of sessions) desk.sessions.end(session.sessionId);
    for (const session of sessions)
      desk.record(
        "session.ended",
        after.userId,
        now,
        { type: "system", id: "tenant" },
        { userId: after.userId, sessionId: session.sessionId, reason: "disabled" },
      );
    const sessionIds = sessions.map(({ sessionId }) => sessionId);
    if (sessions.length > 0) desk.tellSite(place, { kind: "sessionsEnded", sessionIds }, now);
    sessionsEnded(desk, before, sessionIds, now);
    return;
  }
  if (sessions.length === 0) return;
  const rights = before.permission !== after.permission;
  const moved = placeOf(after, roaming);
  const { version } = after;
  if (moved === place) desk.tellSite(place, { kind: "person", user: showPerson(after), rights, version }, now);
  else {
    desk.tellSite(place, { kind: "moved", userId: after.userId, to: moved, version }, now);
    // The new place must know the alarms that this person may still answer.
    for (const alarmId of desk.alarms.ids("open", Number.MAX_SAFE_INTEGER, 100))
      if (desk.alarms.open(alarmId)?.progress.indexOf.has(after.userId) === true)
        desk.tellSite(moved, { kind: "alarm", alarmId, only: [after.userId] }, now);
    for (const opened of desk.rollCalls.open())
      if (opened.roll.indexOf.has(after.userId)) tellDevices(desk, opened, [after.userId], now);
  }
};

export const getMe: Operation<"getMe"> = (_desk, who) => done(showPerson(who.person));

export const createUser: Operation<"createUser", { invitationHash: string }> = (desk, who, input, now) => {
  const { body } = input;
  const errors = unknownIds(desk, body.roleIds ?? [], body.homeSiteId);
  if (errors.length > 0) return refuse("invalid", undefined, errors);
  if (desk.directory.byUsername.has(usernameKey(body.username))) return refuse("username_taken");
  if (desk.directory.people.size >= limits.usersPerTenant) return refuse("conflict", "there are too many people");
  const person: Person = {
    userId: newId("usr"),
    username: body.username,
    firstName: body.firstName,
    lastName: body.lastName,
    ...(body.email === undefined ? {} : { email: body.email }),
    ...(body.phone === undefined ? {} : { phone: body.phone }),
    locale: body.locale ?? desk.facts?.locale ?? "nl",
    permission: body.permission ?? "employee",
    roleIds: [...new Set(body.roleIds ?? [])],
    ...(body.homeSiteId === undefined ? {} : { homeSiteId: body.homeSiteId }),
    enabled: true,
    version: 1,
  };
  savePeople(desk, [person], who, now);
  desk.sessions.addCode(input.invitationHash, "invitation", person.userId, now + limits.invitationMs);
  const created: Omit<CreatedUser, "invitation"> = showPerson(person);
  return done(created);
};

export const importUsers: Operation<"importUsers"> = (desk, who, { body, query }, now) => {
  const plan = planImport(body.users, desk.directory, {
    locale: desk.facts?.locale ?? "nl",
    newUserId: () => newId("usr"),
    most: limits.usersPerTenant,
  });
  if (query.dryRun !== "true" && plan.save.length > 0) savePeople(desk, plan.save, who, now);
  return done(plan.result);
};

export const listUsers: Operation<"listUsers"> = (desk, who, { query }) => {
  const text = query.query?.normalize("NFKC").toLowerCase();
  const found = [...desk.directory.people.values()].filter(
    (person) =>
      (query.role === undefined || person.roleIds.includes(query.role)) &&
      (query.site === undefined || person.homeSiteId === query.site) &&
      (text === undefined ||
        fullName(person).normalize("NFKC").toLowerCase().includes(text) ||
        usernameKey(person.username).includes(text)),
  );
  const page = pageOf(found, (person) => usernameKey(person.username), query);
  return page.ok ? done({ ...page.value, items: page.value.items.map((person) => shownTo(who, person)) }) : page;
};

export const getUser: Operation<"getUser"> = (desk, who, { params }) => {
  const person = desk.directory.people.get(params.userId ?? "");
  return person === undefined ? notFound() : done(shownTo(who, person));
};

/** Fields that people may change of their own (P11, P18); the rest is an administrator's. */
const own = new Set(["firstName", "lastName", "email", "phone", "locale"]);

export const patchUser: Operation<"patchUser"> = (desk, who, { params, body }, now) => {
  const person = desk.directory.people.get(params.userId ?? "");
  if (person === undefined) return notFound();
  const admin = who.person.permission === "admin";
  const self = who.person.userId === person.userId;
  if (!admin && !(self && Object.keys(body).every((field) => own.has(field)))) return refuse("forbidden");
  const errors = unknownIds(desk, body.roleIds ?? [], body.homeSiteId);
  if (errors.length > 0) return refuse("invalid", undefined, errors);
  const username = body.username ?? person.username;
  const holder = desk.directory.byUsername.get(usernameKey(username));
  if (holder !== undefined && holder !== person.userId) return refuse("username_taken");
  const stays = (body.enabled ?? person.enabled) && (body.permission ?? person.permission) === "admin";
  if (person.permission === "admin" && person.enabled && !stays && lastAdmin(desk, person))
    return refuse("conflict", "somebody must remain administrator");
  const changed = withFields(person, body);
  savePeople(desk, [changed], who, now);
  return done(showPerson(changed));
};

const lastAdmin = (desk: Desk, person: Person): boolean => {
  for (const other of desk.directory.people.values())
    if (other.userId !== person.userId && other.permission === "admin" && other.enabled) return false;
  return true;
};

/** `null` takes an optional field away, a missing one leaves it. */
const withFields = (person: Person, body: Readonly<Record<string, unknown>>): Person => {
  const changed: Record<string, unknown> = { ...person, version: person.version + 1 };
  for (const [field, value] of Object.entries(body)) {
    if (value === undefined) continue;
    if (value === null) delete changed[field];
    else changed[field] = value;
  }
  return changed as unknown as Person;
};
