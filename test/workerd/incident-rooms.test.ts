/**
 * Rooms of incidents (issue 6, 1; P3, I4, I9, I11, T1): they open by themselves, take in who answers, tell what happens and close
 * with the incident, also when an actor dies at any step between. Does not prove what an alarm of ten thousand costs with them
 * (docs/performance.md), nor what the room says word by word (test/core/incident-news.test.ts).
 */
import { evictAllDurableObjects, evictDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, test, vi } from "vitest";
import { ConversationActor } from "../../actors/conversation/conversation-actor.ts";
import { Conversation, ConversationMember, type Message } from "../../protocol/conversation/rooms.ts";
import { page } from "../../protocol/lists.ts";
import type { Device } from "./harness/device.ts";
import { Room } from "./harness/room.ts";
import { fireTimers, kill, query } from "./harness/storage.ts";
import { Tenant } from "./harness/tenant.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const listed = async (tenant: Tenant, token: string): Promise<Conversation[]> =>
  page(Conversation)
    .parse((await tenant.call("GET", "/conversations", { token })).body)
    .items.filter(({ kind }) => kind === "incident");

const answer = async (device: Device, alarmId: string, response: "coming" | "notComing" | "onScene") => {
  device.send({ type: "respond", alarmId, response });
  await device.next("responseAccepted", (frame) => frame.alarmId === alarmId);
};

/** What the log holds by now is told, and has arrived. */
const told = async (tenant: Tenant): Promise<void> => {
  await fireTimers(tenant.stub, "roomLog:%");
  await arrived(tenant);
};

const arrived = (tenant: Tenant) =>
  vi.waitUntil(async () => (await query(tenant.stub, "SELECT id FROM outbox WHERE topic = 'rooms'")).length === 0, {
    timeout: 20_000,
  });

const roomOf = async (tenant: Tenant): Promise<Room> => {
  const [room] = await listed(tenant, tenant.admin.token);
  if (room === undefined) throw new Error("this incident has no room");
  return Room.at(tenant, room.conversationId);
};

const messages = async (room: Room, token?: string): Promise<Message[]> =>
  ((await room.call("GET", "/messages?limit=200", token === undefined ? {} : { token })).body as { items: Message[] })
    .items;

const types = async (room: Room) => (await messages(room)).map(({ event }) => event?.type);

const endAlarm = (tenant: Tenant, alarmId: string) =>
  tenant.call("POST", `/alarms/${alarmId}/stand-down`, { body: { reason: "over" } });

test("after a storm of alarms rooms open one after the other, so that the next alarm has a turn between them", async () => {
  const tenant = await Tenant.make();
  const ann = await tenant.addDevice("ann");
  const real = ConversationActor.prototype.receive;
  let open = 0;
  let most = 0;
  vi.spyOn(ConversationActor.prototype, "receive").mockImplementation(async function (this: ConversationActor, told) {
    open += 1;
    most = Math.max(most, open);
    // Long enough for a second one to begin, if it were let.
    await new Promise((resolve) => setTimeout(resolve, 5));
    open -= 1;
    return real.call(this, told);
  });
  for (let i = 0; i < 6; i++) await tenant.raise({ users: [ann.userId] });
  await told(tenant);
  expect(await listed(tenant, tenant.admin.token)).toHaveLength(6);
  expect(most).toBe(1);
});

test("P3: the room opens by itself, takes in those who come, tells what happens, closes and opens with the incident", async () => {
  const tenant = await Tenant.make();
  const [ann, bob, cas] = [await tenant.addDevice("ann"), await tenant.addDevice("bob"), await tenant.addDevice("cas")];
  const alarmId = await tenant.raise({ users: [ann.userId, bob.userId] });
  await Promise.all([answer(ann, alarmId, "coming"), answer(bob, alarmId, "notComing")]);
  await told(tenant);
  const room = await roomOf(tenant);
  expect((await messages(room)).map(({ event, authorId }) => ({ event, authorId }))).toEqual([
    { event: { type: "alarmRaised", alarmId, kind: "actual", title: "Fire", recipients: 2 } },
    { event: { type: "answered", alarmId, coming: [ann.userId], onScene: [], notComing: [bob.userId] } },
  ]);
  expect(await listed(tenant, ann.token)).toMatchObject([{ title: "Fire", state: "open" }]);
  expect(await listed(tenant, bob.token)).toEqual([]);
  expect(await listed(tenant, cas.token)).toEqual([]);
  await (await room.talk(ann.token)).say("On my way, which floor?");

  await answer(bob, alarmId, "onScene");
  await endAlarm(tenant, alarmId);
  await told(tenant);
  const members = page(ConversationMember).parse((await room.call("GET", "/members")).body).items;
  expect(members.map(({ userId }) => userId).sort()).toEqual([tenant.admin.user.userId, ann.userId, bob.userId].sort());
  expect((await types(room)).slice(3)).toEqual(["answered", "stoodDown", "closed"]);
  expect(await listed(tenant, bob.token)).toMatchObject([{ state: "closed" }]);
  expect((await room.call("GET", "/state", { token: ann.token })).body).toMatchObject({ mayWrite: false });

  expect((await tenant.call("POST", `/alarms/${alarmId}/re-open`)).status).toBe(200);
  await told(tenant);
  expect((await types(room)).slice(6)).toEqual(["reopened", "opened"]);
  await (await room.talk(bob.token)).say("Again");
  expect((await room.call("PATCH", "", { body: { state: "closed" } })).status).toBe(409);
});

test("I9: a room of what is not real says so first of all", async () => {
  const tenant = await Tenant.make();
  const raised = await tenant.call("POST", "/alarms", {
    body: { title: "Fire", kind: "exercise", targets: { users: [] } },
  });
  expect(raised.status).toBe(422);
  const user = tenant.admin.user.userId;
  await tenant.call("POST", "/alarms", { body: { title: "Fire", kind: "exercise", targets: { users: [user] } } });
  await told(tenant);
  const [room] = await listed(tenant, tenant.admin.token);
  expect(room?.title).toBe("OEFENING. Fire");
  expect((await messages(Room.at(tenant, room?.conversationId ?? "")))[0]?.event).toMatchObject({ kind: "exercise" });
});

test("a line of the incident's log is told in its room, also after the end; one room for all its alarms", async () => {
  const tenant = await Tenant.make();
  const ann = await tenant.addDevice("ann");
  const first = await tenant.raise({ users: [ann.userId] });
  await told(tenant);
  const room = await roomOf(tenant);
  const { incidentId } = (await tenant.call("GET", `/alarms/${first}`)).body as { incidentId: string };
  const second = await tenant.call("POST", "/alarms", {
    body: { title: "Second", incidentId, targets: { users: [ann.userId] } },
  });
  expect(second.status).toBe(202);
  await endAlarm(tenant, first);
  await endAlarm(tenant, (second.body as { alarmId: string }).alarmId);
  await tenant.call("POST", `/incidents/${incidentId}/notes`, { body: { text: "Door was locked" } });
  await told(tenant);
  expect(await listed(tenant, tenant.admin.token)).toHaveLength(1);
  expect(await types(room)).toEqual(["alarmRaised", "alarmRaised", "stoodDown", "stoodDown", "closed", "noted"]);
  expect((await messages(room)).at(-1)?.event).toEqual({
    type: "noted",
    userId: tenant.admin.user.userId,
    text: "Door was locked",
  });
});

test("T1: of a duress alarm only those who answered that they come, and those who lead, see the room", async () => {
  const tenant = await Tenant.make();
  const raiser = await tenant.addDevice("raiser");
  const [helper, silent, outside] = [
    await tenant.addDevice("helper"),
    await tenant.addDevice("silent"),
    await tenant.addDevice("outside"),
  ];
  const users = [raiser.userId, helper.userId, silent.userId];
  const { scenarioId } = (
    await tenant.call("POST", "/scenarios", {
      body: { name: "Duress", title: "Help", targets: { users }, duress: true },
    })
  ).body as { scenarioId: string };
  const raised = await tenant.call("POST", "/alarms", { token: raiser.token, body: { scenarioId } });
  const { alarmId } = raised.body as { alarmId: string };
  await helper.next("alarm");
  await answer(helper, alarmId, "coming");
  await told(tenant);
  const room = await roomOf(tenant);
  for (const { token } of [raiser, silent, outside]) {
    expect(await listed(tenant, token)).toEqual([]);
    expect((await room.call("GET", "", { token })).status).toBe(404);
    expect((await room.upgrade(token)).status).toBe(404);
  }
  expect(await listed(tenant, helper.token)).toHaveLength(1);
  await raiser.settled();
  expect(raiser.of("notice")).toEqual([]);
});

describe("I4, I11: whatever dies on the way, the room tells each thing once", () => {
  const alarmed = async () => {
    const tenant = await Tenant.make();
    const ann = await tenant.addDevice("ann");
    const alarmId = await tenant.raise({ users: [ann.userId] });
    await answer(ann, alarmId, "coming");
    return { tenant, ann, alarmId };
  };
  const whole = ["alarmRaised", "answered"];

  test("the tenant's actor, killed before its timer came: the timer is a row", async () => {
    const { tenant, ann } = await alarmed();
    await kill(tenant.stub);
    const [timer] = await query(tenant.stub, "SELECT name FROM timers WHERE name LIKE 'roomLog:%'");
    expect(timer).toBeDefined();
    await told(tenant);
    expect(await types(await roomOf(tenant))).toEqual(whole);
    expect(await listed(tenant, ann.token)).toHaveLength(1);
  });

  test("the tenant's actor, killed when it had written down what to tell and told nobody", async () => {
    const { tenant, ann } = await alarmed();
    const away = vi.spyOn(ConversationActor.prototype, "receive").mockImplementation(() => {
      throw new Error("away");
    });
    await fireTimers(tenant.stub, "roomLog:%");
    await vi.waitUntil(() => away.mock.calls.length > 0);
    await kill(tenant.stub);
    away.mockRestore();
    await query(tenant.stub, "UPDATE outbox SET next_at = 0 WHERE topic = 'rooms'");
    await fireTimers(tenant.stub, "rooms");
    await arrived(tenant);
    // Nothing new: the mark was moved with the rows.
    await told(tenant);
    expect(await types(await roomOf(tenant))).toEqual(whole);
    expect(await listed(tenant, ann.token)).toHaveLength(1);
  });

  test("the answer of the room, lost after it had stored everything", async () => {
    const { tenant } = await alarmed();
    const real = ConversationActor.prototype.receive;
    let lost = 0;
    const losing = vi.spyOn(ConversationActor.prototype, "receive").mockImplementation(function (
      this: ConversationActor,
      list,
    ) {
      real.call(this, list);
      lost += 1;
      throw new Error("the answer was lost");
    });
    await fireTimers(tenant.stub, "roomLog:%");
    await vi.waitUntil(() => lost > 0);
    losing.mockRestore();
    await query(tenant.stub, "UPDATE outbox SET next_at = 0 WHERE topic = 'rooms'");
    await fireTimers(tenant.stub, "rooms");
    await arrived(tenant);
    expect(await types(await roomOf(tenant))).toEqual(whole);
  });

  test("the room's actor, killed, and everything evicted, between one event and the next", async () => {
    const { tenant, ann, alarmId } = await alarmed();
    await told(tenant);
    const room = await roomOf(tenant);
    await kill(room.stub);
    await endAlarm(tenant, alarmId);
    await evictAllDurableObjects();
    await told(tenant);
    await evictDurableObject(room.stub);
    expect(await types(room)).toEqual([...whole, "stoodDown", "closed"]);
    expect(await listed(tenant, ann.token)).toMatchObject([{ state: "closed" }]);
  });

  test("a room that cannot be told holds up no other one", async () => {
    const { tenant } = await alarmed();
    await told(tenant);
    const stuck = await roomOf(tenant);
    const real = ConversationActor.prototype.receive;
    vi.spyOn(ConversationActor.prototype, "receive").mockImplementation(function (this: ConversationActor, list) {
      const { ctx } = this as unknown as { ctx: DurableObjectState };
      if (ctx.id.name?.endsWith(stuck.conversationId)) throw new Error("away");
      real.call(this, list);
    });
    const ends = await tenant.call("GET", "/alarms?state=open");
    const [{ alarmId = "" } = {}] = (ends.body as { items: { alarmId: string }[] }).items;
    await endAlarm(tenant, alarmId);
    await fireTimers(tenant.stub, "roomLog:%");
    const bob = await tenant.enrol(await tenant.addPerson("bob"));
    const made = await tenant.call("POST", "/conversations", { body: { kind: "direct", userId: bob.userId } });
    const { conversationId } = Conversation.parse(made.body);
    await (await Room.at(tenant, conversationId).talk(bob.token)).say("Through");
    const left = await query(tenant.stub, "SELECT DISTINCT entity FROM outbox WHERE topic = 'rooms'");
    expect(left).toEqual([{ entity: stuck.conversationId }]);
  });
});
