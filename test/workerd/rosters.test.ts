/**
 * Proves that rosters are stored before they are answered and survive eviction (I1): shifts, offers and their one taker (I4), warnings of
 * shifts that nobody has and reminders of certificates, once each and in the end (I11); who may do what (T1, I6); and that whoever is on
 * a shift is called as on duty. Not: the rules at every interleaving (test/core/rosters.test.ts) nor a killed process (test/system).
 */
import { evictAllDurableObjects, evictDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { page } from "../../protocol/lists.ts";
import { Role } from "../../protocol/people.ts";
import {
  ExpiringQualification,
  Shift,
  ShiftImportResult,
  ShiftOffer,
  Shifts,
  ShiftTemplate,
} from "../../protocol/rosters.ts";
import { holdClock } from "./harness/clock.ts";
import { fireTimers, query } from "./harness/storage.ts";
import { Tenant } from "./harness/tenant.ts";

const hour = 3_600_000;
const clock = holdClock("2090-01-02T12:00:00Z");
beforeEach(() => {
  clock.pass(60_000);
});
afterEach(() => {
  vi.restoreAllMocks();
});

const at = (hours: number) => new Date(clock.now() + hours * hour).toISOString();

const recorded = async (tenant: Tenant, type: string): Promise<Record<string, unknown>[]> =>
  (await query(tenant.stub, "SELECT body FROM log WHERE type = ? ORDER BY seq", type)).map(
    ({ body }) => JSON.parse(String(body)) as Record<string, unknown>,
  );

const dueAt = async (tenant: Tenant, name: string): Promise<number | undefined> => {
  const [row] = await query(tenant.stub, "SELECT due_at FROM timers WHERE name = ?", name);
  return row === undefined ? undefined : Number(row.due_at);
};

const setUp = async () => {
  const tenant = await Tenant.make();
  const siteId = await tenant.addSite("Plant");
  const role = Role.parse((await tenant.call("POST", "/roles", { body: { name: "First aider" } })).body);
  const { roleId } = role;
  const add = async (...shifts: object[]) => {
    const answer = await tenant.call("POST", "/rosters/shifts", { body: { shifts } });
    expect(answer.status, JSON.stringify(answer.body)).toBe(201);
    return Shifts.parse(answer.body).shifts;
  };
  const shift = (from: number, facts: object = {}) => ({
    siteId,
    roleId,
    startsAt: at(from),
    endsAt: at(from + 4),
    ...facts,
  });
  const person = async (name: string) => tenant.enrol(await tenant.addPerson(name, { roleIds: [roleId] }));
  const holder = async (shiftId: string) =>
    Shift.parse((await tenant.call("GET", `/rosters/shifts/${shiftId}`)).body).userId;
  return { tenant, siteId, roleId, add, shift, person, holder };
};

const offers = async (tenant: Tenant, token: string) =>
  page(ShiftOffer).parse((await tenant.call("GET", "/me/shift-offers", { token })).body).items;

describe("shifts", () => {
  test("I1: are stored whole or not at all, listed in order by time, place, role and person, and kept through an eviction", async () => {
    const { tenant, siteId, roleId, add, shift } = await setUp();
    const ann = await tenant.addPerson("ann", { roleIds: [roleId] });
    const other = await tenant.addSite("Office");
    const made = await add(shift(10, { userId: ann, note: "Gate" }), shift(20), shift(30, { siteId: other }));
    const half = await tenant.call("POST", "/rosters/shifts", {
      body: { shifts: [shift(40), shift(11, { userId: ann })] },
    });
    expect(half.body).toMatchObject({ code: "invalid", errors: [{ path: "shifts.1.userId" }] });
    await evictDurableObject(tenant.stub);

    const list = async (search: string) =>
      page(Shift)
        .parse((await tenant.call("GET", `/rosters/shifts?${search}`)).body)
        .items.map(({ shiftId }) => shiftId);
    const ids = made.map(({ shiftId }) => shiftId);
    expect(await list("")).toEqual(ids);
    expect(await list(`from=${at(14)}&to=${at(24)}`), "what only touches is not in it").toEqual([ids[1]]);
    expect(await list(`site=${siteId}&role=${roleId}&open=true`)).toEqual([ids[1]]);
    expect(await list(`user=${ann}`)).toEqual([ids[0]]);
    const first = page(Shift).parse((await tenant.call("GET", "/rosters/shifts?limit=2")).body);
    expect(await list(`limit=2&cursor=${first.nextCursor}`)).toEqual([ids[2]]);
    expect((await tenant.call("GET", "/rosters/shifts?cursor=zz")).status).toBe(422);

    const patch = (body: object) => tenant.call("PATCH", `/rosters/shifts/${ids[1]}`, { body });
    expect((await patch({ userId: ann })).status).toBe(200);
    expect((await patch({ startsAt: at(12) })).body).toMatchObject({ code: "invalid", errors: [{ path: "userId" }] });
    expect(Shift.parse((await patch({ userId: null, note: "Hall" })).body)).not.toHaveProperty("userId");
    expect((await tenant.call("DELETE", `/rosters/shifts/${ids[2]}`)).status).toBe(204);
    expect((await tenant.call("GET", `/rosters/shifts/${ids[2]}`)).status).toBe(404);
    expect((await recorded(tenant, "shifts.saved")).map(({ shifts }) => shifts)).toMatchObject([
      [{ shiftId: ids[0], version: 1 }, { version: 1 }, { version: 1 }],
      [{ shiftId: ids[1], userId: ann, version: 2 }],
      [{ shiftId: ids[1], note: "Hall", version: 3 }],
      [{ shiftId: ids[2], version: 2, deleted: true }],
    ]);
    // What the roster needs is not removed from under it.
    expect((await tenant.call("DELETE", `/sites/${siteId}`)).body).toMatchObject({ code: "conflict" });
  });

  test("T1, I6: those who lead plan, everybody sees, and a foreign shift is as unknown as any other", async () => {
    const [{ tenant, add, shift, person }, other] = [await setUp(), await setUp()];
    const ann = await person("ann");
    const [made] = await add(shift(10));
    const [foreign] = await other.add(other.shift(10));
    const as = (method: string, path: string, body?: object) =>
      tenant.call(method, path, { token: ann.token, ...(body === undefined ? {} : { body }) });
    expect((await as("GET", `/rosters/shifts/${made?.shiftId}`)).status).toBe(200);
    expect((await as("POST", "/rosters/shifts", { shifts: [shift(20)] })).status).toBe(403);
    expect((await as("PATCH", `/rosters/shifts/${made?.shiftId}`, { note: "Mine" })).status).toBe(403);
    expect((await as("POST", `/rosters/shifts/${made?.shiftId}/offers`, {})).status).toBe(403);
    const unknown = await tenant.call("GET", "/rosters/shifts/shf_doesnotexist");
    const theirs = await tenant.call("GET", `/rosters/shifts/${foreign?.shiftId}`);
    expect([theirs.status, theirs.body]).toEqual([unknown.status, unknown.body]);
  });

  test("who is on a shift is on duty from its first moment to its last, unless they said to be off", async () => {
    const { tenant, add, shift, person } = await setUp();
    const [ann, bob, cor] = [await person("ann"), await person("bob"), await person("cor")];
    const [first] = await add(
      shift(1, { userId: ann.userId }),
      shift(1, { userId: bob.userId }),
      shift(50, { userId: cor.userId }),
    );
    expect((await tenant.call("PUT", "/me/duty", { token: bob.token, body: { onDuty: false } })).status).toBe(200);
    const called = async () => {
      const body = { title: "Fire", targets: { everyone: true }, conditions: { onDuty: true } };
      const { alarmId } = (await tenant.call("POST", "/alarms", { body })).body as { alarmId: string };
      return (await tenant.recipients(alarmId)).map(({ userId }) => userId);
    };
    expect(await called()).toEqual([]);
    clock.goTo(String(first?.startsAt));
    expect(await called()).toEqual([ann.userId]);
    await evictDurableObject(tenant.stub);
    expect(await called()).toEqual([ann.userId]);
    // The index in memory follows a change.
    await tenant.call("PATCH", `/rosters/shifts/${first?.shiftId}`, { body: { userId: cor.userId } });
    expect(await called()).toEqual([cor.userId]);
    clock.goTo(String(first?.endsAt));
    expect(await called()).toEqual([]);
  });
});

describe("offers", () => {
  test.each(["the offer", "the acceptance"])(
    "I4: the first who accepts has the shift, with an eviction after %s",
    async (moment) => {
      const { tenant, add, shift, person, holder } = await setUp();
      const [ann, bob, cor] = [await person("ann"), await person("bob"), await person("cor")];
      const dee = await tenant.enrol(await tenant.addPerson("dee"));
      const listening = [await tenant.connect(ann), await tenant.connect(bob)] as const;
      const [made] = await add(shift(10, { userId: ann.userId }), shift(12, { userId: cor.userId }));
      const path = `/rosters/shifts/${made?.shiftId}/offers`;
      const answer = await tenant.call("POST", path, { token: ann.token, body: { note: "Dentist" } });
      expect(answer.status, JSON.stringify(answer.body)).toBe(201);
      const { offerId } = ShiftOffer.parse(answer.body);
      expect(answer.headers.get("location")).toBe(`/v1/${tenant.slug}/shift-offers/${offerId}`);
      expect((await tenant.call("POST", path, { token: ann.token, body: { note: "Again" } })).body).toMatchObject({
        offerId,
      });
      await fireTimers(tenant.stub, "sites");
      expect(await listening[1].next("notice", ({ notice }) => notice === "shiftOffered")).toMatchObject({
        notice: "shiftOffered",
        ref: offerId,
      });
      if (moment === "the offer") await evictAllDurableObjects();

      expect(await offers(tenant, bob.token)).toMatchObject([{ offerId, acceptable: true, by: { name: "U ann" } }]);
      expect(await offers(tenant, cor.token), "has another shift then").toMatchObject([{ offerId, acceptable: false }]);
      expect(await offers(tenant, dee.token), "does not have the role").toEqual([]);
      const accept = (token: string) => tenant.call("POST", `/shift-offers/${offerId}/accept`, { token });
      const both = await Promise.all([accept(bob.token), accept(cor.token), accept(bob.token)]);
      expect(both.map(({ status }) => status)).toEqual([200, 409, 200]);
      if (moment === "the acceptance") await evictAllDurableObjects();
      expect(await holder(made?.shiftId ?? "")).toBe(bob.userId);
      expect((await accept(bob.token)).body).toMatchObject({ state: "accepted", acceptedBy: bob.userId });
      expect((await tenant.call("DELETE", `/shift-offers/${offerId}`, { token: ann.token })).status).toBe(409);
      await fireTimers(tenant.stub, "sites");
      const told = moment === "the acceptance" ? listening[0] : await tenant.connect(ann);
      if (moment === "the acceptance")
        expect(await told.next("notice", ({ notice }) => notice === "shiftTaken")).toMatchObject({
          notice: "shiftTaken",
          ref: offerId,
        });
      expect(await recorded(tenant, "shift.offered")).toMatchObject([
        { offerId, userId: ann.userId, state: "open" },
        { offerId, state: "accepted", acceptedBy: bob.userId },
      ]);
    },
  );

  test("I4: a swap is both or none, asked of its one holder alone; a change in between ends it", async () => {
    const { tenant, add, shift, person, holder } = await setUp();
    const [ann, bob, cor] = [await person("ann"), await person("bob"), await person("cor")];
    const [a, b] = await add(shift(10, { userId: ann.userId }), shift(12, { userId: bob.userId }));
    const [early, late] = [a?.shiftId ?? "", b?.shiftId ?? ""];
    const swap = async () =>
      ShiftOffer.parse(
        (await tenant.call("POST", `/rosters/shifts/${early}/offers`, { token: ann.token, body: { swapFor: late } }))
          .body,
      ).offerId;
    const accept = (offerId: string, token: string) =>
      tenant.call("POST", `/shift-offers/${offerId}/accept`, { token });
    const first = await swap();
    expect(await offers(tenant, cor.token)).toEqual([]);
    expect((await tenant.call("GET", `/shift-offers/${first}`, { token: cor.token })).status).toBe(404);
    expect((await accept(first, cor.token)).status).toBe(404);
    await tenant.call("PATCH", `/rosters/shifts/${late}`, { body: { endsAt: at(17) } });
    expect((await accept(first, bob.token)).status, "it is another shift now").toBe(409);

    const second = await swap();
    await evictDurableObject(tenant.stub);
    expect((await accept(second, bob.token)).status).toBe(200);
    expect([await holder(early), await holder(late)]).toEqual([bob.userId, ann.userId]);
    const both = { to: [bob.userId], swapFor: late };
    expect(
      (await tenant.call("POST", `/rosters/shifts/${early}/offers`, { token: ann.token, body: both })).status,
    ).toBe(422);
  });

  test("one that is withdrawn, or whose shift has begun or gone, cannot be accepted", async () => {
    const { tenant, add, shift, person } = await setUp();
    const [ann, bob] = [await person("ann"), await person("bob")];
    const shifts = await add(...[10, 20, 30].map((from) => shift(from, { userId: ann.userId })));
    const made: string[] = [];
    for (const { shiftId } of shifts) {
      const answer = await tenant.call("POST", `/rosters/shifts/${shiftId}/offers`, { token: ann.token, body: {} });
      made.push(ShiftOffer.parse(answer.body).offerId);
    }
    expect((await tenant.call("DELETE", `/shift-offers/${made[0]}`, { token: bob.token })).status).toBe(404);
    expect((await tenant.call("DELETE", `/shift-offers/${made[0]}`, { token: ann.token })).status).toBe(204);
    await tenant.call("DELETE", `/rosters/shifts/${shifts[1]?.shiftId}`);
    clock.goTo(String(shifts[2]?.startsAt));
    const accepted = await Promise.all(
      made.map((offerId) => tenant.call("POST", `/shift-offers/${offerId}/accept`, { token: bob.token })),
    );
    expect(accepted.map(({ status }) => status)).toEqual([409, 409, 409]);
    expect(await offers(tenant, bob.token)).toEqual([]);
  });
});

describe("shifts that nobody has", () => {
  test("I11: those who lead are warned once, a day before, also after an absence, and told when it is filled", async () => {
    const { tenant, add, shift, person } = await setUp();
    const ann = await person("ann");
    const lead = await tenant.addDevice("lead", { permission: "coordinator" });
    const [made, later] = await add(shift(30), shift(100, { userId: ann.userId }));
    const shiftId = made?.shiftId ?? "";
    expect(await dueAt(tenant, "emptyShifts:next")).toBe(Date.parse(made?.startsAt ?? "") - 24 * hour);
    await fireTimers(tenant.stub, "emptyShifts%");
    expect(await recorded(tenant, "shift.warned"), "early: nothing is due").toEqual([]);
    expect((await tenant.call("PUT", "/rosters/settings", { body: { warnHours: 28 } })).status).toBe(200);
    expect(await dueAt(tenant, "emptyShifts:next")).toBe(Date.parse(made?.startsAt ?? "") - 28 * hour);

    await evictDurableObject(tenant.stub);
    clock.pass(8 * hour);
    await fireTimers(tenant.stub, "emptyShifts%");
    await fireTimers(tenant.stub, "sites");
    expect(await lead.next("notice", ({ notice }) => notice === "shiftEmpty")).toMatchObject({
      notice: "shiftEmpty",
      ref: shiftId,
      dueAt: made?.startsAt,
    });
    await evictDurableObject(tenant.stub);
    await fireTimers(tenant.stub, "emptyShifts%");
    expect(await recorded(tenant, "shift.warned")).toMatchObject([{ shiftId, people: 2 }]);

    const filled = await tenant.call("PATCH", `/rosters/shifts/${shiftId}`, { body: { userId: ann.userId } });
    expect(Shift.parse(filled.body)).not.toHaveProperty("warnedAt");
    await fireTimers(tenant.stub, "sites");
    expect(await lead.next("notice", ({ notice }) => notice === "shiftFilled")).toMatchObject({
      notice: "shiftFilled",
      ref: shiftId,
    });
    expect(await recorded(tenant, "shift.warningCleared")).toEqual([{ shiftId, reason: "filled" }]);

    // Whoever is disabled leaves what has not begun; that is a shift that nobody has.
    await tenant.call("PATCH", `/users/${ann.userId}`, { body: { enabled: false } });
    expect(Shift.parse((await tenant.call("GET", `/rosters/shifts/${later?.shiftId}`)).body)).not.toHaveProperty(
      "userId",
    );
    // Empty again, and near: that is worth another warning.
    await fireTimers(tenant.stub, "emptyShifts%");
    clock.goTo(Date.parse(later?.startsAt ?? "") - 12 * hour);
    await fireTimers(tenant.stub, "emptyShifts%");
    expect((await recorded(tenant, "shift.warned")).map((one) => one.shiftId)).toEqual([
      shiftId,
      shiftId,
      later?.shiftId,
    ]);
  });
});

describe("imports and templates", () => {
  test("I1: a file is taken at the edge, a dry run changes nothing, the same again is unchanged after an eviction", async () => {
    const { tenant, siteId, roleId } = await setUp();
    const ann = await tenant.addPerson("ann", { roleIds: [roleId] });
    const take = async (body: object, search = "") =>
      ShiftImportResult.parse((await tenant.call("POST", `/rosters/import${search}`, { body })).body);
    const text =
      "site,role,person,start,end\nPlant,First aider,ann,2090-03-01 09:00,2090-03-01 17:00\nPlant,Diver,,2090-03-01 09:00,2090-03-01 17:00\n";
    const csv = { format: "csv", text };
    const good = { created: 1, updated: 0, unchanged: 0, errors: [{ row: 1, path: "role", code: "not_found" }] };
    expect(await take(csv, "?dryRun=true")).toMatchObject(good);
    expect(await take(csv)).toMatchObject(good);
    await evictDurableObject(tenant.stub);
    expect(await take(csv)).toMatchObject({ created: 0, unchanged: 1 });
    const ical = [
      ...["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", "BEGIN:VEVENT", "UID:one", "SUMMARY:Anything"],
      ...[
        "ATTENDEE:mailto:nobody@example.org",
        "DTSTART:20900302T080000Z",
        "DTEND:20900302T160000Z",
        "END:VEVENT",
        "END:VCALENDAR",
      ],
    ].join("\r\n");
    expect((await take({ format: "ical", text: ical, siteId, roleId })).errors).toMatchObject([
      { row: 0, path: "person" },
    ]);
    const open = { format: "ical", text: ical.replace("ATTENDEE:mailto:nobody@example.org\r\n", ""), siteId, roleId };
    expect(await take(open)).toMatchObject({ created: 1, errors: [] });
    expect(await take(open)).toMatchObject({ unchanged: 1, errors: [] });
    const { items } = page(Shift).parse((await tenant.call("GET", "/rosters/shifts")).body);
    expect(items.map(({ startsAt, userId }) => [startsAt, userId])).toEqual([
      ["2090-03-01T08:00:00.000Z", ann],
      ["2090-03-02T08:00:00.000Z", undefined],
    ]);
    expect((await tenant.call("POST", "/rosters/import", { body: { format: "csv", text: "nothing" } })).status).toBe(
      422,
    );
  });

  test("a template makes its weeks once; its shifts stay when it goes", async () => {
    const { tenant, siteId, roleId } = await setUp();
    const line = { siteId, roleId, weekday: 1, from: "22:00", until: "06:00", places: 2 };
    const made = await tenant.call("POST", "/rosters/templates", { body: { name: "Nights", lines: [line] } });
    const { templateId } = ShiftTemplate.parse(made.body);
    expect(
      (await tenant.call("POST", "/rosters/templates", { body: { name: "nights", lines: [line] } })).body,
    ).toMatchObject({ code: "name_taken" });
    const expand = async (weeks: number) =>
      ShiftImportResult.parse(
        (await tenant.call("POST", `/rosters/templates/${templateId}/expand`, { body: { from: "2090-03-20", weeks } }))
          .body,
      );
    expect(await expand(2)).toEqual({ created: 4, updated: 0, unchanged: 0, errors: [] });
    await evictDurableObject(tenant.stub);
    expect(await expand(3)).toEqual({ created: 2, updated: 0, unchanged: 4, errors: [] });
    const patched = await tenant.call("PATCH", `/rosters/templates/${templateId}`, { body: { name: "Late" } });
    expect(ShiftTemplate.parse(patched.body)).toMatchObject({ name: "Late", lines: [line] });
    expect((await tenant.call("DELETE", `/rosters/templates/${templateId}`)).status).toBe(204);
    expect((await tenant.call("GET", `/rosters/templates/${templateId}`)).status).toBe(404);
    const { items } = page(Shift).parse((await tenant.call("GET", "/rosters/shifts")).body);
    // The clock goes forward on the 26th.
    expect([...new Set(items.map(({ startsAt }) => startsAt))]).toEqual([
      "2090-03-20T21:00:00.000Z",
      "2090-03-27T20:00:00.000Z",
      "2090-04-03T20:00:00.000Z",
    ]);
  });
});

test("I11: a certificate is reminded of 30 and 7 days before, once each, to the person and the administrators", async () => {
  const { tenant, roleId } = await setUp();
  const ann = await tenant.addDevice("ann", { roleIds: [roleId] });
  const day = (days: number) => new Date(clock.now() + days * 24 * hour).toISOString().slice(0, 10);
  const validUntil = day(40);
  const put = (userId: string, until: string) =>
    tenant.call("PUT", `/users/${userId}/qualifications`, {
      body: { qualifications: [{ roleId, validUntil: until }] },
    });
  expect((await put(ann.userId, validUntil)).status).toBe(200);
  const cor = await tenant.addPerson("cor");
  await put(cor, day(400));
  const list = page(ExpiringQualification);
  const expiring = async (search: string) =>
    list.parse((await tenant.call("GET", `/qualifications${search}`)).body).items.map(({ userId }) => userId);
  expect(await expiring("")).toEqual([ann.userId, cor]);
  expect(await expiring(`?expiringBefore=${validUntil}`)).toEqual([]);
  expect(await expiring(`?expiringBefore=${day(41)}&role=${roleId}`)).toEqual([ann.userId]);

  const due = await dueAt(tenant, "expiry:next");
  expect(new Date(due ?? 0).toISOString()).toBe(`${day(10)}T08:00:00.000Z`);
  await fireTimers(tenant.stub, "expiry%");
  expect(await recorded(tenant, "qualification.reminded"), "early").toEqual([]);
  clock.goTo(due ?? 0);
  await fireTimers(tenant.stub, "expiry%");
  await fireTimers(tenant.stub, "sites");
  expect(await ann.next("notice", ({ notice }) => notice === "qualificationExpiring")).toMatchObject({
    notice: "qualificationExpiring",
    ref: ann.userId,
  });
  await evictDurableObject(tenant.stub);
  await fireTimers(tenant.stub, "expiry%");
  const facts = { userId: ann.userId, roleId, validUntil };
  expect(await recorded(tenant, "qualification.reminded")).toEqual([{ ...facts, daysLeft: 30 }]);
  clock.goTo((await dueAt(tenant, "expiry:next")) ?? 0);
  await fireTimers(tenant.stub, "expiry%");
  expect(await recorded(tenant, "qualification.reminded")).toEqual([
    { ...facts, daysLeft: 30 },
    { ...facts, daysLeft: 7 },
  ]);
  // Renewed: the next is for the new last day.
  await put(ann.userId, day(370));
  expect(await dueAt(tenant, "expiry:next")).toBeGreaterThan(clock.now() + 300 * 24 * hour);
});
