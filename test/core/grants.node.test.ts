/**
 * T10, I2: what a site knows of people and of alarms when the tenant's answers and messages overtake each other: the newest holds. On
 * the real tables over SQLite. Not proved: that the tenant numbers its facts (workerd tests of people and places).
 */
import { expect, test } from "vitest";
import { DeliveryStore } from "../../actors/site/delivery/delivery-store.ts";
import { GrantStore } from "../../actors/site/grant-store.ts";
import { siteMigrations } from "../../actors/site/site-tables.ts";
import type { User } from "../../protocol/people.ts";
import { Disk } from "./simulation/disk.ts";
import { kernelOn } from "./simulation/kernel-on.ts";

const site = () => {
  const kernel = kernelOn(new Disk(), "tnt_1.ste_1", siteMigrations);
  return { grants: new GrantStore(kernel.database), deliveries: new DeliveryStore(kernel.database, kernel.log) };
};

const user = (permission: User["permission"]): User => ({
  userId: "usr_1",
  username: "ann",
  firstName: "An",
  lastName: "Nas",
  locale: "nl",
  permission,
  roleIds: [],
  enabled: true,
});
const grant = (permission: User["permission"], version?: number) => ({
  sessionId: "ses_1",
  secretHash: "a".repeat(40),
  deviceId: "dev_1",
  expiresAt: Number.MAX_SAFE_INTEGER,
  user: user(permission),
  ...(version === undefined ? {} : { version }),
});
const permissionOf = (grants: GrantStore): unknown => JSON.parse(grants.personJson("usr_1") ?? "{}").permission;

test("T10: an answer that was on its way does not give back what was taken from somebody meanwhile", () => {
  const { grants } = site();
  expect(grants.add(grant("coordinator", 1))).toBe("added");
  grants.savePerson(user("employee"), 2);
  expect(grants.add({ ...grant("coordinator", 1), sessionId: "ses_2" })).toBe("added");
  expect(permissionOf(grants)).toBe("employee");
  grants.savePerson(user("coordinator"), 1);
  expect(permissionOf(grants)).toBe("employee");
  grants.savePerson(user("admin"), 3);
  expect(permissionOf(grants)).toBe("admin");
  // A tenant of before there were numbers says none: it is believed.
  grants.savePerson(user("employee"));
  expect(permissionOf(grants)).toBe("employee");
});

test("I2: an answer that was on its way keeps nobody at a place whose alarms are for others, and who comes back is taken in", () => {
  const { grants } = site();
  grants.move("usr_1", "ste_2", 2);
  expect(grants.add(grant("employee", 1))).toEqual({ movedTo: "ste_2" });
  expect(grants.find("ses_1", "a".repeat(40), 0)).toBeUndefined();
  expect(grants.add(grant("employee", 3))).toBe("added");
  expect(grants.find("ses_1", "a".repeat(40), 0)).toMatchObject({ userId: "usr_1" });
  grants.move("usr_1", "ste_2", 4);
  expect(grants.add(grant("employee")), "a tenant that says no number").toBe("added");
});

test("T10: a session that ended while its grant was on its way stays ended", () => {
  const { grants } = site();
  grants.end(["ses_1"], 1);
  expect(grants.add(grant("employee", 1))).toBe("ended");
});

test("I2, I4: an end that was long on its way does not end an alarm that was opened again", () => {
  const { deliveries } = site();
  const facts = { alarmId: "alm_1", raisedAt: 1, storedAt: 1, frame: "{}", recipients: ["usr_1"], withoutDevice: [] };
  deliveries.add({ ...facts, seq: 1 });
  expect(deliveries.end("alm_1", 2, "end")?.end).toMatchObject({ seq: 2 });
  expect(deliveries.again("alm_1", 3, "again", 2)?.end).toBeUndefined();
  expect(deliveries.end("alm_1", 2, "end")).toBeUndefined();
  expect(deliveries.get("alm_1")?.end).toBeUndefined();
  expect(deliveries.end("alm_1", 4, "end")?.end).toMatchObject({ seq: 4 });
});
