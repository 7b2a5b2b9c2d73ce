import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { expect, test } from "vitest";
import { openDatabase } from "../../actors/kernel/database.ts";
import { readToken } from "../../actors/kernel/tokens.ts";
import { GrantStore } from "../../actors/site/grant-store.ts";
import { closing } from "../../protocol/socket/closing.ts";
import { fireTimers, query } from "./harness/storage.ts";
import { type Enrolled, origin, Tenant } from "./harness/tenant.ts";

// T10: who may no longer, no longer does: sockets are closed, tokens and tickets dead, and no copy of a session at a site brings
// it back. The second that closing may take is test/system's to measure.

const upgrade = async (tenant: Tenant, token: string): Promise<number> =>
  (
    await exports.default.fetch(`${origin}/v1/${tenant.slug}/socket`, {
      headers: { upgrade: "websocket", authorization: `Bearer ${token}` },
    })
  ).status;

const credential = (tenant: Tenant, who: Enrolled) => {
  const read = readToken(env.PASSWORD_PEPPER ?? "", tenant.tenantId, who.token);
  if (read === undefined) throw new Error("a token of ours was not read");
  return { sessionId: read.id, secretHash: read.secretHash };
};

test("T10: logging out closes the session's socket with 4401 and no copy revives it", async () => {
  const tenant = await Tenant.make();
  const device = await tenant.addDevice("device");
  const other = await tenant.connect(await tenant.enrol(device.userId));
  const [grant] = await query(tenant.site(), "SELECT * FROM grants WHERE device_id = ?", device.deviceId);
  expect((await tenant.call("DELETE", "/sessions/current", { token: device.token })).status).toBe(204);
  expect(await device.closed).toBe(closing.sessionEnded.code);
  expect((await tenant.call("GET", "/me", { token: device.token })).status).toBe(401);
  expect((await tenant.call("POST", "/socket-tickets", { token: device.token })).status).toBe(401);
  expect(await upgrade(tenant, device.token)).toBe(401);
  await other.settled();

  // The tenant's answer to a question that the site asked before the log-out, arriving after it.
  const late = { ...credential(tenant, device), deviceId: device.deviceId, expiresAt: Number(grant?.expires_at) };
  const revived = await runInDurableObject(tenant.site(), (_, state) => {
    const [user] = other.of("welcome");
    if (user === undefined) throw new Error("nobody was welcomed");
    return new GrantStore(openDatabase(state.storage)).add({ ...late, user: user.user });
  });
  expect(revived).toBe("ended");
  expect(await upgrade(tenant, device.token)).toBe(401);
});

test("T10, T12: a ticket works once, not after the log-out, and not for HTTP", async () => {
  const tenant = await Tenant.make();
  const who = await tenant.enrol(await tenant.addPerson("device"));
  const ticket = async () =>
    (await tenant.call("POST", "/socket-tickets", { token: who.token })).body as { ticket: string };
  const enter = async (given: string) => {
    const answer = await exports.default.fetch(`${origin}/v1/${tenant.slug}/socket`, {
      headers: { upgrade: "websocket", origin, "sec-websocket-protocol": `standby.v1, ticket.${given}` },
    });
    answer.webSocket?.accept();
    return answer.status;
  };
  const first = await ticket();
  const unused = await ticket();
  expect([await enter(first.ticket), await enter(first.ticket)]).toEqual([101, 401]);
  expect((await tenant.call("GET", "/me", { token: unused.ticket })).status).toBe(401);
  await tenant.call("DELETE", "/sessions/current", { token: who.token });
  await fireTimers(tenant.stub, "sites");
  expect(await enter(unused.ticket)).toBe(401);
});

test("T12: a ticket past its thirty seconds is dead", async () => {
  const tenant = await Tenant.make();
  const who = await tenant.enrol(await tenant.addPerson("device"));
  const { ticket } = (await tenant.call("POST", "/socket-tickets", { token: who.token })).body as { ticket: string };
  const [row] = await query(tenant.site(), "SELECT expires_at FROM tickets");
  expect(Number(row?.expires_at) - Date.now()).toBeLessThanOrEqual(30_000);
  await query(tenant.site(), "UPDATE tickets SET expires_at = 1");
  const headers = { upgrade: "websocket", origin, "sec-websocket-protocol": `standby.v1, ticket.${ticket}` };
  expect((await exports.default.fetch(`${origin}/v1/${tenant.slug}/socket`, { headers })).status).toBe(401);
});

test("T10: disabling somebody closes every socket with 4401, ends every token, and no alarm goes there", async () => {
  const tenant = await Tenant.make();
  const phone = await tenant.addDevice("device");
  const tablet = await tenant.connect(await tenant.enrol(phone.userId));
  expect((await tenant.call("PATCH", `/users/${phone.userId}`, { body: { enabled: false } })).status).toBe(200);
  expect(await Promise.all([phone.closed, tablet.closed])).toEqual([4401, 4401]);
  for (const { token } of [phone, tablet]) {
    expect((await tenant.call("GET", "/me", { token })).status).toBe(401);
    expect(await upgrade(tenant, token)).toBe(401);
  }
  const answer = await tenant.call("POST", "/alarms", { body: { title: "Fire", targets: { users: [phone.userId] } } });
  expect(answer.body).toMatchObject({ recipients: 0, warnings: ["no_recipients"] });
  const enrolment = await tenant.call("POST", "/device-enrolments", { body: { userIds: [phone.userId] } });
  expect(enrolment.status).toBe(422);
});

test("T10: a change of what somebody may do closes the socket with 4403, and the session comes back with the new rights", async () => {
  const tenant = await Tenant.make();
  const device = await tenant.addDevice("device", { permission: "coordinator" });
  device.send({ type: "watch", board: "alarms" });
  await device.next("board");
  await tenant.call("PATCH", `/users/${device.userId}`, { body: { permission: "employee" } });
  expect(await device.closed).toBe(closing.rightsChanged.code);

  const back = await tenant.connect(device);
  expect(back.of("welcome")).toMatchObject([{ user: { permission: "employee" } }]);
  back.send({ type: "watch", board: "alarms" });
  expect(await back.next("error")).toMatchObject({ code: "forbidden" });
  await tenant.raise({ users: [tenant.admin.user.userId] });
  await back.settled();
  expect(back.of("board"), "nothing of the board it watched before").toEqual([]);
});

test("T10: a change of a name alone closes nothing", async () => {
  const tenant = await Tenant.make();
  const device = await tenant.addDevice("device");
  await tenant.call("PATCH", `/users/${device.userId}`, { body: { firstName: "Anna" } });
  await device.settled();
  const second = await tenant.connect(await tenant.enrol(device.userId));
  expect(second.of("welcome")).toMatchObject([{ user: { firstName: "Anna" } }]);
});

test("T10: a session past its time is refused by the tenant and by a site that knows it", async () => {
  const tenant = await Tenant.make();
  const device = await tenant.addDevice("device");
  await query(tenant.stub, "UPDATE sessions SET expires_at = 1 WHERE device_id = ?", device.deviceId);
  await query(tenant.site(), "UPDATE grants SET expires_at = 1 WHERE device_id = ?", device.deviceId);
  await evictDurableObject(tenant.site());
  expect((await tenant.call("GET", "/me", { token: device.token })).status).toBe(401);
  expect(await upgrade(tenant, device.token)).toBe(401);
});

test("T2, I6: another tenant's token is nobody's here, at every door", async () => {
  const [one, two] = [await Tenant.make(), await Tenant.make()];
  const device = await two.addDevice("device");
  expect((await one.call("GET", "/me", { token: two.admin.token })).status).toBe(401);
  expect(await upgrade(one, device.token)).toBe(401);
  // Past the edge too: the actor knows no such session.
  expect(await one.stub.perform(credential(two, device), "getMe", {})).toMatchObject({
    refusal: { code: "unauthenticated" },
  });
  expect(await one.site().issueTicket(credential(two, device), "hash-of-nothing")).toMatchObject({
    refusal: { code: "unauthenticated" },
  });
});
