/**
 * Push for mentions and direct messages (issue 6, 6; I4, T1): once, to those who are in the room, without what was written, and after
 * every alarm. Erasure tells every room (P18). Does not prove what a browser shows (test/core/push-message.test.ts) nor what erasure
 * does inside a room (chat-erasure tests).
 */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, test, vi } from "vitest";
import { Kernel } from "../../actors/kernel/kernel.ts";
import type { RoomCall } from "../../actors/kernel/room-messages.ts";
import { setupOf } from "../../actors/tenant/channels/setup.ts";
import { turnOf } from "../../actors/tenant/channels/turns.ts";
import { eraseFromRooms } from "../../actors/tenant/conversation/erasing.ts";
import { Desk } from "../../actors/tenant/desk.ts";
import { tenantMigrations } from "../../actors/tenant/tenant-tables.ts";
import { Conversation } from "../../protocol/conversation/rooms.ts";
import { Provider, useProviders } from "./harness/provider.ts";
import { Room } from "./harness/room.ts";
import { fireTimers, kill, query } from "./harness/storage.ts";
import { type Enrolled, Tenant } from "./harness/tenant.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const subscribe = async (tenant: Tenant, { token, userId }: Enrolled) => {
  const endpoint = `https://push.example.org/${userId}`;
  const body = { endpoint, keys: { p256dh: "B".repeat(87), auth: "A".repeat(22) } };
  expect((await tenant.call("PUT", "/me/push-subscription", { token, body })).status).toBe(204);
};

const trio = async () => {
  const [push] = useProviders(new Provider("push"));
  const tenant = await Tenant.make();
  const [ann, bob, cas] = [
    await tenant.enrol(await tenant.addPerson("ann")),
    await tenant.enrol(await tenant.addPerson("bob", { locale: "en" })),
    await tenant.enrol(await tenant.addPerson("cas")),
  ];
  for (const who of [ann, bob, cas]) await subscribe(tenant, who);
  const body = { kind: "group", title: "Night shift", userIds: [bob.userId] };
  const made = await tenant.call("POST", "/conversations", { token: ann.token, body });
  const { conversationId } = Conversation.parse(made.body);
  return { push, tenant, ann, bob, cas, room: Room.at(tenant, conversationId), conversationId };
};

test("I4, T1: whoever is mentioned and is in the room is told once, in their language, without what was written", async () => {
  const { push, tenant, ann, bob, cas, conversationId } = await trio();
  const page = await tenant.connect(bob);
  const call: RoomCall = {
    conversationId,
    messageId: "msg_the-message",
    authorId: ann.userId,
    why: "mention",
    userIds: [bob.userId, cas.userId, ann.userId, "usr_nobody-at-all"],
    at: Date.now(),
  };
  await tenant.stub.roomCalls([call]);
  await Promise.all([push.until(1), page.next("notice")]);
  // The room did not hear the answer, the tenant died: it asks again.
  await kill(tenant.stub);
  await tenant.stub.roomCalls([call]);
  await tenant.stub.roomCalls([{ ...call, conversationId: "cnv_unknown-one" }]);
  await fireTimers(tenant.stub, "sends%");
  expect(await query(tenant.stub, "SELECT recipient, purpose, channel FROM sends")).toEqual([
    { recipient: bob.userId, purpose: "message", channel: "push" },
  ]);
  expect(push.sent).toHaveLength(1);
  const [message] = push.sent;
  expect(message).toMatchObject({
    purpose: "message",
    title: "U ann mentioned you in Night shift",
    text: "",
    urgency: "normal",
    topic: conversationId,
  });
  expect(JSON.parse(message?.payload ?? "")).toMatchObject({ what: "message", conversationId, tenant: tenant.slug });
  await page.settled();
  expect(page.of("notice").map(({ notice, ref, message: about }) => ({ notice, ref, about }))).toEqual([
    {
      notice: "message",
      ref: conversationId,
      about: { messageId: call.messageId, authorId: ann.userId, why: "mention" },
    },
  ]);
});

test("from the message to the push: a mention that nobody read is called, one that was read is not", async () => {
  const { push, ann, bob, room } = await trio();
  const [writing, reading] = [await room.talk(ann.token), await room.talk(bob.token)];
  const { seq } = await writing.say("Where are you?", { mentions: [bob.userId] });
  reading.send({ type: "read", read: seq });
  await writing.next("marks");
  await writing.say("Bob?", { mentions: [bob.userId] });
  await fireTimers(room.stub, "calls");
  await query(room.stub, "UPDATE calls SET due_at = 0");
  await fireTimers(room.stub, "calls");
  const [message] = await push.until(1);
  expect(message?.title).toBe("U ann mentioned you in Night shift");
  expect(message?.payload).not.toContain("Bob?");
  expect(await query(room.stub, "SELECT count(*) AS n FROM calls")).toEqual([{ n: 0 }]);
});

test("alarms go before messages on the same channel, and whoever left the room meanwhile is not called", async () => {
  expect(turnOf.message).toBeGreaterThan(Math.max(turnOf.alarm, turnOf.reAlarm, turnOf.standDown, turnOf.notice));
  const { push, tenant, ann, bob, room, conversationId } = await trio();
  push.behave = () => ({ ok: false, retry: true, reason: "away" });
  const call = { conversationId, messageId: "msg_1234567", authorId: ann.userId, why: "mention", at: 1 } as const;
  await tenant.stub.roomCalls([{ ...call, userIds: [bob.userId] }]);
  await push.until(1);
  await room.call("DELETE", `/members/${bob.userId}`, { token: bob.token });
  await query(tenant.stub, "UPDATE sends SET next_at = 0");
  await fireTimers(tenant.stub, "sends%");
  await vi.waitUntil(async () => (await query(tenant.stub, "SELECT state FROM sends"))[0]?.state === "cancelled");
  expect(push.sent).toHaveLength(1);
});

test("of a silent alarm's room a push says nothing", async () => {
  const { push, tenant, ann, bob } = await trio();
  const { scenarioId } = (
    await tenant.call("POST", "/scenarios", {
      body: { name: "Duress", title: "Robbery", targets: { users: [bob.userId] }, duress: true },
    })
  ).body as { scenarioId: string };
  const phone = await tenant.connect(bob);
  const raised = await tenant.call("POST", "/alarms", { token: ann.token, body: { scenarioId } });
  const { alarmId } = raised.body as { alarmId: string };
  phone.send({ type: "respond", alarmId, response: "coming" });
  await phone.next("responseAccepted");
  await fireTimers(tenant.stub, "roomLog:%");
  const [found] = await query(tenant.stub, "SELECT conversation_id AS id FROM conversations WHERE kind = 'incident'");
  const conversationId = String(found?.id);
  await tenant.call("PUT", `/conversations/${conversationId}/members/${ann.userId}`);
  const before = push.sent.length;
  const call = {
    conversationId,
    messageId: "msg_7654321",
    authorId: tenant.admin.user.userId,
    why: "mention",
    at: 1,
  } as const;
  // Ann is in distress: her own telephone stays dark, even as a guest of the room.
  await tenant.stub.roomCalls([{ ...call, userIds: [ann.userId, bob.userId] }]);
  await push.until(before + 1);
  const said = push.sent.slice(before).map(({ title, text }) => ({ title, text }));
  expect(said).toEqual([{ title: "StandBy: open the app", text: "" }]);
  expect(JSON.stringify(push.sent.slice(before))).not.toContain("Robbery");
  const rows = await query(tenant.stub, "SELECT recipient FROM sends WHERE purpose = 'message'");
  expect(rows).toEqual([{ recipient: bob.userId }]);
});

test("P18: erasing somebody tells every conversation, closed ones too, and takes them out of all lists", async () => {
  const { tenant, ann, bob, room, conversationId } = await trio();
  await (await room.talk(bob.token)).say("My words");
  await room.call("PATCH", "", { token: ann.token, body: { state: "closed" } });
  // No operation erases people yet: a desk over the same tables, as the actor's own.
  await runInDurableObject(tenant.stub, (_, state) => {
    const kernel = new Kernel(state, env, tenant.tenantId, tenantMigrations);
    const desk = new Desk(kernel, setupOf(env, tenant.tenantId));
    kernel.transaction(() => eraseFromRooms(desk, bob.userId, Date.now()));
  });
  await kill(tenant.stub);
  await fireTimers(tenant.stub, "rooms");
  await vi.waitUntil(
    async () => (await query(tenant.stub, "SELECT id FROM outbox WHERE topic = 'rooms'")).length === 0,
  );
  const { body } = await room.call("GET", "/messages", { token: ann.token });
  expect(body).toMatchObject({ items: [{ seq: 1, gone: "erased" }] });
  expect(JSON.stringify(body)).not.toContain("My words");
  expect(JSON.stringify(body)).not.toContain(bob.userId);
  const left = await query(tenant.stub, "SELECT user_id FROM conversation_members WHERE user_id = ?", bob.userId);
  expect([left, conversationId.length > 0]).toEqual([[], true]);
});
