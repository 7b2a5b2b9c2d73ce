import { expect, test } from "vitest";
import { Raised } from "../../protocol/alarms.ts";
import { Explanation, Preview } from "../../protocol/explanations.ts";
import { Role } from "../../protocol/people.ts";
import { query } from "./harness/storage.ts";
import { Tenant } from "./harness/tenant.ts";

// Before an alarm: who would be reached. After it: why somebody was, or was not (I2). Both against what raising really does, and
// only for those who may ask. Their rules are audience.test.ts and explanations.test.ts of test/core.

const organisation = async () => {
  const tenant = await Tenant.make();
  const [here, elsewhere] = [await tenant.addSite("Here"), await tenant.addSite("Elsewhere")];
  const { roleId } = Role.parse((await tenant.call("POST", "/roles", { body: { name: "First aider" } })).body);
  const roleIds = [roleId];
  const add = async (name: string, homeSiteId: string, facts: object = {}) =>
    tenant.enrol(await tenant.addPerson(name, { homeSiteId, ...facts }));
  const people = {
    regular: await add("regular", here, { roleIds }),
    guest: await add("guest", elsewhere, { roleIds }),
    busy: await add("busy", here, { roleIds }),
    clerk: await add("clerk", here),
    stranger: await add("stranger", elsewhere),
  };
  const paper = await tenant.addPerson("paper", { homeSiteId: here, roleIds });
  const say = (who: { token: string }, path: string, body: object) =>
    tenant.call("PUT", `/me/${path}`, { token: who.token, body });
  await say(people.guest, "presence", { siteId: here, present: true });
  await say(people.busy, "availability", { available: false });
  const wish = {
    title: "Fire",
    targets: { roles: roleIds, sites: [here] },
    conditions: { available: true, visitors: "whenNeeded" },
    requirement: [{ roleId, count: 2 }],
  };
  return { tenant, here, roleId, ...people, paper, wish };
};

test("I2: a preview says what raising would do, by which way, and why others would not be called; it writes nothing", async () => {
  const { tenant, roleId, regular, guest, busy, clerk, stranger, paper, wish } = await organisation();
  const rows = async () =>
    Promise.all(
      ["alarms", "incidents", "log", "outbox"].map(async (table) =>
        query(tenant.stub, `SELECT count(*) FROM ${table}`),
      ),
    );
  const before = await rows();
  const answer = await tenant.call("POST", "/alarms/preview", { body: wish });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  const preview = Preview.parse(answer.body);
  expect(await rows()).toEqual(before);

  expect(preview.recipients.map(({ userId }) => userId).toSorted()).toEqual([regular.userId, paper].toSorted());
  expect(preview.recipients.find(({ userId }) => userId === regular.userId)).toMatchObject({
    name: "U regular",
    roleIds: [roleId],
    device: true,
  });
  expect(preview.recipients.find(({ userId }) => userId === paper)).toMatchObject({ device: false, unreachable: true });
  const reasons = new Map(preview.leftOut.map(({ userId, reason }) => [userId, reason]));
  expect([guest, busy, clerk, stranger].map(({ userId }) => reasons.get(userId))).toEqual([
    "visiting",
    "unavailable",
    "wrongRole",
    "notTargeted",
  ]);
  // The administrator is a stranger too.
  expect(preview.totals).toEqual({
    recipients: 2,
    unreachable: 1,
    leftOut: { visiting: 1, unavailable: 1, wrongRole: 1, notTargeted: 2 },
  });
  expect(preview.fill).toEqual({ filled: true, roles: [{ roleId, count: 2, coming: 2 }] });

  const raised = Raised.parse((await tenant.call("POST", "/alarms", { body: wish })).body);
  expect((await tenant.recipients(raised.alarmId)).map(({ userId }) => userId).toSorted()).toEqual(
    preview.recipients.map(({ userId }) => userId).toSorted(),
  );
});

test("visitors are called when the regular ones are too few; a preview refuses what raising would", async () => {
  const { tenant, roleId, guest, wish } = await organisation();
  const more = { ...wish, requirement: [{ roleId, count: 3 }] };
  const preview = Preview.parse((await tenant.call("POST", "/alarms/preview", { body: more })).body);
  expect(preview.recipients.find(({ userId }) => userId === guest.userId)).toMatchObject({ visiting: true });
  expect(preview.fill?.filled).toBe(true);

  for (const wrong of [
    { ...wish, targets: { roles: ["rol_doesnotexist"] } },
    { ...wish, requirement: [{ roleId: "rol_doesnotexist", count: 1 }] },
    { ...wish, incidentId: "inc_doesnotexist" },
    { scenarioId: "scn_doesnotexist" },
  ]) {
    const [previewed, raised] = [
      await tenant.call("POST", "/alarms/preview", { body: wrong }),
      await tenant.call("POST", "/alarms", { body: wrong }),
    ];
    expect(previewed.status).toBe(422);
    expect(previewed.body).toEqual(raised.body);
  }
  expect((await tenant.call("POST", "/alarms/preview", { token: guest.token, body: wish })).status, "T1").toBe(403);
});

test("I2: everybody is told why they were, or were not, alarmed; only those who lead ask about others", async () => {
  const { tenant, regular, guest, busy, clerk, stranger, paper, wish } = await organisation();
  const device = await tenant.connect(regular);
  const { alarmId } = Raised.parse((await tenant.call("POST", "/alarms", { body: wish })).body);
  await device.next("alarm");
  device.send({ type: "receipt", alarmId });
  device.send({ type: "respond", alarmId, response: "coming" });
  await device.next("responseAccepted");
  const ask = (userId: string, facts: { token?: string } = {}) =>
    tenant.call("GET", `/alarms/${alarmId}/recipients/${userId}`, facts);

  const told = async (userId: string, facts: { token?: string } = {}) => {
    const answer = await ask(userId, facts);
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    return Explanation.parse(answer.body);
  };
  expect(await told(regular.userId)).toMatchObject({ name: "U regular", alarmed: true, state: "answered" });
  expect((await told(paper)).alarmed).toBe(true);
  for (const [who, reason] of [
    [guest, "visiting"],
    [busy, "unavailable"],
    [clerk, "wrongRole"],
    [stranger, "notTargeted"],
  ] as const) {
    expect(await told(who.userId)).toMatchObject({ alarmed: false, reason });
    expect(await told(who.userId, { token: who.token }), "themselves").toMatchObject({ alarmed: false, reason });
  }

  // What happened since does not change why it was so.
  await tenant.call("PUT", "/me/availability", { token: busy.token, body: { available: true } });
  await tenant.call("PATCH", `/users/${busy.userId}`, { body: { enabled: false } });
  expect(await told(busy.userId)).toMatchObject({ alarmed: false, reason: "unavailable" });

  const unknown = await ask("usr_doesnotexist");
  const others = await ask(regular.userId, { token: guest.token });
  expect([others.status, others.body], "I6").toEqual([404, unknown.body]);
  const foreign = await Tenant.make();
  const answer = await foreign.call("GET", `/alarms/${alarmId}/recipients/${regular.userId}`);
  expect([answer.status, answer.body], "I6").toEqual([404, unknown.body]);
});
