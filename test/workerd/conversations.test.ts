import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, test, vi } from "vitest";
import { SiteActor } from "../../actors/site/site-actor.ts";
import { roomClosing } from "../../protocol/conversation/closing.ts";
import { Conversation, ConversationMember } from "../../protocol/conversation/rooms.ts";
import { page } from "../../protocol/lists.ts";
import { Room } from "./harness/room.ts";
import { fireTimers, kill, query } from "./harness/storage.ts";
import { type Enrolled, Tenant } from "./harness/tenant.ts";

// P3, T1, T10: the tenant's directory of conversations over HTTP, with the conversations' own actors behind it: who is given which,
// who may change them, and that those who left or changed are out. What is said in them is chat.test.ts; rooms of incidents
// incident-rooms.test.ts; deaths on the way room-errands.test.ts.

afterEach(() => {
  vi.restoreAllMocks();
});

const Conversations = page(Conversation);
const Members = page(ConversationMember);

const listed = async (tenant: Tenant, token: string, query = ""): Promise<Conversation[]> =>
  Conversations.parse((await tenant.call("GET", `/conversations${query}`, { token })).body).items;

const begin = (tenant: Tenant, token: string, body: object) => tenant.call("POST", "/conversations", { token, body });

const made = async (tenant: Tenant, token: string, body: object): Promise<Conversation> => {
  const answer = await begin(tenant, token, body);
  expect(answer.status).toBe(201);
  return Conversation.parse(answer.body);
};

const people = async (...names: string[]) => {
  const tenant = await Tenant.make();
  const list: Enrolled[] = [];
  for (const name of names) list.push(await tenant.enrol(await tenant.addPerson(name)));
  return { tenant, list: list as [Enrolled, Enrolled, Enrolled, Enrolled] };
};

test("P3: everybody's room and those of one's own site and roles are there as soon as one asks, and are one's own", async () => {
  const tenant = await Tenant.make();
  const [north, south] = [await tenant.addSite("North"), await tenant.addSite("South")];
  const role = (await tenant.call("POST", "/roles", { body: { name: "First aid" } })).body as { roleId: string };
  const ann = await tenant.enrol(await tenant.addPerson("ann", { homeSiteId: north, roleIds: [role.roleId] }));
  const bob = await tenant.enrol(await tenant.addPerson("bob", { homeSiteId: south }));
  const hers = await listed(tenant, ann.token);
  expect(hers.map(({ kind, title }) => [kind, title]).sort()).toEqual([
    ["everyone", "Acme"],
    ["role", "First aid"],
    ["site", "North"],
  ]);
  const his = await listed(tenant, bob.token);
  expect(his.map(({ title }) => title).sort()).toEqual(["Acme", "South"]);
  const everybody = his.find(({ kind }) => kind === "everyone");
  expect(hers).toContainEqual(everybody);
  expect(await listed(tenant, ann.token)).toHaveLength(3);

  // They can be talked in at once, without a moment's wait.
  const room = Room.at(tenant, everybody?.conversationId ?? "");
  const [one, two] = [await room.talk(ann.token), await room.talk(bob.token)];
  await one.say("Hello all");
  expect((await two.next("message")).message.text).toBe("Hello all");
});

test("T1: whoever is not in a conversation is answered as for one that does not exist, on every call", async () => {
  const { tenant, list } = await people("ann", "bob", "cas");
  const [ann, bob, cas] = list;
  const { conversationId } = await made(tenant, ann.token, { kind: "direct", userId: bob.userId });
  const lead = tenant.admin.token;
  const calls: [string, string, object?][] = [
    ["GET", ""],
    ["PATCH", "", { title: "Mine" }],
    ["GET", "/members"],
    ["PUT", `/members/${cas.userId}`],
    ["DELETE", `/members/${cas.userId}`],
    ["GET", "/state"],
    ["GET", "/messages"],
  ];
  for (const token of [cas.token, lead])
    for (const [method, path, body] of calls) {
      const facts = { token, ...(body === undefined ? {} : { body }) };
      const there = await tenant.call(method, `/conversations/${conversationId}${path}`, facts);
      const nowhere = await tenant.call(method, `/conversations/cnv_nothing-at-all${path}`, facts);
      expect([method, path, there.status, there.body]).toEqual([method, path, 404, nowhere.body]);
    }
  expect((await Room.at(tenant, conversationId).upgrade(cas.token)).status).toBe(404);
  expect((await listed(tenant, cas.token)).map(({ kind }) => kind)).toEqual(["everyone"]);
});

test("P3: two people have one conversation, whoever begins it and however often", async () => {
  const { tenant, list } = await people("ann", "bob");
  const [ann, bob] = list;
  const first = await made(tenant, ann.token, { kind: "direct", userId: bob.userId });
  const again = await Promise.all([
    made(tenant, ann.token, { kind: "direct", userId: bob.userId }),
    made(tenant, bob.token, { kind: "direct", userId: ann.userId }),
  ]);
  expect(new Set(again.map(({ conversationId }) => conversationId))).toEqual(new Set([first.conversationId]));
  expect(first).toMatchObject({ title: "U bob", withUserId: bob.userId });
  expect(again[1]).toMatchObject({ title: "U ann", withUserId: ann.userId });
  const room = Room.at(tenant, first.conversationId);
  await (await room.talk(bob.token)).say("Only you");
  expect(
    await tenant.call("PUT", `/conversations/${first.conversationId}/members/${bob.userId}`, { token: ann.token }),
  ).toMatchObject({ status: 409, body: { code: "conflict" } });
});

test("people who cannot be in a conversation are refused by name, and nothing is made", async () => {
  const { tenant, list } = await people("ann", "bob");
  const [ann, bob] = list;
  const wall = await tenant.addPerson("wall", { permission: "wallboard" });
  await tenant.call("PATCH", `/users/${bob.userId}`, { body: { enabled: false } });
  for (const userId of [bob.userId, wall, "usr_nobody-at-all"])
    expect(await begin(tenant, ann.token, { kind: "direct", userId })).toMatchObject({
      status: 422,
      body: { errors: [{ path: "userId", message: "does not exist" }] },
    });
  expect(await begin(tenant, ann.token, { kind: "direct", userId: ann.userId })).toMatchObject({ status: 422 });
  const group = { kind: "group", title: "Us", userIds: [ann.userId, bob.userId] };
  expect(await begin(tenant, ann.token, group)).toMatchObject({ body: { errors: [{ path: "userIds.1" }] } });
  expect((await listed(tenant, ann.token)).map(({ kind }) => kind)).toEqual(["everyone"]);
});

test("a group is its members': they take others in, its maker and those who lead take out, whoever left is out at once (T10)", async () => {
  const { tenant, list } = await people("ann", "bob", "cas", "dot");
  const [ann, bob, cas, dot] = list;
  const { conversationId } = await made(tenant, ann.token, { kind: "group", title: "Us", userIds: [bob.userId] });
  const room = Room.at(tenant, conversationId);
  expect((await room.call("PUT", `/members/${cas.userId}`, { token: dot.token })).status).toBe(404);
  expect(await room.call("PUT", `/members/${cas.userId}`, { token: bob.token })).toMatchObject({
    status: 200,
    body: { userId: cas.userId, name: "U cas" },
  });
  const sockets = await Promise.all([room.talk(bob.token), room.talk(cas.token)]);
  expect((await room.call("DELETE", `/members/${bob.userId}`, { token: cas.token })).status).toBe(403);
  expect((await room.call("DELETE", `/members/${cas.userId}`, { token: ann.token })).status).toBe(204);
  expect(await sockets[1].closed).toBe(roomClosing.rightsChanged.code);
  expect((await room.call("DELETE", `/members/${bob.userId}`, { token: bob.token })).status).toBe(204);
  expect(await sockets[0].closed).toBe(roomClosing.rightsChanged.code);
  expect((await room.upgrade(bob.token)).status).toBe(404);
  expect((await room.call("GET", "", { token: bob.token })).status).toBe(404);
  const members = Members.parse((await room.call("GET", "/members", { token: ann.token })).body).items;
  expect(members).toEqual([{ userId: ann.userId, name: "U ann" }]);
});

test("guests come into any room by those who lead, and go again (T10)", async () => {
  const tenant = await Tenant.make();
  const [north, south] = [await tenant.addSite("North"), await tenant.addSite("South")];
  const ann = await tenant.enrol(await tenant.addPerson("ann", { homeSiteId: north }));
  const bob = await tenant.enrol(await tenant.addPerson("bob", { homeSiteId: south }));
  const site = (await listed(tenant, ann.token)).find(({ kind }) => kind === "site");
  const room = Room.at(tenant, site?.conversationId ?? "");
  expect((await room.call("PUT", `/members/${bob.userId}`, { token: ann.token })).status).toBe(403);
  expect(await room.call("PUT", `/members/${bob.userId}`)).toMatchObject({ status: 200, body: { guest: true } });
  expect(await listed(tenant, bob.token)).toContainEqual(expect.objectContaining({ title: "North", guest: true }));
  const members = Members.parse((await room.call("GET", "/members", { token: bob.token })).body).items;
  expect(members).toEqual([
    { userId: tenant.admin.user.userId, name: "An Admin" },
    { userId: ann.userId, name: "U ann" },
    { userId: bob.userId, name: "U bob", guest: true },
  ]);
  const socket = await room.talk(bob.token);
  await socket.say("Thanks");
  expect((await room.call("DELETE", `/members/${bob.userId}`)).status).toBe(204);
  expect(await socket.closed).toBe(roomClosing.rightsChanged.code);
  expect((await room.call("DELETE", `/members/${ann.userId}`, { token: ann.token })).status).toBe(409);
});

test("groups and notes are renamed, closed and opened again by their maker and those who lead; standing rooms by nobody", async () => {
  const { tenant, list } = await people("ann", "bob");
  const [ann, bob] = list;
  const siteId = await tenant.addSite("North");
  const lead = tenant.admin.token;
  const group = await made(tenant, ann.token, { kind: "group", title: "Us", userIds: [bob.userId] });
  const room = Room.at(tenant, group.conversationId);
  const socket = await room.talk(bob.token);
  expect((await room.call("PATCH", "", { token: bob.token, body: { title: "Mine" } })).status).toBe(403);
  expect((await room.call("PATCH", "", { token: ann.token, body: { state: "closed" } })).body).toMatchObject({
    state: "closed",
  });
  expect(await socket.next("room", ({ state }) => state === "closed")).toMatchObject({ mayWrite: false });
  expect((await room.call("PUT", `/members/${bob.userId}`, { token: ann.token })).status).toBe(409);
  expect((await room.call("PATCH", "", { token: ann.token, body: { state: "open", title: "We" } })).body).toMatchObject(
    {
      state: "open",
      title: "We",
    },
  );
  await socket.next("room", ({ state }) => state === "open");

  expect((await begin(tenant, ann.token, { kind: "site", form: "note", title: "Plan", siteId })).status).toBe(403);
  const note = await made(tenant, lead, { kind: "site", form: "note", title: "Plan", siteId });
  expect(note).toMatchObject({ form: "note", siteId });
  const unknown = { kind: "site", form: "note", title: "Plan", siteId: "sit_nowhere" };
  expect(await begin(tenant, lead, unknown)).toMatchObject({ status: 422, body: { errors: [{ path: "siteId" }] } });
  const everybody = (await listed(tenant, lead)).find(({ kind }) => kind === "everyone");
  expect(
    (await tenant.call("PATCH", `/conversations/${everybody?.conversationId}`, { body: { title: "All" } })).status,
  ).toBe(409);
});

test("T10: another role, site or permission, a log-out and a disabled account close the sockets in rooms", async () => {
  const tenant = await Tenant.make();
  const north = await tenant.addSite("North");
  const role = (await tenant.call("POST", "/roles", { body: { name: "First aid" } })).body as { roleId: string };
  const who = await tenant.addPerson("ann", { homeSiteId: north, roleIds: [role.roleId] });
  const ann = await tenant.enrol(who);
  const rooms = new Map((await listed(tenant, ann.token)).map(({ kind, conversationId }) => [kind, conversationId]));
  const roomOf = (kind: "everyone" | "site" | "role") => Room.at(tenant, rooms.get(kind) ?? "");
  const [all, site, roles] = await Promise.all([
    roomOf("everyone").talk(ann.token),
    roomOf("site").talk(ann.token),
    roomOf("role").talk(ann.token),
  ]);
  await tenant.call("PATCH", `/users/${who}`, { body: { roleIds: [] } });
  expect(await roles.closed).toBe(roomClosing.rightsChanged.code);
  await tenant.call("PATCH", `/users/${who}`, { body: { homeSiteId: null } });
  expect(await site.closed).toBe(roomClosing.rightsChanged.code);
  await all.say("Still here");

  const other = await tenant.enrol(who);
  const second = await roomOf("everyone").talk(other.token);
  expect((await tenant.call("DELETE", "/sessions/current", { token: ann.token })).status).toBe(204);
  expect(await all.closed).toBe(roomClosing.sessionEnded.code);
  await second.say("On another device");
  await tenant.call("PATCH", `/users/${who}`, { body: { enabled: false } });
  expect(await second.closed).toBe(roomClosing.sessionEnded.code);
  expect((await roomOf("everyone").upgrade(other.token)).status).toBe(401);
});

test("T10: whoever lost a right does not come back by a site actor that has not heard of it yet", async () => {
  const tenant = await Tenant.make();
  const role = (await tenant.call("POST", "/roles", { body: { name: "First aid" } })).body as { roleId: string };
  const ann = await tenant.enrol(await tenant.addPerson("ann", { roleIds: [role.roleId] }));
  const found = (await listed(tenant, ann.token)).find(({ kind }) => kind === "role");
  const room = Room.at(tenant, found?.conversationId ?? "");
  const socket = await room.talk(ann.token);
  const away = vi.spyOn(SiteActor.prototype, "receive").mockImplementation(() => {
    throw new Error("away");
  });
  await tenant.call("PATCH", `/users/${ann.userId}`, { body: { roleIds: [] } });
  expect(await socket.closed).toBe(roomClosing.rightsChanged.code);
  await evictDurableObject(room.stub);
  expect((await room.upgrade(ann.token)).status).toBe(404);
  expect((await room.call("GET", "/messages", { token: ann.token })).status).toBe(404);
  // Given back, it holds at once as well.
  await tenant.call("PATCH", `/users/${ann.userId}`, { body: { roleIds: [role.roleId] } });
  await vi.waitUntil(async () => (await room.call("GET", "/messages", { token: ann.token })).status === 200);
  away.mockRestore();
});

test("a site or role takes another name with it, and closes its rooms when it goes", async () => {
  const tenant = await Tenant.make();
  const north = await tenant.addSite("North");
  const ann = await tenant.enrol(await tenant.addPerson("ann", { homeSiteId: north }));
  const lead = tenant.admin.token;
  const room = (await listed(tenant, ann.token)).find(({ kind }) => kind === "site");
  const note = await made(tenant, lead, { kind: "site", form: "note", title: "Plan", siteId: north });
  await tenant.call("PATCH", `/sites/${north}`, { body: { name: "Upper north" } });
  expect(await listed(tenant, ann.token)).toContainEqual(expect.objectContaining({ title: "Upper north" }));
  await tenant.call("PATCH", `/users/${ann.userId}`, { body: { homeSiteId: null } });
  expect((await tenant.call("DELETE", `/sites/${north}`)).status).toBe(204);
  const kept = await listed(tenant, lead);
  for (const { conversationId = "" } of [room ?? {}, note]) {
    expect(kept.find((one) => one.conversationId === conversationId)).toMatchObject({ state: "closed" });
    const state = await tenant.call("GET", `/conversations/${conversationId}/state`, { token: lead });
    expect(state.body).toMatchObject({ state: "closed", mayWrite: false });
  }
});

test("the list goes by the newest activity and counts what is unread, also after the tenant's actor was dropped from memory", async () => {
  const { tenant, list } = await people("ann", "bob", "cas");
  const [ann, bob, cas] = list;
  await listed(tenant, ann.token);
  const first = await made(tenant, ann.token, { kind: "direct", userId: bob.userId });
  const second = await made(tenant, ann.token, { kind: "direct", userId: cas.userId });
  const room = Room.at(tenant, first.conversationId);
  const [one, two] = [await room.talk(ann.token), await room.talk(bob.token)];
  await one.say("one");
  const { seq } = await one.say("two");
  two.send({ type: "read", read: 1 });
  await two.next("marks");
  await expect
    .poll(async () => (await listed(tenant, bob.token, "?form=chat"))[0], { timeout: 10_000 })
    .toMatchObject({ conversationId: first.conversationId, lastSeq: seq, unread: 1 });
  await evictDurableObject(tenant.stub);
  const hers = await listed(tenant, ann.token);
  expect(hers.map(({ conversationId }) => conversationId).slice(0, 2)).toEqual([
    first.conversationId,
    second.conversationId,
  ]);
  // Page by page it is the same list.
  const pages: Conversation[] = [];
  for (let cursor: string | undefined = ""; cursor !== undefined; ) {
    const path: string = `/conversations?limit=1${cursor === "" ? "" : `&cursor=${cursor}`}`;
    const { items, nextCursor } = Conversations.parse((await tenant.call("GET", path, { token: ann.token })).body);
    pages.push(...items);
    cursor = nextCursor;
  }
  expect(pages).toEqual(hers);
  expect(await listed(tenant, ann.token, "?state=closed")).toEqual([]);
});

test("I11: what somebody read is in their list, also when the room is killed before it has told of it", async () => {
  const { tenant, list } = await people("ann", "bob");
  const [ann, bob] = list;
  const { conversationId } = await made(tenant, ann.token, { kind: "direct", userId: bob.userId });
  const room = Room.at(tenant, conversationId);
  const [one, two] = [await room.talk(ann.token), await room.talk(bob.token)];
  const { seq } = await one.say("one");
  await fireTimers(room.stub, "heads");
  const unread = async () =>
    (await listed(tenant, bob.token)).find((one) => one.conversationId === conversationId)?.unread;
  expect(await unread()).toBe(1);
  two.send({ type: "read", read: seq });
  await two.next("marks");
  await kill(room.stub);
  await fireTimers(room.stub, "heads");
  expect(await unread()).toBe(0);
  expect(await query(room.stub, "SELECT user_id FROM marks WHERE read > told")).toEqual([]);
});

test("ten thousand people who change at once are one row a room", async () => {
  const tenant = await Tenant.make();
  const users = Array.from({ length: 10_000 }, (_, i) => ({ username: `u${i}`, firstName: "U", lastName: `${i}` }));
  const importing = () => tenant.call("POST", "/users/import", { body: { users } });
  expect((await importing()).status).toBe(200);
  await listed(tenant, tenant.admin.token);
  const before = (await query(tenant.stub, "SELECT seq FROM sqlite_sequence WHERE name = 'outbox'"))[0]?.seq as number;
  for (const user of users) Object.assign(user, { permission: "responder" });
  expect((await importing()).body).toMatchObject({ updated: 10_000 });
  const rows = await query(tenant.stub, "SELECT seq FROM sqlite_sequence WHERE name = 'outbox'");
  // Five records of two thousand people each, and one row for everybody's room.
  expect((rows[0]?.seq as number) - before).toBe(6);
  const [room] = await listed(tenant, tenant.admin.token);
  const stub = env.CONVERSATIONS.getByName(`${tenant.tenantId}.${room?.conversationId}`);
  expect(await query(stub as never, "SELECT count(*) AS n FROM members")).toEqual([{ n: 0 }]);
});
